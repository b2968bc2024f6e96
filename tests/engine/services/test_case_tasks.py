"""What a handler knows of its case's user tasks: who did them, and moving until when they are due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine.types import SYSTEM
from tests.fixtures.house import House


def test_the_due_of_an_open_task_moves_and_the_history_says_so(house: House) -> None:
    first, other = house.start(), house.start()
    later = house.clock.now() + timedelta(days=3)
    with house.engine.begin(SYSTEM) as work:
        tasks = work.case_tasks(work.instances.get(first))
        [waiting] = tasks.waiting("1-a")
        task, element, before = waiting.id, waiting.element_id, waiting.due_at
        assert tasks.waiting("1-b") == []
        assert tasks.move_due([task, house.open_task(other)], later) == 1, "not the task of another case"
        assert tasks.move_due([task], later) == 0, "it is there already"
        assert tasks.waiting("1-a") == [replace(waiting, due_at=later)]
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.tasks.get(task).due_at == later
        assert work.tasks.get(house.open_task(other)).due_at != later
        [moved] = [event for event in work.history.of(first) if event.event == "task.due-moved"]
        assert (moved.element_id, moved.token_id) == (element, task)
        assert set(moved.changes["due_at"]) == {"before", "after"}
        assert (moved.changes["due_at"]["before"] is None) is (before is None)


def test_a_task_that_was_done_is_not_moved_and_its_performer_is_known(house: House) -> None:
    instance = house.start()
    task = house.open_task(instance)
    house.complete(instance, house.clerk)
    with house.engine.begin(SYSTEM) as work:
        tasks = work.case_tasks(work.instances.get(instance))
        assert tasks.move_due([task], house.clock.now()) == 0
        assert tasks.performers("1-a") == {house.clerk.id}
        assert tasks.performers("1") == frozenset()
