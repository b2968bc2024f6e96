"""Extending a time limit: before it is due, once; a second time or beyond the limit itself by the leader (c9e)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.core_api import TIMEZONE, Deadline, HandlerContext, Work, new_id
from engine.plugin_api import BusinessError
from plugins.incidents import clock as clocks
from plugins.incidents import referrals
from plugins.incidents.schemas import refusal
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import ClockExtension, DeadlineClock, Referral
from plugins.incidents.time_limits import Reckoning

LEVELS: Final = ("shift_leader", "agency_leader")
DECISIONS: Final = ("grant", "refuse", "silence")
"""Silence is a refusal (SPEC 8(c) c9e, assumed)."""
MOST: Final = 2
"""Extensions of one limit; the second is the leader's (SPEC 2.4, assumed)."""
LONGEST: Final = timedelta(days=90)
"""Natural days by which extensions may move a limit in all: as long as it may be suspended (assumed)."""
CODE: Final = "EXTENSION_NOT_ALLOWED"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, and the decision: until `new_due` (a day or a moment), or by `days` working days."""

    new_due: Any
    days: int | None
    reason: str
    decision: str
    level: str
    told_reporter: bool


def extend(context: HandlerContext, incident_no: str, referral_no: str, request: Request) -> dict[str, Any]:
    """Extend the limit of a referral; keep the decision either way.

    Raises:
        BusinessError: EXTENSION_NOT_ALLOWED: it is due, paused, extended before, by more than the original limit or,
            by the leader, by more than LONGEST in all, or to no later time.
        GuardRefused: the clock was stopped.
    """
    session = context.session
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    clock = clocks.current(session, referral)
    clocks.require_running(clock)
    due = clock.due_at
    if request.decision == "grant":
        due = _wanted(context, clock, request)
        against = _obstacle(context, referral, due, request.level)
        if against is not None:
            raise against
    session.add(
        ClockExtension(
            id=new_id(),
            referral_no=referral_no,
            round=referral.rework_count,
            decided_at=context.clock.now(),
            decision=request.decision,
            level=request.level,
            from_due=clock.due_at,
            to_due=due,
            reason=request.reason,
            told_reporter=request.told_reporter,
        )
    )
    if due > clock.due_at:
        _move(context, incident, referral, due)
    return clocks.outputs(clock)


def check(work: Work, referral: Referral, new_due: Any) -> bool:
    """Raise what `extend` would if it were granted now: nobody shall decide on what cannot be.

    Returns:
        Whether it is longer than the limit itself, which is for the agency's leader to decide (c9e).

    Raises:
        BusinessError: EXTENSION_NOT_ALLOWED.
    """
    clock = clocks.current(work.session, referral)
    asked = Request(new_due, None, "", "grant", LEVELS[1], told_reporter=False)
    due = _wanted(work, clock, asked)
    against = _obstacle(work, referral, due, asked.level)
    if against is not None:
        raise against
    return due > _latest(work, referral, clock)


def _wanted(context: HandlerContext | Work, clock: DeadlineClock, request: Request) -> datetime:
    """Return the moment that is asked for; a day means its close of business."""
    working_days = Reckoning.of(context.calendar, "working_days")
    if request.days is not None:
        return working_days.deadline(clock.due_at, request.days).at
    asked = read_moment(request.new_due)
    if asked is None:
        raise refusal(CODE, "请写明延至何日，或者延长几个工作日", "Say until when, or by how many days", "new_due")
    return asked if isinstance(asked, datetime) else working_days.calendar.working_days_after(asked, 0)


def read_moment(value: Any) -> datetime | date | None:
    """Read a day or a moment as forms and FEEL give it; None for anything else."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == len("2026-01-01") else datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=TIMEZONE)
    return value if isinstance(value, date) else None


def _obstacle(context: HandlerContext | Work, referral: Referral, due: datetime, level: str) -> BusinessError | None:
    clock = clocks.current(context.session, referral)
    if clock.remaining_seconds is not None:
        return refusal(CODE, "挂账期间不能延期", "It is suspended")
    if context.clock.now() > clock.due_at:
        said = clocks.local(clock.due_at)
        return refusal(CODE, f"办理期限已于 {said} 届满，不能再延期", f"It was due at {said}", "new_due", "I15")
    if due <= clock.due_at:
        return refusal(CODE, "延至的时间应晚于现在的期限", "It must be later than the present limit", "new_due")
    return _beyond(context, referral, clock, due, level)


def _beyond(
    context: HandlerContext | Work, referral: Referral, clock: DeadlineClock, due: datetime, level: str
) -> BusinessError | None:
    """Return what is against so many extensions, or so long ones, for those who decide on this level."""
    granted, leader = _granted(context.session, referral), level == LEVELS[1]
    if len(granted) >= MOST:
        return refusal(CODE, f"已经延期 {MOST} 次", f"It was extended {MOST} times already")
    if granted and not leader:
        return refusal(CODE, "第二次延期须由机构负责人批准", "A second extension is the leader's", "level")
    if due > (granted[0].from_due if granted else clock.due_at) + LONGEST:
        most = LONGEST.days
        return refusal(CODE, f"累计延长不得超过 {most} 日", f"At most {most} days longer in all", "new_due", "I15")
    latest = _latest(context, referral, clock)
    if due > latest and not leader:
        said = clocks.local(latest)
        zh = f"累计延长超过原期限的，须由机构负责人批准，否则至迟 {said}"
        return refusal(CODE, zh, f"Longer than the limit itself is the leader's; else {said} at the latest", "new_due")
    return None


def _granted(session: Session, referral: Referral) -> list[ClockExtension]:
    """Return by what the limit of the present round was extended, oldest first."""
    return [
        each
        for each in clocks.extensions(session, referral.no)
        if each.round == referral.rework_count and each.to_due > each.from_due
    ]


def _latest(context: HandlerContext | Work, referral: Referral, clock: DeadlineClock) -> datetime:
    """Return until when extensions are not longer in all than the limit itself."""
    granted = _granted(context.session, referral)
    reckoning = Reckoning.of(context.calendar, clock.unit)
    first = granted[0].from_due if granted else clock.due_at
    allowed = reckoning.seconds(first, reckoning.deadline(first, clock.amount).at)
    used = sum(reckoning.seconds(each.from_due, each.to_due) for each in granted)
    return reckoning.after(clock.due_at, max(allowed - used, 0))


def _move(context: HandlerContext, incident: Incident, referral: Referral, due: datetime) -> None:
    clock = clocks.current(context.session, referral)
    following = clocks.tasks_due(context, referral, clock)
    reckoning = Reckoning.of(context.calendar, clock.unit)
    clock.total_seconds += reckoning.seconds(clock.due_at, due)
    before, after = clocks.local(clock.due_at), clocks.local(due)
    clocks.add_explanation(clock, f"经批准由 {before} 延至 {after}", f"extended from {before} to {after}")
    set_due(context, incident, referral, due, following)


def set_due(context: HandlerContext, incident: Incident, referral: Referral, due: datetime, tasks: list[str]) -> None:
    """Move the due time of a referral, of the tasks that are due with it, and of its incident if it leads."""
    clock = clocks.current(context.session, referral)
    calendar = Reckoning.of(context.calendar, clock.unit).calendar
    clock.due_at = due
    clock.provisional = calendar.is_provisional(due.astimezone(TIMEZONE).date())
    why = Deadline(due, clock.provisional, clock.explanation_zh, clock.explanation_en)
    context.tasks.move_due(tasks, due, why)
    if referral.role == "lead":
        incident.due_at = due
