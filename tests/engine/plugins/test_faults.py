"""What a department's handler may do wrong while it runs, and that nobody else is hurt by it."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.outcome import Completed, Failed, Raised
from engine.plugins.host import PluginHost
from engine.plugins.output import OUTPUT_LINES
from engine.plugins.running import Limits
from tests.engine.plugins.workshop import Registry, begin, install, job, load

SOURCE = Path(__file__).with_name("faults.py.txt")
MEMORY = 512 << 20


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Iterator[PluginHost]:
    site = tmp_path_factory.mktemp("site")
    install(site, "faults", SOURCE.read_text())
    host = load(site, registry, limits=Limits(memory=MEMORY))
    assert [(record.name, record.state, record.reason) for record in host.records] == [("faults", "ready", "")]
    yield host
    host.close()


def misbehave(host: PluginHost, how: str) -> Failed:
    outcome = host.run("faults.misbehave", job(how=how), begin)
    assert isinstance(outcome, Failed), outcome
    return outcome


def works(host: PluginHost) -> bool:
    return host.run("faults.say_hello", job(name="永州"), begin) == Completed({"said": "你好，永州"})


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline


def grandchild_of(caplog: pytest.LogCaptureFixture) -> int:
    line: str = next(record.line for record in caplog.records if "grandchild" in getattr(record, "line", ""))
    return int(line.split()[1])


@pytest.fixture(autouse=True)
def still_works_afterwards(host: PluginHost) -> Iterator[None]:
    """Whatever a job did to the process, the next job is served."""
    yield
    assert works(host)


def test_a_handler_answers(host: PluginHost) -> None:
    assert works(host)


def test_the_process_knows_its_job_and_nothing_of_the_host(host: PluginHost, monkeypatch: pytest.MonkeyPatch) -> None:
    host.records[0].process.rest()  # type: ignore[union-attr]  # so that it starts under this environment
    monkeypatch.setenv("ONEGRID_DATABASE_URL", "postgresql://secret")
    outcome = host.run("faults.tell_context", job(), begin)
    assert isinstance(outcome, Completed)
    said = outcome.outputs["said"]
    assert said["context"] == ["job-1", 1, "key-1", "431103", "431103001", "HF-431103001-2026-001"]
    assert set(said["environ"]) <= {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ"}
    assert (said["cwd"], said["isolated"], said["modules"], said["stdin"]) == ("/", 1, [], "")


def test_the_process_has_a_session_of_its_own(host: PluginHost) -> None:
    outcome = host.run("faults.tell_context", job(), begin)
    assert isinstance(outcome, Completed)
    assert os.getsid(outcome.outputs["said"]["pid"]) == outcome.outputs["said"]["pid"] != os.getsid(0)


def test_a_question_is_answered_within_the_place_of_the_job(host: PluginHost, registry: Registry) -> None:
    outcome = host.run("faults.read_grid", job(code="431103001001-C001"), begin)
    assert outcome == Completed({"said": {"code": "431103001001-C001", "households": 300}})
    assert registry.asked[-1] == ("/431100/431103/431103001/", "431103001001-C001")


def test_a_question_about_nothing_is_answered_with_nothing(host: PluginHost) -> None:
    assert host.run("faults.read_grid", job(code="none"), begin) == Completed({"said": None})


def test_the_hosts_own_trouble_is_not_told_and_may_be_tried_again(
    host: PluginHost, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = host.run("faults.read_grid", job(code="trouble"), begin)
    assert isinstance(outcome, Failed)
    assert outcome.retryable
    assert "secrets" not in outcome.message + outcome.trace
    assert "question failed" in caplog.text


def test_a_handler_without_the_capability_is_refused_though_its_plugin_has_it(
    host: PluginHost, registry: Registry
) -> None:
    asked = len(registry.asked)
    outcome = host.run("faults.read_undeclared", job(), begin)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "grid.get needs 'grid:read', which faults.read_undeclared does not declare" in outcome.message
    assert len(registry.asked) == asked


@pytest.mark.parametrize("question", ["grid.write", "plan.apply", "grid.get"])
def test_a_question_that_is_not_there_is_refused(host: PluginHost, question: str) -> None:
    outcome = host.run("faults.ask_wrongly", job(question=question), begin)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "CapabilityDenied" in outcome.message


def test_a_declared_error_is_a_business_outcome(host: PluginHost) -> None:
    outcome = host.run("faults.raise_error", job(code="NO_UNIT"), begin)
    assert outcome == Raised("NO_UNIT", "没有人", {"unit": "三中队"})


def test_an_undeclared_error_is_a_fault_and_not_tried_again(host: PluginHost) -> None:
    outcome = host.run("faults.raise_error", job(code="SURPRISE"), begin)
    assert outcome == Failed("it raised SURPRISE, which it does not declare", retryable=False)


@pytest.mark.parametrize("how", ["exit", "segfault"])
def test_a_process_that_dies_costs_its_own_attempt(host: PluginHost, how: str) -> None:
    starts = host.records[0].starts
    failed = misbehave(host, how)
    assert (failed.message, failed.retryable) == ("the plugin's process broke off: the process ended", True)
    assert works(host)
    assert host.records[0].starts == starts + 1


@pytest.mark.parametrize("how", ["loop", "sleep_in_c", "ignore_alarm", "half_a_line"])
def test_a_process_is_killed_at_the_time_limit(host: PluginHost, how: str) -> None:
    kills = host.records[0].kills
    began = time.monotonic()
    outcome = host.run("faults.take_long", job(how=how), begin)
    assert outcome == Failed("took longer than 0.4 s and was stopped")
    assert time.monotonic() - began < 2
    assert host.records[0].kills == kills + 1


def test_what_a_handler_started_is_killed_with_it(host: PluginHost, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert isinstance(host.run("faults.take_long", job(how="start_child"), begin), Failed)
    grandchild = Path(f"/proc/{grandchild_of(caplog)}/stat")
    deadline = time.monotonic() + 2
    # whoever adopts it reaps it when it likes: a zombie is dead enough
    while grandchild.exists() and grandchild.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline


def test_what_flees_into_a_session_of_its_own_does_not_hold_the_host(
    host: PluginHost, caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()
    with caplog.at_level(logging.INFO):
        assert isinstance(host.run("faults.take_long", job(how="escape"), begin), Failed)
    assert time.monotonic() - began < 2
    os.kill(grandchild_of(caplog), signal.SIGKILL)


def test_a_process_that_died_since_its_last_job_is_replaced_before_the_next(host: PluginHost) -> None:
    process = host.records[0].process.processes[0]  # type: ignore[union-attr]
    pipe = process._running.pipe  # type: ignore[union-attr]
    process._running.kill()  # type: ignore[union-attr]
    wait_until(lambda: not pipe.quiet())
    assert works(host)


def test_a_second_answer_is_not_taken_for_the_next_jobs(host: PluginHost) -> None:
    pipe = host.records[0].process.processes[0]._running.pipe  # type: ignore[union-attr]
    outcome = host.run("faults.misbehave", job(how="two_answers"), begin)
    assert outcome == Completed({"said": "first"})
    wait_until(lambda: not pipe.quiet())
    assert works(host)


def test_memory_is_limited(host: PluginHost) -> None:
    failed = misbehave(host, "hog")
    assert failed.message.startswith("MemoryError")
    assert failed.retryable


@pytest.mark.parametrize(("how", "message"), [("leave", "SystemExit"), ("fail", "RuntimeError: broken")])
def test_an_exception_is_told_and_tried_again(host: PluginHost, how: str, message: str) -> None:
    failed = misbehave(host, how)
    assert message in failed.message
    assert failed.retryable


def test_a_trace_names_the_plugins_line(host: PluginHost) -> None:
    assert 'raise RuntimeError("broken")' in misbehave(host, "fail").trace


def test_a_handler_may_say_when_to_come_back(host: PluginHost) -> None:
    failed = misbehave(host, "later")
    assert (failed.retryable, failed.after) == (True, 7.0)


@pytest.mark.parametrize("how", ["wrong_outputs", "wrong_type", "not_json"])
def test_a_result_that_does_not_fit_the_declaration_is_not_tried_again(host: PluginHost, how: str) -> None:
    assert not misbehave(host, how).retryable


def test_outputs_forged_past_the_plugins_own_check_are_checked_by_the_host(host: PluginHost) -> None:
    failed = misbehave(host, "forged_outputs")
    assert "its outputs do not fit its declaration" in failed.message
    assert not failed.retryable


@pytest.mark.parametrize("how", ["endless_line", "nonsense", "of_another_job", "forged_question"])
def test_a_process_that_breaks_the_protocol_is_stopped(host: PluginHost, how: str) -> None:
    assert "broke off" in misbehave(host, how).message


def test_what_a_plugin_prints_goes_to_the_log_and_not_without_end(
    host: PluginHost, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        outcome = host.run("faults.misbehave", job(how="chatter"), begin)
        assert outcome == Completed({"said": "done"})
        host.records[0].process.rest()  # type: ignore[union-attr]  # ends the listener
    printed = [record for record in caplog.records if record.message == "plugin output"]
    assert 1 < len(printed) <= OUTPUT_LINES


def test_inputs_that_do_not_fit_never_reach_the_plugin(host: PluginHost) -> None:
    outcome = host.run("faults.say_hello", job(nom="x"), begin)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "nom" in outcome.message


def test_a_handler_that_is_not_there_fails_its_job_and_may_come_back(host: PluginHost) -> None:
    outcome = host.run("faults.dance", job(), begin)
    assert isinstance(outcome, Failed)
    assert outcome.retryable
