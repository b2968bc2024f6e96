"""The demo county's catalogue before this system: a trial of some items, and a year later the whole of it.

Both decisions are dated back to when the demo's story begins. An item cites the laws that were in force on that day:
the file has of each item every version of its basis that was found, with the days between which it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import orjson

from plugins.catalogue.api import Enactment, Item, LegalBasis, read_enactment
from plugins.demo.divisions import COUNTY, DATA

TRIED: Final = frozenset(
    f"{COUNTY}-{code}"
    for code in (
        "PSB-001",
        "PSB-002",
        "EMB-012",
        "AMR-014",
        "AMR-016",
        "NHC-018",
        "MCA-019",
        "MCA-020",
        "JB-022",
        "FRB-026",
        "FRB-027",
    )
)
"""Items of the trial: a year after it they are reviewed, within the demo's half year."""

TRIAL: Final = timedelta(weeks=43)
"""How long before the story the trial began."""


def first_catalogue(begins: date | None = None) -> Enactment:
    """Return the decision on the whole catalogue; with `begins`, in force from that day."""
    enactment = _read()
    dated = enactment if begins is None or begins >= enactment.effective_from else _earlier(enactment, begins)
    return replace(dated, items=[_on(item, dated.effective_from) for item in dated.items])


def first_decisions(begins: date) -> Sequence[Enactment]:
    """Return the trial and what followed it on the day on which the story begins, the earlier first."""
    whole = first_catalogue(begins)
    trial = _earlier(_read(), begins - TRIAL)
    return (
        replace(
            trial,
            decision_no=trial.decision_no.replace("18号", "9号"),
            items=[_on(item, trial.effective_from) for item in _of(trial.items, TRIED)],
        ),
        replace(whole, items=[item for item in whole.items if item.code not in TRIED]),
    )


def bases_of(code: str, day: date) -> Sequence[LegalBasis]:
    """Return what an item rests on by the laws in force on a day."""
    return _on(next(item for item in _read().items if item.code == code), day).legal_bases


def repeals(since: date, until: date) -> Mapping[str, date]:
    """Return the items of which a basis ends between two days → when."""
    return {
        item.code: basis.effective_to
        for item in _read().items
        for basis in item.legal_bases
        if basis.effective_to is not None and since < basis.effective_to < until
    }


def _read() -> Enactment:
    return read_enactment(orjson.loads((DATA / "first_catalogue.json").read_bytes()))


def _of(items: Sequence[Item], codes: Collection[str]) -> list[Item]:
    return [item for item in items if item.code in codes]


def _on(item: Item, day: date) -> Item:
    """Return an item with the bases in force on a day; with its first ones, where none of those known was."""
    known = [basis for basis in item.legal_bases if not basis.ended(day)]
    holding = [basis for basis in known if basis.effective_from is None or basis.effective_from <= day]
    return replace(item, legal_bases=holding or known[:1])


def _earlier(enactment: Enactment, begins: date) -> Enactment:
    by = enactment.effective_from - begins
    year = f"〔{enactment.approved_on.year}〕"
    return replace(
        enactment,
        decision_no=enactment.decision_no.replace(year, f"〔{(enactment.approved_on - by).year}〕"),
        approved_on=enactment.approved_on - by,
        published_on=enactment.published_on - by,
        effective_from=begins,
        items=[_trained(item, by) for item in enactment.items],
    )


def _trained(item: Item, by: timedelta) -> Item:
    training: Mapping[str, Any] = item.guarantees.training
    on = (date.fromisoformat(training["on"]) - by).isoformat()
    return replace(item, guarantees=replace(item.guarantees, training={**training, "on": on}))
