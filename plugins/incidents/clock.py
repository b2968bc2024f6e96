"""The clock of a referral: what is stored of it, what is left of it, and why it ends when it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import TIMEZONE, GuardRefused, HandlerContext, Limit, WorkCalendar
from plugins.incidents.tables_referral import ClockExtension, ClockPause, DeadlineClock, Referral
from plugins.incidents.time_limits import Reckoning

LONGEST_PAUSE: Final = timedelta(days=90)
"""Natural days that a referral may be suspended in all (SPEC 2.4, assumed)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock says at a moment. `left`: seconds that count until it is due, 0 from then on."""

    due: datetime
    left: int
    total: int
    paused: bool
    stopped: bool
    overdue: bool


def begin(session: Session, calendar: WorkCalendar, referral: Referral, at: datetime, limit: Limit) -> DeadlineClock:
    """Start the clock of a referral, a new round of it when it had one."""
    reckoning = Reckoning.of(calendar, limit.unit)
    due = reckoning.deadline(at, limit.amount)
    clock = DeadlineClock(
        referral_no=referral.no,
        round=referral.rework_count,
        amount=limit.amount,
        unit=limit.unit,
        started_at=at,
        due_at=due.at,
        total_seconds=max(reckoning.seconds(at, due.at), 1),
        provisional=due.provisional,
        explanation_zh=due.explanation_zh,
        explanation_en=due.explanation_en,
    )
    session.add(clock)
    session.flush()
    return clock


def current(session: Session, referral: Referral) -> DeadlineClock:
    """Return the clock of a referral's present round."""
    return session.get_one(DeadlineClock, (referral.no, referral.rework_count))


def read(clock: DeadlineClock, reckoning: Reckoning, now: datetime) -> Reading:
    """Read a clock. What is overdue is found here, each time anew (I15)."""
    stopped, paused = clock.stopped_at is not None, clock.remaining_seconds is not None
    until = clock.stopped_at or now
    left = clock.remaining_seconds if clock.remaining_seconds is not None else reckoning.seconds(until, clock.due_at)
    overdue = not paused and until > clock.due_at
    return Reading(clock.due_at, left, clock.total_seconds, paused, stopped, overdue)


def stop(context: HandlerContext, referral: Referral) -> DeadlineClock:
    """Stop the clock for good; one that is paused ends its pause."""
    now, clock = context.clock.now(), current(context.session, referral)
    for pause in open_pauses(context.session, referral):
        pause.until_at = end_of_pause(context.session, pause, now)
    if clock.stopped_at is None:
        clock.stopped_at = now
    return clock


def open_pauses(session: Session, referral: Referral) -> Sequence[ClockPause]:
    """Return the pause that a referral is in, if it is in one."""
    select = sa.select(ClockPause).where(ClockPause.referral_no == referral.no, ClockPause.until_at.is_(None))
    return session.scalars(select).all()


def end_of_pause(session: Session, pause: ClockPause, now: datetime) -> datetime:
    """Return when a pause ends that is ended now: now, or when the referral's allowance was used up before (I15)."""
    others = [
        each.until_at - each.from_at
        for each in pauses(session, pause.referral_no)
        if each.id != pause.id and each.until_at is not None
    ]
    latest: datetime = pause.from_at + max(LONGEST_PAUSE - sum(others, timedelta()), timedelta())
    return min(now, latest)


def pauses(session: Session, referral_no: str) -> Sequence[ClockPause]:
    """Return the pauses of a referral, oldest first."""
    select = sa.select(ClockPause).where(ClockPause.referral_no == referral_no).order_by(ClockPause.from_at)
    return session.scalars(select).all()


def extensions(session: Session, referral_no: str) -> Sequence[ClockExtension]:
    """Return the decisions on extensions of a referral, oldest first."""
    select = sa.select(ClockExtension).where(ClockExtension.referral_no == referral_no)
    return session.scalars(select.order_by(ClockExtension.decided_at, ClockExtension.id)).all()


def require_running(clock: DeadlineClock) -> None:
    """Raise GuardRefused for a clock that was stopped: its referral is done with."""
    if clock.stopped_at is not None:
        raise GuardRefused(f"派遣单 {clock.referral_no} 已经停止计时。", referral_no=clock.referral_no)


def tasks_due(context: HandlerContext, referral: Referral, clock: DeadlineClock) -> list[str]:
    """Return the ids of the department's open tasks that are due with the clock."""
    return [task.id for task in context.tasks.waiting(referral.unit) if task.due_at == clock.due_at]


def outputs(clock: DeadlineClock) -> dict[str, Any]:
    """Return a clock's due time and its explanation, as handlers give them to processes."""
    return {
        "due": iso(clock.due_at),
        "due_explanation_zh": clock.explanation_zh,
        "due_explanation_en": clock.explanation_en,
        "provisional": clock.provisional,
    }


def iso(moment: datetime) -> str:
    """Return a moment as ISO 8601 in the time of the place."""
    return moment.astimezone(TIMEZONE).isoformat(timespec="seconds")


def add_explanation(clock: DeadlineClock, zh: str, en: str) -> None:
    """Say why a due time was moved, after what was said before."""
    clock.explanation_zh = f"{clock.explanation_zh}；{zh}"
    clock.explanation_en = f"{clock.explanation_en}; {en}"


def local(moment: datetime) -> str:
    """Return a moment as people of the place write it."""
    return f"{moment.astimezone(TIMEZONE):%Y-%m-%d %H:%M}"
