"""What codes are called: units by the tree, things of plugins by those who keep them. People read names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.tables.people import OrgUnit
from web.request import current_engine
from web.texts import worded

if TYPE_CHECKING:
    from engine.work import Work

CODE = re.compile(r"(?=[A-Z-]*\d)[A-Z0-9]+(-[A-Z0-9]+)*")
"""Capital letters and digits with hyphens between, one digit at least: what a person chose, not what one wrote."""


class Named(str):
    """The name of what a form's value says by its code; the page has the code beside it."""

    __slots__ = ("code",)
    code: str

    def __new__(cls, name: str, code: str) -> Named:
        """Make it of a name."""
        text = super().__new__(cls, name)
        text.code = code
        return text


def names_of(work: Work, values: Iterable[Any]) -> Mapping[str, str]:
    """Return code → name for the values that are codes, or hold some; one statement, and those of the plugins.

    What nobody knows is left out; nothing is asked where nothing looks like a code.
    """
    codes = sorted(set(_codes(list(values))))
    if not codes:
        return {}
    found: dict[str, str] = {}
    for names in current_engine().plugins.hook.onegrid_names(work=work, codes=codes):
        found |= {code: worded(name) for code, name in names.items()}
    missing = [code for code in codes if code not in found]
    units = sa.select(OrgUnit.code, OrgUnit.name).where(OrgUnit.code.in_(missing))
    return found | {code: name for code, name in work.session.execute(units)} if missing else found


def _codes(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if CODE.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _codes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _codes(inner)
