"""Repairs of an instance by an operator: foreseen without a trace, carried out, audited, and the instance goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.bundle import Bundle
from engine.db import Base
from engine.errors import Forbidden, FormInvalid, NotFound, RepairRefused, VariableInvalid
from engine.feel.values import unpack
from engine.jobs.table_queue import drain
from engine.tables.history import HistoryEvent
from engine.types import SYSTEM, Actor, InstanceState, Post
from tests.engine.bpmn.drawing import boundary, draw, each, end, exclusive, inner, parallel, start, timer, user
from tests.fixtures.house import House

OPERATOR = Actor("op", "运维先生", posts=(Post("operator", "1", "/1/"),))


def rows(house: House) -> dict[str, list[Any]]:
    with house.engine.begin(SYSTEM, write=False) as work:
        return {
            table.name: sorted(map(repr, work.session.execute(sa.select(table))))
            for table in Base.metadata.sorted_tables
        }


def dead(house: House) -> tuple[str, str]:
    """Bring an instance to a dead job; return the ids of both."""
    instance = house.reviewed()
    house.shop.answers = [RuntimeError("坏了")] * 3
    for _ in range(3):
        drain(house.engine)
        house.clock.advance(timedelta(hours=1))
    with house.engine.begin(SYSTEM, write=False) as work:
        return instance, work.jobs.dead()[0].id


def begun(house: House, diagram: bytes, **variables: Any) -> str:
    with house.engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("test", {"p.bpmn": diagram}), "试用")
        return work.instances.start("p", variables, business_key=None, org_unit="1-a").id


def last(house: House, instance: str, event: str) -> dict[str, Any]:
    with house.engine.begin(SYSTEM, write=False) as work:
        found: HistoryEvent = [row for row in work.history.of(instance) if row.event == event][-1]
        changes = {"changes": unpack(found.changes)} if found.changes else {}
        return {"by": found.actor_id, "element": found.element_id, **unpack(found.detail), **changes}


def open_at(house: House, instance: str) -> list[str]:
    with house.engine.begin(SYSTEM, write=False) as work:
        return sorted(task.element_id for task in work.tasks.of_instance(instance) if task.state == "open")


def finish(house: House, instance: str, *elements: str) -> str:
    """Complete tasks one after the other; return the state of the instance."""
    for element in elements:
        with house.engine.begin(SYSTEM, write=False) as work:
            tasks = [row for row in work.tasks.of_instance(instance) if row.state == "open"]
            task = next(row for row in tasks if row.element_id == element)
            task_id = task.id
            doer = Actor("x", "x", posts=(Post(task.candidate_group, task.org_unit, "/"),))
        with house.engine.begin(doer) as work:
            work.tasks.complete(task_id, {})
    with house.engine.begin(SYSTEM, write=False) as work:
        return work.instances.get(instance).state


def test_every_change_is_foreseen_without_a_trace(house: House) -> None:
    instance, job = dead(house)
    other = house.start()
    before = rows(house)
    with house.engine.begin(OPERATOR) as work:
        repair = work.repair
        edited = repair.edit(instance, {"thing": "桌子"}, ["office"]).preview()
        skipped = repair.skip(instance, "order", {"number": "X"}).preview()
        moved = repair.move(other, "ask", "review").preview()
        retried = repair.retry(job).preview()
        cancelled = repair.cancel(other).preview()
    assert rows(house) == before
    assert edited.variables == {"thing": ("椅子", "桌子"), "office": ("1-a", None)}
    assert [(w.kind, w.element_id) for w in skipped.closes] == [("job", "order")]
    assert [(w.kind, w.element_id) for w in skipped.opens] == [("timer", "wait")]
    assert skipped.variables["order"] == (None, {"number": "X"})
    assert [w.element_id for w in moved.closes + moved.opens] == ["ask", "review"]
    assert moved.tokens == [("review", "ready")]
    assert (retried.opens, retried.closes, retried.state) == ([], [], InstanceState.ACTIVE)
    assert (cancelled.state, cancelled.tokens) == (InstanceState.CANCELLED, [])


def test_edited_variables_reach_open_tasks_and_the_jobs_that_are_tried_again(house: House) -> None:
    instance, job = dead(house)
    with house.engine.begin(OPERATOR) as work:
        work.repair.edit(instance, {"thing": "桌子"}).apply("写错了")
        work.repair.retry(job).apply("已改正")
    drain(house.engine)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert unpack(work.jobs.of_instance(instance)[0].inputs) == {"thing": "桌子"}
    assert last(house, instance, "variables.edited") == {
        "by": "op",
        "element": None,
        "reason": "写错了",
        "changes": {"thing": {"before": "椅子", "after": "桌子"}},
    }
    assert last(house, instance, "job.revived")["reason"] == "已改正"
    house.clock.advance(timedelta(days=1))
    drain(house.engine)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.instances.get(instance).state == "completed"


def test_the_form_of_an_open_task_shows_the_edited_values(house: House) -> None:
    instance = house.start()
    with house.engine.begin(OPERATOR) as work:
        work.repair.edit(instance, {"thing": "桌子", "until": house.clock.now().date()}).apply("补")
    with house.engine.begin(house.clerk, write=False) as work:
        shown = unpack(work.tasks.inbox()[0].data)
    assert (shown["thing"], shown["until"]) == ("桌子", house.clock.now().date())


@pytest.mark.parametrize(("name", "value"), [("", 1), (" a", 1), ("a", {1}), ("a", float("nan")), ("a", {1: 2})])
def test_a_value_that_cannot_be_stored_is_refused(house: House, name: str, value: Any) -> None:
    instance = house.start()
    with house.engine.begin(OPERATOR) as work, pytest.raises(VariableInvalid):
        work.repair.edit(instance, {name: value})


def test_what_is_not_there_cannot_be_taken_away(house: House) -> None:
    instance = house.start()
    with house.engine.begin(OPERATOR) as work, pytest.raises(VariableInvalid):
        work.repair.edit(instance, {}, ["nothing"])


def test_a_skipped_dead_job_gives_its_outputs_and_the_instance_goes_on(house: House) -> None:
    instance, job = dead(house)
    with house.engine.begin(OPERATOR) as work:
        work.repair.skip(instance, job, {"number": "手写 1"}).apply("电话已订")
    with house.engine.begin(SYSTEM, write=False) as work:
        assert [(row.element_id, row.state) for row in work.jobs.of_instance(instance)] == [
            ("order", "cancelled"),
            ("wait", "waiting"),
        ]
    assert last(house, instance, "step.skipped") == {
        "by": "op",
        "element": "order",
        "reason": "电话已订",
        "outputs": {"number": "手写 1"},
    }
    house.clock.advance(timedelta(days=1))
    drain(house.engine)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.instances.get(instance).state == "completed"
    assert house.shop.orders == []


def test_outputs_that_the_handler_or_the_form_would_not_give_are_refused(house: House) -> None:
    instance, _ = dead(house)
    other = house.start()
    with house.engine.begin(OPERATOR) as work:
        with pytest.raises(RepairRefused):
            work.repair.skip(instance, "order", {"colour": "红"})
        with pytest.raises(FormInvalid):
            work.repair.skip(other, "ask", {"colour": "红"})


def test_a_skipped_user_task_is_nobodys_and_the_next_begins(house: House) -> None:
    instance = house.start()
    task = house.open_task(instance)
    with house.engine.begin(OPERATOR) as work:
        work.repair.skip(instance, "ask", {"note": "代填"}).apply("经办人休假")
    with house.engine.begin(SYSTEM, write=False) as work:
        assert [(row.element_id, row.state) for row in work.tasks.of_instance(instance)] == [
            ("ask", "cancelled"),
            ("review", "open"),
        ]
        assert work.tasks.get(task).completed_by is None
        assert work.instances.execution(work.instances.get(instance)).variables["asked"] == {"note": "代填"}
    house.complete(instance, house.reviewer)
    assert drain(house.engine) == 1


def test_a_token_moved_back_takes_its_boundary_events_away(house: House) -> None:
    instance = house.start()
    house.complete(instance, house.clerk)
    with house.engine.begin(OPERATOR) as work:
        work.repair.move(instance, "review", "ask").apply("送错了")
    assert open_at(house, instance) == ["ask"]
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.instances.execution(work.instances.get(instance)).awaited_messages() == []
        assert work.instances.get(instance).milestone == "申请中"
    assert last(house, instance, "token.moved") == {
        "by": "op",
        "element": "review",
        "reason": "送错了",
        "from": "review",
        "to": "ask",
    }
    house.complete(instance, house.clerk)
    house.complete(instance, house.reviewer)
    assert drain(house.engine) == 1


def test_a_token_moved_to_an_activity_gets_its_boundary_events(house: House) -> None:
    instance = house.start()
    with house.engine.begin(OPERATOR) as work:
        work.repair.move(instance, "ask", "review").apply("已口头申请")
    with house.engine.begin(house.clerk) as work:
        work.messages.send(instance, "stop", {"why": "不要了"})
        assert work.instances.get(instance).state == "completed"


def test_a_token_inside_a_subprocess_moves_within_it_and_nowhere_else(house: House) -> None:
    scope = inner("sub", start("is"), user("a"), user("b"), end("ie"), flows="is>a a>b b>ie")
    instance = begun(house, draw(scope, user("c"), flows="s>sub sub>c c>e"))
    with house.engine.begin(OPERATOR) as work:
        with pytest.raises(RepairRefused):
            work.repair.move(instance, "a", "c").preview()
        work.repair.move(instance, "a", "b").apply("跳过")
    assert finish(house, instance, "b", "c") == "completed"


def test_a_token_at_one_of_many_stands_for_the_whole_activity(house: House) -> None:
    repeated = user("a", inside=each("list", "one"))
    instance = begun(house, draw(repeated, user("c"), flows="s>a a>c c>e"), list=[1, 2, 3])
    assert open_at(house, instance) == ["a", "a", "a"]
    task = house.open_task(instance)
    with house.engine.begin(OPERATOR) as work:
        with pytest.raises(RepairRefused):  # which of the three?
            work.repair.move(instance, "a", "c")
        work.repair.move(instance, task, "c").apply("不必逐个")
    assert open_at(house, instance) == ["c"]
    assert finish(house, instance, "c") == "completed"


@pytest.mark.parametrize("target", ["s", "j", "late", "nowhere", "a-j"])
def test_a_token_moves_only_to_where_one_token_may_begin(house: House, target: str) -> None:
    fork = draw(
        *(parallel("f"), parallel("j"), user("a"), user("b"), exclusive("m")),
        boundary("late", "b", timer('"PT1H"')),
        flows="s>f f>a f>b a>j b>m late>m m>j j>e",
    )
    instance = begun(house, fork)
    with house.engine.begin(OPERATOR) as work, pytest.raises(RepairRefused):
        work.repair.move(instance, "a", target).preview()


def test_an_edited_variable_lets_the_instance_take_the_other_branch(house: House) -> None:
    choice = draw(user("a"), exclusive("g", default="g-e"), user("b"), flows="s>a a>g g>b[sum > 10] g>e b>e")
    instance = begun(house, choice, sum=1)
    with house.engine.begin(OPERATOR) as work:
        work.repair.edit(instance, {"sum": 11}).apply("金额有误")
    finish(house, instance, "a")
    assert open_at(house, instance) == ["b"]


def test_a_cancelled_instance_leaves_nothing_waiting(house: House) -> None:
    instance, _ = dead(house)
    with house.engine.begin(OPERATOR) as work:
        work.repair.cancel(instance).apply("重复")
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.jobs.dead() == []
        assert work.instances.get(instance).state == "cancelled"


def test_only_operators_repair_and_only_with_a_reason(house: House) -> None:
    instance = house.start()
    with house.engine.begin(house.clerk) as work, pytest.raises(Forbidden):
        work.repair.cancel(instance)
    far = Actor("far", "远", posts=(Post("operator", "1-b", "/1/1-b/"),))
    with house.engine.begin(far) as work, pytest.raises(NotFound):
        work.repair.cancel(instance)
    with house.engine.begin(OPERATOR) as work, pytest.raises(RepairRefused):
        work.repair.cancel(instance).apply("  ")
    assert open_at(house, instance) == ["ask"]
