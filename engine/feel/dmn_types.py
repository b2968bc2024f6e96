"""Item definitions of a DMN file: the types that inputs and results must have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from engine.feel.dmn_reader import DmnFile, child, children, text_of
from engine.feel.dmn_text import Known, TextReader
from engine.feel.logic import ItemType, Named

Tree = Mapping[str, Any]
"""Name → names below it, of a structured type."""

_BASIC = frozenset(
    {
        "Any",
        "boolean",
        "context",
        "date",
        "date and time",
        "days and time duration",
        "function",
        "list",
        "number",
        "string",
        "time",
        "years and months duration",
    }
)
_ALIASES = {
    "any": "Any",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "days and time": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "double": "number",  # what older modelers write
    "integer": "number",
    "long": "number",
}
MAX_NAMES = 5000
"""Names in a value of one type, those of types in it included."""
MAX_DEPTH = 30
"""Levels of parts in parts of one item definition."""
_NONE: tuple[Tree, int] = ({}, 0)


class Types:
    """The types of one file. `definitions` gives the item definitions by name, those of parts included."""

    def __init__(self, dmn: DmnFile, texts: TextReader) -> None:
        self.definitions: dict[str, ItemType] = {}
        self._results: dict[str, str] = {}
        self._trees: dict[str, tuple[Tree, int]] = {}
        self._dmn = dmn
        self._texts = texts
        assert dmn.root is not None  # noqa: S101  the caller returned already
        elements = list(children(dmn.root, "itemDefinition"))
        self._named = {str(element.get("name") or "") for element in elements}
        for element in elements:
            self._define(str(element.get("name") or ""), element)
        for element in elements:
            self._check_circle(element)
            self._check_size(element)

    def of(self, element: etree._Element | None) -> str:
        """Return the type that the element's `typeRef` (attribute or child) names; "" for none."""
        if element is None:
            return ""
        inner = child(element, "typeRef")
        text = element.get("typeRef") if inner is None else inner.text
        return self._known(str(text or "").strip(), element)

    def result_of(self, element: etree._Element | None) -> str:
        """Return the type of a function's result: `typeRef` may name it, or the type of the function."""
        ref = self.of(element)
        return self._results.get(ref, ref)

    def tree(self, ref: str) -> Tree:
        """Return the names in a value of the type, as far as they are declared; a type inside itself has none."""
        if ref not in self._trees and ref in self.definitions:
            self._trees[ref] = {}, 0
            kind = self.definitions[ref]
            below = {part.name: self.tree(part.type) for part in kind.parts}
            tree = {**self.tree(kind.base), **below}
            size = sum(1 + self._trees.get(each, _NONE)[1] for each in (kind.base, *(part.type for part in kind.parts)))
            self._trees[ref] = (tree, size) if size <= MAX_NAMES else ({}, size)
        return self._trees.get(ref, _NONE)[0]

    def _define(self, name: str, element: etree._Element, depth: int = 0) -> None:
        function = child(element, "functionItem")
        parts = tuple(self._parts(name, element, depth))
        if function is not None:
            self._results[name] = self._known(str(function.get("outputTypeRef") or ""), function)
        self.definitions[name] = ItemType(
            base="function" if function is not None else self.of(element),
            list=element.get("isCollection") == "true",
            allowed=self._tests(element, "allowedValues"),
            whole=self._tests(element, "typeConstraint"),
            parts=parts,
        )

    def _parts(self, owner: str, element: etree._Element, depth: int) -> Iterator[Named]:
        if depth > MAX_DEPTH:
            self._dmn.report("dmn.too-deep", element, "类型嵌套过深", "the type is nested too deeply")
            return
        for part in children(element, "itemComponent"):
            name = str(part.get("name") or "")
            inner = f"{owner}/{name}"  # no name of a type has a slash
            self._define(inner, part, depth + 1)
            yield Named(name, inner)

    def _tests(self, element: etree._Element, name: str) -> str:
        tests = child(element, name)
        return "" if tests is None or not text_of(tests) else self._texts.read(tests, Known(), unary=True)

    def _known(self, text: str, element: etree._Element) -> str:
        plain = text.split(":", 1)[1] if text.startswith("feel:") else text
        ref = _ALIASES.get(plain, plain)
        if not ref or ref in _BASIC or ref in self._named:
            return ref
        self._dmn.report(
            "dmn.type-unknown",
            element,
            f"没有此类型：{text}",
            f"there is no type {text!r}",
            hint_zh="请定义 itemDefinition，或使用 number、string、boolean、date 等内置类型",
            hint_en="define it as an item definition, or use a built-in type: number, string, boolean, date …",
        )
        return ""

    def _check_circle(self, element: etree._Element) -> None:
        seen: list[str] = []
        ref = str(element.get("name") or "")
        while ref in self.definitions and ref not in seen:
            seen.append(ref)
            ref = self.definitions[ref].base
        if ref in seen and ref == seen[0]:
            circle = " → ".join((*seen, ref))
            self._dmn.report("dmn.type-circle", element, f"类型互相依赖：{circle}", f"types in a circle: {circle}")

    def _check_size(self, element: etree._Element) -> None:
        ref = str(element.get("name") or "")
        self.tree(ref)
        if self._trees[ref][1] > MAX_NAMES:
            self._dmn.report(
                "dmn.too-large", element, f"类型的名称超过 {MAX_NAMES} 个", f"the type has more than {MAX_NAMES} names"
            )
