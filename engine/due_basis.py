"""What a task remembers of its due time: how it was counted, or what was said about it. `user_task.due_basis` holds it.

`{"from", "amount", "unit"}` where a working-time function gave the due time: it is explained, and counted anew, from
that. `{"explanation_zh", "explanation_en", "provisional"}` where whoever set it said why. None: nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.calendar import WorkCalendar
from engine.limits import Counted, Deadline


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is due when it is. `provisional`: the moment may still change with the calendar."""

    zh: str
    en: str
    provisional: bool


def said_basis(deadline: Deadline) -> dict[str, Any]:
    """Return the basis that says what a deadline says."""
    return {
        "explanation_zh": deadline.explanation_zh,
        "explanation_en": deadline.explanation_en,
        "provisional": deadline.provisional,
    }


def recounted(calendar: WorkCalendar, due_at: datetime | None, basis: Mapping[str, Any] | None) -> Deadline | None:
    """Return the deadline by a calendar where it is another moment than it was; None where nothing would change."""
    if due_at is None or not basis or "from" not in basis:
        return None
    counted = Counted.read(basis)
    deadline = calendar.deadline(counted.start, counted.limit)
    return None if deadline.at == due_at else deadline


def why(calendar: WorkCalendar, due_at: datetime | None, basis: Mapping[str, Any] | None) -> Why | None:
    """Return why a task is due when it is; None where nothing is known."""
    if due_at is None or not basis:
        return None
    if "from" not in basis:
        said = str(basis.get("explanation_zh") or ""), str(basis.get("explanation_en") or "")
        return Why(*said, provisional=basis.get("provisional") is True)
    changed = recounted(calendar, due_at, basis)
    if changed is not None:
        return Why(
            f"产生任务时按当时的工作日历计算。日历此后有变，按现行日历为 {changed.explanation_zh}；经确认才变更。",
            "Counted by the working calendar as it was when the task came. By the calendar of today it is "
            f"{changed.explanation_en}; it changes only when somebody confirms it.",
            provisional=True,
        )
    counted = Counted.read(basis)
    deadline = calendar.deadline(counted.start, counted.limit)
    return Why(deadline.explanation_zh, deadline.explanation_en, deadline.provisional)
