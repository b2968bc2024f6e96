from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.errors import FormInvalid, NotFound, TaskAlreadyCompleted, TaskCancelled, TaskClaimed
from engine.types import SYSTEM
from tests.fixtures.house import House


def test_a_started_instance_waits_in_the_inbox_of_its_group_and_unit_alone(house: House) -> None:
    house.start("椅子")
    with house.engine.begin(house.clerk, write=False) as work:
        assert [(task.name, task.title) for task in work.tasks.inbox()] == [("申请", "采购 椅子")]
        assert work.tasks.count() == 1
    for actor in (house.stranger, house.reviewer):
        with house.engine.begin(actor, write=False) as work:
            assert work.tasks.inbox() == []


def test_completing_a_task_moves_the_case_on(house: House) -> None:
    instance = house.start()
    house.complete(instance, house.clerk)
    with house.engine.begin(house.reviewer, write=False) as work:
        (task,) = work.tasks.inbox()
        assert task.due_at == house.clock.now() + timedelta(days=1)
        assert work.instances.get(instance).milestone == "审核中"
    assert house.events(instance)[-1] == "task.completed"


def test_a_form_with_errors_changes_nothing(house: House) -> None:
    instance = house.start()
    task = house.open_task(instance)
    with pytest.raises(FormInvalid) as caught, house.engine.begin(house.clerk) as work:
        work.tasks.complete(task, {"note": ""})
    assert list(caught.value.errors) == ["note"]
    assert house.open_task(instance) == task
    assert house.events(instance) == ["instance.started"]


def test_a_completed_task_says_by_whom_and_when(house: House) -> None:
    instance = house.start()
    task = house.open_task(instance)
    house.complete(instance, house.clerk)
    with pytest.raises(TaskAlreadyCompleted) as caught, house.engine.begin(house.clerk) as work:
        work.tasks.complete(task, {"note": "再"})
    assert (caught.value.by, caught.value.at) == ("clerk", house.clock.now())


def test_a_task_of_another_unit_does_not_exist(house: House) -> None:
    task = house.open_task(house.start())
    for act in ("get", "claim", "release"):
        with pytest.raises(NotFound), house.engine.begin(house.stranger) as work:
            getattr(work.tasks, act)(task)
    with pytest.raises(NotFound), house.engine.begin(house.stranger) as work:
        work.tasks.complete(task, {"note": "我来"})


def test_who_sees_a_case_may_look_at_its_task_but_not_do_it(house: House) -> None:
    task = house.open_task(house.start())
    with house.engine.begin(house.reviewer, write=False) as work:
        assert work.tasks.get(task).name == "申请"
    with pytest.raises(NotFound), house.engine.begin(house.reviewer) as work:
        work.tasks.complete(task, {"note": "我来"})


def test_a_claimed_task_cannot_be_claimed_or_done_by_another(house: House) -> None:
    instance = house.start()
    house.complete(instance, house.clerk)
    task = house.open_task(instance)
    with house.engine.begin(house.reviewer) as work:
        work.tasks.claim(task)
    with pytest.raises(TaskClaimed), house.engine.begin(house.colleague) as work:
        work.tasks.claim(task)
    with pytest.raises(TaskClaimed), house.engine.begin(house.colleague) as work:
        work.tasks.complete(task, {"note": "快"})
    with house.engine.begin(house.reviewer) as work:
        work.tasks.release(task)
    house.complete(instance, house.colleague)


def test_a_draft_is_kept_unchecked_and_gone_after_completion(house: House) -> None:
    instance = house.start()
    task = house.open_task(instance)
    with house.engine.begin(house.clerk) as work:
        work.tasks.save_draft(task, {"note": ""})
    with house.engine.begin(house.clerk, write=False) as work:
        assert work.tasks.get(task).draft == {"note": ""}
    house.complete(instance, house.clerk)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.tasks.get(task).draft is None


def test_a_cancelled_case_cancels_its_tasks(house: House) -> None:
    instance = house.start()
    task = house.open_task(instance)
    with house.engine.begin(house.clerk) as work:
        work.instances.cancel(instance, "不买了")
    with pytest.raises(TaskCancelled), house.engine.begin(house.clerk) as work:
        work.tasks.complete(task, {"note": "还买"})


def test_pages_of_the_inbox_follow_each_other_without_gap_or_repeat(house: House) -> None:
    for number in range(5):
        house.start(str(number))
        house.clock.advance(timedelta(seconds=1))
    with house.engine.begin(house.clerk, write=False) as work:
        first = work.tasks.inbox(limit=2)
        second = work.tasks.inbox(after=first[-1], limit=2)
        third = work.tasks.inbox(after=second[-1], limit=2)
        titles = [task.title for task in [*first, *second, *third]]
    assert titles == [f"采购 {number}" for number in range(5)]


def test_a_completion_says_what_the_case_had_before(house: House) -> None:
    variables = {"thing": "椅子", "office": "1-a", "asked": {"note": "旧", "other": 1}}
    with house.engine.begin(house.clerk) as work:
        instance = work.instances.start("purchase", variables, business_key=None, org_unit="1-a").id
    house.complete(instance, house.clerk, note="新")
    with house.engine.begin(SYSTEM, write=False) as work:
        event = work.history.of(instance)[-1]
        assert event.changes == {"note": {"before": "旧", "after": "新"}}
        assert [completion.detail for completion in work.history.completions(instance, event.element_id or "")] == [
            {"note": "新"}
        ]


@pytest.mark.parametrize("asked", [{"note": "好"}, {"other": 1}, "旧", None])
def test_what_stays_the_same_or_is_new_is_no_change(house: House, asked: object) -> None:
    variables = {"thing": "椅子", "office": "1-a", "asked": asked}
    with house.engine.begin(house.clerk) as work:
        instance = work.instances.start("purchase", variables, business_key=None, org_unit="1-a").id
    house.complete(instance, house.clerk, note="好")
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.history.of(instance)[-1].changes == {}


def test_claimed_tasks_are_listed_for_who_claimed_them_and_still_may_do_them(house: House) -> None:
    claimed, _ = house.start(), house.start()
    with house.engine.begin(house.clerk) as work:
        work.tasks.claim(house.open_task(claimed))
    for actor, expected in ((house.clerk, 1), (house.reviewer, 0), (replace(house.clerk, posts=()), 0)):
        with house.engine.begin(actor, write=False) as work:
            mine = work.tasks.inbox(mine=True)
            assert len(mine) == expected
            assert work.tasks.inbox(mine=True, after=mine[-1]) == [] if mine else True
    with house.engine.begin(replace(house.clerk, posts=house.reviewer.posts), write=False) as work:
        assert work.tasks.inbox(mine=True) == []
