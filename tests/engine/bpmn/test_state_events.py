"""The stored form with every kind of event, scope and repetition in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.parser import parse
from engine.bpmn.step import Step
from engine.clock import FixedClock
from engine.feel import Feel
from engine.types import TokenId
from tests.engine.bpmn.conftest import runs_not
from tests.engine.bpmn.drawing import (
    CANCEL,
    ERRORS,
    MESSAGES,
    NAMES,
    again,
    boundary,
    bundle,
    call,
    carrying,
    catch,
    compensate,
    condition,
    draw,
    each,
    end,
    error,
    escalation,
    exclusive,
    first_of,
    inner,
    link,
    message,
    on_event,
    parallel,
    script,
    signal,
    start,
    throw,
    timer,
    times,
    undoing,
    undone_by,
    user,
)

MORE = MESSAGES + ERRORS + NAMES
TRANSACTION = inner(
    "trip",
    start("s2"),
    user("hotel"),
    undone_by("ch", "hotel", "no_hotel"),
    undoing("no_hotel"),
    user("flight"),
    undone_by("cf", "flight", "no_flight"),
    undoing("no_flight"),
    exclusive("ok", default="ok-e2"),
    end("cancelled", CANCEL),
    end("e2"),
    flows="s2>hotel hotel>flight flight>ok ok>cancelled[again] ok>e2",
).replace("bpmn:subProcess", "bpmn:transaction")
AD_HOC = inner(
    "any",
    user("p1"),
    user("q1"),
    user("r1"),
    flows="p1>r1",
    inside="<bpmn:completionCondition>n > 5000</bpmn:completionCondition>",
).replace("bpmn:subProcess", "bpmn:adHocSubProcess")
WATCHED = inner(
    "sub",
    start("s1"),
    user("c", inside=times("3", "opinions", "n", until="numberOfCompletedInstances > 1")),
    throw("late", escalation()),
    user("d", inside=again("again", loopMaximum="4")),
    exclusive("x1", default="x1-e1"),
    end("bad", error("er")),
    end("e1"),
    on_event("on_late", escalation(), user("h1"), end("h1e"), flows="on_late_s>h1 h1>h1e", interrupting=False),
    on_event("on_bad", error(), user("h2"), end("h2e"), flows="on_bad_s>h2 h2>h2e"),
    on_event("on_time", timer("R3/P2D", "timeCycle"), end("h3e"), flows="on_time_s>h3e", interrupting=False),
    flows="s1>c c>late late>d d>x1 x1>bad[both] x1>e1",
    inside=each("teams", "team"),
)
CALLED = draw(
    user("inside"),
    boundary("called_back", "inside", signal("sg9")),
    script("grow", "(if n = null then 0 else n) + 1", "n"),
    flows="s>inside inside>grow called_back>grow grow>e",
    more='<bpmn:signal id="sg9" name="calm"/>',
)
EVENTS = draw(
    exclusive("back"),
    parallel("f"),
    WATCHED,
    TRANSACTION,
    boundary("tc", "trip", CANCEL),
    exclusive("tm"),
    AD_HOC,
    call("call", "q", {"n": "n"}, {"n": "n"}),
    first_of("g"),
    catch("g1", signal(variable="heard")),
    catch("g2", condition("n > 3000")),
    exclusive("gm"),
    parallel("j"),
    throw("tell", signal("sg2", "{told: n}")),
    exclusive("x", default="x-away"),
    throw("away", link("L")),
    catch("here", link("L")),
    user("b"),
    undone_by("cb", "b", "no_b"),
    undoing("no_b"),
    exclusive("y", default="y-e"),
    throw("undo", compensate("b")),
    end("e3", carrying("n", "{n: n}")),
    on_event("stop", message("m"), user("why"), end("stopped"), flows="stop_s>why why>stopped"),
    on_event("more", message("n"), user("extra"), end("x_e"), flows="more_s>extra extra>x_e", interrupting=False),
    on_event(
        "much",
        condition("n > 8000"),
        script("less", "0", "n"),
        end("m_e"),
        flows="much_s>less less>m_e",
        interrupting=False,
    ),
    flows=(
        "s>back back>f f>sub f>trip f>any f>call f>g sub>j trip>tm tc>tm tm>j any>j call>j g>g1 g>g2 g1>gm g2>gm gm>j "
        "j>tell tell>x x>back[again] x>away here>b b>y y>undo[both] y>e undo>e3"
    ),
    more=MORE,
)
STARTED = {"teams": ["red", "blue"], "n": 0, "again": False, "both": False}


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
        self.waiting += [("timer", opened.element_id, opened.token) for opened in step.timers]
        thrown = [(each_.kind, each_.name, each_.variables) for each_ in step.thrown]
        subscribed = [(each_.kind, each_.name, each_.element_id) for each_ in step.subscribed]
        trace = [(moved.event, moved.element_id, moved.detail) for moved in step.trace]
        forms = [(opened.element_id, opened.variables, opened.definition.key) for opened in step.user_tasks]
        self.seen.append((trace, thrown, subscribed, forms, len(step.unsubscribed), sorted(step.closed.values())))
        self.seen.append((step.ended, self.execution.variables, self.execution.tokens()))

    def go(self, choice: int) -> None:
        if self.reload:
            stored = self.execution.dump()
            self.execution = Execution.load(self.definition, stored, self.environment)
            assert self.execution.dump() == stored
        if self.execution.ended:
            return
        if choice % 11 == 10 or not self.waiting:
            self.take(self.execution.send_signal(("alarm", "calm")[choice % 2], {"sent": choice}))
        elif choice % 23 == 9:
            self.take(self.execution.send_message(("withdraw", "other")[choice % 3 == 0], {"sent": choice}))
        else:
            self.act(*self.waiting[choice % len(self.waiting)], choice)

    def act(self, kind: str, element: str, token: Any, choice: int) -> None:
        if kind == "timer":
            self.clock.advance(timedelta(days=3))
            self.take(self.execution.fire_timer(token))
        else:
            values = {"n": choice, "again": choice % 3 == 0, "both": choice % 4 == 0}
            self.take(self.execution.complete_user_task(token, values))


_CACHE: list[Definition] = []


def events(environment: Environment) -> Definition:
    if not _CACHE:
        called = {"q.bpmn": CALLED.replace(b'<bpmn:process id="p"', b'<bpmn:process id="q"')}
        definitions, findings = parse(bundle(EVENTS, **called), environment)
        assert [str(found) for found in findings if found.severity == "error" and runs_not(found)] == []
        _CACHE.extend(sorted(definitions, key=lambda definition: definition.key))
    return _CACHE[0]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.integers(0, 10_000), min_size=10, max_size=60))
def test_a_run_reloaded_at_every_step_is_the_run_that_was_not(feel: Feel, choices: list[int]) -> None:
    clock = FixedClock(datetime(2026, 12, 1, tzinfo=UTC))
    environment = Environment(feel, clock, {})
    walkers = [Walker(events(environment), environment, clock, reload=reload) for reload in (True, False)]
    for walker in walkers:
        clock.set(datetime(2026, 12, 1, tzinfo=UTC))
        for choice in choices:
            walker.go(choice)
    assert walkers[0].seen == walkers[1].seen


def test_rounds_of_a_loop_leave_the_state_as_large_as_one(define: Any, environment: Environment) -> None:
    definition = define(
        draw(
            exclusive("mm"),
            inner(
                "sub",
                start("s1"),
                user("a"),
                boundary("w", "a", signal(), interrupting=False),
                end("w1"),
                end("e1"),
                on_event("h", condition("n > 1000"), end("he"), flows="h_s>he", interrupting=False),
                flows="s1>a a>e1 w>w1",
            ),
            exclusive("g", default="g-mm"),
            flows="s>mm mm>sub sub>g g>mm g>e[n < 0]",
            more=MORE,
        )
    )
    execution, step = Execution.start(definition, {"n": 1}, environment)
    sizes = []
    for _ in range(50):
        execution = Execution.load(definition, execution.dump(), environment)
        execution.send_signal("alarm", {})
        step = execution.complete_user_task(_task(execution, step), {"n": 1})
        sizes.append(len(orjson.loads(zstandard.decompress(execution.dump()))[2]))
    assert len(set(sizes)) == 1


def _task(execution: Execution, step: Step) -> Any:
    del execution
    return step.user_tasks[0].token


def test_the_bytes_stored_by_this_format_are_still_read(environment: Environment) -> None:
    """What an earlier release has stored; a change that breaks this needs a new FORMAT and a way to read the old."""
    content = draw(
        user("a"),
        undone_by("ua", "a", "no_a"),
        undoing("no_a"),
        call("c", "q", {"n": "n"}, {"n": "n"}),
        throw("undo", compensate()),
        on_event("h", message("m"), user("why"), end("he"), flows="h_s>why why>he", interrupting=False),
        flows="s>a a>c c>undo undo>e",
        more=MORE,
    )
    called = {"q.bpmn": CALLED.replace(b'<bpmn:process id="p"', b'<bpmn:process id="q"')}
    definitions, _ = parse(bundle(content, **called), environment)
    definition = next(each_ for each_ in definitions if each_.key == "p")
    rows = [
        ["10" * 16, -1, -1, "h", "waiting", 0, 0],
        ["11" * 16, -1, -1, "a [compensation]", "waiting", 0, 0],
        ["12" * 16, -1, -1, "c", "started", {"called": ["q", definition.digest], "variables": {"n": 4}}, 0],
        ["13" * 16, -1, 2, "inside [events]", "done", 0, 0],
        ["14" * 16, 3, 2, "called_back", "waiting", 0, 0],
        ["15" * 16, 3, 2, "inside", "ready", 0, 0],
        ["16" * 16, -1, -1, "h", "started", {"opened": True}, 0],
        ["17" * 16, -1, 6, "why", "ready", 0, 0],
    ]
    execution = Execution.load(definition, zstandard.compress(orjson.dumps([1, {"n": 1}, rows])), environment)
    assert execution.tokens() == [("c", "started"), ("h", "started"), ("inside", "ready"), ("why", "ready")]
    step = execution.complete_user_task(TokenId("15" * 16), {})
    assert execution.variables == {"n": 5}
    assert [opened.element_id for opened in step.user_tasks] == ["no_a"]
    execution.complete_user_task(step.user_tasks[0].token, {})
    step = execution.complete_user_task(TokenId("17" * 16), {})
    assert step.ended is not None
    assert execution.ended
