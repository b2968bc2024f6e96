"""The requirements graph of a DMN file: input data, decisions, knowledge models and services, and who needs whom."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.feel.dmn_boxed import BoxedReader
from engine.feel.dmn_reader import DmnFile, child, children, line_of
from engine.feel.dmn_text import Known, TextReader
from engine.feel.dmn_types import Types
from engine.feel.logic import Node, NodeKind

_KINDS = {
    "inputData": NodeKind.INPUT,
    "decision": NodeKind.DECISION,
    "businessKnowledgeModel": NodeKind.KNOWLEDGE,
    "decisionService": NodeKind.SERVICE,
}
_CALLABLE = (NodeKind.KNOWLEDGE, NodeKind.SERVICE)


MAX_NODES = 2_000
"""Decisions, inputs, knowledge models and services of one file."""


class GraphReader:
    """Reads the graph of one file. `needs` gives, by id, the variables that a node's own texts take from outside."""

    def __init__(self, dmn: DmnFile, texts: TextReader, types: Types) -> None:
        self.nodes: dict[str, Node] = {}
        self.needs: dict[str, set[str]] = {}
        self._dmn = dmn
        self._texts = texts
        self._types = types
        self._boxed = BoxedReader(dmn, texts, types)
        self._elements: dict[str, etree._Element] = {}

    def read(self) -> None:
        """Read everything; what is wrong becomes findings."""
        assert self._dmn.root is not None  # noqa: S101  the caller returned already
        for element in children(self._dmn.root, "import"):
            self._dmn.report(
                "dmn.unsupported",
                element,
                "不支持引入其他文件（import）",
                "imports of other files are not supported",
                hint_zh="请把所需的决策放在同一文件中",
                hint_en="put the decisions it needs into the same file",
            )
        elements = list(children(self._dmn.root, *_KINDS))
        if len(elements) > MAX_NODES:
            self._dmn.report(
                "dmn.too-large", elements[MAX_NODES], f"元素超过 {MAX_NODES} 个", f"more than {MAX_NODES} elements"
            )
            return
        for element in elements:
            self._register(element)
        for element_id, element in self._elements.items():
            self._connect(self.nodes[element_id], element)
        self._refuse_circles()
        for element_id, element in self._elements.items():
            self._read_logic(self.nodes[element_id], element)

    def _register(self, element: etree._Element) -> None:
        kind = _KINDS[etree.QName(element).localname]
        element_id = str(element.get("id") or "")
        if not element_id:
            self._dmn.report("dmn.id-missing", element, "元素缺少 id", f"the {kind} has no id")
            return
        if element_id in self.nodes:
            self._dmn.report("dmn.id-twice", element, f"id 重复：{element_id}", f"the id {element_id} is used twice")
            return
        name = str(element.get("name") or element_id)
        variable = child(element, "variable")
        called = kind in _CALLABLE
        self._elements[element_id] = element
        self.nodes[element_id] = Node(
            kind=kind,
            id=element_id,
            name=name,
            variable=name if variable is None else str(variable.get("name") or name),
            line=line_of(element),
            type=self._types.result_of(variable) if called else self._types.of(variable),
        )

    def _connect(self, node: Node, element: etree._Element) -> None:
        node.inputs = self._targets(element, "informationRequirement", "requiredInput", NodeKind.INPUT)
        node.requires = self._targets(element, "informationRequirement", "requiredDecision", NodeKind.DECISION)
        node.knowledge = self._targets(element, "knowledgeRequirement", "requiredKnowledge", *_CALLABLE)
        if node.kind is NodeKind.SERVICE:
            node.inputs = list(self._references(children(element, "inputData"), NodeKind.INPUT))
            node.given = list(self._references(children(element, "inputDecision"), NodeKind.DECISION))
            node.outputs = list(self._references(children(element, "outputDecision"), NodeKind.DECISION))
            list(self._references(children(element, "encapsulatedDecision"), NodeKind.DECISION))
            if not node.outputs:
                self._dmn.report("dmn.output-missing", element, "决策服务没有输出决策", "the service has no output")

    def _targets(self, element: etree._Element, link: str, end: str, *kinds: NodeKind) -> list[str]:
        ends = (target for requirement in children(element, link) for target in children(requirement, end))
        return list(dict.fromkeys(self._references(ends, *kinds)))

    def _references(self, references: Iterator[etree._Element], *kinds: NodeKind) -> Iterator[str]:
        for reference in references:
            target = str(reference.get("href") or "").removeprefix("#")
            node = self.nodes.get(target)
            if node is not None and node.kind in kinds:
                yield target
                continue
            self._dmn.report(
                "dmn.reference-unknown",
                reference,
                f"文件中没有所引用的元素：{target}",
                f"there is no such {kinds[0]} {target!r} in the file",
            )

    def _refuse_circles(self) -> None:
        done: set[str] = set()
        for start in self.nodes:
            circle = self._circle_from(start, done)
            if circle:
                path = " → ".join(circle)
                self._dmn.report(
                    "dmn.circle",
                    self._elements[circle[0]],
                    f"决策互相依赖：{path}",
                    f"decisions require each other: {path}",
                )

    def _circle_from(self, start: str, done: set[str]) -> list[str]:
        # a stack of its own: a file may chain more decisions than Python calls may nest
        path: list[str] = []
        stack = [(start, iter(self._needed_by(start)))]
        while stack:
            current, rest = stack[-1]
            if len(path) < len(stack):
                path.append(current)
            following = next(rest, None)
            if following is None:
                done.add(current)
                stack.pop()
                path.pop()
            elif following in path:
                done.update(path)
                return [*path[path.index(following) :], following]
            elif following not in done:
                stack.append((following, iter(self._needed_by(following))))
        return []

    def _needed_by(self, element_id: str) -> list[str]:
        node = self.nodes[element_id]
        return [
            *node.requires,
            # a knowledge model may call itself: it ends when its own condition says so
            *(each for each in node.knowledge if each != element_id),
            *node.outputs,
        ]

    def _read_logic(self, node: Node, element: etree._Element) -> None:
        if node.kind is NodeKind.DECISION:
            node.logic = self._boxed.read(element, self._known(node), node.name)
        elif node.kind is NodeKind.KNOWLEDGE:
            self._read_knowledge(node, element)
        self.needs[node.id] = self._texts.free.copy()
        self._texts.free.clear()

    def _read_knowledge(self, node: Node, element: etree._Element) -> None:
        function = child(element, "encapsulatedLogic")
        if function is None:
            self._dmn.report("dmn.logic-missing", element, "业务知识模型没有函数", "the knowledge model has no logic")
            return
        known = self._known(node).binding(node.variable, self._types.tree(node.type))
        node.logic = self._boxed.function(function, known, node.name)
        for name in sorted(self._texts.free):
            self._dmn.report(
                "dmn.name-unknown",
                element,
                f"业务知识模型只能使用自己的参数：没有“{name}”",
                f"a knowledge model sees its own parameters only: there is no {name!r}",
                hint_zh="请加为参数，或声明所需的业务知识模型",
                hint_en="make it a parameter, or require the knowledge model of that name",
            )

    def _known(self, node: Node) -> Known:
        known = Known()
        for each in (*node.requires, *node.knowledge):
            required = self.nodes[each]
            known = known.binding(required.variable, self._types.tree(required.type))
        declared = {
            self.nodes[each].variable: self._types.tree(self.nodes[each].type) for each in self._inputs_of(node)
        }
        return Known({**declared, **known.tree}, known.bound)

    def _inputs_of(self, node: Node) -> list[str]:
        # a decision also sees what was given for the decisions that it requires
        if node.kind is not NodeKind.DECISION:
            return node.inputs
        return [each for each, other in self.nodes.items() if other.kind is NodeKind.INPUT]
