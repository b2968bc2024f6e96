"""FEEL in the diagram: whether it parses, and whether somebody sets the variables that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.bpmn import complex_gateway, data, timers
from engine.bpmn.diagram import Node, Process
from engine.bpmn.dialect import bpmn, spiff
from engine.bpmn.environment import Environment
from engine.bpmn.markup import expression_of, is_node, local_name, text_of
from engine.bpmn.parts import Parts
from engine.bpmn.report import Place, Report, Spot, Words, did_you_mean, spot
from engine.bpmn.timers import BadTimer
from engine.form import flat, key_of

_NAME = re.compile(r"[^\W\d]\w*")
_FEEL_PROPERTIES = ("title", "due", "findings", "assignee")
_PAYLOADS = ("payloadExpression", "messagePayload")
_CHILDREN = {
    "loopDataInputRef": ("多实例列表", "list of the multi-instance"),
    "transformation": ("数据转换", "transformation of data"),
    "from": ("数据赋值", "assignment of data"),
    "loopCardinality": ("多实例次数", "number of the multi-instance"),
    "completionCondition": ("完成条件", "completion condition"),
    "loopCondition": ("循环条件", "condition of the loop"),
    "activationCondition": ("激活条件", "activation condition"),
    "condition": ("条件", "condition"),
    "payloadExpression": ("携带的内容", "payload"),
    "messagePayload": ("携带的内容", "payload"),
}
LOOP_NAMES = (
    "loopCounter",
    *(
        f"{prefix}{name}"
        for prefix in ("numberOf", "nrOf")
        for name in ("Instances", "CompletedInstances", "ActiveInstances")
    ),
)
CATCHING_EVENTS = ("startEvent", "boundaryEvent", "intermediateCatchEvent")


@dataclass(frozen=True, slots=True)
class Expression:
    """A text that is FEEL: where it stands, what it is for, and whether it is a parameter of a handler."""

    place: Place
    zh: str
    en: str
    text: str
    is_parameter: bool = False


def check(process: Process, parts: Parts, environment: Environment, report: Report) -> None:
    """Check all expressions of a process."""
    known = _known_names(process, parts)
    _check_variable_names(process, report)
    for node in process.nodes.values():
        _check_languages(node, report)
    for expression in _expressions(process, report):
        error = environment.feel.check(expression.text)
        if error is not None:
            words = Words(
                f"{expression.zh}：第 {error.position + 1} 个字符处不是正确的 FEEL：{expression.text}",
                f"{expression.en}: no FEEL at character {error.position + 1}: {expression.text}",
                '文本要加双引号，如 "文本"。'
                if expression.is_parameter
                else "请检查此处的括号、引号和运算符是否成对、齐全。",
                'Text needs double quotes, e.g. "text".'
                if expression.is_parameter
                else "Check brackets, quotes and operators at this place.",
            )
            report.error("feel.syntax", expression.place, words)
        else:
            names = environment.feel.names(expression.text)
            _check_known(process, expression, sorted(names - known), known, report)


def _check_known(process: Process, expression: Expression, unknown: list[str], known: set[str], report: Report) -> None:
    """A name that nobody sets is null in FEEL, which goes wrong late and quietly."""
    for name in unknown:
        hint_zh, hint_en = did_you_mean(name, known)
        if expression.is_parameter and expression.text == name:
            hint_zh, hint_en = hint_zh or f'文本要加双引号："{name}"', hint_en or f'Text needs double quotes: "{name}"'
        words = Words(
            f"{expression.zh}：没有人给变量“{name}”赋值",
            f"{expression.en}: nobody sets the variable {name!r}",
            hint_zh or "启动时给出的变量请列在流程属性 inputs 中。",
            hint_en or "List variables given at the start in the property inputs of the process.",
        )
        # no variable's name holds a space: two words are text without quotes, or another language
        surely = ("inputs" in process.properties and not _takes_anything(process)) or " " in name
        add = report.error if surely else report.warning
        add("feel.name-unknown", expression.place, words)


def _takes_anything(process: Process) -> bool:
    """Return whether variables come that nobody names here: all those of a called process, or of what an event
    carries.
    """
    for node in process.nodes.values():
        if node.type == "callActivity" and node.extension("ioMapping") is None:
            return True
        if {"signal", "escalation"} & set(node.events) and node.type in CATCHING_EVENTS:
            return True
    return False


def _known_names(process: Process, parts: Parts) -> set[str]:
    """Return the variables that somebody sets: the start, forms, handlers, scripts, decisions, messages."""
    known = {name.strip() for name in process.properties.get("inputs", "").split(",")}
    known |= data.used(process) | {item.name for item in process.data.values() if item.kind not in data.OBJECTS}
    for node in process.nodes.values():
        known.update(_names_set_by(node, parts))
    return known - {""}


def _names_set_by(node: Node, parts: Parts) -> Iterator[str]:
    yield node.extension_text("variableName")
    yield node.extension_text("messageVariable")
    yield node.properties.get("resultVariable", "")
    yield node.properties.get("variable", "")
    for variable in node.element.iter(spiff("messageVariable"), spiff("variableName")):
        yield text_of(variable)
    for variable in node.element.iter(spiff("output")):
        yield variable.get("target", "")
    operator = node.extension("serviceTaskOperator")
    if operator is not None:
        yield operator.get("resultVariable", "")
    form = parts.forms.get(node.properties.get("form", ""))
    if form is not None and not node.extension_text("variableName"):
        yield from (key for key in map(key_of, flat(form.components)) if key)
    for kind in (parts.messages or {}).values() if "message" in node.events or node.type == "receiveTask" else ():
        yield from (field.name for field in kind.payload)
    if node.type == "complexGateway":
        yield from (*complex_gateway.NAMES, *(flow.id for flow in node.incoming))
    yield from _names_set_by_loop(node)


def _names_set_by_loop(node: Node) -> Iterator[str]:
    if node.loop is not None or node.standard_loop is not None:
        yield from LOOP_NAMES
    if node.loop is not None:
        yield text_of(node.loop.find(bpmn("loopDataOutputRef")))
        for name in ("inputDataItem", "outputDataItem"):
            item = node.loop.find(bpmn(name))
            if item is not None:
                yield item.get("name") or item.get("id", "")


def _check_variable_names(process: Process, report: Report) -> None:
    for node in process.nodes.values():
        operator = node.extension("serviceTaskOperator")
        given = [node.extension_text("variableName"), node.properties.get("resultVariable", "")]
        given.append("" if operator is None else operator.get("resultVariable", ""))
        for name in given:
            if name and not _NAME.fullmatch(name):
                words = Words(
                    f"“{name}”不能作变量名",
                    f"{name!r} cannot be the name of a variable",
                    "请用字母、数字和下划线。",
                    "Use letters, digits and underscores.",
                )
                report.error("variable.name", node, words)


def _check_languages(node: Node, report: Report) -> None:
    """Much of another language parses as FEEL and means something else: `x = 1` compares."""
    places = [(node.element, node.element.get("scriptFormat", ""))] if node.type == "scriptTask" else []
    places += [(flow.expression, flow.expression.get("language", "")) for flow in node.outgoing if flow.condition]
    for element, language in places:
        if language and "feel" not in language.lower():
            words = Words(
                f"表达式的语言是 {language}，这里只有 FEEL",
                f"the language is {language}; here it is FEEL alone",
                "请改写为 FEEL，并把语言设为 feel。",
                "Rewrite it in FEEL, and set the language to feel.",
            )
            report.error("script.language", spot(node, element), words)


def _expressions(process: Process, report: Report) -> Iterator[Expression]:
    if process.properties.get("title"):
        yield Expression(process, "流程标题", "title of the process", expression_of(process.properties["title"]))
    for flow in process.flows:
        if flow.condition is not None:
            yield Expression(flow, "连线条件", "condition", expression_of(flow.condition))
    for lane, line in process.lanes:
        if lane.unit:
            yield Expression(Spot(lane.id, line), "泳道的机构", "unit of the lane", expression_of(lane.unit))
    for node in process.nodes.values():
        yield from (each for each in _expressions_of(node, report) if each.text not in process.data)


def _expressions_of(node: Node, report: Report) -> Iterator[Expression]:
    for name in _FEEL_PROPERTIES:
        if node.type == "userTask" and node.properties.get(name):
            yield Expression(node, f"属性 {name}", f"property {name}", expression_of(node.properties[name]))
    script = node.element.find(bpmn("script"))
    if script is not None:
        yield Expression(spot(node, script), "脚本", "script", expression_of(text_of(script)))
    yield from _children(node)
    if node.properties.get("correlation"):
        yield Expression(
            node, "属性 correlation", "property correlation", expression_of(node.properties["correlation"])
        )
    called = node.element.get("calledElement", "").strip()
    if called.startswith("="):
        yield Expression(node, "被调用的流程", "called process", expression_of(called))
    yield from _mappings(node)
    for parameter in node.element.iter(spiff("parameter")):
        name = parameter.get("id", "")
        value = expression_of(parameter.get("value", ""))
        yield Expression(spot(node, parameter), f"参数 {name}", f"parameter {name}", value, is_parameter=True)
    yield from _timer_expressions(node, report)


def _children(node: Node) -> Iterator[Expression]:
    for name, (zh, en) in _CHILDREN.items():
        for child in _own_descendants(node, name):
            if text_of(child):
                yield Expression(spot(node, child), zh, en, expression_of(text_of(child)))


def _mappings(node: Node) -> Iterator[Expression]:
    """What goes into a called process; what comes back is over its variables, not ours."""
    mapping = node.extension("ioMapping") if node.type == "callActivity" else None
    for child in () if mapping is None else mapping:
        if local_name(child) == "input":
            yield Expression(spot(node, child), "传入", "input", expression_of(child.get("source", "")))


def _own_descendants(node: Node, name: str) -> Iterator[Any]:
    """Give the elements of a name that belong to the node itself, and not to nodes inside of it."""
    qualified = spiff(name) if name in _PAYLOADS else bpmn(name)
    for child in node.element.iter(qualified):
        holder = child.getparent()
        while holder is not None and not is_node(holder):
            holder = holder.getparent()
        if holder is node.element:
            yield child


def _timer_expressions(node: Node, report: Report) -> Iterator[Expression]:
    timers_of = [definition for kind, definition in node.definitions if kind == "timer"]
    for child in (child for timer in timers_of for child in timer):
        text = expression_of(text_of(child))
        if not timers.is_literal(text):
            yield Expression(spot(node, child), "定时", "timer", text)
            continue
        try:
            timers.check_literal(text, cycle=local_name(child) == "timeCycle")
        except BadTimer as error:
            words = Words(
                f"定时无法识别：{error}",
                f"the timer cannot be read: {error}",
                "例：2026-12-01T08:00:00+08:00、P10D、R3/PT1H、0 8 * * 1-5，或 FEEL。",
                "E.g. 2026-12-01T08:00:00+08:00, P10D, R3/PT1H, 0 8 * * 1-5, or FEEL.",
            )
            report.error("timer.unreadable", spot(node, child), words)
