"""Decision tables of a DMN file: columns, rules and hit policy, each cell checked."""

from __future__ import annotations

from lxml import etree

from engine.feel.dmn_reader import DmnFile, child, children, text_of
from engine.feel.dmn_text import Known, TextReader
from engine.feel.dmn_types import Types
from engine.feel.logic import Aggregation, DecisionTable, HitPolicy, InputColumn, OutputColumn, Rule


class TableReader:
    """Reads decision tables of one file."""

    def __init__(self, dmn: DmnFile, texts: TextReader, types: Types) -> None:
        self._dmn = dmn
        self._texts = texts
        self._types = types

    def read(self, element: etree._Element, known: Known, name: str) -> DecisionTable:
        """Return the table of a `decisionTable` element; what is wrong with it becomes findings."""
        policy, aggregation = self._policy(element)
        inputs = list(children(element, "input"))
        columns = list(children(element, "output"))
        if not columns:
            self._dmn.report("dmn.output-missing", element, "决策表没有输出列", "the table has no output")
        if aggregation is not None and len(columns) != 1:
            self._dmn.report(
                "dmn.aggregation-outputs", element, "汇总只能有一个输出列", "an aggregation needs exactly one output"
            )
        return DecisionTable(
            name=name,
            policy=policy,
            aggregation=aggregation,
            inputs=self._inputs(inputs, known),
            outputs=tuple(self._output(column, policy, len(columns), known) for column in columns),
            rules=tuple(self._rule(row, len(inputs), len(columns), known) for row in children(element, "rule")),
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

    def _inputs(self, elements: list[etree._Element], known: Known) -> tuple[InputColumn, ...]:
        texts = [self._expression(element, known) for element in elements]
        labels = [str(element.get("label") or "") for element in elements]
        return tuple(
            InputColumn(
                text=text,
                # the expression where there is no label, or the label is used twice
                label=label if label and labels.count(label) == 1 else text,
                type=self._types.of(child(element, "inputExpression")),
                allowed=self._allowed(element, "inputValues", known),
            )
            for element, text, label in zip(elements, texts, labels, strict=True)
        )

    def _expression(self, element: etree._Element, known: Known) -> str:
        expression = child(element, "inputExpression")
        if expression is None or not text_of(expression):
            self._dmn.report("dmn.input-missing", element, "输入列没有表达式", "the input has no expression")
            return "null"
        return self._texts.read(expression, known)

    def _allowed(self, element: etree._Element, name: str, known: Known) -> str:
        values = child(element, name)
        return "" if values is None or not text_of(values) else self._texts.read(values, known, unary=True)

    def _output(self, column: etree._Element, policy: HitPolicy, count: int, known: Known) -> OutputColumn:
        name = str(column.get("name") or "")
        if not name and count > 1:
            self._dmn.report("dmn.output-name-missing", column, "输出列没有名称", "the output has no name")
        allowed = self._allowed(column, "outputValues", known)
        if policy.ordered_by_output and not allowed:
            self._dmn.report(
                "dmn.output-values-missing",
                column,
                "按优先级的命中策略需要列出输出值，重要的在前",
                "this hit policy needs the list of output values, the most important first",
            )
        default = child(column, "defaultOutputEntry")
        return OutputColumn(
            name=name or "value",
            type=self._types.of(column),
            allowed=allowed,
            ordered=policy.ordered_by_output,
            default="" if default is None else self._texts.read(default, known),
        )

    def _rule(self, row: etree._Element, inputs: int, outputs: int, known: Known) -> Rule:
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
            tests=tuple(self._texts.read(test, known, unary=True) for test in tests),
            outputs=tuple(self._texts.read(entry, known) for entry in entries),
            id=str(row.get("id") or ""),
            description=_description(row),
        )


def _description(row: etree._Element) -> str:
    description = child(row, "description")
    if description is not None and description.text:
        return str(description.text).strip()
    return " ".join(filter(None, (text_of(entry) for entry in children(row, "annotationEntry"))))
