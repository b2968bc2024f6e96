"""What the demo's incidents are about: invented texts, by item of the first catalogue, with what is done about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import orjson

from plugins.demo.catalogue import first_catalogue
from plugins.demo.divisions import COUNTY, DATA

OWN: Final = frozenset({"UMB-005", "HUD-009", "PSB-003", "EMB-012"})
"""Items for which a department has a process of its own."""
OWN_FACTS: Final[tuple[str, ...]] = ("kind", "hazard", "use")


@dataclass(frozen=True, slots=True)
class Text:
    """One kind of incident. `{place}` stands for the unit's name, `{n}` for a number.

    Attributes:
        item: of the catalogue, without the county; None: outside of it.
        setting: `urban`, `rural`, `any`, or the kind of institution in which it happens.
        actions: what a grid worker does about it; empty where none may.
        measures: what the department does; `reply`: what the reporter is told.
        lead: the department that triage refers it to, where there is no item.
        special: `statutory`, `unacceptable` or `enquiry`: not a matter to be handled like the others.
        own: facts for the department's own process.
    """

    item: str | None
    title: str
    description: str
    spot: str
    setting: str
    urgency: str
    actions: str
    measures: str
    reply: str
    lead: str = ""
    special: str = ""
    sensitive: bool = False
    danger: bool = False
    skill: bool = False
    enforcement: bool = False
    own: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str | None:
        """The item's code, with the county."""
        return f"{COUNTY}-{self.item}" if self.item else None

    @property
    def unit(self) -> str:
        """The department's unit."""
        return f"{COUNTY}-{self.item.partition('-')[0] if self.item else self.lead}"

    @property
    def must_refer(self) -> bool:
        """Whether it needs skill or enforcement power (I10)."""
        return self.skill or self.enforcement


Wanted = Callable[[Text], bool]


@cache
def texts() -> tuple[Text, ...]:
    """Return all of them."""
    flags = {each.code.removeprefix(f"{COUNTY}-"): each for each in first_catalogue().items}
    rows = orjson.loads((DATA / "incident_texts.json").read_bytes())["texts"]
    return tuple(_text(row, flags.get(row["item"])) for row in rows)


def _text(row: dict[str, Any], item: Any) -> Text:
    own: dict[str, str] = {name: row.pop(name) for name in OWN_FACTS if name in row}
    skill = item is not None and item.requires_professional_skill
    enforcement = item is not None and item.requires_enforcement_qualification
    return Text(**row, skill=skill, enforcement=enforcement, own=own)


def may_self_handle(text: Text) -> bool:
    """Whether a grid worker may handle it alone."""
    return bool(text.item) and not text.must_refer and not text.special and not text.danger


def by_enforcement(text: Text) -> bool:
    """Whether it is referred for enforcement power, to a department without a process of its own for it."""
    return text.enforcement and not text.special and text.item not in OWN


def by_skill(text: Text) -> bool:
    """Whether it is referred for skill alone."""
    return text.skill and not text.enforcement and not text.special


def is_referred(text: Text) -> bool:
    """Whether it is referred, to a department without a process of its own for it."""
    return text.must_refer and not text.special and text.item not in OWN


def is_calm(text: Text) -> bool:
    """Whether it is referred and in no haste, nor to be kept from the public."""
    return is_referred(text) and text.urgency == "normal" and not text.sensitive


def is_outside(text: Text) -> bool:
    """Whether it is outside the catalogue, and to be handled all the same."""
    return text.item is None and not text.special


def of_item(*items: str) -> Wanted:
    """Return what asks whether a text is of one of these items."""
    return lambda text: text.item in items and not text.special


def special(kind: str) -> Wanted:
    """Return what asks whether a text is special in that way."""
    return lambda text: text.special == kind
