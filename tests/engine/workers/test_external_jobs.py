"""Jobs that a system elsewhere does: locked by one, reported once, and lost at a price."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import workers
from engine.clock import FixedClock
from engine.declaration import handler
from engine.errors import (
    ErrorUndeclared,
    JobCancelled,
    LockLost,
    NotFound,
    OutputsInvalid,
    ProcessFailed,
    TopicForbidden,
    TryAgain,
)
from engine.feel import Feel
from engine.services.external_jobs import Wish
from engine.services.instances import Instances
from engine.tables.workers import JobLock
from engine.testing import drain
from engine.types import SYSTEM, JobKind
from tests.engine.workers.bureau import RECORD_CASE, TOPIC, Bureau, bureau_on


def test_a_job_waits_without_a_ticket_until_it_is_fetched(bureau: Bureau) -> None:
    instance = bureau.start()
    assert drain(bureau.engine) == 0
    assert bureau.engine.tend() == 0
    [job] = bureau.fetch()
    assert {name: job[name] for name in ("topic", "inputs", "attempt", "attempts_left", "idempotency_key")} == {
        "topic": TOPIC,
        "inputs": {"number": 7, "summary": "门口有人争吵", "level": 1},
        "attempt": 1,
        "attempts_left": 2,
        "idempotency_key": "7",
    }
    assert (job["county"], job["process_instance"], job["element_id"]) == ("11", instance, "record")
    assert job["locked_until"] == (bureau.clock.now() + timedelta(seconds=60)).isoformat()


def test_outputs_take_the_instance_further_and_the_history_says_which_system_did_it(bureau: Bureau) -> None:
    instance = bureau.start()
    [job] = bureau.fetch()
    bureau.complete(job, case_number="J-7", level=5)
    assert bureau.end_of(instance) == ("completed", "end_urgent")
    assert bureau.events(instance) == [("job.done", "bureau（办案系统）")]


def test_a_locked_job_is_nobody_elses(bureau: Bureau) -> None:
    bureau.start()
    [job] = bureau.fetch("w1")
    assert bureau.fetch("w2") == []
    with pytest.raises(LockLost):
        bureau.complete(job, worker="w2")
    bureau.complete(job)


def test_the_longest_due_comes_first_and_no_more_than_asked_for(bureau: Bureau) -> None:
    for number in range(3):
        bureau.start(number)
        bureau.clock.advance(timedelta(seconds=1))
    assert [job["inputs"]["number"] for job in bureau.fetch(limit=2)] == [0, 1]
    assert [job["inputs"]["number"] for job in bureau.fetch(limit=2)] == [2]


def test_the_same_report_again_gets_the_same_answer_and_has_no_second_effect(bureau: Bureau) -> None:
    instance = bureau.start()
    [job] = bureau.fetch()
    for _ in range(3):
        bureau.complete(job)
    assert [event for event, _ in bureau.events(instance)] == ["job.done"]


def test_another_report_under_the_same_lock_is_refused(bureau: Bureau) -> None:
    bureau.start()
    [job] = bureau.fetch()
    bureau.complete(job)
    with pytest.raises(LockLost):
        bureau.complete(job, case_number="J-8")
    with pytest.raises(LockLost):
        bureau.fail(job)


def test_a_failure_is_tried_again_after_the_declared_back_off(bureau: Bureau) -> None:
    instance = bureau.start()
    [job] = bureau.fetch()
    bureau.fail(job)
    bureau.fail(job)  # its answer was lost on the way
    assert bureau.fetch() == []
    bureau.clock.advance(timedelta(seconds=10))
    [again] = bureau.fetch()
    assert (again["id"], again["attempt"], again["attempts_left"]) == (job["id"], 2, 1)
    assert again["lock_token"] != job["lock_token"]
    assert [event for event, _ in bureau.events(instance)] == ["job.failed"]


def test_the_far_system_may_say_when(bureau: Bureau) -> None:
    bureau.start()
    [job] = bureau.fetch()
    bureau.fail(job, after=300)
    bureau.clock.advance(timedelta(seconds=299))
    assert bureau.fetch() == []
    bureau.clock.advance(timedelta(seconds=1))
    assert bureau.fetch()


def test_after_the_last_attempt_the_job_is_dead_until_somebody_revives_it(bureau: Bureau) -> None:
    instance = bureau.start()
    for _ in range(3):
        [job] = bureau.fetch()
        bureau.fail(job)
        bureau.clock.advance(timedelta(hours=1))
    assert bureau.fetch() == []
    with bureau.engine.begin(SYSTEM) as work:
        work.jobs.revive(job["id"])
    [job] = bureau.fetch()
    assert job["attempts_left"] == 0
    bureau.complete(job)
    assert bureau.end_of(instance)[0] == "completed"


def test_a_lost_lock_costs_an_attempt_and_waits_the_back_off(bureau: Bureau) -> None:
    instance = bureau.start()
    [job] = bureau.fetch(seconds=5)
    bureau.clock.advance(timedelta(seconds=5))
    with pytest.raises(LockLost):
        bureau.complete(job)
    assert bureau.fetch() == []
    bureau.engine.tend()
    bureau.engine.tend()
    assert bureau.fetch() == []
    bureau.clock.advance(timedelta(seconds=10))
    [again] = bureau.fetch()
    assert again["attempt"] == 2
    with pytest.raises(LockLost):
        bureau.complete(job)
    bureau.complete(again)
    assert [event for event, _ in bureau.events(instance)] == ["job.failed", "job.done"]


def test_a_job_that_kills_its_workers_ends_as_a_dead_job(bureau: Bureau) -> None:
    bureau.start()
    for _ in range(3):
        [job] = bureau.fetch(seconds=5)
        bureau.clock.advance(timedelta(hours=1))
        bureau.engine.tend()
        bureau.clock.advance(timedelta(hours=1))
    assert bureau.fetch() == []
    dead = bureau.job(job["id"])
    assert (dead.state, dead.last_error) == ("dead", "工作程序“w1”没有在时限内报告结果")


def test_a_lock_can_be_extended_while_it_is_held(bureau: Bureau) -> None:
    bureau.start()
    [job] = bureau.fetch(seconds=5)
    claim = bureau.claim(job)
    until = workers.report(bureau.engine, claim, lambda external: external.extend(claim, 600))
    assert until == bureau.clock.now() + timedelta(seconds=600)
    bureau.clock.advance(timedelta(seconds=599))
    bureau.engine.tend()
    bureau.complete(job)
    with pytest.raises(LockLost):
        workers.report(bureau.engine, claim, lambda external: external.extend(claim, 600))


def test_a_job_given_back_uses_no_attempt(bureau: Bureau) -> None:
    bureau.start()
    [job] = bureau.fetch()
    claim = bureau.claim(job)
    for _ in range(2):
        workers.report(bureau.engine, claim, lambda external: external.release(claim))
    [again] = bureau.fetch("w2")
    assert again["attempt"] == 1
    with pytest.raises(LockLost):
        bureau.complete(job)
    bureau.complete(again, worker="w2")


def test_outputs_that_do_not_fit_leave_the_lock(bureau: Bureau) -> None:
    bureau.start()
    [job] = bureau.fetch()
    with pytest.raises(OutputsInvalid) as caught:
        bureau.complete(job, case_number="", extra=1)
    assert set(caught.value.errors) == {"case_number", "extra"}
    bureau.complete(job)


def test_a_declared_error_is_caught_by_its_boundary_event(bureau: Bureau) -> None:
    instance = bureau.start()
    [job] = bureau.fetch()
    claim = bureau.claim(job)
    for _ in range(2):
        workers.report(bureau.engine, claim, lambda external: external.raise_error(claim, "DUPLICATE", "同案", {}))
    assert bureau.end_of(instance) == ("completed", "end_known")


def test_an_undeclared_error_leaves_the_lock_and_an_uncaught_one_a_dead_job(bureau: Bureau) -> None:
    bureau.start()
    [job] = bureau.fetch()
    claim = bureau.claim(job)
    with pytest.raises(ErrorUndeclared) as caught:
        workers.report(bureau.engine, claim, lambda external: external.raise_error(claim, "SURPRISE", "", {}))
    assert caught.value.declared == ["DUPLICATE", "REFUSED"]
    workers.report(bureau.engine, claim, lambda external: external.raise_error(claim, "REFUSED", "不归我管", {}))
    dead = bureau.job(job["id"])
    assert (dead.state, dead.last_error) == ("dead", "没有事件捕获错误 REFUSED：不归我管")


def test_a_cancelled_job_is_gone(bureau: Bureau) -> None:
    instance = bureau.start()
    [job] = bureau.fetch()
    with bureau.engine.begin(SYSTEM) as work:
        work.instances.cancel(instance, "撤回")
    with pytest.raises(JobCancelled):
        bureau.complete(job)
    bureau.clock.advance(timedelta(hours=1))
    bureau.engine.tend()
    assert bureau.fetch() == []


def test_values_that_no_variable_can_hold_leave_the_lock(bureau: Bureau) -> None:
    bureau.start()
    [job] = bureau.fetch()
    deep: dict[str, object] = {}
    for _ in range(120):
        deep = {"in": deep}
    with pytest.raises(OutputsInvalid):
        bureau.complete(job, case_number="J-7", notes=deep)
    bureau.complete(job)


def test_a_diagram_that_cannot_go_on_is_for_a_person_and_not_for_the_worker(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise ProcessFailed("流程在此处循环，且从不等待。", element_id="judge")

    bureau.start()
    [job] = bureau.fetch()
    monkeypatch.setattr(Instances, "step", broken)
    bureau.complete(job)
    bureau.complete(job)
    dead = bureau.job(job["id"])
    assert (dead.state, dead.last_error) == ("dead", "ProcessFailed: 流程在此处循环，且从不等待。")


def test_inputs_that_do_not_fit_are_not_handed_out(bureau: Bureau) -> None:
    instance = bureau.start(summary="长" * 501)
    assert bureau.fetch() == []
    assert [event for event, _ in bureau.events(instance)] == ["job.dead"]


def test_a_token_reaches_its_own_topics_only(bureau: Bureau) -> None:
    for wanted in ("bureau.unknown", "neighbour.secret_thing"):
        with pytest.raises(TopicForbidden) as caught:
            workers.check_topics(bureau.engine, bureau.scope, Wish("w1", {wanted: None}))
        assert (caught.value.topics, caught.value.known) == ([wanted], [TOPIC])
    workers.check_topics(bureau.engine, bureau.scope, Wish("w1", {TOPIC: None}))


def test_a_token_of_one_county_reaches_no_other(bureau: Bureau) -> None:
    bureau.start(1, unit="12")
    east, west = bureau.let_in(county="11"), bureau.let_in(county="12")
    assert bureau.fetch(scope=east) == []
    [job] = bureau.fetch(scope=west)
    claim = bureau.claim(job, scope=east)
    with pytest.raises(NotFound):
        workers.report(bureau.engine, claim, lambda external: external.complete(claim, {"case_number": "J"}))


def test_where_the_plugin_is_switched_off_its_jobs_wait(bureau: Bureau) -> None:
    bureau.start(1, unit="12")
    bureau.start(2, unit="111")
    switch(bureau, "12", on=False)
    assert [job["county"] for job in bureau.fetch(limit=5)] == ["11"]
    switch(bureau, "", on=False)
    bureau.start(3, unit="111")
    assert bureau.fetch(limit=5) == []
    switch(bureau, "", on=True)
    switch(bureau, "12", on=True)
    assert {job["county"] for job in bureau.fetch(limit=5)} == {"11", "12"}


def switch(bureau: Bureau, county: str, *, on: bool) -> None:
    with bureau.engine.begin(SYSTEM) as work:
        work.switches.turn("bureau", county, on=on, reason="试")


@pytest.mark.parametrize("job_id", ["", "0" * 32, "x" * 200, "a\0b", "' OR 1=1 --"])
def test_an_id_that_is_none_is_not_found(bureau: Bureau, job_id: str) -> None:
    claim = bureau.claim({"id": job_id, "lock_token": "0"})
    with pytest.raises(NotFound):
        workers.report(bureau.engine, claim, lambda external: external.release(claim))


def test_a_handler_that_becomes_external_is_fetched_and_one_that_ceases_to_be_is_performed(bureau: Bureau) -> None:
    declared = bureau.engine.plugins.handlers
    declared[TOPIC] = handler(TOPIC, "登记立案", inputs=RECORD_CASE.inputs, outputs=RECORD_CASE.outputs)(
        lambda _c: None
    )
    bureau.start(1)
    declared[TOPIC] = RECORD_CASE
    assert drain(bureau.engine) == 1  # its ticket finds that it is no ticket's work any more
    [job] = bureau.fetch()
    bureau.complete(job)

    bureau.start(2)
    declared[TOPIC] = handler(TOPIC, "登记立案", inputs=RECORD_CASE.inputs, outputs=RECORD_CASE.outputs)(
        lambda _c: None
    )
    bureau.engine.tend()
    with bureau.engine.begin(SYSTEM, write=False) as work:
        assert [ticket.key for ticket in work.jobs.waiting(bureau.clock.now())] == ["bureau"]


def test_a_job_that_waited_for_its_plugin_is_fetched_when_the_plugin_is_back(bureau: Bureau) -> None:
    host = bureau.engine.plugins
    host.handlers = {}
    bureau.start()
    drain(bureau.engine)
    assert bureau.fetch() == []
    host.handlers = {TOPIC: RECORD_CASE}
    bureau.engine.resume()
    drain(bureau.engine)
    [job] = bureau.fetch()
    assert (job["attempt"], job["attempts_left"]) == (1, 2)


def test_while_its_plugin_is_out_of_order_a_lock_stays_and_nothing_is_handed_out(bureau: Bureau) -> None:
    bureau.start(1)
    bureau.start(2)
    [job] = bureau.fetch()
    host = bureau.engine.plugins
    host.handlers = {}
    workers.check_topics(bureau.engine, bureau.scope, Wish("w1", {TOPIC: None}))
    assert bureau.fetch() == []
    with pytest.raises(TryAgain):
        bureau.complete(job)
    host.handlers = {TOPIC: RECORD_CASE}
    bureau.complete(job)


def test_old_locks_are_forgotten_the_lost_ones_too_and_those_of_today_are_not(bureau: Bureau) -> None:
    bureau.start()
    bureau.fetch(seconds=5)
    bureau.clock.advance(timedelta(minutes=1))
    bureau.engine.tend()
    bureau.clock.advance(timedelta(minutes=1))
    [job] = bureau.fetch()
    bureau.complete(job)
    for days, kept in ((1, 2), (7, 0)):
        bureau.clock.advance(timedelta(days=days))
        bureau.engine.tend()
        with bureau.engine.begin(SYSTEM, write=False) as work:
            assert work.session.scalar(sa.select(sa.func.count()).select_from(JobLock)) == kept


def test_the_row_says_that_the_job_is_external(sqlite: sa.Engine, clock: FixedClock, feel: Feel) -> None:
    bureau = bureau_on(sqlite, clock, feel)
    bureau.start()
    [job] = bureau.fetch()
    assert bureau.job(job["id"]).kind == JobKind.EXTERNAL
