"""One attempt has one effect, however many tickets of it are run at the same moment; and nobody waits in a circle."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import Bundle, read_bundle
from engine.clock import FixedClock
from engine.feel import Feel
from engine.jobs.table_queue import next_due
from engine.plugins.host import PluginHost
from engine.plugins.sources import installed_in
from engine.tables.history import HistoryEvent
from engine.tables.jobs import Job
from engine.tables.people import OrgUnit
from engine.types import SYSTEM
from tests.durability.crashing import CLERK
from tests.durability.patience import until
from tests.engine.plugins.workshop import install
from tests.fixtures.house import House
from tests.plugins.serving import HEAD

PARCEL = read_bundle(Path(__file__).parents[2] / "durability" / "parcel")
ROUNDS = 12
CALLED = """
import time
@hookimpl
def onegrid_plugin():
    return PluginInfo("bureau", "局", ">=1.0,<2", department="TST")

@handler("bureau.answer", "答复", outputs={{"said": fields.String(required=True)}}, timeout={timeout})
def answer(ctx):
    with open({log!r}, "a") as log:
        log.write("called\\n")
    if {holds}:
        time.sleep(30)
    return {{"said": "好"}}

@hookimpl
def onegrid_handlers():
    return [answer]
"""


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """Do all of it in threads that start together; return what was raised."""
    together, raised = threading.Barrier(len(acts)), list[BaseException]()

    def run(act: Callable[[], object]) -> None:
        together.wait()
        try:
            act()
        except BaseException as error:  # noqa: BLE001  the test looks at it
            raised.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def events(engine: Engine, instance: str) -> list[str]:
    select = sa.select(HistoryEvent.event).where(HistoryEvent.instance_id == instance).order_by(HistoryEvent.id)
    with engine.begin(SYSTEM, write=False) as work:
        return list(work.session.scalars(select))


def test_an_attempt_that_is_made_by_many_at_once_has_one_effect(house: House) -> None:
    for _ in range(ROUNDS):
        instance = house.reviewed()
        due = next_due(house.engine)
        assert due is not None
        before = len(house.shop.orders)
        assert at_once(*[lambda due=due: house.engine.perform(due[0], due[1])] * 6) == []
        assert len(house.shop.orders) == before + 1
        assert house.events(instance).count("job.done") == 1
        with house.engine.begin(SYSTEM) as work:
            work.instances.cancel(instance, "试过了")


def test_a_person_and_a_timer_that_act_on_one_case_do_not_wait_for_each_other_for_ever(
    house: House, clock: FixedClock
) -> None:
    depot = PluginHost().load(core=("tests.durability.depot",), departments=(), strict=True)
    engine = Engine(house.engine.database, depot, clock=clock, feel=house.engine.runtime.feel)
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(PARCEL, "试用")
    for _ in range(ROUNDS):
        with engine.begin(SYSTEM) as work:
            instance = work.instances.start("parcel", {}, business_key=None, org_unit="1").id
            timer = work.session.scalars(sa.select(Job.id).where(Job.instance_id == instance)).one()
            task = work.tasks.of_instance(instance)[0].id
        clock.advance(timedelta(days=30))
        raised = at_once(lambda job=timer: engine.perform(job, 0), lambda task=task: complete(engine, task))
        assert {type(error).__name__ for error in raised} <= {"TaskCancelled"}
        seen = events(engine, instance)
        assert "job.failed" not in seen
        assert seen[-1] == ("instance.ended" if raised else "task.completed")


def complete(engine: Engine, task: str) -> None:
    with engine.begin(CLERK) as work:
        work.tasks.complete(task, {"note": "好"})


class Bureau:
    """A department's plugin in hosts of their own, as several workers have it, and what it was called."""

    def __init__(self, folder: Path, database: sa.Engine, clock: FixedClock, feel: Feel) -> None:
        self._folder, self._database, self._clock, self._feel = folder, database, clock, feel
        self._log = folder / "calls"
        self._log.touch()
        self._hosts: list[PluginHost] = []

    def engine(self, *, holds: bool = False, timeout: float = 60) -> Engine:
        """Return the engine of another worker."""
        site = self._folder / f"site{len(self._hosts)}"
        site.mkdir()
        install(site, "bureau", CALLED.format(timeout=timeout, log=str(self._log), holds=holds))
        host = PluginHost().load((), installed_in(site), strict=True)
        self._hosts.append(host)
        return Engine(self._database, host, clock=self._clock, feel=self._feel)

    @property
    def calls(self) -> int:
        return self._log.read_text().count("called")

    def close(self) -> None:
        for host in self._hosts:
            host.close()


@pytest.fixture
def bureau(tmp_path: Path, database: sa.Engine, clock: FixedClock, feel: Feel) -> Iterator[Bureau]:
    bureau = Bureau(tmp_path, database, clock, feel)
    yield bureau
    bureau.close()


def waiting_job(engine: Engine) -> Any:
    with engine.begin(SYSTEM) as work:
        work.session.add(OrgUnit(code="1", name="一", kind="office", path="/1/"))
        work.session.flush()
        diagram = HEAD.format(handler="bureau.answer", parameters="").encode()
        work.definitions.deploy(Bundle("serving", {"serving.bpmn": diagram}), "试用")
    with engine.begin(SYSTEM) as work:
        instance = work.instances.start("serving", {}, business_key=None, org_unit="1").id
        return instance, work.session.scalars(sa.select(Job.id)).one()


@pytest.mark.slow
def test_workers_with_tickets_of_one_attempt_do_not_both_call_the_department(bureau: Bureau) -> None:
    workers = [bureau.engine() for _ in range(3)]
    instance, job = waiting_job(workers[0])
    assert at_once(*[lambda worker=worker: worker.perform(job, 0) for worker in workers]) == []
    assert bureau.calls == 1
    assert events(workers[0], instance)[-2:] == ["job.done", "instance.ended"]


@pytest.mark.slow
def test_a_call_that_was_cut_off_is_made_again_when_its_lease_has_ended_and_counts_once(
    bureau: Bureau, clock: FixedClock
) -> None:
    slow, quick = bureau.engine(holds=True), bureau.engine()
    instance, job = waiting_job(slow)
    cut_off = threading.Thread(target=slow.perform, args=(job, 0))
    cut_off.start()
    until(lambda: bureau.calls == 1)
    quick.perform(job, 0)
    assert bureau.calls == 1  # it may still be under way
    clock.advance(timedelta(minutes=5))
    quick.perform(job, 0)
    assert bureau.calls == 2
    slow.plugins.close()
    cut_off.join()
    # the first caller's outcome, a failure, comes too late to count
    assert [event for event in events(quick, instance) if event.startswith("job")] == ["job.done"]
