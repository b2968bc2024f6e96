"""The working calendar of an installation: what came with the engine, and above it what was uploaded, part by part."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.calendar import WorkCalendar, work_calendar
from engine.calendar_file import YEARS
from engine.calendar_parts import HOURS, CalendarPart, PartDay, part_of, with_parts
from engine.context import Context
from engine.db import LARGEST_NUMBER
from engine.errors import NotFound, ReasonMissing
from engine.services.switches import EVERYWHERE, Switches
from engine.tables.calendar import CalendarImport, WorkCalendarDay

PACKAGED = 0
"""Stands for the calendar that came with the engine where an import is named."""

SOURCE_LENGTH = 200


class Calendars:
    """The calendar, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def newest(self) -> int:
        """Return the number of the newest import; PACKAGED when there is none. One small statement."""
        return self._context.session.scalar(sa.select(sa.func.max(CalendarImport.id))) or PACKAGED

    def read(self) -> WorkCalendar:
        """Return the calendar as it is now."""
        newest = sa.select(sa.func.max(CalendarImport.id)).group_by(CalendarImport.part)
        rows = self._context.session.scalars(sa.select(CalendarImport).where(CalendarImport.id.in_(newest))).all()
        return with_parts(work_calendar(), [self._part(row) for row in rows])

    def imports(self) -> Sequence[CalendarImport]:
        """Return all imports, newest first."""
        select = sa.select(CalendarImport).order_by(CalendarImport.id.desc())
        return self._context.session.scalars(select).all()

    def part(self, part: str, import_id: int) -> CalendarPart:
        """Return a part as an import has it, or as it came with the engine; raise NotFound."""
        if import_id == PACKAGED and part in {HOURS, *map(str, YEARS)}:
            return part_of(work_calendar(), part)
        row = self._context.session.get(CalendarImport, import_id) if import_id <= LARGEST_NUMBER else None
        if row is None or row.part != part:
            raise NotFound(part=part, import_id=import_id)
        return self._part(row)

    def put(self, parts: Sequence[CalendarPart], source: str) -> None:
        """Bring in parts of the calendar: from the commit on they count, in every process within seconds.

        Due times of tasks stay as they are: see `engine.services.dues`.

        Raises:
            Forbidden: the actor is no operator of the whole installation.
            ReasonMissing: nothing is said about where it is from.
        """
        self.permit()
        if not source.strip():
            raise ReasonMissing
        for part in parts:
            row = CalendarImport(
                part=part.part,
                official=part.official,
                source=source.strip()[:SOURCE_LENGTH],
                loaded_at=self._context.clock.now(),
                loaded_by=self._context.actor.name,
            )
            self._context.session.add(row)
            self._context.session.flush()
            self._context.session.add_all(
                WorkCalendarDay(import_id=row.id, date=each.day, kind=each.kind, name=each.name) for each in part.days
            )

    def permit(self) -> None:
        """Raise Forbidden unless the actor is an operator of the whole installation."""
        Switches(self._context).permit(EVERYWHERE)

    def _part(self, row: CalendarImport) -> CalendarPart:
        select = sa.select(WorkCalendarDay).where(WorkCalendarDay.import_id == row.id).order_by(WorkCalendarDay.date)
        days = [PartDay(each.date, each.kind, each.name) for each in self._context.session.scalars(select)]
        return CalendarPart(row.part, row.official, tuple(days))
