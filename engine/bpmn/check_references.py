"""References to what is outside of the diagram: handlers and their parameters, forms, decisions, error codes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.dialect import bpmn, spiff
from engine.bpmn.environment import Environment
from engine.bpmn.markup import text_of
from engine.bpmn.parts import Parts
from engine.bpmn.report import Report, Words, did_you_mean, spot
from engine.declaration import Handler

_CONSTANT = re.compile(r'"[^"\\]*"|-?\d{1,15}(\.\d{1,9})?|true|false|null')
"""Constants that FEEL and JSON write alike."""

CODES = frozenset(
    {
        "handler.unknown",
        "handler.only-in",
        "handler.parameter-unknown",
        "handler.parameter-missing",
        "handler.parameter-value",
        "handler.error-unknown",
        "form.unknown",
        "decision.unknown",
    }
)


def check(drawn: Diagram, process: Process, parts: Parts, environment: Environment, report: Report) -> None:
    """Check the references of a process."""
    for node in process.nodes.values():
        if node.type == "serviceTask":
            _check_service(drawn, process, node, environment.handlers, report)
        elif node.type == "userTask":
            _check_form(node, parts, report)
        elif node.type == "businessRuleTask":
            _check_decision(node, parts, report)
        elif node.type == "scriptTask" and not text_of(node.element.find(bpmn("script"))):
            words = Words("脚本任务没有脚本", "the script task has no script", "请写 FEEL。", "Write FEEL.")
            report.error("script.missing", node, words)


def _check_service(
    drawn: Diagram, process: Process, node: Node, handlers: Mapping[str, Handler], report: Report
) -> None:
    operator = node.extension("serviceTaskOperator")
    if operator is None or not operator.get("id"):
        words = Words(
            "服务任务没有处理器",
            "the service task names no handler",
            "请写 spiffworkflow:serviceTaskOperator，id 为“插件.动作”。",
            "Add a spiffworkflow:serviceTaskOperator whose id is plugin.verb_noun.",
        )
        report.error("handler.missing", node, words)
        return
    _check_names(node, operator, report)
    handler = handlers.get(operator.get("id"))
    if handler is None:
        hint_zh, hint_en = did_you_mean(operator.get("id"), handlers)
        words = Words(
            f"没有处理器“{operator.get('id')}”",
            f"there is no handler {operator.get('id')!r}",
            hint_zh or "请检查插件是否已安装、是否被隔离。",
            hint_en or "Is its plugin installed, and not quarantined?",
        )
        report.error("handler.unknown", spot(node, operator), words)
        return
    if handler.only_in and process.id not in handler.only_in:
        words = Words(
            f"处理器“{handler.id}”只能用于流程 {'、'.join(handler.only_in)}",
            f"the handler {handler.id!r} may only be used in the process {' or '.join(handler.only_in)}",
        )
        report.error("handler.only-in", spot(node, operator), words)
    if handler.deprecated:
        words = Words(
            f"处理器“{handler.id}”不再建议使用",
            f"the handler {handler.id!r} is deprecated",
            handler.deprecated,
            handler.deprecated,
        )
        report.warning("handler.deprecated", spot(node, operator), words)
    _check_parameters(node, operator, handler, report)
    _check_constants(node, operator, handler, report)
    _check_errors(drawn, process, node, handler, report)


def _parameters(operator: Any) -> list[Any]:
    found: list[Any] = operator.findall(f"{spiff('parameters')}/{spiff('parameter')}")
    return found


def _check_names(node: Node, operator: Any, report: Report) -> None:
    seen: set[str] = set()
    for parameter in _parameters(operator):
        name = parameter.get("id", "")
        if not name or name in seen:
            words = Words(f"参数“{name}”没有名称或重复", f"the parameter {name!r} has no name, or is there twice")
            report.error("handler.parameter-twice", spot(node, parameter), words)
        seen.add(name)
        if not parameter.get("value", "").strip():
            words = Words(
                f"参数“{name}”没有值",
                f"the parameter {name!r} has no value",
                "请写 FEEL；没有值写 null。",
                "Write FEEL; null for no value.",
            )
            report.error("handler.parameter-empty", spot(node, parameter), words)


def _check_parameters(node: Node, operator: Any, handler: Handler, report: Report) -> None:
    declared = handler.inputs().fields
    given = {parameter.get("id", ""): parameter for parameter in _parameters(operator)}
    for name, parameter in given.items():
        if name not in declared:
            hint_zh, hint_en = did_you_mean(name, declared)
            words = Words(
                f"处理器“{handler.id}”没有参数“{name}”",
                f"the handler {handler.id!r} has no parameter {name!r}",
                hint_zh or f"它的参数：{'、'.join(declared)}。",
                hint_en or f"Its parameters: {', '.join(declared)}.",
            )
            report.error("handler.parameter-unknown", spot(node, parameter), words)
    for name, field in declared.items():
        if field.required and name not in given:
            words = Words(
                f"缺少处理器“{handler.id}”的必填参数“{name}”",
                f"the required parameter {name!r} of {handler.id!r} is missing",
            )
            report.error("handler.parameter-missing", spot(node, operator), words)


def _check_constants(node: Node, operator: Any, handler: Handler, report: Report) -> None:
    """A value that is written out in the diagram is checked now, as the declaration has it; others when they come."""
    declared = handler.inputs().fields
    for parameter in _parameters(operator):
        field = declared.get(parameter.get("id", ""))
        text = parameter.get("value", "").strip().removeprefix("=").strip()
        if field is None or not _CONSTANT.fullmatch(text):
            continue
        try:
            field.deserialize(json.loads(text))
        except ValidationError as error:
            reason = "；".join(map(str, error.messages)) if isinstance(error.messages, list) else str(error.messages)
            words = Words(
                f"参数“{field.name}”的值 {text} 不合要求：{reason}",
                f"the value {text} of the parameter {field.name!r} does not fit: {reason}",
                f"见 onegrid plugins show {handler.id}。",
                f"See onegrid plugins show {handler.id}.",
            )
            report.error("handler.parameter-value", spot(node, parameter), words)


def _check_errors(drawn: Diagram, process: Process, node: Node, handler: Handler, report: Report) -> None:
    caught: set[str] = set()
    for event in process.boundary_events(node.id):
        definition = event.event("error")
        if definition is None:
            continue
        code = drawn.names.get(definition.get("errorRef", ""), "")
        caught.add(code)
        if code and code not in handler.errors:
            hint_zh, hint_en = did_you_mean(code, handler.errors)
            words = Words(
                f"处理器“{handler.id}”不会抛出错误 {code}",
                f"the handler {handler.id!r} never raises {code}",
                hint_zh or f"它声明的错误：{'、'.join(handler.errors) or '无'}。",
                hint_en or f"It declares: {', '.join(handler.errors) or 'none'}.",
            )
            report.error("handler.error-unknown", event, words)
    caught |= {
        drawn.names.get(event.event("error").get("errorRef", ""), "")
        for event in process.around(node.scope)
        if "error" in event.events
    }
    open_codes = [code for code in handler.errors if code not in caught and "" not in caught]
    if open_codes:
        words = Words(
            f"没有事件捕获处理器“{handler.id}”的错误：{'、'.join(open_codes)}",
            f"nobody catches the errors of {handler.id!r}: {', '.join(open_codes)}",
            "发生时任务会停下，等运维人员处理。可加错误边界事件。",
            "When one happens the job stops for an operator. An error boundary event would catch it.",
        )
        report.warning("handler.error-uncaught", node, words)


def _check_form(node: Node, parts: Parts, report: Report) -> None:
    form = node.properties.get("form")
    if form is not None and form not in parts.forms:
        hint_zh, hint_en = did_you_mean(form, parts.forms)
        words = Words(
            f"没有表单“{form}”",
            f"there is no form {form!r}",
            hint_zh or f"请添加文件 {form}.form.json。",
            hint_en or f"Add the file {form}.form.json.",
        )
        report.error("form.unknown", node, words)


def _check_decision(node: Node, parts: Parts, report: Report) -> None:
    decision = node.extension_text("calledDecisionId")
    if decision not in parts.decisions:
        hint_zh, hint_en = did_you_mean(decision, parts.decisions)
        words = Words(
            f"没有决策“{decision}”" if decision else "业务规则任务没有指定决策",
            f"there is no decision {decision!r}" if decision else "the business rule task names no decision",
            hint_zh or "请在 spiffworkflow:calledDecisionId 中写 DMN 决策的 id。",
            hint_en or "Write the id of a DMN decision in spiffworkflow:calledDecisionId.",
        )
        report.error("decision.unknown" if decision else "decision.missing", node, words)
    if not node.properties.get("resultVariable", "").strip():
        words = Words(
            "业务规则任务没有结果变量",
            "the business rule task has no result variable",
            "请写属性 resultVariable。",
            "Add the property resultVariable.",
        )
        report.error("decision.result-missing", node, words)
