"""Decisions: how a file is read, what is refused, and how tables and expressions are evaluated."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.feel import Feel, FeelError
from engine.feel.decisions import Decision, parse_decisions
from tests.engine.feel import dmn

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def read(feel: Feel, *decisions: str) -> dict[str, Decision]:
    found, findings = parse_decisions(dmn.definitions(*decisions), "x.dmn", feel)
    assert findings == []
    return found


def faults(feel: Feel, content: bytes) -> list[str]:
    decisions, findings = parse_decisions(content, "x.dmn", feel)
    assert decisions == {}
    assert all(finding.message_zh and finding.message_en and finding.file == "x.dmn" for finding in findings)
    return [finding.code for finding in findings]


def test_a_table_gives_the_outputs_of_the_rule_that_holds_and_says_why(feel: Feel) -> None:
    logic = dmn.table(
        ["age", "member"],
        ["price", "note"],
        [
            (["< 18", "-"], ["5", '"child"']),
            ([">= 18", "true"], ["8", '"member"']),
            ([">= 18", "false"], ["10", "null"]),
        ],
    )
    decision = read(feel, dmn.decision("price", logic))["price"]

    result = decision.evaluate(feel, {"age": 30, "member": True}, NOW)

    assert result.value == {"price": 8, "note": "member"}
    [hit] = result.hits
    assert (hit.rule, hit.rule_id) == (2, "r2")
    assert hit.inputs == {"age": 30, "member": True}
    assert hit.outputs == {"price": 8, "note": "member"}


def test_names_with_signs_reach_a_table(feel: Feel) -> None:
    decision = read(feel, dmn.decision("d", dmn.table(["size-class"], ["y"], [(['"a"'], ["unit-price * 2"])])))["d"]

    assert decision.evaluate(feel, {"size-class": "a", "unit-price": 4, "size": 1, "unit": 1}, NOW).value == 8


def test_one_output_gives_the_bare_value(feel: Feel) -> None:
    decision = read(feel, dmn.decision("d", dmn.table(["x"], ["y"], [([">1"], ["x * 2"])])))["d"]

    assert decision.evaluate(feel, {"x": 4}, NOW).value == 8


@pytest.mark.parametrize(
    ("test", "value", "holds"),
    [
        ("5", 5, True),
        ("> 5", 5, False),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("]1..5]", 1, False),
        ("1, 3, 5", 3, True),
        ("< 2, > 8", 9, True),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ('"a", "b"', "b", True),
        ('not("a")', "a", False),
        ("-", None, True),
        ("", None, True),
        ("null", None, True),
        ("null", 1, False),
        ("true", True, True),
        ("false", True, False),
        ("limit", 7, True),
        ("<= limit", 7, True),
        ("? > limit - 1 and ? < limit + 1", 7, True),
        ("list", 8, True),
        ('date("2026-12-01")', date(2026, 12, 1), True),
        ('>= date("2026-12-01")', date(2026, 11, 30), False),
        ('[date("2026-01-01")..date("2026-12-31")]', date(2026, 6, 1), True),
        ("> today()", date(2026, 11, 24), True),
        ("count(?) = 2", [1, 2], True),
        ("list contains(?, 3)", [1, 2], False),
        ('starts with(?, "梅")', "梅湾街道", True),
    ],
)
def test_unary_tests_hold_as_the_standard_says(feel: Feel, test: str, value: Any, holds: bool) -> None:
    logic = dmn.table(["x"], ["y"], [([test], ['"hit"'])])
    decision = read(feel, dmn.decision("d", logic))["d"]

    variables = {"x": value, "limit": 7, "list": [8, 9]}

    assert (decision.evaluate(feel, variables, NOW).value == "hit") is holds


def test_a_literal_expression_is_a_decision(feel: Feel) -> None:
    decision = read(feel, dmn.decision("d", dmn.literal("a + working")))["d"]

    assert decision.evaluate(feel, {"a": 1, "working": 2}, NOW).value == 3
    assert decision.evaluate(feel, {"a": 1, "working": 2}, NOW).hits == []


def test_required_decisions_are_made_first_under_the_name_of_their_variable(feel: Feel) -> None:
    decisions = read(
        feel,
        dmn.decision("total", dmn.literal("net price + tax"), requires=["net", "taxes"]),
        dmn.decision("taxes", dmn.literal("net price * 0.1"), requires=["net"], variable="tax"),
        dmn.decision("net", dmn.literal("amount * 2"), name="net price"),
    )

    assert decisions["total"].evaluate(feel, {"amount": 50}, NOW).value == 110


def test_a_decision_says_which_variables_it_needs(feel: Feel) -> None:
    size = dmn.table(["amount", "count(lines)"], ["y"], [(["> limit", "-"], ["tax + rate"])], default="fallback")
    decisions = read(
        feel,
        dmn.decision("size", size, requires=["tax"]),
        dmn.decision("tax", dmn.literal("amount * percent")),
    )

    assert decisions["size"].names(feel) == {"amount", "lines", "limit", "rate", "fallback", "percent"}


def test_no_rule_gives_the_default_or_nothing(feel: Feel) -> None:
    plain = dmn.table(["x"], ["y"], [(["1"], ["1"])])
    with_default = dmn.table(["x"], ["y"], [(["1"], ["1"])], default="-x")
    decisions = read(feel, dmn.decision("plain", plain), dmn.decision("default", with_default))

    assert decisions["plain"].evaluate(feel, {"x": 2}, NOW).value is None
    assert decisions["default"].evaluate(feel, {"x": 2}, NOW).value == -2


def test_a_cell_that_cannot_be_evaluated_is_named(feel: Feel) -> None:
    logic = dmn.table(["x"], ["y"], [(["-"], ["function(a) a"])])
    decision = read(feel, dmn.decision("d", logic))["d"]

    with pytest.raises(FeelError):
        decision.evaluate(feel, {"x": 1}, NOW)


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
    ids=["1.2", "1.3", "1.4", "1.5"],
)
def test_files_of_every_version_are_read(feel: Feel, namespace: str) -> None:
    content = dmn.definitions(dmn.decision("d", dmn.literal("1")), namespace=namespace)

    assert set(parse_decisions(content, "x.dmn", feel)[0]) == {"d"}


def test_a_syntax_error_in_a_cell_is_found_at_its_line(feel: Feel) -> None:
    content = dmn.definitions(dmn.decision("ok", dmn.literal("1")), dmn.decision("d", dmn.literal("1 +")))

    decisions, [finding] = parse_decisions(content, "x.dmn", feel)

    assert decisions == {}
    assert (finding.code, finding.line, finding.element_id) == ("feel.syntax", 4, "d")
    assert "第 4 个字符" in finding.message_zh


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml.malformed"),
        (b"<definitions", "xml.malformed"),
        (b"\xff\xfe\x00", "xml.malformed"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>', "xml.doctype"),
        (b"<html/>", "dmn.not-dmn"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "dmn.not-dmn"),
        (b" " * 2_000_001, "dmn.too-large"),
    ],
)
def test_what_is_no_dmn_file_is_a_finding(feel: Feel, content: bytes, code: str) -> None:
    assert faults(feel, content) == [code]


def test_entities_of_a_file_are_not_read(feel: Feel, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("1")
    content = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'.encode() + dmn.definitions(
        dmn.decision("d", dmn.literal("1"))
    ).removeprefix(b'<?xml version="1.0"?>\n')

    assert faults(feel, content) == ["xml.doctype"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "dmn.empty"),
        ('<decision name="x"/>', "dmn.id-missing"),
        ('<decision id="d"/>', "dmn.logic-missing"),
        (dmn.decision("d", dmn.literal("")), "dmn.logic-missing"),
        (dmn.decision("d", dmn.literal("1")) * 2, "dmn.id-twice"),
        (dmn.decision("d", "<invocation/>"), "dmn.callee-missing"),
        ('<businessKnowledgeModel id="b"/>' + dmn.decision("d", dmn.literal("1")), "dmn.logic-missing"),
        ('<import name="x" namespace="y" importType="z"/>' + dmn.decision("d", dmn.literal("1")), "dmn.unsupported"),
        (dmn.decision("d", dmn.literal("1"), requires=["e"]), "dmn.reference-unknown"),
        (dmn.decision("d", dmn.literal("1"), requires=["d"]), "dmn.circle"),
        (dmn.decision("d", dmn.table(["x"], ["y"], [], policy="BEST")), "dmn.hit-policy-unknown"),
        (dmn.decision("d", dmn.table([""], ["y"], [])), "dmn.input-missing"),
        (dmn.decision("d", dmn.table(["x"], ["y"], [(["1"], ["1", "2"])])), "dmn.rule-width"),
        (dmn.decision("d", dmn.table(["x"], ["y", ""], [])), "dmn.output-name-missing"),
        (dmn.decision("d", dmn.table(["x"], ["y"], [], policy="PRIORITY")), "dmn.output-values-missing"),
        (dmn.decision("d", dmn.table(["x"], ["y"], [(["> "], ["1"])])), "feel.syntax"),
        (
            dmn.decision("d", dmn.table(["x"], ["y", "z"], [], policy="COLLECT", attributes='aggregation="SUM"')),
            "dmn.aggregation-outputs",
        ),
        (
            dmn.decision("d", '<literalExpression expressionLanguage="python"><text>1</text></literalExpression>'),
            "dmn.language",
        ),
    ],
)
def test_what_cannot_be_run_is_refused(feel: Feel, body: str, code: str) -> None:
    assert set(faults(feel, dmn.definitions(body))) == {code}


def test_circles_of_several_decisions_are_found(feel: Feel) -> None:
    content = dmn.definitions(
        dmn.decision("a", dmn.literal("1"), requires=["b"]),
        dmn.decision("b", dmn.literal("1"), requires=["c"]),
        dmn.decision("c", dmn.literal("1"), requires=["a"]),
    )

    assert "dmn.circle" in faults(feel, content)


def test_all_faults_of_a_file_are_found_at_once(feel: Feel) -> None:
    content = dmn.definitions(dmn.decision("a", dmn.literal("1 +")), dmn.decision("b", dmn.table(["x +"], ["y"], [])))

    assert faults(feel, content) == ["feel.syntax", "feel.syntax"]
