from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.declaration import BusinessError, RetryLater
from engine.errors import MessageNotAwaited
from engine.jobs.table_queue import drain, next_due
from engine.tables.people import OrgUnit
from engine.types import SYSTEM, JobId
from tests.fixtures.house import House


def orders_written(house: House) -> int:
    with house.engine.begin(SYSTEM, write=False) as work:
        return work.session.scalar(sa.select(sa.func.count()).where(OrgUnit.kind == "order")) or 0


def test_a_service_task_parks_as_a_job_and_its_outputs_join_the_case(house: House) -> None:
    instance = house.reviewed()
    assert house.shop.orders == []
    assert drain(house.engine) == 1
    assert house.shop.orders == ["椅子"]
    assert orders_written(house) == 1
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.instances.execution(work.instances.get(instance)).variables["order"] == {"number": "A1"}


def test_an_attempt_made_twice_has_one_effect(house: House) -> None:
    house.reviewed()
    due = next_due(house.engine)
    assert due is not None
    for _ in range(3):
        house.engine.perform(JobId(due[0]), due[1])
    assert orders_written(house) == 1


def test_a_failing_handler_is_tried_again_with_back_off_and_leaves_no_trace(house: House) -> None:
    instance = house.reviewed()
    house.shop.answers = [RuntimeError("线路忙"), RetryLater("明天", after=7)]
    drain(house.engine)
    assert orders_written(house) == 0
    assert next_due(house.engine) is not None
    house.clock.advance(timedelta(seconds=10))
    drain(house.engine)
    house.clock.advance(timedelta(seconds=6))
    assert drain(house.engine) == 0
    house.clock.advance(timedelta(seconds=1))
    drain(house.engine)
    assert orders_written(house) == 1
    assert [event for event in house.events(instance) if event.startswith("job")] == [
        "job.failed",
        "job.failed",
        "job.done",
    ]


def test_a_job_without_attempts_left_is_dead_until_somebody_revives_it(house: House) -> None:
    instance = house.reviewed()
    house.shop.answers = [RuntimeError("坏了")] * 3
    for _ in range(3):
        drain(house.engine)
        house.clock.advance(timedelta(hours=1))
    with house.engine.begin(SYSTEM) as work:
        (dead,) = work.jobs.dead()
        assert (dead.attempt, dead.last_error) == (3, "RuntimeError: 坏了")
        work.jobs.revive(dead.id)
    drain(house.engine)
    assert house.events(instance)[-1] == "job.done"


def test_a_declared_error_is_caught_by_its_boundary_event_and_undoes_what_was_written(house: House) -> None:
    instance = house.reviewed()
    house.shop.answers = [BusinessError("NO_STOCK", "没有椅子了")]
    drain(house.engine)
    assert orders_written(house) == 0
    with house.engine.begin(house.clerk, write=False) as work:
        assert [task.name for task in work.tasks.inbox()] == ["申请"]
        assert work.instances.get(instance).milestone == "申请中"


def test_an_undeclared_error_is_not_tried_again(house: House) -> None:
    house.reviewed()
    house.shop.answers = [BusinessError("SURPRISE")]
    drain(house.engine)
    with house.engine.begin(SYSTEM, write=False) as work:
        (dead,) = work.jobs.dead()
        assert "SURPRISE" in (dead.last_error or "")


def test_a_handler_locked_to_another_process_is_not_called(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.reviewed()
    handlers = house.engine.plugins.handlers
    locked = {**handlers, "shop.place_order": replace(handlers["shop.place_order"], only_in=("another-process",))}
    monkeypatch.setattr(house.engine.plugins, "handlers", locked)
    drain(house.engine)
    assert house.shop.orders == []
    with house.engine.begin(SYSTEM, write=False) as work:
        (dead,) = work.jobs.dead()
        assert "another-process" in (dead.last_error or "")


def test_a_handler_of_several_processes_runs_in_each(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.reviewed()
    handlers = house.engine.plugins.handlers
    named = replace(handlers["shop.place_order"], only_in=("another-process", "purchase"))
    monkeypatch.setattr(house.engine.plugins, "handlers", {**handlers, "shop.place_order": named})
    drain(house.engine)
    assert house.shop.orders == ["椅子"]


def test_a_timer_fires_when_it_is_due_and_not_before(house: House) -> None:
    instance = house.reviewed()
    drain(house.engine)
    house.clock.advance(timedelta(hours=23))
    assert drain(house.engine) == 0
    house.clock.advance(timedelta(hours=1))
    assert drain(house.engine) == 1
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.instances.get(instance).state == "completed"


def test_a_ticket_that_comes_too_early_is_queued_anew(house: House) -> None:
    instance = house.reviewed()
    drain(house.engine)
    due = next_due(house.engine)
    assert due is not None
    house.engine.perform(JobId(due[0]), due[1])
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.instances.get(instance).state == "active"
    house.clock.advance(timedelta(days=1))
    assert drain(house.engine) == 1


def test_a_message_is_sent_by_who_may_and_when_it_is_awaited(house: House) -> None:
    instance = house.start()
    with pytest.raises(MessageNotAwaited), house.engine.begin(house.clerk) as work:
        work.messages.send(instance, "stop", {})
    house.complete(instance, house.clerk)
    with pytest.raises(MessageNotAwaited), house.engine.begin(house.reviewer) as work:
        work.messages.send(instance, "stop", {})
    with house.engine.begin(house.clerk) as work:
        work.messages.send(instance, "stop", {"reason": "不买了"})
    with house.engine.begin(house.reviewer, write=False) as work:
        assert work.tasks.inbox() == []
        assert work.instances.get(instance).end_event == "end_stopped"
