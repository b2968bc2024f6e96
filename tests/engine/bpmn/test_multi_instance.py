"""Activities repeated for each item of a list."""

from typing import Any

import pytest

from engine.errors import ProcessFailed
from tests.engine.bpmn.drawing import (
    boundary,
    draw,
    each,
    end,
    exclusive,
    inner,
    script,
    service,
    start,
    task,
    timer,
    user,
)

DMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dd" name="d" namespace="http://example.org">
<decision id="size" name="size"><decisionTable id="t" hitPolicy="FIRST">
<input id="i1"><inputExpression id="ie1"><text>grid.households</text></inputExpression></input>
<output id="o1" name="verdict"/><output id="o2" name="reason"/>
<rule id="r1"><inputEntry id="a1"><text>&gt; 300</text></inputEntry>
<outputEntry id="b1"><text>"large"</text></outputEntry><outputEntry id="c1"><text>"over 300"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="a2"><text>-</text></inputEntry>
<outputEntry id="b2"><text>"fits"</text></outputEntry>
<outputEntry id="c2"><text>"at most 300"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def rule(**loop: Any) -> str:
    from tests.engine.bpmn.drawing import rule as drawn

    return drawn("r", "size", "verdict", inside=each("check.grids", "grid", "verdicts", "verdict", **loop))


@pytest.mark.parametrize("sequential", [False, True])
def test_a_decision_is_made_for_each_item_and_the_results_keep_their_order(run: Any, sequential: bool) -> None:
    process = run(
        draw(rule(sequential=sequential), user("z"), flows="s>r r>z z>e"),
        {"size.dmn": DMN},
        check={"grids": [{"households": n} for n in (500, 20, 301)]},
    )
    assert [verdict["verdict"] for verdict in process.variables["verdicts"]] == ["large", "fits", "large"]
    assert set(process.variables) == {"check", "verdicts"}  # what an instance sets stays in it
    assert [decided.result.hits[0].rule for decided in process.step.decisions] == [1, 2, 1]
    assert process.history.count(("enter", "r")) == 1


def test_an_empty_list_is_skipped(run: Any) -> None:
    process = run(draw(rule(), flows="s>r r>e"), {"size.dmn": DMN}, check={"grids": []})
    assert process.ended == "e"
    assert process.variables["verdicts"] == []


def test_what_is_no_list_stops_with_the_element(run: Any) -> None:
    with pytest.raises(ProcessFailed) as failed:
        run(draw(rule(), flows="s>r r>e"), {"size.dmn": DMN}, check=None)
    assert failed.value.element_id == "r"


def test_a_second_round_collects_anew(run: Any) -> None:
    process = run(
        draw(exclusive("m"), rule(), user("a"), exclusive("g", default="g-e"), flows="s>m m>r r>a a>g g>m[again] g>e"),
        {"size.dmn": DMN},
        check={"grids": [{"households": 1}]},
    )
    process.complete("a", again=True, check={"grids": [{"households": 400}, {"households": 1}]})
    assert [verdict["verdict"] for verdict in process.variables["verdicts"]] == ["large", "fits"]


def test_people_may_finish_in_any_order_and_the_results_keep_that_of_the_list(run: Any) -> None:
    process = run(
        draw(user("a", "opinion", inside=each("members", "member", "opinions", "opinion")), flows="s>a a>e"),
        members=["x", "y", "z"],
    )
    assert [opened.variables["member"] for opened in process.step.user_tasks] == ["x", "y", "z"]
    tokens = list(process.open["a"])
    for name, token in zip("zxy", (tokens[2], tokens[0], tokens[1]), strict=True):
        process.open["a"] = [token]
        process.complete("a", text=name)
    assert process.ended == "e"
    assert process.variables["opinions"] == [{"text": "x"}, {"text": "y"}, {"text": "z"}]


def test_one_after_the_other_opens_one_at_a_time(run: Any) -> None:
    process = run(
        draw(
            service("a", "demo.apply", "result", each("xs", "x", "results", "result", sequential=True), no="x"),
            flows="s>a a>e",
        ),
        xs=["1", "2"],
    )
    assert process.step.service_tasks[0].inputs == {"no": "1"}
    process.serve("a", done=1)
    assert process.step.service_tasks[0].inputs == {"no": "2"}
    process.serve("a", done=2)
    assert process.variables["results"] == [{"done": 1}, {"done": 2}]


def test_a_subprocess_runs_for_each_item_with_variables_of_its_own(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub",
                start("s1"),
                user("a"),
                script("k", "x * factor", "y"),
                end("e1"),
                flows="s1>a a>k k>e1",
                inside=each("xs", "x", "ys", "y"),
            ),
            flows="s>sub sub>e",
        ),
        xs=[1, 2, 3],
        factor=10,
    )
    assert process.waiting == ["a", "a", "a"]
    for _ in range(3):
        process.complete("a")
    assert process.variables == {"xs": [1, 2, 3], "factor": 10, "ys": [10, 20, 30]}


def test_an_interrupting_timer_takes_all_instances_away(run: Any, clock: Any) -> None:
    from datetime import timedelta

    process = run(
        draw(
            user("a", inside=each("xs", "x")),
            boundary("t", "a", timer("PT1H")),
            task("late"),
            flows="s>a a>e t>late late>e",
        ),
        xs=[1, 2],
    )
    clock.advance(timedelta(hours=1))
    process.fire("t")
    assert process.waiting == []
    assert process.ended == "e"
