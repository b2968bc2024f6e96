"""A process that is killed at any moment leaves all of a step or none of it, and the next start goes on by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import read_bundle
from engine.tables.history import HistoryEvent
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.people import OrgUnit
from engine.tables.tasks import UserTask
from engine.types import SYSTEM
from tests.durability.conftest import active
from tests.durability.crashing import Crashing, Request, build, complete, perform
from tests.durability.depot import EFFECT
from tests.durability.patience import until

BUNDLE = read_bundle(Path(__file__).with_name("parcel"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def crashing() -> Iterator[Crashing]:
    with Crashing() as crashing:
        yield crashing


@pytest.fixture
def engine(database: sa.Engine) -> Iterator[Engine]:
    engine = build(database.url.render_as_string(hide_password=False))
    with engine.begin(SYSTEM) as work:
        work.session.add(OrgUnit(code="1", name="一", kind="office", path="/1/"))
        work.session.flush()
        work.definitions.deploy(BUNDLE, "试用")
    yield engine
    engine.stop_workers()
    engine.database.dispose()


@pytest.mark.parametrize("waits_at", ["pack", "send", "rest"])
def test_a_step_is_all_there_or_not_at_all_wherever_its_process_is_killed(
    engine: Engine, crashing: Crashing, waits_at: str
) -> None:
    step = "complete" if waits_at == "pack" else "perform"
    url = engine.database.url.render_as_string(hide_password=False)
    unharmed = at(engine, waits_at)
    none = rows(engine, unharmed)
    statements = crashing.run(Request(url, unharmed, step, die_at=None))
    all_of_it = rows(engine, unharmed)
    assert statements is not None
    assert none != all_of_it

    killed = {number: at(engine, waits_at) for number in range(statements + 1)}
    for number, instance in killed.items():
        assert crashing.run(Request(url, instance, step, die_at=number)) is None
        # the last one dies after the commit
        assert rows(engine, instance) == (none if number < statements else all_of_it), f"killed at {number}"

    if step == "complete":  # the person whose page did not answer sends it again
        for number in range(statements):
            complete(engine, killed[number])
    engine.start_workers()
    until(lambda: not active(engine))
    assert engine.tend() == 0
    for instance in [unharmed, *killed.values()]:
        assert rows(engine, instance) == rows(engine, unharmed)
        assert rows(engine, instance)["effects"] == 1


def at(engine: Engine, element: str) -> str:
    """Return a new instance that waits at an element."""
    with engine.begin(SYSTEM) as work:
        instance = work.instances.start("parcel", {}, business_key=None, org_unit="1").id
    for reached, step in [("pack", complete), ("send", perform), ("rest", perform)]:
        if reached == element:
            break
        step(engine, instance)
    return instance


def rows(engine: Engine, instance: str) -> dict[str, Any]:
    """Return all that a step may leave behind, without what differs from instance to instance."""
    of_instance = {
        "instance": sa.select(ProcessInstance.state, ProcessInstance.version, ProcessInstance.milestone).where(
            ProcessInstance.id == instance
        ),
        "tasks": sa.select(UserTask.element_id, UserTask.state).where(UserTask.instance_id == instance),
        "jobs": sa.select(Job.element_id, Job.state, Job.attempt).where(Job.instance_id == instance),
        "history": sa.select(HistoryEvent.event, HistoryEvent.element_id)
        .where(HistoryEvent.instance_id == instance)
        .order_by(HistoryEvent.id),
    }
    effects = sa.select(sa.func.count()).where(OrgUnit.kind == EFFECT, OrgUnit.name == instance)
    with engine.begin(SYSTEM, write=False) as work:
        found: dict[str, Any] = {
            what: [tuple(row) for row in work.session.execute(select)] for what, select in of_instance.items()
        }
        found["jobs"].sort()
        return {**found, "effects": work.session.scalar(effects)}
