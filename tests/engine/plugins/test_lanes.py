"""Lanes: a plugin gets more processes while its jobs wait, and fewer when it has nothing to do."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.hookspecs import MAX_LANES
from engine.outcome import Completed, Failed, Outcome
from engine.plugins.host import PluginHost
from engine.plugins.lanes import PluginLanes
from tests.engine.plugins.workshop import begin, install, job, load

PLUGIN = """
import os, time

@hookimpl
def onegrid_plugin():
    return PluginInfo("slow", "慢", ">=1.0,<2", lanes=3)

@handler("slow.take_time", "慢慢办", inputs={"seconds": fields.Float()}, outputs={"pid": fields.Integer()}, timeout=10)
def take_time(ctx, seconds):
    time.sleep(seconds)
    return {"pid": os.getpid()}

@hookimpl
def onegrid_handlers():
    return [take_time]
"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[PluginHost]:
    install(tmp_path, "slow", PLUGIN)
    host = load(tmp_path)
    yield host
    host.close()


def lanes(host: PluginHost) -> PluginLanes:
    process = host.records[0].process
    assert process is not None
    return process


def take_time(host: PluginHost, seconds: float) -> Outcome:
    return host.run("slow.take_time", job(seconds=seconds), begin)


def pids(outcomes: list[Outcome]) -> set[int]:
    assert all(isinstance(outcome, Completed) for outcome in outcomes), outcomes
    return {outcome.outputs["pid"] for outcome in outcomes if isinstance(outcome, Completed)}


def at_once(host: PluginHost, number: int, seconds: float) -> list[Outcome]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(lambda _: take_time(host, seconds), range(number)))


def test_a_queue_that_grows_gets_more_processes_up_to_what_is_declared(host: PluginHost) -> None:
    assert lanes(host).count == 1
    outcomes = at_once(host, 6, 0.5)
    assert 1 < len(pids(outcomes)) <= 3
    assert lanes(host).count == len(pids(outcomes))
    assert lanes(host).restarts == 0


def test_quick_jobs_share_one_process(host: PluginHost) -> None:
    assert len(pids(at_once(host, 4, 0.0))) == 1


def test_a_job_that_finds_no_process_goes_back_to_the_queue(host: PluginHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.plugins.lanes.PATIENCE", 0.05)
    lanes(host).most = 1
    outcomes = at_once(host, 2, 0.5)
    waited = next(outcome for outcome in outcomes if isinstance(outcome, Failed))
    assert (waited.spared, waited.counts) == (True, False)


def test_what_has_nothing_to_do_is_stopped_and_started_again_when_needed(host: PluginHost) -> None:
    at_once(host, 3, 0.4)
    lanes(host).rest(idle=0.0, last_idle=60.0)
    assert lanes(host).count == 1
    lanes(host).rest(idle=60.0, last_idle=60.0)
    assert lanes(host).count == 1
    lanes(host).rest(idle=0.0, last_idle=0.0)
    assert lanes(host).count == 0
    assert pids([take_time(host, 0.0)])
    assert (lanes(host).count, lanes(host).restarts) == (1, 0)


def test_a_plugin_that_is_retired_ends_what_it_does_and_begins_nothing(host: PluginHost) -> None:
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(take_time(host, 0.6)))
    thread.start()
    deadline = time.monotonic() + 5
    while not lanes(host)._busy:
        assert time.monotonic() < deadline
    lanes(host).retire()
    refused = take_time(host, 0.0)
    assert isinstance(refused, Failed)
    assert refused.spared
    thread.join()
    (pid,) = pids(outcomes)
    assert lanes(host).count == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_more_lanes_than_a_worker_has_are_refused(tmp_path: Path) -> None:
    install(tmp_path, "slow", PLUGIN.replace("lanes=3", f"lanes={MAX_LANES + 1}"))
    host = load(tmp_path)
    assert (host.records[0].stage, host.records[0].reason) == (
        "info",
        f"PluginInfo.lanes is {MAX_LANES + 1}; 1 to {MAX_LANES} processes are possible",
    )
