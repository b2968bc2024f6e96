"""Processes that start by themselves: each time once, what was missed in order, by the newest version."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import TIMEZONE
from engine.feel.values import unpack
from engine.jobs.table_queue import drain
from engine.starting import start_due
from engine.tables.instances import ProcessInstance
from engine.tables.start_timers import StartTimer
from engine.types import SYSTEM
from tests.engine.bpmn.drawing import end, props, timer, user
from tests.engine.services.test_routing import deploy, diagram
from tests.fixtures.house import House

VARIABLE = "<spiffworkflow:variableName>due</spiffworkflow:variableName></bpmn:extensionElements>"


def timed(text: str, kind: str = "timeCycle", key: str = "timed", task: str = "a", **properties: str) -> bytes:
    """Return a process that a timer starts, which keeps the moment in the variable `due`."""
    extensions = props(**properties).replace("</bpmn:extensionElements>", VARIABLE)
    start = f'<bpmn:startEvent id="t">{extensions}{timer(text, kind)}</bpmn:startEvent>\n'
    return diagram(key, start, user(task), end("e"), flows=f"t>{task} {task}>e", ends=False)


def started(house: House, key: str = "timed") -> list[ProcessInstance]:
    with house.engine.begin(SYSTEM, write=False) as work:
        select = sa.select(ProcessInstance).where(ProcessInstance.definition_key == key)
        found = list(work.session.scalars(select.order_by(ProcessInstance.started_at, ProcessInstance.id)))
        work.session.expunge_all()
        return found


def dues(house: House) -> list[str]:
    """Return for which moments instances were started, in the order in which they were."""
    with house.engine.begin(SYSTEM, write=False) as work:
        found = [work.instances.execution(each).variables["due"] for each in started(house)]
        seqs = {
            each.id: next(row.seq for row in work.history.of(each.id) if row.event == "instance.started")
            for each in started(house)
        }
    ordered = [due for _, due in sorted(zip(seqs.values(), found, strict=True))]
    return [due.strftime("%d %H:%M") for due in ordered]


def rows(house: House) -> list[StartTimer]:
    with house.engine.begin(SYSTEM, write=False) as work:
        found = list(work.session.scalars(sa.select(StartTimer).order_by(StartTimer.definition_key)))
        work.session.expunge_all()
        return found


def at(house: House, text: str) -> None:
    house.clock.set(datetime.fromisoformat(text).replace(tzinfo=TIMEZONE))


def test_cron_starts_it_at_each_time_and_no_time_twice(house: House) -> None:
    deploy(house, timed=timed("0 8 * * 1-5"))  # on Tuesday, the first, at nine
    assert start_due(house.engine) == 0
    at(house, "2026-12-02T07:59:59")
    assert start_due(house.engine) == 0
    at(house, "2026-12-02T08:00:00")
    assert [start_due(house.engine) for _ in range(3)] == [1, 0, 0]
    at(house, "2026-12-07T12:00:00")
    assert drain(house.engine) == 0
    assert dues(house) == ["02 08:00", "03 08:00", "04 08:00", "07 08:00"]


def test_what_was_missed_is_made_up_for_in_order_over_all_timers(house: House) -> None:
    deploy(house, timed=timed("R3/PT5H"), other=timed("R/2026-12-01T16:00:00+08:00/PT6H", key="other"))
    house.clock.advance(timedelta(days=1))
    assert start_due(house.engine, most=2) == 2
    assert [each.definition_key for each in rows(house) if each.due_at is not None] == ["other", "timed"]
    assert start_due(house.engine) == 4
    assert dues(house) == ["01 14:00", "01 19:00", "02 00:00"]
    with house.engine.begin(SYSTEM, write=False) as work:
        first = [work.history.of(each.id)[0] for each in (*started(house), *started(house, "other"))]
        moments = [unpack(row.detail)["due"] for row in sorted(first, key=lambda row: row.seq)]
    assert moments == sorted(moments)
    assert len(moments) == 6


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("2026-12-02T08:00:00+08:00", "timeDate", ["02 08:00"]),
        ("P1DT1H", "timeDuration", ["02 10:00"]),
        ('date and time("2026-12-02T08:30:00@Asia/Shanghai")', "timeDate", ["02 08:30"]),
        ("2026-11-30", "timeDate", []),  # passed before anybody deployed it
        ("R5/2026-11-30T08:00:00+08:00/P1D", "timeCycle", ["02 08:00", "03 08:00", "04 08:00"]),
        ("R2/PT12H/2026-12-03T00:00:00+08:00", "timeCycle", ["02 12:00", "03 00:00"]),
    ],
)
def test_dates_durations_and_cycles_with_start_and_end(house: House, text: str, kind: str, expected: list[str]) -> None:
    deploy(house, timed=timed(text, kind))
    house.clock.advance(timedelta(days=9))
    start_due(house.engine)
    assert dues(house) == expected
    house.clock.advance(timedelta(days=9))
    assert start_due(house.engine) == 0


def test_a_new_version_goes_on_with_the_same_timer_and_drops_the_others(house: House) -> None:
    deploy(house, timed=timed("PT3H", "timeDuration"))
    house.clock.advance(timedelta(hours=2))
    deploy(house, timed=timed("PT3H", "timeDuration", task="b"))
    house.clock.advance(timedelta(hours=1))
    assert start_due(house.engine) == 1
    deploy(house, timed=timed("PT3H", "timeDuration", task="c"))
    house.clock.advance(timedelta(days=1))
    assert start_due(house.engine) == 0  # it has been started once; a version is no reason to do it again
    deploy(house, timed=timed("PT4H", "timeDuration", task="d"))
    house.clock.advance(timedelta(hours=4))
    assert start_due(house.engine) == 1
    with house.engine.begin(SYSTEM, write=False) as work:
        assert [work.tasks.of_instance(each.id)[0].element_id for each in started(house)] == ["b", "d"]
    deploy(house, timed=diagram("timed", user("a"), flows="s>a a>e"))
    assert rows(house) == []


def test_it_starts_once_in_each_of_its_units_and_else_at_the_top(house: House) -> None:
    deploy(house, timed=timed("R1/PT1H", unit='["1-a", "1-b"]'), other=timed("R1/PT1H", key="other"))
    house.clock.advance(timedelta(hours=1))
    start_due(house.engine)
    assert sorted(each.org_unit for each in started(house)) == ["1-a", "1-b"]
    assert [each.org_unit for each in started(house, "other")] == ["1"]
    assert {each.started_by for each in started(house)} == {"system"}


def test_a_start_that_fails_is_tried_again_later_and_holds_up_its_own_timer_only(house: House) -> None:
    deploy(house, timed=timed("R/PT1H", unit='["1-a", "gone"]'), other=timed("R/PT1H", key="other"))
    house.clock.advance(timedelta(hours=2))
    assert start_due(house.engine) == 2
    assert started(house) == []  # not in the one unit that is there either: both, or none
    assert len(started(house, "other")) == 2
    (failing,) = [row for row in rows(house) if row.last_error]
    assert "NotFound" in str(failing.last_error)
    assert failing.retry_at == house.clock.now() + timedelta(seconds=30)
    assert start_due(house.engine) == 0
    deploy(house, timed=timed("R/PT1H", unit='"1-a"'))  # mended: what it owes is made up for
    assert start_due(house.engine) == 2
    assert dues(house) == ["01 10:00", "01 11:00"]
    assert rows(house)[1].last_error is None


def test_workers_that_look_at_the_same_time_start_each_time_once(house: House, database: sa.Engine) -> None:
    deploy(house, timed=timed("R20/PT1M"), other=timed("R20/PT1M", key="other"))
    house.clock.advance(timedelta(hours=1))
    engines = [Engine(database, house.engine.plugins, clock=house.clock, feel=house.engine.runtime.feel) for _ in "abc"]
    together = threading.Barrier(len(engines))
    failures: list[BaseException] = []

    def work(engine: Engine) -> None:
        try:
            together.wait()
            start_due(engine)
        except BaseException as error:  # noqa: BLE001  a thread tells nobody
            failures.append(error)

    threads = [threading.Thread(target=work, args=(engine,)) for engine in engines]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    start_due(house.engine)  # what a worker left to another that then was faster elsewhere
    assert failures == []
    assert len(set(dues(house))) == len(dues(house)) == 20
    assert len(started(house, "other")) == 20
