"""Decision tables of a DMN file: columns, rules and hit policy, each cell checked."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import etree

from engine.feel.decision import DecisionTable, Output
from engine.feel.dmn_reader import DmnFile, child, children, is_feel, text_of
from engine.feel.errors import FeelError
from engine.feel.hit_policy import Aggregation, HitPolicy
from engine.feel.runtime import IRRELEVANT, Feel, Rule, Table

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def read_text(element: etree._Element, dmn: DmnFile, feel: Feel, *, unary: bool = False) -> str:
    """Return the FEEL of an element, with a finding when it is none."""
    text = text_of(element)
    if not is_feel(element):
        dmn.report("dmn.language", element, "表达式语言必须是 FEEL", "the expression language must be FEEL")
        return text
    if text in IRRELEVANT:
        return text if unary else ""
    fault = feel.check(text, unary=unary)
    if fault is not None:
        dmn.report("feel.syntax", element, str(fault), f"FEEL syntax error at {fault.position + 1} in {text!r}")
    return text


class TableReader:
    """Reads decision tables of one file."""

    def __init__(self, dmn: DmnFile, feel: Feel) -> None:
        self._dmn = dmn
        self._feel = feel

    def read(self, element: etree._Element) -> DecisionTable:
        """Return the table of a `decisionTable` element; what is wrong with it becomes findings."""
        policy, aggregation = self._policy(element)
        inputs = list(children(element, "input"))
        columns = list(children(element, "output"))
        if aggregation is not None and len(columns) != 1:
            self._dmn.report(
                "dmn.aggregation-outputs", element, "汇总只能有一个输出列", "an aggregation needs exactly one output"
            )
        expressions = tuple(self._input(each) for each in inputs)
        rows = list(children(element, "rule"))
        return DecisionTable(
            policy=policy,
            aggregation=aggregation,
            labels=_labels(inputs, expressions),
            outputs=self._outputs(columns, policy),
            table=Table(
                inputs=expressions,
                rules=tuple(self._rule(row, len(inputs), len(columns)) for row in rows),
                first=policy is HitPolicy.FIRST,
            ),
            rules=tuple((str(row.get("id") or ""), _description(row)) for row in rows),
        )

    def _policy(self, element: etree._Element) -> tuple[HitPolicy, Aggregation | None]:
        try:
            policy = HitPolicy(str(element.get("hitPolicy") or "UNIQUE"))
            aggregation = Aggregation(str(element.get("aggregation"))) if element.get("aggregation") else None
        except ValueError as error:
            self._dmn.report(
                "dmn.hit-policy-unknown", element, f"命中策略无效：{error}", f"unknown hit policy: {error}"
            )
            return HitPolicy.UNIQUE, None
        return policy, aggregation if policy is HitPolicy.COLLECT else None

    def _input(self, element: etree._Element) -> str:
        expression = child(element, "inputExpression")
        if expression is None or not text_of(expression):
            self._dmn.report("dmn.input-missing", element, "输入列没有表达式", "the input has no expression")
            return "null"
        return self._text(expression, unary=False)

    def _outputs(self, columns: list[etree._Element], policy: HitPolicy) -> tuple[Output, ...]:
        return tuple(self._output(column, policy, len(columns)) for column in columns)

    def _output(self, column: etree._Element, policy: HitPolicy, count: int) -> Output:
        name = str(column.get("name") or "")
        if not name and count > 1:
            self._dmn.report("dmn.output-name-missing", column, "输出列没有名称", "the output has no name")
        default = child(column, "defaultOutputEntry")
        return Output(
            name=name or "value",
            order=self._order(column) if policy.ordered_by_output else (),
            default="" if default is None else self._text(default, unary=False),
        )

    def _order(self, column: etree._Element) -> tuple[object, ...]:
        text = text_of(child(column, "outputValues"))
        try:
            values = self._feel.evaluate(f"[{text}]", {}, _ANY_TIME)
        except FeelError:
            values = []
        if not text or not values:
            self._dmn.report(
                "dmn.output-values-missing",
                column,
                "按优先级的命中策略需要列出输出值，重要的在前",
                "this hit policy needs the list of output values, the most important first",
            )
        return tuple(values)

    def _rule(self, row: etree._Element, inputs: int, outputs: int) -> Rule:
        tests = list(children(row, "inputEntry"))
        entries = list(children(row, "outputEntry"))
        if len(tests) != inputs or len(entries) != outputs:
            self._dmn.report(
                "dmn.rule-width",
                row,
                f"规则有 {len(tests)} 个条件、{len(entries)} 个输出，应为 {inputs} 和 {outputs}",
                f"the rule has {len(tests)} tests and {len(entries)} outputs, not {inputs} and {outputs}",
            )
        return Rule(
            tests=tuple(self._text(test, unary=True) for test in tests),
            outputs=tuple(self._text(entry, unary=False) for entry in entries),
        )

    def _text(self, element: etree._Element, *, unary: bool) -> str:
        return read_text(element, self._dmn, self._feel, unary=unary)


def _labels(inputs: list[etree._Element], expressions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the label of each input, or its expression; the expression too where a label is used twice."""
    labels = [str(element.get("label") or "") for element in inputs]
    return tuple(
        label if label and labels.count(label) == 1 else expression
        for label, expression in zip(labels, expressions, strict=True)
    )


def _description(row: etree._Element) -> str:
    description = child(row, "description")
    if description is not None and description.text:
        return str(description.text).strip()
    return " ".join(filter(None, (text_of(entry) for entry in children(row, "annotationEntry"))))
