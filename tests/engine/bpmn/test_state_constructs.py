"""An instance that is stored and loaded before each step goes the way of one that is not, whatever it waits for."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
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
from tests.engine.bpmn.test_complex_gateway import TWO, complex_gateway
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
