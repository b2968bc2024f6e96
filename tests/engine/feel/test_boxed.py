"""Boxed expressions, knowledge models and decision services (DMN 1.5, chapters 7, 8 and 10.2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.feel import Feel, FeelError, FeelTimeout
from engine.feel.decisions import DecisionResult, parse_decisions
from tests.engine.feel import dmn
from tests.engine.feel.dmn import literal

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def decide(feel: Feel, *parts: str, target: str = "d", **variables: Any) -> DecisionResult:
    decisions, findings = parse_decisions(dmn.definitions(*parts), "x.dmn", feel)
    assert findings == []
    return decisions[target].evaluate(feel, variables, NOW)


def boxed(kind: str, **parts: str) -> str:
    inner = "".join(f"<{name.rstrip('_')}>{part}</{name.rstrip('_')}>" for name, part in parts.items())
    variable = 'iteratorVariable="each"' if kind in ("for", "some", "every") else ""
    return f"<{kind} {variable}>{inner}</{kind}>"


BOXED: list[tuple[str, dict[str, Any], Any]] = [
    (dmn.context(a=literal("1"), b=literal("a + 1")), {}, {"a": 1, "b": 2}),
    (dmn.context(literal("a * b"), a=literal("x"), b=literal("a + 1")), {"x": 3}, 12),
    (dmn.context(a=dmn.context(b=literal("x")), c=literal("a.b + 1")), {"x": 1}, {"a": {"b": 1}, "c": 2}),
    ("<context/>", {}, {}),
    (
        dmn.context(t=dmn.table(["x"], ["y"], [(["> 1"], ['"big"'])]), u=literal("upper case(t)")),
        {"x": 2},
        {"t": "big", "u": "BIG"},
    ),
    (f"<list>{literal('1')}{literal('x')}<list>{literal('2')}</list></list>", {"x": 5}, [1, 5, [2]]),
    (
        '<relation><column name="a"/><column name="b"/>'
        f"<row>{literal('1')}{literal('x')}</row><row>{literal('2')}{literal('a')}</row></relation>",
        {"x": 7, "a": 9},
        [{"a": 1, "b": 7}, {"a": 2, "b": 9}],
    ),
    (boxed("conditional", if_=literal("x > 1"), then=literal('"yes"'), else_=literal('"no"')), {"x": 2}, "yes"),
    (boxed("conditional", if_=literal("x > 1"), then=literal('"yes"'), else_=literal('"no"')), {"x": None}, "no"),
    (boxed("filter", in_=literal("xs"), match=literal("item > 1")), {"xs": [1, 2, 3]}, [2, 3]),
    (boxed("filter", in_=literal("xs"), match=literal("n > 1")), {"xs": [{"n": 1}, {"n": 2}]}, [{"n": 2}]),
    (boxed("filter", in_=literal("xs"), match=literal("-1")), {"xs": [1, 2, 3]}, 3),
    (boxed("filter", in_=literal("xs"), match=literal("true")), {"xs": None}, None),
    (boxed("for", in_=literal("xs"), return_=literal("each * x")), {"xs": [1, 2], "x": 10}, [10, 20]),
    (boxed("for", in_=literal("[1..4]"), return_=literal("each + count(partial)")), {}, [1, 3, 5, 7]),
    (boxed("some", in_=literal("xs"), satisfies=literal("each > 2")), {"xs": [1, 2, 3]}, True),
    (boxed("some", in_=literal("xs"), satisfies=literal("each > 9")), {"xs": [1, 2, 3]}, False),
    (boxed("every", in_=literal("xs"), satisfies=literal("each > 0")), {"xs": [1, 2, 3]}, True),
    (boxed("every", in_=literal("xs"), satisfies=literal("each > 1")), {"xs": [1, 2, 3]}, False),
    (boxed("every", in_=literal("xs"), satisfies=literal("false")), {"xs": []}, True),
    (
        dmn.context(
            literal("f(3)"), f=f'<functionDefinition><formalParameter name="n"/>{literal("n * x")}</functionDefinition>'
        ),
        {"x": 5},
        15,
    ),
    (
        f'<invocation>{literal("substring")}<binding><parameter name="string"/>{literal("x")}</binding>'
        f'<binding><parameter name="start position"/>{literal("2")}</binding></invocation>',
        {"x": "abc"},
        "bc",
    ),
]


@pytest.mark.parametrize(("logic", "variables", "value"), BOXED)
def test_boxed_expressions_have_the_values_the_standard_gives_them(
    feel: Feel, logic: str, variables: dict[str, Any], value: Any
) -> None:
    assert decide(feel, dmn.decision("d", logic), **variables).value == value


def test_a_knowledge_model_is_called_from_a_text_and_from_an_invocation(feel: Feel) -> None:
    model = dmn.knowledge("discount rate", ["amount:number", "member"], literal("if member then amount * 0.1 else 0"))
    call = (
        f"<invocation>{literal('discount rate')}"
        f'<binding><parameter name="member"/>{literal("true")}</binding>'
        f'<binding><parameter name="amount"/>{literal("total + 1")}</binding></invocation>'
    )
    by_text = dmn.decision("d", literal("discount rate(total, true)") + dmn.knows("discount rate"))
    by_box = dmn.decision("e", call + dmn.knows("discount rate"))

    assert decide(feel, model, by_text, by_box, total=50).value == 5
    assert decide(feel, model, by_text, by_box, total=49, target="e").value == 5


def test_a_table_in_a_knowledge_model_decides_and_explains(feel: Feel) -> None:
    table = dmn.table(["age"], ["class"], [(["< 18"], ['"child"']), ([">= 18"], ['"adult"'])])
    model = dmn.knowledge("group", ["age"], table)

    result = decide(
        feel, model, dmn.decision("d", literal("for a in ages return group(a)") + dmn.knows("group")), ages=[3, 40]
    )

    assert result.value == ["child", "adult"]
    assert [(table.name, table.hits[0].rule, table.inputs) for table in result.tables] == [
        ("group", 1, {"age": 3}),
        ("group", 2, {"age": 40}),
    ]


def test_knowledge_models_build_on_each_other_and_on_themselves(feel: Feel) -> None:
    double = dmn.knowledge("double", ["n"], literal("n * 2"))
    twice = dmn.knowledge("twice", ["n"], literal("double(double(n))"), requires=["double"])
    factorial = dmn.knowledge("factorial", ["n"], literal("if n < 2 then 1 else n * factorial(n - 1)"))
    decision = dmn.decision("d", literal("twice(1) + factorial(5)") + dmn.knows("twice", "factorial"))

    assert decide(feel, double, twice, factorial, decision).value == 124


def test_a_knowledge_model_that_calls_itself_for_ever_is_stopped(feel: Feel) -> None:
    endless = dmn.knowledge("f", ["n"], literal("f(n + 1)"))

    with pytest.raises(FeelError):
        decide(feel, endless, dmn.decision("d", literal("f(1)") + dmn.knows("f")))
    assert feel.evaluate("1 + 1", {}, NOW) == 2


def test_an_endless_decision_is_stopped_in_time(feel: Feel) -> None:
    endless = literal("count(for i in 1..3000, j in 1..3000 return count(for k in 1..1000 return k))")
    decisions, findings = parse_decisions(dmn.definitions(dmn.decision("d", endless)), "x.dmn", feel)

    assert findings == []
    with Feel(seconds=0.3) as hasty, pytest.raises(FeelTimeout):
        decisions["d"].evaluate(hasty, {}, NOW)


SERVICE = (
    dmn.input_data("x", "number"),
    dmn.decision("a", literal("x + 1") + dmn.needs("x")),
    dmn.decision("b", literal("a * 10"), requires=["a"]),
    dmn.decision("c", literal("a * 100"), requires=["a"]),
)


def test_a_service_gives_the_values_of_its_output_decisions(feel: Feel) -> None:
    one = dmn.service("s", ["b"], inputs=["x"])
    two = dmn.service("t", ["b", "c"], inputs=["x"])

    assert decide(feel, *SERVICE, one, two, target="s", x=1).value == 20
    result = decide(feel, *SERVICE, one, two, target="t", x=1)
    assert result.value == {"b": 20, "c": 200}
    assert [each.id for each in result.requires] == ["b", "c"]


def test_a_service_takes_its_input_decisions_from_the_caller(feel: Feel) -> None:
    service = dmn.service("s", ["b"], given=["a"])

    assert decide(feel, *SERVICE, service, target="s", a=7).value == 70


def test_a_service_is_called_like_a_function(feel: Feel) -> None:
    service = dmn.service("s", ["b", "c"], inputs=["x"])
    caller = dmn.decision("d", literal("s(4).c + s(x: 1).b") + dmn.knows("s"))

    assert decide(feel, *SERVICE, service, caller).value == 520


def test_names_with_spaces_and_signs_are_known_from_the_declarations(feel: Feel) -> None:
    parts = dmn.part("net-pay", "number") + dmn.part("date of birth", "date")
    result = decide(
        feel,
        dmn.item("Applicant", parts=parts),
        dmn.input_data("Loan-applicant", "Applicant"),
        dmn.knowledge("pay per-day", ["a-b:number"], literal("a-b / 30"), result="number"),
        dmn.decision("e", literal("Loan-applicant.net-pay + 1") + dmn.needs("Loan-applicant"), name="net+1"),
        dmn.decision("d", literal("pay per-day(net+1)") + dmn.knows("pay per-day"), requires=["e"]),
        **{"Loan-applicant": {"net-pay": 59}},
    )

    assert result.value == 2


def test_results_of_required_decisions_are_told(feel: Feel) -> None:
    table = dmn.table(["n"], ["y"], [(["> 1"], ['"many"'])])
    result = decide(feel, dmn.decision("n", literal("count(xs)")), dmn.decision("d", table, requires=["n"]), xs=[1, 2])

    assert result.value == "many"
    assert [(each.id, each.value) for each in result.requires] == [("n", 2)]


def test_a_required_decision_is_made_once(feel: Feel) -> None:
    chain = [dmn.decision("n0", literal("1"))]
    chain += [dmn.decision(f"n{i}", literal(f"n{i - 1} + n{i - 1}"), requires=[f"n{i - 1}"]) for i in range(1, 40)]

    assert decide(feel, *chain, target="n39").value == 2**39


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (dmn.decision("d", '<functionDefinition kind="Java"/>'), "dmn.unsupported"),
        (dmn.decision("d", "<conditional/>"), "dmn.logic-missing"),
        (dmn.decision("d", "<for><in/></for>"), "dmn.name-missing"),
        (
            dmn.decision("d", f'<relation><column name="a"/><row>{literal("1")}{literal("2")}</row></relation>'),
            "dmn.row-width",
        ),
        (dmn.knowledge("b", ["x"], literal("x + y")) + dmn.decision("d", literal("1")), "dmn.name-unknown"),
        (dmn.service("s", []) + dmn.decision("d", literal("1")), "dmn.output-missing"),
        (dmn.service("s", ["nobody"]) + dmn.decision("d", literal("1")), "dmn.reference-unknown"),
        (dmn.decision("d", literal("1") + dmn.knows("nobody")), "dmn.reference-unknown"),
        (dmn.decision("d", literal("1") + dmn.needs("nobody")), "dmn.reference-unknown"),
        (dmn.input_data("x", "tNothing") + dmn.decision("d", literal("1")), "dmn.type-unknown"),
        (dmn.item("a", "b") + dmn.item("b", "a") + dmn.decision("d", literal("1")), "dmn.type-circle"),
        (
            dmn.knowledge("f", [], literal("g()"), requires=["g"])
            + dmn.knowledge("g", [], literal("f()"), requires=["f"]),
            "dmn.circle",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_element_and_line(feel: Feel, body: str, code: str) -> None:
    decisions, findings = parse_decisions(dmn.definitions(body), "x.dmn", feel)

    assert decisions == {}
    found = next(finding for finding in findings if finding.code == code)
    assert found.line >= 3
    assert found.message_zh
    assert found.message_en
