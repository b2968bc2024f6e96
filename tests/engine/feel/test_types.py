"""Types of inputs and results: enforced, with an error that names the input and the value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.feel import Feel
from engine.feel.decisions import parse_decisions
from engine.feel.errors import DecisionValueRefused
from tests.engine.feel import dmn
from tests.engine.feel.dmn import literal

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ITEMS = (
    dmn.item("tKind", "string", allowed='"a", "b"'),
    dmn.item("tKinds", "tKind", many=True),
    dmn.item("tAge", "number", allowed="[0..150]"),
    dmn.item("tPerson", parts=dmn.part("name", "string") + dmn.part("age", "tAge") + dmn.part("kinds", "tKinds")),
)


def give(feel: Feel, type_: str, value: Any) -> Any:
    content = dmn.definitions(*ITEMS, dmn.input_data("x", type_), dmn.decision("d", literal("x") + dmn.needs("x")))
    decisions, findings = parse_decisions(content, "x.dmn", feel)
    assert findings == []
    return decisions["d"].evaluate(feel, {"x": value}, NOW).value


@pytest.mark.parametrize(
    ("type_", "given", "value"),
    [
        ("number", 1.5, 1.5),
        ("number", [3], 3),
        ("number", None, None),
        ("integer", 3, 3),
        ("feel:string", "a", "a"),
        ("date", date(2026, 1, 2), date(2026, 1, 2)),
        ("dateTime", date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC)),
        ("tKind", "a", "a"),
        ("tKinds", ["a", "b"], ["a", "b"]),
        ("tKinds", "a", ["a"]),
        ("tPerson", {"name": "甲", "age": 3, "more": True}, {"name": "甲", "age": 3, "more": True}),
        ("tPerson", {"kinds": []}, {"kinds": []}),
        ("Any", [1, "a"], [1, "a"]),
        ("", {"a": 1}, {"a": 1}),
    ],
)
def test_a_value_of_the_type_is_taken(feel: Feel, type_: str, given: Any, value: Any) -> None:
    assert give(feel, type_, given) == value


@pytest.mark.parametrize(
    ("type_", "given", "name", "shown"),
    [
        ("number", "1", "x", '"1"'),
        ("string", 1, "x", "1"),
        ("boolean", "true", "x", '"true"'),
        ("number", [1, 2], "x", "[1,2]"),
        ("tKind", "c", "x", '"c"'),
        ("tKinds", ["a", "c"], "x[2]", '"c"'),
        ("tPerson", {"age": 151}, "x.age", "151"),
        ("tPerson", {"kinds": ["z"]}, "x.kinds[1]", '"z"'),
        ("tPerson", 5, "x", "5"),
    ],
)
def test_another_value_is_refused_and_named(feel: Feel, type_: str, given: Any, name: str, shown: str) -> None:
    with pytest.raises(DecisionValueRefused) as caught:
        give(feel, type_, given)

    assert (caught.value.what, caught.value.name, caught.value.value) == ("input", name, shown)
    assert name in str(caught.value)
    assert shown in str(caught.value)
    assert name in caught.value.english


def table(feel: Feel, column: str, output: str, **variables: Any) -> Any:
    logic = f"<decisionTable>{column}{output}{dmn.rule(['-'], ['y'])}</decisionTable>"
    decisions, findings = parse_decisions(dmn.definitions(*ITEMS, dmn.decision("d", logic)), "x.dmn", feel)
    assert findings == []
    return decisions["d"].evaluate(feel, variables, NOW).value


COLUMN = '<input label="种类"><inputExpression typeRef="string"><text>x</text></inputExpression></input>'
LISTED = COLUMN.replace("</input>", '<inputValues><text>"a", "b"</text></inputValues></input>')
OUTPUT = '<output name="y" typeRef="number"><outputValues><text>[1..5]</text></outputValues></output>'


def test_the_columns_of_a_table_hold_to_their_types_and_values(feel: Feel) -> None:
    assert table(feel, LISTED, OUTPUT, x="a", y=3) == 3
    assert table(feel, LISTED, OUTPUT, x=None, y=None) is None


@pytest.mark.parametrize(
    ("x", "y", "what", "name"),
    [(1, 3, "input", "种类"), ("c", 3, "input", "种类"), ("a", "3", "output", "y"), ("a", 6, "output", "y")],
)
def test_a_table_refuses_other_values_by_the_label_of_the_column(
    feel: Feel, x: Any, y: Any, what: str, name: str
) -> None:
    with pytest.raises(DecisionValueRefused) as caught:
        table(feel, LISTED, OUTPUT, x=x, y=y)

    assert (caught.value.what, caught.value.name) == (what, name)


def test_a_result_holds_to_the_type_of_its_variable(feel: Feel) -> None:
    logic = '<variable name="d" typeRef="tKind"/>' + literal("x")
    decisions, _ = parse_decisions(dmn.definitions(*ITEMS, f'<decision id="d" name="d">{logic}</decision>'), "x", feel)

    assert decisions["d"].evaluate(feel, {"x": "b"}, NOW).value == "b"
    with pytest.raises(DecisionValueRefused) as caught:
        decisions["d"].evaluate(feel, {"x": "z"}, NOW)
    assert (caught.value.what, caught.value.type, caught.value.allowed) == ("result", "tKind", '"a", "b"')


def test_a_knowledge_model_holds_to_the_types_of_its_parameters(feel: Feel) -> None:
    content = dmn.definitions(
        dmn.knowledge("f", ["n:number"], literal("n")), dmn.decision("d", literal('f("a")') + dmn.knows("f"))
    )
    decisions, _ = parse_decisions(content, "x.dmn", feel)

    with pytest.raises(DecisionValueRefused, match=r"f\(n\)"):
        decisions["d"].evaluate(feel, {}, NOW)
