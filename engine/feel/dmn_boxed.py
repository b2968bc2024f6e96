"""Boxed expressions of a DMN file (DMN 1.5, 10.2.1), each text checked over the names that are known there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from engine.feel.dmn_reader import DmnFile, child, children, text_of
from engine.feel.dmn_table import TableReader
from engine.feel.dmn_text import Known, TextReader
from engine.feel.dmn_types import Types
from engine.feel.logic import (
    BoxedContext,
    BoxedList,
    Conditional,
    DecisionTable,
    Entry,
    Filter,
    Function,
    Invocation,
    Iteration,
    Literal,
    Logic,
    Named,
    Relation,
)

MAX_DEPTH = 40
"""Boxed expressions inside each other."""
_NOTHING = Literal("null")


class BoxedReader:
    """Reads boxed expressions of one file; what is wrong with one becomes a finding, and null stands in its place."""

    def __init__(self, dmn: DmnFile, texts: TextReader, types: Types) -> None:
        self._dmn = dmn
        self._texts = texts
        self._types = types
        self._depth = 0
        self._tables = TableReader(dmn, texts, types)
        self._readers: dict[str, Callable[[etree._Element, Known, str], Logic]] = {
            "literalExpression": self._literal,
            "decisionTable": self._table,
            "context": self._context,
            "list": self._list,
            "relation": self._relation,
            "invocation": self._invocation,
            "functionDefinition": self.function,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._iteration,
            "some": self._iteration,
            "every": self._iteration,
        }

    def read(self, owner: etree._Element, known: Known, name: str) -> Logic:
        """Return the expression inside an element; `name` is what explanations call a table in it."""
        element = next(children(owner, *self._readers), None)
        if element is None:
            self._dmn.report("dmn.logic-missing", owner, "没有决策表或表达式", "there is no expression")
            return _NOTHING
        return self._boxed(element, known, name)

    def _boxed(self, element: etree._Element, known: Known, name: str) -> Logic:
        if self._depth > MAX_DEPTH:
            self._dmn.report("dmn.too-deep", element, "表达式嵌套过深", "the expression is nested too deeply")
            return _NOTHING
        self._depth += 1
        try:
            return self._readers[etree.QName(element).localname](element, known, name)
        finally:
            self._depth -= 1

    def function(self, element: etree._Element, known: Known, name: str) -> Function:
        """Return the function of a `functionDefinition` or `encapsulatedLogic`."""
        kind = str(element.get("kind") or "FEEL")
        if kind != "FEEL":
            self._dmn.report(
                "dmn.unsupported",
                element,
                f"不支持 {kind} 函数",
                f"{kind} functions are not supported",
                hint_zh="请用 FEEL 写函数",
                hint_en="write the function in FEEL",
            )
            return Function((), _NOTHING)
        parameters = tuple(
            Named(self._name(parameter), self._types.of(parameter))
            for parameter in children(element, "formalParameter")
        )
        inner = known
        for parameter in parameters:
            inner = inner.binding(parameter.name, self._types.tree(parameter.type))
        return Function(parameters, self.read(element, inner, name))

    def _name(self, element: etree._Element | None) -> str:
        name = "" if element is None else str(element.get("name") or "")
        if not name and element is not None:
            self._dmn.report("dmn.name-missing", element, "缺少名称", "the name is missing")
        return name

    def _literal(self, element: etree._Element, known: Known, _name: str) -> Logic:
        if child(element, "importedValues") is not None:
            self._dmn.report("dmn.unsupported", element, "不支持 importedValues", "importedValues are not supported")
            return _NOTHING
        text = self._texts.read(element, known)
        if not text:
            self._dmn.report("dmn.logic-missing", element, "表达式为空", "the expression is empty")
        return Literal(text or "null")

    def _table(self, element: etree._Element, known: Known, name: str) -> DecisionTable:
        return self._tables.read(element, known, name)

    def _context(self, element: etree._Element, known: Known, name: str) -> Logic:
        entries: list[Entry] = []
        result: Logic | None = None
        inner = known
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            if variable is None:
                result = self.read(entry, inner, name)
                continue
            key, type_ = self._name(variable), self._types.of(variable)
            entries.append(Entry(key, type_, self.read(entry, inner, key)))
            inner = inner.binding(key, self._types.tree(type_))
        return BoxedContext(tuple(entries), result)

    def _list(self, element: etree._Element, known: Known, name: str) -> Logic:
        return BoxedList(tuple(self._each(element, known, name)))

    def _each(self, element: etree._Element, known: Known, name: str) -> Iterator[Logic]:
        for item in children(element, *self._readers):
            yield self._boxed(item, known, name)

    def _relation(self, element: etree._Element, known: Known, name: str) -> Logic:
        columns = tuple(self._name(column) for column in children(element, "column"))
        rows = []
        for row in children(element, "row"):
            cells = tuple(self._each(row, known, name))
            if len(cells) != len(columns):
                self._dmn.report(
                    "dmn.row-width",
                    row,
                    f"行有 {len(cells)} 格，应为 {len(columns)}",
                    f"the row has {len(cells)} cells, not {len(columns)}",
                )
            rows.append(cells)
        return Relation(columns, tuple(rows))

    def _invocation(self, element: etree._Element, known: Known, name: str) -> Logic:
        callee = child(element, "literalExpression")
        if callee is None or not text_of(callee):
            self._dmn.report("dmn.callee-missing", element, "调用没有函数名", "the invocation names no function")
            return _NOTHING
        bindings = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            if parameter is None:
                self._dmn.report("dmn.name-missing", binding, "参数缺少名称", "the parameter has no name")
                continue
            bindings.append(Entry(self._name(parameter), "", self.read(binding, known, name)))
        return Invocation(self._texts.read(callee, known), tuple(bindings))

    def _conditional(self, element: etree._Element, known: Known, name: str) -> Logic:
        condition, then, otherwise = (self._part(element, part, known, name) for part in ("if", "then", "else"))
        return Conditional(condition, then, otherwise)

    def _filter(self, element: etree._Element, known: Known, name: str) -> Logic:
        source = self._part(element, "in", known, name)
        return Filter(source, self._part(element, "match", known.filtering(), name))

    def _iteration(self, element: etree._Element, known: Known, name: str) -> Logic:
        kind = etree.QName(element).localname
        variable = str(element.get("iteratorVariable") or "")
        if not variable:
            self._dmn.report("dmn.name-missing", element, "缺少 iteratorVariable", "the iteratorVariable is missing")
        inner = known.binding(variable)
        body = ("return", inner.binding("partial")) if kind == "for" else ("satisfies", inner)
        return Iteration(kind, variable, self._part(element, "in", known, name), self._part(element, *body, name))

    def _part(self, element: etree._Element, part: str, known: Known, name: str) -> Logic:
        owner = child(element, part)
        if owner is None:
            kind = etree.QName(element).localname
            self._dmn.report("dmn.logic-missing", element, f"{kind} 缺少 {part}", f"{kind} has no {part}")
            return _NOTHING
        return self.read(owner, known, name)
