"""The state diagrams of engine/README.md: every state is one of the code's, every arrow is one that rows take.

The rows are looked at after each transaction of some cases that go every way there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.bundle import Bundle
from engine.declaration import BusinessError, RetryLater
from engine.jobs.table_queue import drain
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.tasks import UserTask
from engine.types import SYSTEM, InstanceState, JobState, TaskState
from tests.fixtures.house import House

README = (Path(__file__).parents[2] / "engine" / "README.md").read_text("utf-8")
LIVES = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", README, re.DOTALL)
KINDS: list[tuple[Any, type[StrEnum]]] = [
    (ProcessInstance, InstanceState),
    (UserTask, TaskState),
    (Job, JobState),
]
Arrow = tuple[str, str]

FAILS = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <error id="no" errorCode="NO"/>
  <process id="fails" isExecutable="true">
    <startEvent id="start"/><endEvent id="end"><errorEventDefinition errorRef="no"/></endEvent>
    <intermediateCatchEvent id="wait">
      <timerEventDefinition><timeDuration>duration("PT1H")</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <sequenceFlow id="f1" sourceRef="start" targetRef="wait"/><sequenceFlow id="f2" sourceRef="wait" targetRef="end"/>
  </process>
</definitions>"""


def drawn(life: str) -> set[Arrow]:
    return set(re.findall(r"^\s*(\[\*\]|\w+) --> (\w+)", life, re.MULTILINE))


class Watch:
    """Notes how the states of rows change from one transaction to the next."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database
        self._known: dict[tuple[Any, str], tuple[str, int]] = {}
        self.arrows: dict[Any, set[Arrow]] = {table: set() for table, _ in KINDS}

    def look(self, _session: Session | None = None) -> None:
        with self._database.connect() as connection:
            for table, _ in KINDS:
                attempt = table.attempt if table is Job else sa.literal(0)
                for id_, state, made in connection.execute(sa.select(table.id, table.state, attempt)):
                    before, tried = self._known.get((table, id_), ("[*]", made))
                    if (before, tried) != (state, made):
                        self.arrows[table].add((before, state))
                    self._known[table, id_] = state, made


@pytest.fixture
def watch(sqlite: sa.Engine) -> Iterator[Watch]:
    watch = Watch(sqlite)
    sa.event.listen(Session, "after_commit", watch.look)
    yield watch
    sa.event.remove(Session, "after_commit", watch.look)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_rows_go_the_ways_that_are_drawn_and_no_others(house: House, watch: Watch) -> None:
    goes_through(house)
    is_cancelled_while_it_is_tried_again(house)
    dies_and_is_revived(house)
    dies_and_is_skipped(house)
    is_caught(house)
    fails(house)
    watch.look()
    for life, (table, _) in zip(LIVES, KINDS, strict=True):
        # a row that was made and ended in one transaction has been in its first state unseen
        seen = {(before, after) for before, after in watch.arrows[table] if (before, after) in drawn(life)}
        strange = {arrow for arrow in watch.arrows[table] - seen if arrow[0] != "[*]"}
        assert (strange, drawn(life) - seen) == (set(), set()), table.__tablename__


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_the_states_that_are_drawn_are_those_of_the_code(number: int) -> None:
    assert len(LIVES) == len(KINDS)
    _, states = KINDS[number]
    assert {state for arrow in drawn(LIVES[number]) for state in arrow} - {"[*]"} == {str(state) for state in states}


def goes_through(house: House) -> None:
    instance = house.reviewed()
    drain(house.engine)
    for _ in range(10):
        house.clock.advance(timedelta(days=1))
        drain(house.engine)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.instances.get(instance).state == InstanceState.COMPLETED


def is_cancelled_while_it_is_tried_again(house: House) -> None:
    house.shop.answers = [RetryLater("in a while")]
    cancelled = [house.start(), house.reviewed()]
    drain(house.engine)
    for instance in cancelled:
        with house.engine.begin(SYSTEM) as work:
            work.instances.cancel(instance, "不要了")


def dead(house: House) -> tuple[str, str]:
    """Return an instance and its dead job."""
    house.shop.answers = [RetryLater("never")] * 3
    instance = house.reviewed()
    for _ in range(3):
        drain(house.engine)
        house.clock.advance(timedelta(minutes=1))
    with house.engine.begin(SYSTEM, write=False) as work:
        return instance, next(job.id for job in work.jobs.of_instance(instance) if job.state == JobState.DEAD)


def dies_and_is_revived(house: House) -> None:
    _, job = dead(house)
    with house.engine.begin(SYSTEM) as work:
        work.jobs.revive(job, "修好了")
    drain(house.engine)


def dies_and_is_skipped(house: House) -> None:
    instance, job = dead(house)
    with house.engine.begin(SYSTEM) as work:
        work.repair.skip(instance, job, {"number": "手工"}).apply("手工下单")


def is_caught(house: House) -> None:
    house.shop.answers = [BusinessError("NO_STOCK")]
    house.reviewed()
    drain(house.engine)


def fails(house: House) -> None:
    with house.engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("fails", {"fails.bpmn": FAILS}), "试用")
        work.instances.start("fails", {}, business_key=None, org_unit="1-a")
    house.clock.advance(timedelta(hours=1))
    drain(house.engine)
