"""Random structured processes: what waits, at every step, is what the reference says, hot and reloaded from bytes."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.clock import FixedClock
from engine.feel import Feel
from tests.engine.bpmn.conftest import Run, runs_not
from tests.engine.bpmn.drawing import bundle
from tests.engine.bpmn.structured import Block, blocks, diagram

MAX_STEPS = 60


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(block=blocks(), choices=st.lists(st.integers(0, 1000), min_size=5, max_size=20))
def test_a_structured_process_waits_where_the_reference_does(feel: Feel, block: Block, choices: list[int]) -> None:
    environment = Environment(feel, FixedClock(datetime(2026, 12, 1, tzinfo=UTC)), {})
    content, play = diagram(block)
    definitions, findings = parse(bundle(content), environment)
    assert [str(found) for found in findings if found.severity == "error" and runs_not(found)] == []
    runs = [Run(definitions[0], environment, {}, reload=reload) for reload in (True, False)]
    play.begin()
    for step in range(MAX_STEPS):
        expected = sorted(play.waiting())
        assert [run.waiting for run in runs] == [expected] * 2
        assert [run.execution.ended for run in runs] == [play.done] * 2
        if play.done:
            assert [run.ended for run in runs] == ["e"] * 2
            assert runs[0].variables == runs[1].variables
            assert runs[0].history == runs[1].history
            return
        name = expected[choices[step % len(choices)] % len(expected)]
        assert play.complete(name)
        for run in runs:
            run.complete(name)
