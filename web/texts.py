"""Texts in the reader's language: gettext with types, and messages that the engine composed in Chinese.

The engine knows no catalogue. Its messages are their own msgids; one with facts in it brings both (forms' messages),
or is found again by the pattern it was made from, `流程“{key}”尚未部署。`, which `web.i18n` takes from the source.
"""

from __future__ import annotations

import re
from functools import lru_cache

import flask_babel

from engine.form_messages import Message
from engine.wording import Wording, in_language
from web.language import current_language

PLACE = re.compile(r"\{[^{}]*\}")


def gettext(text: str, **facts: object) -> str:
    """Return the text in the reader's language, with `%(name)s` filled in."""
    return str(flask_babel.gettext(text, **facts))


def ngettext(one: str, many: str, number: int) -> str:
    """Return the text for a number of things, with `%(num)d` filled in."""
    return str(flask_babel.ngettext(one, many, number))


def in_readers_language(message: str) -> str:
    """Return a message of the engine or a plugin translated, if the catalogue has it or its pattern; else as it is."""
    if isinstance(message, Message):
        return gettext(message.msgid, **message.params)
    if current_language() == "zh" or not message:
        return message
    exact = gettext(message)
    return exact if exact != message else _by_pattern(message)


def worded(wording: Wording | None) -> str:
    """Return a text that is kept in both languages in the reader's, and a person's words as they are."""
    return in_language(wording, current_language())


def _by_pattern(message: str) -> str:
    catalogue = getattr(flask_babel.get_translations(), "_catalog", {})
    patterns = (msgid for msgid in catalogue if isinstance(msgid, str) and PLACE.search(msgid))
    for msgid in sorted(patterns, key=len, reverse=True):
        found = _compiled(msgid).fullmatch(message)
        if found:
            return _fill(str(catalogue[msgid]), found.groups())
    return message


def _fill(pattern: str, facts: tuple[str, ...]) -> str:
    """Put the facts into the places of a translation, in the order of the original."""
    rest = iter(facts)
    return PLACE.sub(lambda _place: next(rest, ""), pattern)


@lru_cache(maxsize=1000)
def _compiled(msgid: str) -> re.Pattern[str]:
    """Return the expression that matches what a pattern with places was filled to."""
    return re.compile("(.+?)".join(re.escape(part) for part in PLACE.split(msgid)), re.DOTALL)
