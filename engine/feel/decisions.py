"""Decisions of a DMN file: read, checked and ready to be made."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from engine.feel.decision import Decision, DecisionResult, DecisionTable, Hit
from engine.feel.dmn_reader import DmnFile, child, children, line_of, read_dmn
from engine.feel.dmn_table import TableReader, read_text
from engine.feel.runtime import Feel
from engine.findings import Finding

__all__ = ["Decision", "DecisionResult", "DecisionTable", "Hit", "parse_decisions"]

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
        return TableReader(self._dmn, self._feel).read(table)

    def _literal(self, element: etree._Element) -> str | None:
        text = read_text(element, self._dmn, self._feel)
        if not text:
            self._dmn.report("dmn.logic-missing", element, "表达式为空", "the expression is empty")
        return text or None
