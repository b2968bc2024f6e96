"""The stored form of an instance."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.parser import parse
from engine.bpmn.state import FORMAT
from engine.bpmn.step import Step
from engine.clock import FixedClock
from engine.errors import StateFormatUnknown
from engine.feel import Feel
from engine.feel.values import YearsMonths
from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    boundary,
    bundle,
    catch,
    draw,
    each,
    end,
    error,
    exclusive,
    first_of,
    inclusive,
    inner,
    message,
    parallel,
    script,
    service,
    start,
    timer,
    user,
)

EVERYTHING = draw(
    exclusive("back"),
    parallel("f"),
    user("a", "plan"),
    boundary("remind", "a", timer("R3/PT1H", "timeCycle"), interrupting=False),
    boundary("stop", "a", message("m")),
    end("reminded"),
    inclusive("i", default="i-b2"),
    user("b1"),
    user("b2"),
    inclusive("k"),
    service("sv", "demo.apply", "result", no='"1"'),
    boundary("conflict", "sv", error("er")),
    first_of("g"),
    catch("g1", timer("P1D")),
    catch("g2", message("n")),
    exclusive("gm"),
    parallel("j"),
    inner(
        "sub",
        start("s1"),
        user("c", "opinion", inside=each("members", "x", "opinions", "opinion")),
        script("sc", "count(opinions)", "number"),
        end("e1"),
        flows="s1>c c>sc sc>e1",
        inside=each("teams", "members", "totals", "number", sequential=True),
    ),
    boundary("out", "sub", timer("P2D")),
    exclusive("x", default="x-e"),
    user("z"),
    flows=(
        "s>back back>f f>a f>i f>g a>sv sv>j conflict>back i>b1[both] i>b2 b1>k b2>k k>j g>g1 g>g2 g1>gm g2>gm gm>j "
        "j>sub sub>z out>z z>x x>back[again] x>e stop>e remind>reminded"
    ),
    more=MESSAGES + ERRORS,
)

WANTED = ("handler.unknown", "soundness.token-left")
"""The diagram goes every way, not only those that make sense."""

STARTED = {"both": True, "teams": [["p", "q"], [], ["r"]], "typename": "timedelta", "@": {"@": "date"}}


def sound(content: bytes, environment: Environment) -> Definition:
    definitions, findings = parse(bundle(content), environment)
    assert [str(finding) for finding in findings if finding.severity == "error"] == []
    return definitions[0]


class Walker:
    """Takes an instance along a random way, by choices that are numbers."""

    def __init__(self, definition: Definition, environment: Environment, clock: FixedClock, *, reload: bool) -> None:
        self.definition, self.environment, self.clock, self.reload = definition, environment, clock, reload
        clock.set(datetime(2026, 12, 1, tzinfo=UTC))
        self.execution, step = Execution.start(definition, dict(STARTED), environment)
        self.waiting: list[tuple[str, str, str]] = []
        self.seen: list[Any] = []
        self.take(step)

    def take(self, step: Step | None) -> None:
        if step is None:
            self.seen.append(None)
            return
        self.waiting = [each_ for each_ in self.waiting if each_[2] not in step.closed]
        self.waiting += [("user", opened.element_id, opened.token) for opened in step.user_tasks]
        self.waiting += [("service", opened.element_id, opened.token) for opened in step.service_tasks]
        self.waiting += [("timer", opened.element_id, opened.token) for opened in step.timers]
        dues = [(opened.element_id, opened.due_at) for opened in step.timers]
        forms = [(opened.element_id, opened.variables) for opened in step.user_tasks]
        trace = [(moved.event, moved.element_id) for moved in step.trace]
        self.seen.append((dues, forms, trace, sorted(step.closed.values()), step.ended, self.execution.variables))
        self.seen.append((self.execution.tokens(), self.execution.awaited_messages()))

    def go(self, choice: int) -> None:
        if self.reload:
            stored = self.execution.dump()
            self.execution = Execution.load(self.definition, stored, self.environment)
            # encode∘decode is the identity
            assert self.execution.dump() == stored
        if self.execution.ended:
            return
        if choice % 7 == 6 or not self.waiting:  # a join may wait for ever: the diagram is not sound
            self.take(self.execution.send_message(("withdraw", "other")[choice % 2], {"sent": choice}))
            return
        kind, element, token = self.waiting[choice % len(self.waiting)]
        self.take(self.act(kind, element, token, choice))

    def act(self, kind: str, element: str, token: Any, choice: int) -> Step | None:
        if kind == "user":
            values = {"n": choice, "again": choice % 3 != 0, "both": choice % 5 < 2, "on": date(2026, 1, 1)}
            return self.execution.complete_user_task(token, values)
        if kind == "timer":
            self.clock.advance(timedelta(days=3))
            return self.execution.fire_timer(token)
        if choice % 4 == 0:
            return self.execution.raise_error(token, "CONFLICT", "taken", {"why": choice})
        return self.execution.complete_service_task(token, {"no": choice})


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.integers(0, 10_000), min_size=10, max_size=60))
def test_a_run_reloaded_at_every_step_is_the_run_that_was_not(feel: Feel, choices: list[int]) -> None:
    clock = FixedClock(datetime(2026, 12, 1, tzinfo=UTC))
    environment = Environment(feel, clock, {})
    definition = _everything(environment)
    walkers = [Walker(definition, environment, clock, reload=reload) for reload in (True, False)]
    for walker in walkers:
        clock.set(datetime(2026, 12, 1, tzinfo=UTC))
        for choice in choices:
            walker.go(choice)
    assert walkers[0].seen == walkers[1].seen


_CACHE: list[Definition] = []


def _everything(environment: Environment) -> Definition:
    if not _CACHE:
        definitions, findings = parse(bundle(EVERYTHING), environment)
        errors = [str(found) for found in findings if found.severity == "error" and found.code not in WANTED]
        assert errors == []
        _CACHE.extend(definitions)
    return _CACHE[0]


VALUES: dict[str, Any] = {
    "date": date(2026, 12, 1),
    "moment": datetime(2026, 12, 1, 8, tzinfo=UTC),
    "wait": timedelta(days=1, microseconds=1),
    "months": YearsMonths(14),
    "typename": {"typename": "timedelta", "days": 1},
    "tag": {"@": "date", "v": "2026-12-01"},
    "one": 1,
    "true": True,
    "float": 1.0,
    "len": [[], {}, None, "", "文本"],
}


def test_values_come_back_as_they_were_and_as_the_type_they_were(define: Any, environment: Environment) -> None:
    definition = define(draw(user("a"), flows="s>a a>e"))
    execution, _ = Execution.start(definition, VALUES, environment)
    loaded = Execution.load(definition, execution.dump(), environment).variables
    assert loaded == VALUES
    assert {name: type(value) for name, value in loaded.items()} == {name: type(v) for name, v in VALUES.items()}


def test_neither_the_specification_nor_what_is_finished_is_stored(define: Any, environment: Environment) -> None:
    definition = define(draw(*(user(f"a{n}") for n in range(9)), flows=_chain(9)))
    execution, step = Execution.start(definition, {}, environment)
    for _ in range(8):
        step = execution.complete_user_task(step.user_tasks[0].token, {})
    rows = orjson.loads(zstandard.decompress(execution.dump()))[2]
    assert [row[3] for row in rows] == ["a8"]
    assert len(execution.dump()) < 120


def _chain(length: int) -> str:
    return "s>a0 " + " ".join(f"a{n}>a{n + 1}" for n in range(length - 1)) + f" a{length - 1}>e"


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"rubbish",
        zstandard.compress(b"rubbish"),
        zstandard.compress(b"[]"),
        zstandard.compress(b"{}"),
        zstandard.compress(orjson.dumps([FORMAT + 1, {}, []])),
        zstandard.compress(orjson.dumps([FORMAT])),
        zstandard.compress(orjson.dumps([FORMAT, {}, [["00" * 16, -1, -1, "gone", "ready", 0, 0]]])),
        zstandard.compress(orjson.dumps([FORMAT, {}, [["00" * 16, -1, -1, "a", "no such state", 0, 0]]])),
        zstandard.compress(orjson.dumps([FORMAT, {}, [["00" * 16, 5, -1, "a", "ready", 0, 0]]])),
        zstandard.compress(orjson.dumps([FORMAT, {}, [["no id", -1, -1, "a", "ready", 0, 0]]])),
    ],
)
def test_what_this_version_did_not_write_is_refused(define: Any, environment: Environment, stored: bytes) -> None:
    definition = define(draw(user("a"), flows="s>a a>e"))
    with pytest.raises(StateFormatUnknown):
        Execution.load(definition, stored, environment)


def test_the_bytes_stored_by_this_format_are_still_read(define: Any, environment: Environment) -> None:
    """What an earlier release has stored; a change that breaks this needs a new FORMAT and a way to read the old."""
    definition = define(draw(user("a"), boundary("t", "a", timer("P8D")), flows="s>a a>e t>e"))
    rows = [
        ["10" * 16, -1, -1, "a [events]", "done", 0, 0],
        ["11" * 16, 0, -1, "t", "waiting", {"due": {"@": "date and time", "v": "2026-12-09T09:00:00+08:00"}}, 0],
        ["12" * 16, 0, -1, "a", "ready", 0, 0],
    ]
    stored = zstandard.compress(orjson.dumps([1, {"no": "x"}, rows]))
    execution = Execution.load(definition, stored, environment)
    step = execution.complete_user_task("12" * 16, {})
    assert step.closed == {"11" * 16: True, "12" * 16: False}
    assert execution.ended


def test_running_never_changes_the_specification(feel: Feel) -> None:
    """It is shared by all instances and threads of a process; the library's event subprocesses would change it."""
    clock = FixedClock(datetime(2026, 12, 1, tzinfo=UTC))
    environment = Environment(feel, clock, {})
    definition = _everything(environment)
    before = _facts(definition)
    walker = Walker(definition, environment, clock, reload=False)
    for choice in range(200):
        walker.go(choice * 37)
    assert _facts(definition) == before


def _facts(definition: Definition) -> dict[str, str]:
    specifications = (definition.process, *definition.subprocesses.values())
    return {
        f"{specification.name}/{spec.name}": repr(sorted((key, repr(value)) for key, value in vars(spec).items()))
        for specification in specifications
        for spec in specification.task_specs.values()
    }
