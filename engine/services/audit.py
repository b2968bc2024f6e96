"""Auditing the history: is each county's chain whole, and is it the one that was anchored?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.anchors import Anchors
from engine.chain import START, Facts, content_digest, link, moment, row_digest
from engine.tables.history import HistoryEvent, HistoryHead

BATCH = 2000

_FACTS = len(Facts._fields)
_COLUMNS = [
    *(getattr(HistoryEvent, name) for name in Facts._fields if name != "at"),
    sa.type_coerce(HistoryEvent.at, sa.DateTime(timezone=True)),  # as the driver gives it, for speed
    HistoryEvent.id,
    HistoryEvent.actor_name,
    HistoryEvent.detail,
    HistoryEvent.changes,
    HistoryEvent.salt,
    HistoryEvent.content_digest,
    HistoryEvent.digest,
]


class Kind(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    """The row is not the one that was written here: edited, inserted, or moved from another place."""
    MISSING = "missing"
    """Rows were deleted; the chain goes on behind them."""
    CUT = "cut"
    """The end of the chain is not there, which its head or an anchor knows of."""
    REWRITTEN = "rewritten"
    """The chain is whole but is not the one that was anchored: rows up to the anchor were written anew."""
    HEAD = "head"
    """The row of `history_head` is not that of the last row."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad place of a county's chain: rows `seq` to `until`. `row_id`: of the row at `seq`, if it is there."""

    county: str
    seq: int
    until: int
    kind: Kind
    row_id: int | None = None


@dataclass(slots=True)
class Report:
    """What an audit saw. `erased`: rows whose content was erased, with the salt, as the law may demand."""

    counties: int = 0
    rows: int = 0
    erased: int = 0
    faults: list[Fault] = field(default_factory=list)


def verify(session: Session, anchors: Anchors, county: str | None = None) -> Report:
    """Check the chains of all counties, or of one, in one pass over a fresh session's snapshot of the history."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    heads = {each.county: each for each in session.scalars(_of(sa.select(HistoryHead), HistoryHead.county, county))}
    anchored = {name: anchors[name] for name in anchors if county in {None, name}}
    select = _of(sa.select(*_COLUMNS), HistoryEvent.county, county).order_by(HistoryEvent.county, HistoryEvent.seq)
    # not through the session, which would make objects of another kind of the rows
    rows = session.connection().execute(select, execution_options={"yield_per": BATCH})
    report = Report()
    seen = set()
    for name, chain in groupby(rows, lambda row: str(row[0])):
        seen.add(name)
        _check(report, name, chain, heads.get(name), anchored.get(name, {}))
    for name in sorted({*heads, *anchored} - seen):
        _check(report, name, (), heads.get(name), anchored.get(name, {}))
    return report


def heads(session: Session) -> list[tuple[str, int, bytes]]:
    """Return (county, number of its last row, digest there) of every chain."""
    select = sa.select(HistoryHead.county, HistoryHead.seq, HistoryHead.digest).order_by(HistoryHead.county)
    return [(county, seq, digest) for county, seq, digest in session.execute(select)]


def contradictions(session: Session, anchors: Anchors) -> list[Fault]:
    """Return a fault for each county whose chain does not lead through its last anchor. A look at one row a county."""
    found = []
    for county, known in sorted(anchors.items()):
        seq = max(known)
        select = sa.select(HistoryEvent.id, HistoryEvent.digest)
        row = session.execute(select.where(HistoryEvent.county == county, HistoryEvent.seq == seq)).one_or_none()
        if row is None:
            found.append(Fault(county, seq, seq, Kind.CUT))
        elif row.digest != known[seq]:
            found.append(Fault(county, seq, seq, Kind.REWRITTEN, row.id))
    return found


def _of(select: sa.Select[Any], column: Any, county: str | None) -> sa.Select[Any]:
    return select if county is None else select.where(column == county)


def _check(
    report: Report, county: str, rows: Iterable[sa.Row[Any]], head: HistoryHead | None, known: Mapping[int, bytes]
) -> None:
    """Walk along one county's chain and note its first fault."""
    walk = _Walk(county, known)
    fault = next(walk.faults(rows), None) or walk.end(head)
    report.counties += 1
    report.rows += walk.seq
    report.erased += walk.erased
    if fault is not None:
        report.faults.append(fault)


class _Walk:
    """A walk along one county's chain: where it stands, and the last anchor it came through."""

    def __init__(self, county: str, known: Mapping[int, bytes]) -> None:
        self.county = county
        self.known = known
        self.seq = 0
        self.digest = START
        self.sure = 0
        self.erased = 0

    def faults(self, rows: Iterable[sa.Row[Any]]) -> Iterator[Fault]:
        """Yield a fault and end, or reach the chain's end."""
        for row in rows:
            fault = self._step(row)
            if fault is not None:
                yield fault
                return

    def end(self, head: HistoryHead | None) -> Fault | None:
        """Compare where the walk ended with the head and with the anchors."""
        reach = max(head.seq if head else 0, *self.known, 0)
        if reach > self.seq:
            return Fault(self.county, self.seq + 1, reach, Kind.CUT)
        if head is None or (head.seq, head.digest) != (self.seq, self.digest):
            return Fault(self.county, self.seq, self.seq, Kind.HEAD)
        return None

    def _step(self, row: sa.Row[Any]) -> Fault | None:
        facts = Facts._make((*row[: _FACTS - 1], moment(row[_FACTS - 1])))
        row_id, actor_name, detail, changes, salt, content, digest = row[_FACTS:]
        expected = self.seq + 1
        if facts.seq > expected:
            return Fault(self.county, expected, facts.seq - 1, Kind.MISSING)
        whole = not salt or content == content_digest(salt, actor_name, detail, changes)
        if facts.seq < expected or not whole or digest != link(self.digest, row_digest(facts, content)):
            return Fault(self.county, facts.seq, facts.seq, Kind.CHANGED, row_id)
        if self.known.get(expected, digest) != digest:
            return Fault(self.county, self.sure + 1, expected, Kind.REWRITTEN, row_id)
        self.sure = expected if expected in self.known else self.sure
        self.erased += not salt
        self.seq, self.digest = expected, digest
        return None
