"""The working calendar as an installation has uploaded it; what came with the engine is in `engine/data`."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base
from engine.tables.history import BIG


class CalendarImport(Base):
    """One part of the calendar, a year or the business hours, as it was brought in. Of each part the newest counts.

    `part` is `2027` or `hours`. `official`: the year's arrangement has been announced. `source` says by what.
    """

    __tablename__ = "work_calendar_import"
    __table_args__ = (sa.Index("ix_work_calendar_import_part", "part", "id"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True)
    part: Mapped[str] = mapped_column(sa.String(10))
    official: Mapped[bool]
    source: Mapped[str] = mapped_column(sa.String(200))
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[str] = mapped_column(sa.String(100))


class WorkCalendarDay(Base):
    """A day of an import: `holiday` is off, `workday` is a weekend day that is worked, both with what for in `name`.

    `hours`: from this day on offices are open as `name` says, `08:30-12:00 15:00-18:00`.
    """

    __tablename__ = "work_calendar_day"

    import_id: Mapped[int] = mapped_column(sa.ForeignKey("work_calendar_import.id"), primary_key=True)
    date: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(100))
