"""The nightly look at departments' data: what is found is kept for the auditor, who says what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.core_api import Actor, Forbidden, NotFound, OwnDatabases, new_id
from plugins.grid_registry.hidden import SAMPLE, Hidden, Known, look
from plugins.grid_registry.tables import DivisionFinding, DivisionFindingReview, Grid, GridUnit

AUDITOR: Final = "auditor"
ROWS: Final = 5000
"""Rows of a table that are looked at, the latest where the database says so by itself."""

GROWTH: Final = 2
"""A finding that was reviewed is open again once there is so many times as much of it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as the auditor sees it. `review` is None while it is open."""

    id: str
    plugin: str
    table: str
    column: str
    kind: str
    count: int
    sample: str
    first_seen: datetime
    last_seen: datetime
    review: Review | None


@dataclass(frozen=True, slots=True)
class Review:
    """What an auditor said of a finding, when, and of how much of it."""

    at: datetime
    by_name: str
    reason: str
    count: int


def watch(session: Session, databases: OwnDatabases, now: datetime) -> list[str]:
    """Look at all that departments keep, and note what looks like a division; return the ids of what was found."""
    known = Known(set(session.scalars(sa.select(Grid.code))), _units(session))
    return [
        _note(session, plugin, hidden, now)
        for plugin in databases.names()
        for hidden in _look_into(databases, plugin, known)
    ]


def _look_into(databases: OwnDatabases, plugin: str, known: Known) -> list[Hidden]:
    """Return what is found in a plugin's data; that they cannot be read is a finding too."""
    try:
        return [
            hidden
            for table in databases.tables(plugin)
            for hidden in look(table.name, databases.rows(plugin, table.name, ROWS), known)
        ]
    except DBAPIError as error:
        return [Hidden("", "", "unreadable", 1, str(error.orig)[:SAMPLE])]


def _units(session: Session) -> set[str]:
    return {text for row in session.execute(sa.select(GridUnit.code, GridUnit.name)) for text in row}


def _note(session: Session, plugin: str, hidden: Hidden, now: datetime) -> str:
    same = sa.select(DivisionFinding).filter_by(
        plugin=plugin, table_name=hidden.table, column_name=hidden.column, kind=hidden.kind
    )
    row = session.scalars(same).one_or_none()
    if row is None:
        row = DivisionFinding(
            id=new_id(), plugin=plugin, table_name=hidden.table, column_name=hidden.column, kind=hidden.kind
        )
        row.first_seen = now
        session.add(row)
    row.count, row.sample, row.last_seen = hidden.count, hidden.sample, now
    session.flush()
    return row.id


def findings(session: Session, limit: int = 200) -> list[Finding]:
    """Return what was found, open findings first, then the latest."""
    rows = session.scalars(sa.select(DivisionFinding).order_by(DivisionFinding.last_seen.desc()).limit(limit)).all()
    reviews = _reviews(session, [row.id for row in rows])
    told = [_told(row, reviews.get(row.id)) for row in rows]
    return sorted(told, key=lambda finding: finding.review is not None)


def _reviews(session: Session, ids: Sequence[str]) -> dict[str, DivisionFindingReview]:
    select = sa.select(DivisionFindingReview).where(DivisionFindingReview.finding_id.in_(ids))
    return {row.finding_id: row for row in session.scalars(select.order_by(DivisionFindingReview.at))}


def _told(row: DivisionFinding, last: DivisionFindingReview | None) -> Finding:
    holds = last is not None and row.count < GROWTH * last.count
    return Finding(
        row.id,
        row.plugin,
        row.table_name,
        row.column_name,
        row.kind,
        row.count,
        row.sample,
        row.first_seen,
        row.last_seen,
        Review(last.at, last.by_name, last.reason, last.count) if last is not None and holds else None,
    )


def review(session: Session, actor: Actor, finding_id: str, reason: str, now: datetime) -> None:
    """Note what an auditor says of a finding. Said twice in the same words, it is noted once.

    Raises:
        Forbidden: the actor is no auditor.
        NotFound: no such finding.
        ValueError: no reason.
    """
    if not actor.holds(AUDITOR):
        raise Forbidden(group=AUDITOR)
    row = session.get(DivisionFinding, finding_id, with_for_update=True)
    if row is None:
        raise NotFound(finding_id=finding_id)
    if not (reason := reason.strip()):
        raise ValueError("a review needs a reason")
    last = _reviews(session, [row.id]).get(row.id)
    if last is not None and (last.by, last.reason, last.count) == (actor.id, reason, row.count):
        return
    session.add(
        DivisionFindingReview(
            id=new_id(),
            finding_id=row.id,
            at=now,
            by=actor.id,
            by_name=actor.name,
            reason=reason,
            count=row.count,
        )
    )


def open_findings(session: Session) -> Iterator[Finding]:
    """Yield the findings that nobody has reviewed."""
    return (finding for finding in findings(session) if finding.review is None)
