"""An instance that is stored and loaded before each step goes the way of one that is not, whatever it waits for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.parser import parse
from engine.clock import FixedClock
from engine.feel import Feel
from tests.engine.bpmn.conftest import runs_not
from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    NAMES,
    boundary,
    bundle,
    catch,
    compensate,
    draw,
    each,
    end,
    exclusive,
    inner,
    message,
    on_event,
    parallel,
    script,
    start,
    throw,
    timer,
    undoing,
    undone_by,
    user,
)
from tests.engine.bpmn.test_complex_gateway import TWO, complex_gateway, two_of_three
from tests.engine.bpmn.test_data import holding, into, io, out
from tests.engine.bpmn.test_multiple import together
from tests.engine.bpmn.test_state import Walker

TRIP = inner(
    "trip",
    holding("note"),
    start("s1"),
    user("hotel", "opinion", io("t", "u") + into("in_t", "note_object") + out("out_u", "note_object")),
    undone_by("ch", "hotel", "cancel_hotel"),
    undoing("cancel_hotel"),
    script("k", "string(n)", "u", io(outputs="u").replace("out_u", "k_u") + out("k_u", "note_object")),
    on_event(
        "h", compensate(), user("tell"), throw("back", compensate()), end("he"), flows="h_s>tell tell>back back>he"
    ),
    end("e1"),
    flows="s1>hotel hotel>k k>e1",
    inside=each("teams", "place", sequential=True),
)
CONSTRUCTS = draw(
    exclusive("loop"),
    parallel("f"),
    user("a"),
    boundary("b", "a", message("m") + timer("R3/PT1H", "timeCycle"), interrupting=False),
    end("told"),
    together(catch("c", message("m") + message("n")), "intermediateCatchEvent"),
    catch("d", message("n") + timer("P1D")),
    complex_gateway("x", TWO),
    TRIP,
    throw("undo", compensate("trip")),
    exclusive("g", default="g-e"),
    flows="s>loop loop>f f>a f>c f>d b>told a>x c>x d>x x>trip trip>undo undo>g g>loop[again] g>e",
    more=MESSAGES + NAMES + ERRORS,
)


def defined(environment: Environment, known: list[Definition]) -> Definition:
    if not known:
        definitions, findings = parse(bundle(CONSTRUCTS), environment)
        assert [str(each_) for each_ in findings if each_.severity == "error" and runs_not(each_)] == []
        known.extend(definitions)
    return known[0]


KNOWN: list[Definition] = []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.integers(0, 10_000), min_size=10, max_size=50))
def test_a_run_reloaded_at_every_step_is_the_run_that_was_not(feel: Feel, choices: list[int]) -> None:
    clock = FixedClock(datetime(2026, 12, 1, tzinfo=UTC))
    environment = Environment(feel, clock, {})
    definition = defined(environment, KNOWN)
    walkers = [Walker(definition, environment, clock, reload=reload) for reload in (True, False)]
    for walker in walkers:
        clock.set(datetime(2026, 12, 1, tzinfo=UTC))
        for choice in choices:
            walker.go(choice)
    assert walkers[0].seen == walkers[1].seen


def stored(rows: list[Any], variables: dict[str, Any]) -> bytes:
    return zstandard.compress(orjson.dumps([1, variables, rows]))


def test_what_this_format_has_stored_of_them_is_still_read(define: Any, environment: Environment) -> None:
    """A change that breaks this needs a new FORMAT and a way to read the old."""
    c, x, z = (f"{number}" * 16 for number in (10, 11, 12))
    rows = [[c, -1, -1, "c", "ready", 0, 0], [x, -1, -1, "x", "waiting", {"consumed": ["a", "b"]}, 0]]
    gateway = Execution.load(define(two_of_three()), stored([*rows, [z, -1, -1, "z", "ready", 0, 0]], {}), environment)
    gateway.complete_user_task(c, {})
    gateway.complete_user_task(z, {})
    assert gateway.ended

    own = io("n", "m") + into("in_n", "order_object") + out("out_m", "order_object")
    definition = define(draw(holding("order"), user("a", inside=own), flows="s>a a>e"))
    rows = [[c, -1, -1, "a", "started", 0, 0], [x, 0, -1, "a [data]", "ready", 0, {"n": 1, "m": None}]]
    task = Execution.load(definition, stored(rows, {"order": 1}), environment)
    task.complete_user_task(x, {"m": 2, "seen": True})
    assert task.variables == {"order": 2, "seen": True}

    definition = define(draw(catch("c", message("m") + message("n")), flows="s>c c>e", more=MESSAGES))
    rows = [
        [c, -1, -1, "c", "waiting", 0, 0],
        [x, 0, -1, "c [1]", "waiting", 0, 0],
        [z, 0, -1, "c [2]", "waiting", 0, 0],
    ]
    event = Execution.load(definition, stored(rows, {}), environment)
    assert event.send_message("other", {}) is not None
    assert event.ended
