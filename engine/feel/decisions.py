"""Decisions of a DMN file: read, checked and ready to be made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from lxml import etree

from engine.feel.decision import Decision, DecisionResult, DecisionTable, Hit, Output
from engine.feel.dmn_reader import DmnFile, child, children, is_feel, line_of, read_dmn, text_of
from engine.feel.errors import FeelError
from engine.feel.hit_policy import Aggregation, HitPolicy
from engine.feel.runtime import IRRELEVANT, Feel, Rule, Table
from engine.findings import Finding

__all__ = ["Decision", "DecisionResult", "DecisionTable", "Hit", "parse_decisions"]

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_BOXED = (
    "context",
    "conditional",
    "every",
    "filter",
    "for",
    "functionDefinition",
    "invocation",
    "list",
    "relation",
    "some",
)


def parse_decisions(content: bytes, file: str, feel: Feel) -> tuple[dict[str, Decision], list[Finding]]:
    """Return the decisions of a DMN 1.2–1.5 file by id, and what is wrong with it. Never raises on bad input.

    Decision tables with every hit policy and literal expressions are run, also over required decisions; business
    knowledge models, decision services and the other boxed expressions are refused.
    """
    dmn = read_dmn(content, file)
    if dmn.root is None:
        return {}, dmn.findings
    decisions = _Reader(dmn, feel).read()
    return ({} if dmn.findings else decisions), dmn.findings


class _Reader:
    """Reads the decisions of one file, requirements first."""

    def __init__(self, dmn: DmnFile, feel: Feel) -> None:
        self._dmn = dmn
        self._feel = feel
        self._done: dict[str, Decision] = {}
        self._elements: dict[str, etree._Element] = {}

    def read(self) -> dict[str, Decision]:
        assert self._dmn.root is not None  # noqa: S101  the caller returned already
        for element in children(self._dmn.root, "businessKnowledgeModel", "decisionService"):
            kind = etree.QName(element).localname
            self._refuse(element, kind)
        elements = list(children(self._dmn.root, "decision"))
        if not elements:
            self._dmn.report("dmn.empty", self._dmn.root, "文件中没有决策", "the file has no decision")
        for element in elements:
            self._register(element)
        for element_id in self._elements:
            self._decision(element_id, ())
        return self._done

    def _register(self, element: etree._Element) -> None:
        element_id = element.get("id")
        if not element_id:
            self._dmn.report("dmn.id-missing", element, "决策缺少 id", "the decision has no id")
        elif element_id in self._elements:
            self._dmn.report("dmn.id-twice", element, f"id 重复：{element_id}", f"the id {element_id} is used twice")
        else:
            self._elements[str(element_id)] = element

    def _refuse(self, element: etree._Element, kind: str) -> None:
        self._dmn.report(
            "dmn.unsupported",
            element,
            f"暂不支持 {kind}",
            f"{kind} is not supported",
            hint_zh="请改用决策表或文字表达式（literal expression）",
            hint_en="use a decision table or a literal expression",
        )

    def _decision(self, element_id: str, path: tuple[str, ...]) -> Decision | None:
        if element_id in self._done:
            return self._done[element_id]
        element = self._elements[element_id]
        requires = self._requirements(element, (*path, element_id))
        logic = self._logic(element)
        if logic is None:
            return None
        name = str(element.get("name") or element_id)
        variable = child(element, "variable")
        decision = Decision(
            id=element_id,
            name=name,
            file=self._dmn.name,
            line=line_of(element),
            logic=logic,
            variable=name if variable is None else str(variable.get("name") or name),
            requires=tuple(requires),
        )
        self._done[element_id] = decision
        return decision

    def _requirements(self, element: etree._Element, path: tuple[str, ...]) -> Iterable[Decision]:
        required = []
        for requirement in children(element, "informationRequirement"):
            for reference in children(requirement, "requiredDecision"):
                decision = self._required(reference, path)
                if decision is not None:
                    required.append(decision)
        return required

    def _required(self, reference: etree._Element, path: tuple[str, ...]) -> Decision | None:
        target = str(reference.get("href") or "").removeprefix("#")
        if target in path:
            circle = " → ".join((*path, target))
            self._dmn.report(
                "dmn.circle", reference, f"决策互相依赖：{circle}", f"decisions require each other: {circle}"
            )
            return None
        if target not in self._elements:
            self._dmn.report(
                "dmn.reference-unknown",
                reference,
                f"没有此决策：{target}",
                f"there is no decision {target!r} in the file",
            )
            return None
        return self._decision(target, path)

    def _logic(self, element: etree._Element) -> DecisionTable | str | None:
        for boxed in children(element, *_BOXED):
            self._refuse(boxed, etree.QName(boxed).localname)
            return None
        literal = child(element, "literalExpression")
        if literal is not None:
            return self._literal(literal)
        table = child(element, "decisionTable")
        if table is None:
            self._dmn.report("dmn.logic-missing", element, "决策没有决策表或表达式", "the decision has no logic")
            return None
        return self._table(table)

    def _literal(self, element: etree._Element) -> str | None:
        text = self._text(element, unary=False)
        if not text:
            self._dmn.report("dmn.logic-missing", element, "表达式为空", "the expression is empty")
        return text or None

    def _table(self, element: etree._Element) -> DecisionTable:
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
        """Return the FEEL of an element, with a finding when it is none."""
        text = text_of(element)
        if not is_feel(element):
            self._dmn.report("dmn.language", element, "表达式语言必须是 FEEL", "the expression language must be FEEL")
            return text
        if text in IRRELEVANT:
            return text if unary else ""
        fault = self._feel.check(text, unary=unary)
        if fault is not None:
            self._dmn.report(
                "feel.syntax", element, str(fault), f"FEEL syntax error at {fault.position + 1} in {text!r}"
            )
        return text


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
