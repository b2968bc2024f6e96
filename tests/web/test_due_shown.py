"""Due times on pages: why they are then, and whether that is provisional."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.application import Engine
from engine.limits import Counted, Limit, Unit
from engine.tables.tasks import UserTask
from engine.types import SYSTEM
from tests.web.conftest import Visitor


@pytest.mark.parametrize(("day", "provisional"), [("2026-11-23", False), ("2026-12-30", True)])
def test_a_due_time_explains_itself_wherever_it_is_shown(
    clerk: Visitor, engine: Engine, task_id: str, day: str, provisional: bool
) -> None:
    counted = Counted(datetime.fromisoformat(f"{day}T10:00:00+08:00"), Limit(3, Unit.WORKING_DAYS))
    with engine.begin(SYSTEM) as work:
        task = work.session.get_one(UserTask, task_id)
        task.due_at = work.calendar.deadline(counted.start, counted.limit).at
        task.due_basis = counted.as_json()
        instance = task.instance_id

    page = clerk.get(f"/tasks/{task_id}").text
    assert "期限怎样计算" in page
    assert "3 个工作日：" in page
    assert "3 个工作日：" in clerk.get("/tasks").text
    for path in (f"/tasks/{task_id}", "/tasks", f"/instances/{instance}"):
        assert ("暂定</span>" in clerk.get(path).text) is provisional


def test_a_due_time_of_which_nothing_is_known_says_no_more(clerk: Visitor, task_id: str) -> None:
    assert "期限怎样计算" not in clerk.get(f"/tasks/{task_id}").text
