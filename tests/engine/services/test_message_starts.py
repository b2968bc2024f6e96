"""Processes that messages start: one active instance a key, nothing lost, and a store that does not grow for ever."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import Bundle
from engine.errors import MessageInvalid
from engine.mail import tend_messages
from engine.services.routing import Letter
from engine.tables.correlated_starts import CorrelatedStart
from engine.tables.instances import ProcessInstance
from engine.tables.messages import Message
from engine.types import SYSTEM
from tests.engine.bpmn.drawing import carrying, end, message, script, user, waiting
from tests.engine.services.test_routing import begin, complete, deploy, diagram, open_tasks, publish, rows, states
from tests.fixtures.house import House

KEYED = diagram(
    "keyed",
    waiting("startEvent", "ms", carrying("m", variable="order"), correlation="order.number"),
    user("a"),
    end("e"),
    flows="ms>a a>e",
    ends=False,
)


def taken(house: House) -> list[str]:
    """Return the ids of the messages that somebody has taken."""
    return [each.id for each in sorted(rows(house, Message), key=lambda each: each.id) if each.delivered_at is not None]


@pytest.mark.parametrize("given", ["", "7"])
def test_a_second_message_with_the_key_of_an_active_instance_starts_none(house: House, given: str) -> None:
    deploy(house, keyed=KEYED)
    for number in range(3):
        publish(house, "withdraw", given, id_=f"m{number}", kept=3600, number=7)
    publish(house, "withdraw", given and "8", id_="m3", number=8)
    assert open_tasks(house, "keyed") == ["a", "a"]
    assert taken(house) == ["m0", "m3"]
    tend_messages(house.engine)
    assert taken(house) == ["m0", "m3"]


def test_it_starts_the_next_when_the_one_before_has_ended(house: House) -> None:
    deploy(house, keyed=KEYED)
    for number in range(3):
        publish(house, "withdraw", id_=f"m{number}", kept=3600, number=7)
    for number in (1, 2):
        complete(house, "keyed", "a")
        tend_messages(house.engine)
        assert taken(house) == ["m0", "m1", "m2"][: number + 1]
        assert open_tasks(house, "keyed") == ["a"]
    complete(house, "keyed", "a")
    tend_messages(house.engine)
    assert states(house, "keyed") == ["completed"] * 3
    assert rows(house, CorrelatedStart) == []


@pytest.mark.parametrize(("named", "belongs"), [("1-a", ["1-a"]), ("1", []), ("1-b", []), ("?", [])])
def test_what_a_message_starts_belongs_to_the_unit_it_names_in_its_senders_territory(
    house: House, named: str, belongs: list[str]
) -> None:
    placed = diagram(
        "placed",
        waiting("startEvent", "ms", carrying("m"), unit="unit"),
        user("a"),
        end("e"),
        flows="ms>a a>e",
        ends=False,
    )
    deploy(house, placed=placed)
    with house.engine.begin(SYSTEM) as work:
        work.messages.publish(Letter("m0", "withdraw", "", {"unit": named}, "1-a"))
    assert [each.org_unit for each in rows(house, ProcessInstance)] == belongs


@pytest.mark.parametrize("early", [True, False])
def test_the_instance_itself_takes_what_it_waits_for(house: House, early: bool) -> None:
    content = diagram(
        "keyed",
        waiting("startEvent", "ms", carrying("m", variable="order"), correlation="order.number"),
        waiting("intermediateCatchEvent", "c", carrying("m", variable="more"), correlation="order.number"),
        user("a"),
        user("b"),
        end("e"),
        flows="ms>a a>c c>b b>e",
        ends=False,
    )
    deploy(house, keyed=content)
    publish(house, "withdraw", id_="m0", number=7)
    if early:
        publish(house, "withdraw", id_="m1", number=7)
    complete(house, "keyed", "a")
    if not early:
        publish(house, "withdraw", id_="m1", number=7)
    assert open_tasks(house, "keyed") == ["b"]
    assert len(states(house, "keyed")) == 1
    assert taken(house) == ["m0", "m1"]


@pytest.mark.parametrize("known", [True, False])
def test_messages_of_one_key_that_come_at_once_start_one_instance(
    house: House, database: sa.Engine, known: bool
) -> None:
    deploy(house, keyed=KEYED)
    if known:
        publish(house, "withdraw", id_="before", number=7)
        complete(house, "keyed", "a")
    other = Engine(database, house.engine.plugins, clock=house.clock, feel=house.engine.runtime.feel)
    with other.begin(SYSTEM, write=False) as work:
        work.definitions.current("keyed")  # read now, so that it is quickly at the key
    second = threading.Thread(target=send, args=(other, "m1"))
    with house.engine.begin(SYSTEM) as work:
        work.messages.publish(letter("m0"))
        second.start()
        second.join(0.3)  # long enough to come to the key, where it has to wait for the end of this transaction
        assert second.is_alive()
    second.join()
    assert open_tasks(house, "keyed") == ["a"]
    assert len(taken(house)) == 1 + known
    assert len(rows(house, Message)) == 2 + known


def letter(id_: str) -> Letter:
    return Letter(id_, "withdraw", "", {"number": 7}, "1-a", timedelta(hours=1))


def send(engine: Engine, id_: str) -> None:
    with engine.begin(SYSTEM) as work:
        work.messages.publish(letter(id_))


def test_a_message_waits_for_the_process_that_it_starts(house: House) -> None:
    publish(house, "withdraw", kept=3600, number=7)
    deploy(house, keyed=KEYED)
    tend_messages(house.engine)
    assert open_tasks(house, "keyed") == ["a"]


def test_a_start_that_fails_keeps_the_message_for_the_version_that_mends_it(house: House) -> None:
    broken = KEYED.decode().replace('<bpmn:userTask id="a">', script("x", "1 / 2") + '<bpmn:userTask id="a">')
    broken = broken.replace('sourceRef="ms" targetRef="a"', 'sourceRef="ms" targetRef="x"')
    broken = broken.replace(
        "</bpmn:process>", '<bpmn:sequenceFlow id="xa" sourceRef="x" targetRef="a"/></bpmn:process>'
    )
    deploy(house, keyed=broken.encode())
    publish(house, "withdraw", kept=3600, number=7)
    (kept,) = rows(house, Message)
    assert kept.last_error is not None
    assert rows(house, ProcessInstance) == rows(house, CorrelatedStart) == []
    tend_messages(house.engine)
    assert taken(house) == []
    deploy(house, keyed=KEYED)
    tend_messages(house.engine)
    assert open_tasks(house, "keyed") == ["a"]


def test_messages_whose_time_is_over_are_deleted_after_a_week(house: House) -> None:
    started = diagram(
        "started", waiting("startEvent", "ms", message("m")), user("a"), end("e"), flows="ms>a a>e", ends=False
    )
    deploy(house, started=started)
    publish(house, "withdraw", id_="taken", kept=60)
    publish(house, "unknown", id_="lapsed", kept=60)
    publish(house, "unknown", id_="waits", kept=30 * 24 * 3600)
    house.clock.advance(timedelta(days=7) - timedelta(seconds=1))
    tend_messages(house.engine)
    assert _ids(house) == ["lapsed", "taken", "waits"]  # the same id is the same message for as long
    house.clock.advance(timedelta(seconds=1))
    tend_messages(house.engine)
    assert _ids(house) == ["waits"]


def _ids(house: House) -> list[Any]:
    return sorted(each.id for each in rows(house, Message))


TYPES = """{"messages": [{"name": "withdraw", "title": {"zh": "下单", "en": "Order"}, "direction": "in",
 "payload": [{"name": "number", "type": "number", "title": {"zh": "号", "en": "No."}}]}]}""".encode()


def deploy_typed(house: House, content: bytes) -> None:
    with house.engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("typed", {"typed.bpmn": content, "messages.json": TYPES}), "试用")


def test_a_publisher_hears_at_once_that_what_it_sends_does_not_fit(house: House) -> None:
    deploy_typed(house, KEYED)
    with pytest.raises(MessageInvalid) as refused:
        publish(house, "withdraw", number="seven")
    assert refused.value.errors == {"number": "应为 number"}
    assert rows(house, Message) == rows(house, ProcessInstance) == []
    publish(house, "withdraw", number=7)  # under the same id
    assert open_tasks(house, "keyed") == ["a"]


def test_an_early_message_that_does_not_fit_is_kept_and_not_in_the_way(house: House) -> None:
    catching = diagram("typed", waiting("intermediateCatchEvent", "c", message("m")), user("a"), flows="s>c c>a a>e")
    deploy_typed(house, catching)
    publish(house, "withdraw", id_="m0", kept=3600, number="seven")
    publish(house, "withdraw", id_="m1", kept=3600, number=7)
    instance = begin(house, "typed")
    assert open_tasks(house, "typed") == ["a"]
    assert taken(house) == ["m1"]
    kept = next(each for each in rows(house, Message) if each.id == "m0")
    assert "number" in str(kept.last_error)
    assert "message.failed" in house.events(instance)
