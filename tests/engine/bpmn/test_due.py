"""Until when a user task is due, and how that was counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.bpmn.step import OpenedUserTask
from engine.calendar import work_calendar
from engine.clock import TIMEZONE, FixedClock
from engine.limits import Counted, Limit, Unit
from tests.engine.bpmn.drawing import draw, user


def opened(run: Any, due: str, **variables: Any) -> OpenedUserTask:
    task: OpenedUserTask = run(draw(user("a", due=due), flows="s>a a>e"), **variables).step.user_tasks[0]
    return task


@pytest.mark.parametrize(
    ("due", "limit"),
    [
        ("working days after(now(), 5)", Limit(5, Unit.WORKING_DAYS)),
        ("working hours after(now(), 2)", Limit(2, Unit.WORKING_HOURS)),
        ("if hurry then working hours after(now(), 2) else working days after(now(), 3)", Limit(3, Unit.WORKING_DAYS)),
        ("min(working days after(now(), 9), working days after(now(), 4))", Limit(4, Unit.WORKING_DAYS)),
    ],
)
def test_a_task_remembers_how_its_due_time_was_counted(run: Any, clock: FixedClock, due: str, limit: Limit) -> None:
    task = opened(run, due, hurry=False)

    assert task.due_basis is not None
    counted = Counted.read(task.due_basis)
    assert counted == Counted(clock.now(), limit)
    assert work_calendar().deadline(counted.start, counted.limit).at == task.due_at


@pytest.mark.parametrize(
    "due",
    ['now() + duration("PT3H")', 'working days after(now(), 5) + duration("PT1H")', 'date("2026-12-01")', ""],
)
def test_what_no_working_time_function_gave_has_no_basis(run: Any, due: str) -> None:
    assert opened(run, due).due_basis is None


def test_whoever_sets_a_due_time_may_say_why(run: Any) -> None:
    task = opened(run, '{at: day, explanation_zh: "按约定", explanation_en: "as agreed", other: 1}', day="2026-12-01")

    assert task.due_at == datetime(2026, 12, 1, tzinfo=TIMEZONE)
    assert task.due_basis == {"explanation_zh": "按约定", "explanation_en": "as agreed"}


def test_a_task_may_be_due_after_a_duration(run: Any, clock: FixedClock) -> None:
    assert opened(run, 'duration("PT3H")').due_at == clock.now() + timedelta(hours=3)
