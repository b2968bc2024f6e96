"""Departments' reports on their own data, seen by grid: who may see which rows, and what is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Actor, NotFound, OrgUnit, OwnReport, below
from plugins.grid_registry.tables import Grid
from plugins.grid_registry.watch import AUDITOR

STAFF: Final = "department_staff"
READ: Final = 5000
"""Rows of a table that are read, and counted."""
SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report as one reader sees it: titles, rows of texts, and (value, number) of what is counted."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    counts: Sequence[tuple[str, int]]
    total: int


def readable(reports: Sequence[OwnReport], actor: Actor) -> list[OwnReport]:
    """Return the reports of which the actor may see something."""
    return [report for report in reports if _reach(report, actor)]


def sheet(session: Session, report: OwnReport, actor: Actor, language: str) -> Sheet:
    """Return a report with the rows whose grid lies where the actor's posts reach.

    Raises:
        NotFound: the report is not the actor's to see: what one may not see does not exist.
    """
    reach = _reach(report, actor)
    if not reach or report.rows is None:
        raise NotFound(report=report.name)
    inside = sa.or_(*(below(OrgUnit.path, path) for path in reach))
    grids = set(session.scalars(sa.select(Grid.code).join(OrgUnit, OrgUnit.code == Grid.township).where(inside)))
    rows = [row for row in report.rows(READ) if row[report.place] in grids]
    rows.sort(key=lambda row: str(row[report.columns[0].name]), reverse=True)
    words = {column.name: column.words for column in report.columns}

    def text(column: str, value: object) -> str:
        said = words.get(column, {}).get(str(value))
        return said[language] if said else "" if value is None else str(value)

    counts = Counter(text(report.count, row[report.count]) for row in rows) if report.count else Counter()
    return Sheet(
        report.title[language],
        [column.title[language] for column in report.columns],
        [[text(column.name, row[column.name]) for column in report.columns] for row in rows[:SHOWN]],
        counts.most_common(),
        len(rows),
    )


def _reach(report: OwnReport, actor: Actor) -> list[str]:
    """Return the places whose rows the actor may see: staff of the department those of its county, others their own."""
    reach = []
    for post in actor.posts:
        if post.group == STAFF and post.org_unit.endswith(f"-{report.department}"):
            reach.append(post.path.rstrip("/").rpartition("/")[0] + "/")
        elif post.group == AUDITOR or post.group in report.groups - {STAFF}:
            reach.append(post.path)
    return reach
