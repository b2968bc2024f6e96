"""Messages and signals between instances, and processes that call others, through the services on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.bundle import Bundle
from engine.errors import NotFound, ProcessFailed
from engine.jobs.table_queue import drain
from engine.services.routing import Letter
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.messages import Message, Subscription
from engine.types import SYSTEM
from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    NAMES,
    boundary,
    call,
    carrying,
    catch,
    draw,
    end,
    error,
    message,
    on_event,
    parallel,
    props,
    script,
    service,
    signal,
    throw,
    user,
    waiting,
)
from tests.fixtures.house import House

LANE = props(group="clerk", unit='"1-a"')
MORE = MESSAGES + NAMES + ERRORS


def diagram(key: str, *nodes: str, flows: str, ends: bool = True) -> bytes:
    content = draw(*nodes, flows=flows, ends=ends, lane=LANE, more=MORE).decode()
    return content.replace('<bpmn:process id="p"', f'<bpmn:process id="{key}"').encode()


def deploy(house: House, **files: bytes) -> None:
    for name, content in files.items():
        with house.engine.begin(SYSTEM) as work:
            work.definitions.deploy(Bundle(name, {f"{name}.bpmn": content}), "试用")


def begin(house: House, key: str, org_unit: str = "1-a", **variables: Any) -> str:
    with house.engine.begin(SYSTEM) as work:
        return work.instances.start(key, variables, business_key=None, org_unit=org_unit).id


def publish(house: House, name: str, correlation: str = "", id_: str = "m1", kept: int = 60, **variables: Any) -> None:
    with house.engine.begin(SYSTEM) as work:
        work.messages.publish(Letter(id_, name, correlation, variables, "1-a", timedelta(seconds=kept)))


def open_tasks(house: House, key: str) -> list[str]:
    """Return the elements of the open tasks of all instances of a process."""
    with house.engine.begin(SYSTEM, write=False) as work:
        instances = work.session.scalars(sa.select(ProcessInstance).where(ProcessInstance.definition_key == key)).all()
        found = [task for each in instances for task in work.tasks.of_instance(each.id)]
        return sorted(task.element_id for task in found if task.state == "open")


def states(house: House, key: str) -> list[str]:
    with house.engine.begin(SYSTEM, write=False) as work:
        select = sa.select(ProcessInstance.state).where(ProcessInstance.definition_key == key)
        return sorted(work.session.scalars(select))


def rows(house: House, table: Any) -> Sequence[Any]:
    with house.engine.begin(SYSTEM, write=False) as work:
        found = work.session.scalars(sa.select(table)).all()
        work.session.expunge_all()
        return found


def complete(house: House, key: str, element: str) -> None:
    with house.engine.begin(SYSTEM, write=False) as work:
        instances = work.session.scalars(sa.select(ProcessInstance).where(ProcessInstance.definition_key == key)).all()
        found = [task for each in instances for task in work.tasks.of_instance(each.id)]
        task = next(task.id for task in found if task.state == "open" and task.element_id == element)
    with house.engine.begin(house.clerk) as work:
        work.tasks.complete(task, {})


RECEIVER = diagram(
    "receiver",
    waiting("intermediateCatchEvent", "c", carrying("m", variable="got"), correlation="number"),
    user("a"),
    flows="s>c c>a a>e",
)
SENDER = diagram(
    "sender",
    user("go"),
    waiting("sendTask", "t", correlation="number").replace('id="t"', 'id="t" messageRef="m"'),
    flows="s>go go>t t>e",
)


def test_a_message_finds_the_instance_with_its_correlation(house: House) -> None:
    deploy(house, receiver=RECEIVER, sender=SENDER)
    first, second = (begin(house, "receiver", number=number) for number in (1, 2))
    begin(house, "sender", number=2)
    complete(house, "sender", "go")
    assert open_tasks(house, "receiver") == ["a"]
    assert "message.received" in house.events(second)
    assert "message.received" not in house.events(first)
    assert [(each.correlation, each.instance_id) for each in rows(house, Message)] == [("2", second)]
    assert [each.instance_id for each in rows(house, Subscription)] == [first]


def test_a_message_that_comes_before_its_catcher_waits_for_it_and_is_taken_once(house: House) -> None:
    deploy(house, receiver=RECEIVER)
    publish(house, "withdraw", "7", x=1)
    instance = begin(house, "receiver", number=7)
    begin(house, "receiver", number=7)
    assert open_tasks(house, "receiver") == ["a"]
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.instances.execution(work.instances.get(instance)).variables["got"] == {"x": 1}


def test_a_message_whose_time_is_over_is_not_taken(house: House) -> None:
    deploy(house, receiver=RECEIVER)
    publish(house, "withdraw", "7", kept=60)
    house.clock.advance(timedelta(seconds=61))
    begin(house, "receiver", number=7)
    assert open_tasks(house, "receiver") == []


def test_the_same_id_is_the_same_message(house: House) -> None:
    deploy(house, receiver=RECEIVER)
    for _ in range(2):
        begin(house, "receiver", number=7)
    for _ in range(3):
        publish(house, "withdraw", "7", id_="once")
    assert open_tasks(house, "receiver") == ["a"]
    publish(house, "withdraw", "7", id_="twice")
    assert open_tasks(house, "receiver") == ["a", "a"]


def test_a_message_starts_a_process_when_nobody_waits_for_it(house: House) -> None:
    started = diagram(
        "started",
        waiting("startEvent", "ms", carrying("m", variable="order")),
        waiting("startEvent", "other", message("n")),
        user("a"),
        user("b"),
        end("e"),
        flows="ms>a other>b a>e b>e",
        ends=False,
    )
    deploy(house, started=started)
    publish(house, "withdraw", thing="chair")
    assert open_tasks(house, "started") == ["a"]
    (message_row,) = rows(house, Message)
    with house.engine.begin(SYSTEM, write=False) as work:
        instance = work.instances.get(message_row.instance_id)
        assert work.instances.execution(instance).variables == {"order": {"thing": "chair"}}
        assert instance.org_unit == "1-a"
    with pytest.raises(ProcessFailed):
        begin(house, "started")


def test_a_message_starts_a_process_at_a_receive_task_and_is_used_up(house: House) -> None:
    receiving = '<bpmn:receiveTask id="r" messageRef="m" instantiate="true"/>'
    deploy(house, started=diagram("started", receiving, user("a"), end("e"), flows="r>a a>e", ends=False))
    publish(house, "withdraw", thing="chair")
    assert open_tasks(house, "started") == ["a"]
    (message_row,) = rows(house, Message)
    with house.engine.begin(SYSTEM, write=False) as work:
        instance = work.instances.get(message_row.instance_id)
        assert work.instances.execution(instance).variables == {"thing": "chair"}


def test_only_the_newest_version_is_started(house: House) -> None:
    for element in ("old", "new"):
        content = diagram(
            "started",
            waiting("startEvent", "ms", message("m")),
            user(element),
            end("e"),
            flows=f"ms>{element} {element}>e",
            ends=False,
        )
        deploy(house, started=content)
    publish(house, "withdraw")
    assert open_tasks(house, "started") == ["new"]


def test_what_people_may_send_cannot_come_from_elsewhere(house: House) -> None:
    guarded = diagram(
        "guarded", waiting("intermediateCatchEvent", "c", message("m"), senders="clerk"), user("a"), flows="s>c c>a a>e"
    )
    deploy(house, guarded=guarded)
    instance = begin(house, "guarded")
    publish(house, "withdraw")
    assert open_tasks(house, "guarded") == []
    with house.engine.begin(house.clerk) as work:
        work.messages.send(instance, "withdraw", {})
    assert open_tasks(house, "guarded") == ["a"]


def test_two_processes_talk_to_each_other_in_one_transaction(house: House) -> None:
    asking = diagram(
        "asking",
        throw("ask", carrying("m", "{question: number}"), correlation="number"),
        waiting("intermediateCatchEvent", "c", carrying("n", variable="answer"), correlation="number"),
        user("a"),
        flows="s>ask ask>c c>a a>e",
    )
    answering = diagram(
        "answering",
        waiting("startEvent", "ms", message("m")),
        script("think", "question * 2", "result"),
        waiting("endEvent", "reply", carrying("n", "{result: result}"), correlation="question"),
        flows="ms>think think>reply",
        ends=False,
    )
    deploy(house, asking=asking, answering=answering)
    # a start event takes messages without a correlation only through its name
    instance = begin(house, "asking", number=21)
    assert open_tasks(house, "asking") == ["a"]
    assert states(house, "answering") == ["completed"]
    with house.engine.begin(SYSTEM, write=False) as work:
        variables = work.instances.execution(work.instances.get(instance)).variables
    assert variables["answer"] == {"result": 42}


def test_processes_that_answer_each_other_without_end_are_stopped(house: House) -> None:
    echo = diagram(
        "echo",
        waiting("startEvent", "ms", message("m")),
        waiting("endEvent", "reply", message("m")),
        flows="ms>reply",
        ends=False,
    )
    deploy(house, echo=echo)
    with pytest.raises(ProcessFailed):
        publish(house, "withdraw")
    assert states(house, "echo") == []


def test_a_receiver_that_cannot_go_on_stays_and_does_not_hold_up_the_sender(house: House) -> None:
    broken = diagram(
        "broken",
        catch("c", message("m")),
        script("bad", "no_context", ""),
        throw("never", message("n")),
        flows="s>c c>bad bad>never never>e",
    )
    deploy(house, broken=broken)
    instance = begin(house, "broken")
    publish(house, "withdraw")
    assert states(house, "broken") == ["active"]
    assert house.events(instance)[-1] == "message.failed"
    (row,) = rows(house, Message)
    assert row.delivered_at is None
    assert row.last_error
    assert len(rows(house, Subscription)) == 1


HEARING = diagram("hearing", catch("c", signal(variable="heard")), user("a"), flows="s>c c>a a>e")


def test_a_signal_reaches_all_instances_of_the_county_and_starts_what_it_starts(house: House) -> None:
    calling = diagram(
        "calling", user("go"), waiting("endEvent", "x", signal(payload="{level: 2}")), flows="s>go go>x s>e"
    )
    begun = diagram("begun", waiting("startEvent", "ss", signal()), user("b"), end("e"), flows="ss>b b>e", ends=False)
    deploy(house, hearing=HEARING, begun=begun, calling=calling)
    here = [begin(house, "hearing") for _ in range(3)]
    elsewhere = begin(house, "hearing", org_unit="1-b")
    begin(house, "calling")
    complete(house, "calling", "go")
    assert open_tasks(house, "hearing") == ["a"] * 3
    assert open_tasks(house, "begun") == ["b"]
    assert all("signal.received" in house.events(instance) for instance in here)
    assert "signal.received" not in house.events(elsewhere)


def test_a_signal_from_outside(house: House) -> None:
    deploy(house, hearing=HEARING)
    begin(house, "hearing")
    with house.engine.begin(SYSTEM) as work:
        work.signals.broadcast("alarm", {"level": 1}, org_unit="1-a")
    assert open_tasks(house, "hearing") == ["a"]
    with pytest.raises(NotFound), house.engine.begin(SYSTEM) as work:
        work.signals.broadcast("alarm", {}, org_unit="zz")


def test_a_cancelled_instance_hears_nothing(house: House) -> None:
    deploy(house, receiver=RECEIVER, hearing=HEARING)
    for key in ("receiver", "hearing"):
        instance = begin(house, key, number=1)
        with house.engine.begin(SYSTEM) as work:
            work.instances.cancel(instance, "x")
    assert rows(house, Subscription) == []


def test_an_error_that_nobody_catches_leaves_a_failed_instance(house: House) -> None:
    content = diagram(
        "failing", user("a"), user("b"), parallel("f"), end("bad", error("er")), flows="s>f f>a f>b a>bad b>e"
    )
    deploy(house, failing=content)
    instance = begin(house, "failing")
    complete(house, "failing", "a")
    assert states(house, "failing") == ["failed"]
    assert house.events(instance)[-1] == "instance.failed"
    assert open_tasks(house, "failing") == []


def test_a_called_process_of_another_deployment_has_its_own_tasks_and_version(house: House) -> None:
    outer = (call("c", "inner"), boundary("b", "c", error()), user("after"))
    deploy(house, inner=diagram("inner", user("old"), flows="s>old old>e"))
    deploy(house, outer=diagram("outer", *outer, flows="s>c c>after b>e after>e"))
    begin(house, "outer")
    deploy(house, inner=diagram("inner", user("new"), flows="s>new new>e"))
    begin(house, "outer")
    assert open_tasks(house, "outer") == ["new", "old"]
    with house.engine.begin(house.clerk, write=False) as work:
        for task in work.tasks.inbox():
            assert task.element_id in work.definitions.of(task.definition_id).elements
    complete(house, "outer", "old")
    assert open_tasks(house, "outer") == ["after", "new"]


def test_an_event_subprocess_takes_messages_from_elsewhere(house: House) -> None:
    content = diagram(
        "watching",
        user("a"),
        on_event("h", message("m"), user("handle"), end("he"), flows="h_s>handle handle>he", interrupting=False),
        flows="s>a a>e",
    )
    deploy(house, watching=content)
    begin(house, "watching")
    for number in range(2):
        publish(house, "withdraw", id_=f"m{number}")
    assert open_tasks(house, "watching") == ["a", "handle", "handle"]
    for element in ("a", "handle", "handle"):
        complete(house, "watching", element)
    assert states(house, "watching") == ["completed"]
    assert rows(house, Subscription) == []


def test_a_handler_is_given_the_process_that_its_task_is_drawn_in(house: House) -> None:
    ordered = service("place", "shop.place_order", "order", thing='"chair"')
    deploy(house, supplying=diagram("supplying", ordered, flows="s>place place>e"))
    deploy(house, caller=diagram("caller", call("c", "supplying"), flows="s>c c>e"))
    begin(house, "caller")
    (job,) = rows(house, Job)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert job.definition_id == work.definitions.latest("supplying").id
    assert drain(house.engine) == 1
    assert house.shop.drawn_in == ["supplying"]
