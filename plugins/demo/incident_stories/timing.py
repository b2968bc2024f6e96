"""Paths of time: extensions, suspensions, terminations, and what happens when nobody keeps to it (D7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from plugins.demo.incident_stories.draft import Draft, Told, in_days, in_working_days
from plugins.demo.incident_stories.intake import in_danger
from plugins.demo.incident_stories.path import Made
from plugins.demo.incident_stories.texts import Text, is_calm, is_referred, of_item
from plugins.demo.incident_stories.usual import hasten
from plugins.demo.story import Reply, Scene
from plugins.incidents.api import RequestKind

AT_ONCE: Final = timedelta(minutes=20)
GRANTED: Final = {"decision": "grant", "reason": "理由充分，同意。"}
REFUSED: Final = {"decision": "refuse", "reason": "理由不充分，请按期办结。"}


def _handles_after(draft: Draft, days: float) -> None:
    draft.always("handle", Reply(draft.usually("handle").values, timedelta(days=days)))


def _more_time(scene: Scene, *, engineering: bool = False, days: int = 7) -> dict[str, Any]:
    return {
        "new_due": in_working_days(scene, days),
        "reason": "配件须定制，供货需要一周。",
        "told_reporter": True,
        "engineering": engineering,
    }


def extended(draft: Draft) -> None:
    """Ask for more time, and get it."""
    draft.asks(RequestKind.EXTENSION, _more_time, after=timedelta(days=2))
    draft.always("decide_extension", Reply(GRANTED, draft.hours(1, 5)))
    _handles_after(draft, 8)


def extended_by_leader(draft: Draft) -> None:
    """Ask for more time for works: the leader decides."""
    draft.asks(RequestKind.EXTENSION, partial(_more_time, engineering=True), after=timedelta(days=2))
    draft.always("decide_extension_leader", Reply(GRANTED, draft.hours(1, 5)))
    _handles_after(draft, 8)


def not_extended(draft: Draft) -> None:
    """Ask for more time, and not get it."""
    draft.asks(RequestKind.EXTENSION, _more_time, after=timedelta(days=2))
    draft.always("decide_extension", Reply(REFUSED, draft.hours(1, 5)))
    _handles_after(draft, 5)


def extension_unanswered(draft: Draft) -> None:
    """Ask for more time; nobody answers in a working day, which is a refusal."""
    draft.asks(RequestKind.EXTENSION, _more_time, after=timedelta(days=1))
    draft.then("decide_extension")
    _handles_after(draft, 5)


def unanswered_by_leader(draft: Draft) -> None:
    """Ask for more time for works; the leader does not answer either."""
    draft.asks(RequestKind.EXTENSION, partial(_more_time, engineering=True), after=timedelta(days=1))
    draft.then("decide_extension_leader")
    _handles_after(draft, 5)


def _asks_on_the_last_day(draft: Draft, kind: RequestKind, told: Told, decided: str) -> None:
    """Ask in the last hours, and be granted it on the morning after, when there is nothing left to prolong."""
    asked = draft.until_working_day(5) + timedelta(hours=5)
    draft.asks(kind, told, after=asked, anytime=True)
    draft.always(decided, Reply(GRANTED, draft.until_working_day(6) - asked, anytime=True))
    _handles_on(draft, 6, later=timedelta(hours=4))


def extended_too_late(draft: Draft) -> None:
    """Ask for more time on the last day: granted when it is over, it is not recorded."""
    _asks_on_the_last_day(draft, RequestKind.EXTENSION, partial(_more_time, days=3), "decide_extension")


def suspended_too_late(draft: Draft) -> None:
    """Ask to stop the clock on the last day, in the same way."""
    _asks_on_the_last_day(draft, RequestKind.SUSPENSION, partial(_pause, kind="third_party"), "decide_suspension")


def _pause(scene: Scene, kind: str) -> dict[str, Any]:
    measures, reason = PAUSES[kind]
    return {"kind": kind, "review_date": in_days(scene, 25), "interim_measures": measures, "reason": reason}


PAUSES: Final = {
    "engineering": ("设置围挡和警示灯", "已列入改造工程，施工单位月底进场"),
    "seasonal": ("先行清理，专人看护", "雨季不能施工，须待天气转晴"),
    "third_party": ("临时封闭，每日巡查", "须等待供电公司迁移线路"),
    "litigation": ("保持现状，禁止扩建", "当事人已提起行政诉讼，等待裁判"),
}
"""Kind of suspension → what is done meanwhile, and why."""


def suspended(draft: Draft, kind: str) -> None:
    """Stop the clock until the department goes on by itself."""
    draft.asks(RequestKind.SUSPENSION, partial(_pause, kind=kind), after=timedelta(days=1))
    draft.always("decide_suspension", Reply(GRANTED, draft.hours(1, 5)))
    draft.asks(RequestKind.RESUME, lambda scene: {"reason": "条件具备，恢复办理"}, after=timedelta(days=12))
    _handles_after(draft, 17)


def reviewed(draft: Draft) -> None:
    """Stop the clock until the day of review."""
    suspended(draft, "engineering")
    del draft.acts[RequestKind.RESUME]
    _handles_after(draft, 29)


def not_suspended(draft: Draft) -> None:
    """Ask to stop the clock in vain."""
    draft.asks(RequestKind.SUSPENSION, partial(_pause, kind="third_party"), after=timedelta(days=1))
    draft.always("decide_suspension", Reply(REFUSED, draft.hours(1, 5)))
    _handles_after(draft, 5)


def suspension_unanswered(draft: Draft) -> None:
    """Ask to stop the clock; nobody answers."""
    not_suspended(draft)
    draft.then("decide_suspension")


def _end(scene: Scene) -> dict[str, Any]:
    del scene
    return {"reason": "当事人已就同一事项提起诉讼，应走法定途径。"}


def terminated(draft: Draft) -> None:
    """Ask to end it: other procedures have begun."""
    draft.asks(RequestKind.TERMINATION, _end, after=timedelta(days=1))
    draft.always("decide_termination", Reply(GRANTED, draft.hours(2, 6)))
    _handles_after(draft, 6)


def not_terminated(draft: Draft) -> None:
    """Ask to end it in vain."""
    draft.asks(RequestKind.TERMINATION, _end, after=timedelta(days=1))
    draft.always("decide_termination", Reply(REFUSED, draft.hours(2, 6)))
    _handles_after(draft, 5)


def _handles_on(draft: Draft, count: int, *, later: timedelta = timedelta()) -> None:
    """Let the department sign at once, and handle it at ten o'clock of a working day after the report, or later."""
    draft.always("sign", Reply({"action": "sign"}, AT_ONCE, anytime=True))
    after = draft.until_working_day(count) + later - AT_ONCE
    draft.always("handle", Reply(draft.usually("handle").values, after, anytime=True))


def reminded(draft: Draft) -> None:
    """Handle it on the last day, when more than four fifths of the time are over."""
    _handles_on(draft, 5, later=timedelta(hours=5))


def overdue(draft: Draft) -> None:
    """Handle it on the day after it was due."""
    _handles_on(draft, 6)


def supervised(draft: Draft) -> None:
    """Handle it when the county supervises."""
    _handles_on(draft, 8)


def reported_up(draft: Draft) -> None:
    """Handle it when it was reported to the city, five working days late."""
    _handles_on(draft, 11)


def urgent_and_late(draft: Draft) -> None:
    """Handle an urgent one when the department's head was called in, five working days late."""
    hasten(draft, "urgent")
    _handles_on(draft, 7)


def emergency_late(draft: Draft) -> None:
    """Make safe an emergency after more than six hours: calls every quarter of an hour."""
    in_danger(draft)
    draft.always("handle", Reply(draft.usually("handle").values, timedelta(hours=7.5), anytime=True))


def _engineered(text: Text) -> bool:
    return is_referred(text) and text.urgency == "normal" and text.item in ("UMB-008", "HUD-010", "AMR-015", "FRB-026")


BUILDS: Final[Mapping[str, Made]] = {
    "extended": (extended, _engineered),
    "extended_by_leader": (extended_by_leader, _engineered),
    "extension_refused": (not_extended, is_calm),
    "extension_silent": (extension_unanswered, is_calm),
    "extension_leader_silent": (unanswered_by_leader, _engineered),
    "extension_too_late": (extended_too_late, is_calm),
    "suspension_too_late": (suspended_too_late, _engineered),
    "suspended_seasonal": (partial(suspended, kind="seasonal"), _engineered),
    "suspended_third_party": (partial(suspended, kind="third_party"), _engineered),
    "suspended_litigation": (partial(suspended, kind="litigation"), _engineered),
    "suspended_reviewed": (reviewed, _engineered),
    "suspension_refused": (not_suspended, _engineered),
    "suspension_silent": (suspension_unanswered, _engineered),
    "terminated": (terminated, is_calm),
    "termination_refused": (not_terminated, is_calm),
    "reminded": (reminded, is_calm),
    "overdue": (overdue, is_calm),
    "supervised": (supervised, is_calm),
    "reported": (reported_up, is_calm),
    "interviewed": (urgent_and_late, is_calm),
    "emergency_overdue": (emergency_late, of_item("EMB-013")),
}
"""Path → what is its own, and what it may be about."""
