"""A department that does not answer: its jobs wait without losing attempts, and go on by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.outcome import Failed, Raised
from engine.services.breakers import PAUSE, THRESHOLD, BreakerState, state_of
from engine.services.held import Hold
from engine.tables.plugins import PluginBreaker
from engine.types import SYSTEM, JobState
from tests.fixtures.bureau import AWAY, PLACED, Bureau


def breaker(bureau: Bureau) -> PluginBreaker | None:
    with bureau.house.engine.begin(SYSTEM, write=False) as work:
        found = work.breakers.all().get("shop")
        work.session.expunge_all()
        return found


def state(bureau: Bureau) -> BreakerState:
    return state_of(breaker(bureau), bureau.house.clock.now())


def events(bureau: Bureau) -> list[str]:
    with bureau.house.engine.begin(SYSTEM, write=False) as work:
        return [event.event for event in work.plugin_log.latest()]


def test_failures_in_a_row_open_the_breaker_and_what_waits_loses_no_attempt(bureau: Bureau) -> None:
    bureau.breaks()
    assert state(bureau) is BreakerState.OPEN
    called = len(bureau.calls)
    late = bureau.case()
    bureau.work_off()
    assert len(bureau.calls) == called
    job = bureau.job(late)
    assert (job.state, job.held, job.made) == (JobState.WAITING, Hold.BREAKER, 0)
    assert events(bureau) == ["breaker.opened"]


def test_one_failure_less_does_not(bureau: Bureau) -> None:
    bureau.breaks(THRESHOLD - 1)
    assert state(bureau) is BreakerState.CLOSED
    late = bureau.case()
    bureau.work_off()
    assert bureau.job(late).made == 1


def test_a_success_between_them_starts_the_count_anew(bureau: Bureau) -> None:
    bureau.breaks(THRESHOLD - 1)
    bureau.answer = PLACED
    bureau.case()
    bureau.work_off()
    bureau.breaks(THRESHOLD - 1)
    assert state(bureau) is BreakerState.CLOSED


@pytest.mark.parametrize(
    "answer",
    [Raised("NO_STOCK", "没有库存"), Failed("its inputs do not fit", retryable=False, counts=False)],
    ids=["declared-error", "not-its-fault"],
)
def test_what_does_not_speak_against_the_plugin_does_not_count(bureau: Bureau, answer: Failed | Raised) -> None:
    bureau.breaks(0)
    bureau.answer = answer
    for _ in range(THRESHOLD):
        bureau.case()
    bureau.work_off()
    assert state(bureau) is BreakerState.CLOSED
    assert len(bureau.calls) == THRESHOLD


def test_a_half_open_breaker_lets_one_through_which_closes_it(bureau: Bureau) -> None:
    bureau.breaks()
    waiting = [bureau.case() for _ in range(3)]
    bureau.work_off()
    bureau.house.clock.advance(PAUSE)
    assert state(bureau) is BreakerState.HALF_OPEN
    bureau.answer = PLACED
    before = len(bureau.calls)
    tried: list[int] = []
    bureau.meanwhile = lambda: tried.append(len(bureau.calls) - before) or bureau.house.engine.resume()  # type: ignore[func-returns-value]
    bureau.work_off()
    assert tried[0] == 1
    bureau.work_off()
    assert state(bureau) is BreakerState.CLOSED
    assert [bureau.job(instance).state for instance in waiting] == [JobState.DONE] * 3
    assert events(bureau)[0] == "breaker.closed"


def test_while_one_tries_nobody_else_does(bureau: Bureau) -> None:
    bureau.breaks()
    bureau.house.clock.advance(PAUSE)
    with bureau.house.engine.begin(SYSTEM) as work:
        handler = bureau.house.engine.plugins.handlers["shop.place_order"]
        assert work.held.admit(handler, "1", 60).hold is None
    with bureau.house.engine.begin(SYSTEM) as work:
        assert work.held.admit(handler, "1", 60).hold is Hold.BREAKER
    bureau.house.clock.advance(timedelta(seconds=61))  # who tried is gone without a word
    with bureau.house.engine.begin(SYSTEM) as work:
        assert work.held.admit(handler, "1", 60).hold is None


def test_a_try_that_fails_opens_it_for_twice_as_long(bureau: Bureau) -> None:
    bureau.breaks()
    bureau.case()
    bureau.work_off()
    bureau.house.clock.advance(PAUSE)
    called = len(bureau.calls)
    bureau.work_off()
    assert len(bureau.calls) == called + 1
    found = breaker(bureau)
    assert found is not None
    assert found.retry_at == bureau.house.clock.now() + 2 * PAUSE
    assert found.last_error == AWAY.message
    assert events(bureau) == ["breaker.opened"]


def test_an_operator_closes_it_by_hand(bureau: Bureau) -> None:
    bureau.breaks()
    late = bureau.case()
    bureau.work_off()
    bureau.answer = PLACED
    with bureau.house.engine.begin(SYSTEM) as work:
        work.breakers.close("shop", "已与部门核实")
    bureau.work_off()
    assert bureau.job(late).state == JobState.DONE
    assert events(bureau) == ["breaker.closed", "breaker.opened"]


def test_a_plugin_without_a_process_to_spare_costs_no_attempt(bureau: Bureau) -> None:
    instance = bureau.case()
    bureau.answer = Failed("all its processes are busy", spared=True)
    bureau.work_off()
    job = bureau.job(instance)
    assert (job.made, job.state, breaker(bureau)) == (0, JobState.WAITING, None)
    bureau.answer = PLACED
    bureau.house.clock.advance(timedelta(seconds=1))
    bureau.work_off()
    assert bureau.job(instance).state == JobState.DONE


def test_the_last_success_is_known_to_the_minute_without_a_statement_a_job(bureau: Bureau) -> None:
    began = bureau.house.clock.now()
    for _ in range(2):
        bureau.case()
        bureau.work_off()
        bureau.house.clock.advance(timedelta(seconds=30))
    found = breaker(bureau)
    assert found is not None
    assert found.last_success_at == began
    bureau.house.clock.advance(timedelta(seconds=30))
    bureau.case()
    bureau.work_off()
    found = breaker(bureau)
    assert found is not None
    assert found.last_success_at == bureau.house.clock.now()
