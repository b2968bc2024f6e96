"""No text breaks the isolate, hangs it, or raises anything but FeelError; no file breaks the reader."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import Feel, FeelError, FeelSyntaxError
from engine.feel.decisions import parse_decisions
from tests.engine.feel import dmn

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECONDS = 1.0
TOKENS = [
    "1",
    "0.5",
    "-1",
    "2**53",
    '"a"',
    '"\\u00"',
    "'",
    "`",
    "null",
    "true",
    "x",
    "x.y",
    "xs",
    "item",
    "?",
    "+",
    "-",
    "*",
    "/",
    "**",
    "^",
    "<",
    "<=",
    ">",
    ">=",
    "=",
    "!=",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "..",
    ".",
    "and",
    "or",
    "not(",
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "between",
    "instance",
    "of",
    "function(",
    "external",
    "partial",
    '@"P1D"',
    '@"2026-01-01"',
    "date(",
    "duration(",
    "count(",
    "sort(",
    "matches(",
    "string(",
    "range(",
    "context(",
    "get_entries(",
    "1..9",
    "[1..5)",
    "list<number>",
    "a-b",
    "甲",
    "🐎",
    "\\",
    "/*",
    "*/",
    "//",
    "\n",
    "\x00",
    "__proto__",
    "constructor",
    "replace(",
    "split(",
]

soup = st.lists(st.sampled_from(TOKENS), max_size=14).map(" ".join)
anything = st.one_of(soup, st.text(max_size=40))


@settings(max_examples=200, deadline=None)
@given(expression=anything)
def test_no_expression_breaks_it(feel: Feel, expression: str) -> None:
    began = monotonic()
    with suppress(FeelError):
        feel.evaluate(expression, {"x": {"y": 1}, "xs": [1, 2], "a-b": 3}, NOW)
    fault = feel.check(expression, unary=True)

    assert fault is None or isinstance(fault, FeelSyntaxError)
    assert monotonic() - began < 2 * 2.0 + SECONDS
    assert feel.evaluate("sum([1, 1])", {}, NOW) == 2


@settings(max_examples=60, deadline=None)
@given(test=anything, output=anything, x=st.one_of(st.none(), st.integers(), st.text(max_size=5)))
def test_no_table_breaks_it(feel: Feel, test: str, output: str, x: object) -> None:
    text = "".join(
        char for char in f"{test}\x01{output}" if (char >= " " and char not in "\ufffe\uffff") or char == "\x01"
    )
    cells = text.split("\x01")
    content = dmn.definitions(dmn.decision("d", dmn.table(["x"], ["y"], [([cells[0]], [cells[1]])])))
    decisions, findings = parse_decisions(content, "x.dmn", feel)

    assert bool(decisions) is not bool(findings)
    for decision in decisions.values():
        with suppress(FeelError):
            decision.evaluate(feel, {"x": x}, NOW)


_WHOLE = dmn.definitions(
    dmn.item("t", "string", allowed='"a", "b"'),
    dmn.input_data("x", "t"),
    dmn.knowledge("f", ["n"], dmn.context(dmn.literal("n"), a=dmn.literal("1"))),
    dmn.decision("d", dmn.table(["x"], ["y"], [(["-"], ["f(1)"])]) + dmn.needs("x") + dmn.knows("f")),
    dmn.service("s", ["d"], inputs=["x"]),
)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_no_damaged_file_breaks_the_reader(feel: Feel, data: st.DataObject) -> None:
    content = bytearray(_WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content) - 1))
        end = min(len(content), start + data.draw(st.integers(0, 40)))
        content[start:end] = data.draw(
            st.one_of(st.binary(max_size=4), st.just(b""), st.just(bytes(content[start:end]) * 2))
        )

    decisions, findings = parse_decisions(bytes(content), "x.dmn", feel)

    for decision in decisions.values():
        with suppress(FeelError):
            decision.evaluate(feel, {"x": "a"}, NOW)
    assert decisions == {} or findings == []
    assert all(finding.message_zh and finding.message_en for finding in findings)


def _nested(open_: str, close: str, inner: str, depth: int) -> str:
    return open_ * depth + inner + close * depth


def test_files_that_nest_or_multiply_without_end_are_refused_or_read_in_time(feel: Feel) -> None:
    began = monotonic()
    lists = dmn.decision("d", _nested("<list>", "</list>", dmn.literal("1"), 200))
    component = _nested('<itemComponent name="p">', "</itemComponent>", "", 200)
    parts = f'<itemDefinition name="t">{component}</itemDefinition>'
    laughs = "".join(
        dmn.item(f"t{level}", parts="".join(dmn.part(f"p {n}", f"t{level + 1}") for n in range(10)))
        for level in range(30)
    )
    for content, code in (
        (lists, "dmn.too-deep"),
        (parts + dmn.decision("d", dmn.literal("1")), "dmn.too-deep"),
        (dmn.decision("d", dmn.literal("1")) * 2001, "dmn.too-large"),
        (laughs + dmn.item("t30", "string") + dmn.decision("d", dmn.literal("1")), "dmn.too-large"),
    ):
        _, findings = parse_decisions(dmn.definitions(content), "x.dmn", feel)
        assert {finding.code for finding in findings} == {code}
    assert monotonic() - began < 10 * SECONDS


def test_a_type_may_contain_itself(feel: Feel) -> None:
    content = dmn.definitions(
        dmn.item("tree", parts=dmn.part("left", "tree") + dmn.part("right-one", "tree")),
        dmn.input_data("x", "tree"),
        dmn.decision("d", dmn.literal("x.left.right-one") + dmn.needs("x")),
    )
    decisions, findings = parse_decisions(content, "x.dmn", feel)

    assert findings == []
    assert decisions["d"].evaluate(feel, {"x": {"left": {"right-one": {}}}}, NOW).value == {}


def test_a_result_out_of_range_is_an_error(feel: Feel) -> None:
    content = dmn.definitions(dmn.decision("d", dmn.literal("{a: date(12000, 1, 1)}")))

    with pytest.raises(FeelError):
        parse_decisions(content, "x.dmn", feel)[0]["d"].evaluate(feel, {}, NOW)
