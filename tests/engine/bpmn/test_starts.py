"""How processes begin by themselves, as drawn: what the gate says of timer starts, and cron where instances wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.clock import TIMEZONE, FixedClock
from tests.engine.bpmn.conftest import Run
from tests.engine.bpmn.drawing import (
    MESSAGES,
    NAMES,
    bundle,
    catch,
    condition,
    draw,
    end,
    message,
    on_event,
    props,
    signal,
    timer,
    user,
    waiting,
)


def timed(text: str, kind: str = "timeCycle", **properties: str) -> bytes:
    begin = f'<bpmn:startEvent id="t">{props(**properties) if properties else ""}{timer(text, kind)}</bpmn:startEvent>'
    return draw(begin, user("a"), end("e"), flows="t>a a>e", ends=False)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (timed("offered", "timeDate"), "start.timer"),
        (timed("1 + 1", "timeDate"), "start.timer"),
        (timed("61 8 * * *"), "timer.unreadable"),
        (timed("0 8 * * 1-5", "timeDate"), "timer.unreadable"),
        (timed("R/PT1H", unit="7"), "start.unit"),
        (timed("R/PT1H", unit='["1-a", null]'), "start.unit"),
        (timed("R/PT1H", unit="((("), "start.unit"),
        (draw(waiting("startEvent", "ms", signal(), unit='"1-a"'), flows="ms>e s>e", more=NAMES), "start.unit"),
        (draw(waiting("startEvent", "ms", message("m"), unit="((("), flows="ms>e s>e", more=MESSAGES), "start.unit"),
    ],
)
def test_what_would_start_nothing_is_refused(environment: Environment, content: bytes, code: str) -> None:
    _, findings = parse(bundle(content), environment)
    assert code in {finding.code for finding in findings if finding.severity == "error"}


def test_a_timer_that_starts_a_process_is_known_with_its_unit(define: Callable[..., Definition]) -> None:
    (begin,) = define(timed("0 8 * * 1-5", unit='"1-a"')).starts
    assert (begin.element_id, begin.kind, begin.expression, begin.unit) == ("t", "timer", "0 8 * * 1-5", '"1-a"')


def test_a_process_that_a_timer_starts_may_be_started_by_hand(run: Callable[..., Run]) -> None:
    assert run(timed("0 8 * * 1-5")).waiting == ["a"]


def test_a_condition_that_would_start_a_process_is_refused_with_what_to_use(environment: Environment) -> None:
    begin = f'<bpmn:startEvent id="c">{condition("a > 1")}</bpmn:startEvent>'
    _, findings = parse(bundle(draw(begin, end("e"), flows="c>e", ends=False)), environment)
    (finding,) = [finding for finding in findings if finding.code == "event.unsupported"]
    assert "message" in finding.hint_en
    assert "消息" in finding.hint_zh


def test_cron_at_an_intermediate_event_is_the_next_time(run: Callable[..., Run], environment: Environment) -> None:
    content = draw(catch("c", timer("0 8 * * 1-5", "timeCycle")), user("a"), flows="s>c c>a a>e")
    _, findings = parse(bundle(content), environment)
    assert not [finding for finding in findings if finding.code == "timer.cycle"]
    process = run(content)
    assert _due(process) == datetime(2026, 12, 2, 8, tzinfo=TIMEZONE)


def test_cron_in_an_event_subprocess_happens_at_each_of_its_times(run: Callable[..., Run], clock: FixedClock) -> None:
    handler = on_event(
        "h", timer("0 18 * * *", "timeCycle"), user("b"), end("he"), flows="h_s>b b>he", interrupting=False
    )
    process = run(draw(user("a"), handler, flows="s>a a>e"))
    for day in (1, 2):
        assert _due(process) == datetime(2026, 12, day, 18, tzinfo=TIMEZONE)
        clock.set(datetime(2026, 12, day, 18, tzinfo=TIMEZONE) + timedelta(hours=day))
        process.fire("h")
        assert process.waiting == ["a", *["b"] * day, "h"]


def _due(process: Run) -> Any:
    (opened,) = process.step.timers
    return opened.due_at
