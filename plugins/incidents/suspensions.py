"""Suspending a clock (挂账): what is left of the time is kept, and runs on from the day it is resumed (I15)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from engine.core_api import TIMEZONE, GuardRefused, HandlerContext, Work, new_id, today
from engine.plugin_api import BusinessError
from plugins.incidents import clock as clocks
from plugins.incidents import referrals
from plugins.incidents.extensions import read_moment, set_due
from plugins.incidents.lifecycle import IncidentState, ReferralState, move_incident, move_referral
from plugins.incidents.schemas import refusal
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import ClockPause, DeadlineClock, Referral
from plugins.incidents.time_limits import Reckoning

KINDS: Final = ("engineering", "seasonal", "third_party", "litigation")
REVIEW: Final = 30
"""Natural days after which it is looked at again at the latest."""
OPENING: Final = time(8, 30)
CODE: Final = "SUSPENSION_NOT_ALLOWED"


def suspend(
    context: HandlerContext,
    incident_no: str,
    referral_no: str,
    kind: str,
    review_date: Any,
    interim_measures: str,
    reason: str | None,
) -> dict[str, Any]:
    """Stop the clock of a referral until it is resumed; one that stands still gets another day of review.

    Raises:
        BusinessError: SUSPENSION_NOT_ALLOWED: it is due, or the review is too late or not ahead.
        GuardRefused: the clock was stopped, or nobody is handling the referral.
    """
    session, now = context.session, context.clock.now()
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    clock = clocks.current(session, referral)
    clocks.require_running(clock)
    review, left = check(context, referral, review_date), allowance(context, referral)
    tasks = _stand_still(context, incident, referral, clock)
    session.add(
        ClockPause(
            id=new_id(),
            referral_no=referral_no,
            round=referral.rework_count,
            kind=kind,
            from_at=now,
            review_on=review,
            due_before=clock.due_at,
            interim_measures=interim_measures,
            reason=reason or "",
            tasks=tasks,
        )
    )
    session.flush()
    review_at = datetime.combine(review, OPENING, TIMEZONE)
    return {"review_at": clocks.iso(review_at), "days_left": left.days, **clocks.outputs(clock)}


def check(context: HandlerContext | Work, referral: Referral, review_date: Any) -> date:
    """Return the day of review if a referral may be suspended until then; raise BusinessError."""
    asked = read_moment(review_date)
    review = asked.astimezone(TIMEZONE).date() if isinstance(asked, datetime) else asked
    if review is None:
        raise refusal(CODE, "请填写复核日期", "Give a day of review", "review_date")
    clock = clocks.current(context.session, referral)
    against = _obstacle(context, clock, review, allowance(context, referral))
    if against is not None:
        raise against
    return review


def _obstacle(
    context: HandlerContext | Work, clock: DeadlineClock, review: date, left: timedelta
) -> BusinessError | None:
    day, now = today(context.clock), context.clock.now()
    if clock.remaining_seconds is None and now > clock.due_at:
        said = clocks.local(clock.due_at)
        return refusal(CODE, f"办理期限已于 {said} 届满，不能再挂账", f"It was due at {said}", "", "I15")
    if review <= day:
        return refusal(CODE, "复核日期应在今天以后", "The review must be after today", "review_date")
    if review > day + timedelta(days=REVIEW):
        return refusal(CODE, f"应在 {REVIEW} 日内复核", f"Review it within {REVIEW} days", "review_date")
    if datetime.combine(review, OPENING, TIMEZONE) > now + left:
        zh = f"累计挂账不得超过 {clocks.LONGEST_PAUSE.days} 日，还可挂账 {left.days} 日"
        return refusal(
            CODE, zh, f"At most {clocks.LONGEST_PAUSE.days} days in all, {left.days} are left", "review_date", "I15"
        )
    return None


def _stand_still(context: HandlerContext, incident: Incident, referral: Referral, clock: DeadlineClock) -> list[str]:
    """Stop the clock, or end the pause it is in; return the ids of the tasks that wait for it."""
    session, now = context.session, context.clock.now()
    for pause in clocks.open_pauses(session, referral):
        pause.until_at = now
        session.flush()
        return [str(task) for task in pause.tasks]
    referrals.start_handling(context, incident, referral)
    reading = clocks.read(clock, Reckoning.of(context.calendar, clock.unit), now)
    clock.remaining_seconds = reading.left
    move_referral(referral, ReferralState.SUSPENDED)
    tasks = clocks.tasks_due(context, referral, clock)
    context.tasks.move_due(tasks, None)
    if referral.role == "lead":
        move_incident(incident, IncidentState.SUSPENDED)
        incident.due_at = None
    return tasks


def allowance(context: HandlerContext | Work, referral: Referral) -> timedelta:
    """Return for how much longer a referral may be suspended, from now on."""
    now = context.clock.now()
    used = [(pause.until_at or now) - pause.from_at for pause in clocks.pauses(context.session, referral.no)]
    return max(clocks.LONGEST_PAUSE - sum(used, timedelta()), timedelta())


def resume(context: HandlerContext, incident_no: str, referral_no: str, reason: str) -> dict[str, Any]:
    """Let the clock run on. Time beyond the allowance was not suspended: it counts.

    Raises:
        GuardRefused: the referral is not suspended.
    """
    session = context.session
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    clock = clocks.current(session, referral)
    found = clocks.open_pauses(session, referral)
    if not found or clock.remaining_seconds is None:
        raise GuardRefused(f"派遣单 {referral_no} 没有挂账。", referral_no=referral_no)
    pause = found[0]
    pause.until_at = clocks.end_of_pause(session, pause, context.clock.now())
    reckoning = Reckoning.of(context.calendar, clock.unit)
    due = reckoning.after(pause.until_at, clock.remaining_seconds)
    clock.remaining_seconds = None
    begin, end, after = clocks.local(pause.from_at), clocks.local(pause.until_at), clocks.local(due)
    clocks.add_explanation(
        clock, f"{begin} 至 {end} 挂账，顺延至 {after}", f"suspended from {begin} to {end}: until {after}"
    )
    pause.reason = "；".join(filter(None, (pause.reason, reason)))
    move_referral(referral, ReferralState.HANDLING)
    if referral.role == "lead":
        move_incident(incident, IncidentState.HANDLING)
    set_due(context, incident, referral, due, [str(task) for task in pause.tasks])
    return clocks.outputs(clock)
