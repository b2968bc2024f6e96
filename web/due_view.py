"""How the due time of a task is shown: how long there is left, why it is then, and whether that is provisional."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.due_basis import why
from engine.types import TaskState
from web import formats
from web.language import current_language

if TYPE_CHECKING:
    from engine.tables.tasks import UserTask
    from engine.work import Work


def due_of(work: Work, task: UserTask) -> formats.Deadline | None:
    """Return how the due time of an open task is shown; None for one without, and for one that is over."""
    shown = formats.deadline(task.due_at, work.clock.now()) if task.state == TaskState.OPEN else None
    reason = why(work.calendar, task.due_at, task.due_basis)
    if shown is None or reason is None:
        return shown
    text = reason.zh if current_language() == "zh" else reason.en
    return replace(shown, why=text, provisional=reason.provisional)
