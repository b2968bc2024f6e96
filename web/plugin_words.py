"""What plugins call themselves, their settings and the places where a case stands, in the reader's language."""

from __future__ import annotations

from engine.contents import content_of
from web.language import current_language
from web.request import current_engine
from web.texts import gettext


def in_plugins_words(text: str) -> str:
    """Return a text of a plugin in the reader's language, as our catalogue or its content translates it."""
    if current_language() == "zh" or not text:
        return text
    said = gettext(text)
    if said != text:
        return said
    return next(
        (words[text] for each in current_engine().plugins.records if text in (words := content_of(each).translations)),
        text,
    )
