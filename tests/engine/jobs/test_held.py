"""Held jobs under the real job engine: they wait without a ticket, and workers let them go on by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.outcome import Failed
from engine.services.breakers import THRESHOLD, state_of
from engine.services.held import Hold
from engine.types import SYSTEM, JobState
from tests.durability.patience import until
from tests.fixtures.bureau import AWAY, PLACED, Bureau
from tests.fixtures.house import House


@pytest.fixture
def worker(bureau: Bureau, live: House, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """The bureau behind a worker that looks often."""
    monkeypatch.setattr("engine.jobs.upkeep.KEEP_SECONDS", 0.05)
    monkeypatch.setattr("engine.jobs.upkeep.RESUME_SECONDS", 0.05)
    live.engine.start_workers()
    return bureau


def turn(house: House, *, on: bool) -> None:
    with house.engine.begin(SYSTEM) as work:
        work.switches.turn("shop", "", on=on, reason="试")


def test_jobs_of_a_plugin_that_is_off_go_on_when_it_is_on(worker: Bureau) -> None:
    turn(worker.house, on=False)
    cases = [worker.case() for _ in range(3)]
    until(lambda: all(worker.job(case).held == Hold.DISABLED for case in cases))
    assert worker.calls == []
    turn(worker.house, on=True)
    until(lambda: all(worker.job(case).state == JobState.DONE for case in cases))
    assert [worker.job(case).made for case in cases] == [0, 0, 0]
    assert len(worker.calls) == 3


def test_a_plugin_that_answers_again_closes_its_breaker_by_itself(
    worker: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.services.breakers.PAUSE", timedelta(milliseconds=200))
    worker.answer = Failed(AWAY.message, retryable=False)  # each of these is a dead job at once
    for _ in range(THRESHOLD):
        worker.case()
    until(lambda: len(worker.calls) >= THRESHOLD)
    worker.answer = PLACED
    late = worker.case()
    until(lambda: worker.job(late).state == JobState.DONE)
    with worker.house.engine.begin(SYSTEM, write=False) as work:
        assert state_of(work.breakers.all()["shop"], work.clock.now()) == "closed"
        assert [event.event for event in work.plugin_log.latest()] == ["breaker.closed", "breaker.opened"]
