"""Decisions of a DMN file: read, checked and ready to be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

import orjson

from engine.feel.decided import DecisionResult, Hit
from engine.feel.decision import Decision
from engine.feel.dmn_graph import GraphReader
from engine.feel.dmn_reader import DmnFile, read_dmn
from engine.feel.dmn_text import TextReader
from engine.feel.dmn_types import Types
from engine.feel.logic import DecisionGraph, Node, NodeKind
from engine.feel.runtime import Feel
from engine.findings import Finding

__all__ = ["Decision", "DecisionResult", "Hit", "parse_decisions"]

_MADE = (NodeKind.DECISION, NodeKind.SERVICE)


def parse_decisions(content: bytes, file: str, feel: Feel) -> tuple[dict[str, Decision], list[Finding]]:
    """Return the decisions and decision services of a DMN 1.2–1.5 file by id, and what is wrong with it.

    Never raises on bad input. All boxed expressions, business knowledge models, decision services and item definitions
    are run; imports and functions in other languages are refused.
    """
    dmn = read_dmn(content, file)
    if dmn.root is None:
        return {}, dmn.findings
    texts = TextReader(dmn, feel)
    types = Types(dmn, texts)
    graph = GraphReader(dmn, texts, types)
    graph.read()
    if not any(node.kind is NodeKind.DECISION for node in graph.nodes.values()) and not dmn.findings:
        dmn.report("dmn.empty", dmn.root, "文件中没有决策", "the file has no decision")
    if dmn.findings:
        return {}, dmn.findings
    return dict(_decisions(dmn, texts, types, graph)), []


def _decisions(dmn: DmnFile, texts: TextReader, types: Types, reader: GraphReader) -> Iterator[tuple[str, Decision]]:
    text = orjson.dumps({"types": types.definitions, "nodes": reader.nodes}).decode()
    named = {node.variable for node in reader.nodes.values()}
    graph = DecisionGraph(sha256(text.encode()).hexdigest(), text, reader.nodes, frozenset(texts.mentioned | named))
    needs = _Needs(reader.nodes, reader.needs)
    for node in reader.nodes.values():
        if node.kind in _MADE:
            yield node.id, Decision(node.id, node.name, dmn.name, node.line, node.variable, needs.of(node.id), graph)


class _Needs:
    """Which variables a node needs from outside, those of what it requires included."""

    def __init__(self, nodes: Mapping[str, Node], own: Mapping[str, set[str]]) -> None:
        self._nodes = nodes
        self._own = own

    def of(self, start: str) -> frozenset[str]:
        node = self._nodes[start]
        names = {self._nodes[each].variable for each in (*node.inputs, *node.given)}
        if node.kind is NodeKind.SERVICE:
            return frozenset(names)
        waiting, seen = [start], {start}
        while waiting:
            current = waiting.pop()
            names |= self._own[current]
            fresh = [each for each in self._nodes[current].requires if each not in seen]
            seen.update(fresh)
            waiting.extend(fresh)
        return frozenset(names)
