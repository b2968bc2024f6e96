"""How a process begins by itself: when a timer starts it, and where what begins belongs."""

from __future__ import annotations

from typing import Any

from engine.bpmn import timers
from engine.bpmn.diagram import Node, Process
from engine.bpmn.environment import Environment
from engine.bpmn.markup import expression_of, text_of
from engine.bpmn.report import Report, Words, spot
from engine.bpmn.timers import BadTimer
from engine.feel.errors import FeelError


def check(process: Process, environment: Environment, report: Report) -> None:
    """Check the start events of a process, not those inside of it."""
    for node in process.start_events(process.id):
        timer = node.event("timer")
        if timer is not None:
            _check_time(node, timer, environment, report)
            _check_unit(node, environment, report)
        elif "unit" in node.properties and node.event("message") is None:
            words = Words(
                "只有定时或者消息开始事件才有属性 unit",
                "only a timer or message start event has the property unit",
                "其他开始事件的机构由启动者给出。",
                "Whoever starts the process elsewhere says which unit it belongs to.",
            )
            report.error("start.unit", node, words)
        elif "unit" in node.properties:
            _check_carried_unit(node, environment, report)


def _check_time(node: Node, timer: Any, environment: Environment, report: Report) -> None:
    for child in timer:
        text = expression_of(text_of(child))
        if timers.is_literal(text) or environment.feel.check(text) is not None:
            continue  # what cannot be read is said where all timers are
        now = environment.clock.now()
        try:
            timers.schedule(environment.feel.evaluate(text, {}, now), now)
        except (BadTimer, FeelError) as error:
            words = Words(
                f"定时开始事件没有得到时间：{error}",
                f"the timer start event gives no time: {error}",
                "此时还没有实例，也就没有变量；表达式只能用函数和常数。",
                "No instance is there yet, and so no variables: use functions and constants alone.",
            )
            report.error("start.timer", spot(node, child), words)


def _check_unit(node: Node, environment: Environment, report: Report) -> None:
    text = expression_of(node.properties.get("unit", ""))
    if not text:
        return
    try:
        value = environment.feel.evaluate(text, {}, environment.clock.now())
    except FeelError:
        value = None
    if not units_of(value):
        words = Words(
            f"属性 unit 没有得到机构编码：{text}",
            f"the property unit gives no code of a unit: {text}",
            '例："431103"，或 ["431103", "431102"]：各启动一个实例。',
            'E.g. "431103", or ["431103", "431102"]: an instance in each.',
        )
        report.error("start.unit", node, words)


def _check_carried_unit(node: Node, environment: Environment, report: Report) -> None:
    """Check the unit of a message start event: it is read from what the message carries, so only its form is known."""
    text = expression_of(node.properties["unit"])
    fault = environment.feel.check(text)
    if fault is not None:
        words = Words(
            f"属性 unit 不是 FEEL 表达式：{fault}",
            f"the property unit is no FEEL expression: {fault}",
            "例：application.department，是消息内容中的机构编码。",
            "E.g. application.department: a code of a unit in what the message carries.",
        )
        report.error("start.unit", node, words)


def units_of(value: object) -> list[str]:
    """Return the codes of units that a property `unit` gave: one, or a list; [] for anything else."""
    codes = value if isinstance(value, list) else [value]
    return [str(code) for code in codes] if all(isinstance(code, str) and code for code in codes) else []
