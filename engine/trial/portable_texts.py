"""Texts of a diagram that are not FEEL: taken out, and remembered, so that the trace can say what was not run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.bpmn import timers
from engine.bpmn.dialect import bpmn, spiff
from engine.bpmn.markup import expression_of, local_name, text_of
from engine.feel.runtime import Feel

if TYPE_CHECKING:
    from engine.trial.portable import Portable

_FEEL_LANGUAGES = (
    "",
    "feel",
    "https://www.omg.org/spec/dmn/20191111/feel/",
    "https://www.omg.org/spec/dmn/20180521/feel/",
)
_LOOP_TEXTS = ("completionCondition", "loopCondition")


class Texts:
    """Takes out all scripts, and what else is not FEEL."""

    def __init__(self, feel: Feel, made: Portable) -> None:
        self._feel, self._made = feel, made

    def ignore(self, process: Any) -> None:
        """Take them out of a process."""
        for script in process.iter(bpmn("scriptTask")):
            self._script(script)
        for gateway, flows in _choices(process):
            self._conditions(gateway, flows)
        for event in process.iter(bpmn("timerEventDefinition")):
            self._timer(event)
        for condition in process.iter(bpmn("conditionalEventDefinition")):
            self._replace(condition.getparent(), condition.find(bpmn("condition")), "false")
        for loop in process.iter(bpmn("multiInstanceLoopCharacteristics"), bpmn("standardLoopCharacteristics")):
            self._loop(loop)
        for parameter in list(process.iter(spiff("parameter"))):
            if not self._is_feel(parameter.get("value", "")):
                parameter.set("value", "null")

    def _script(self, task: Any) -> None:
        self._made.ignored[task.get("id", "")] = text_of(task.find(bpmn("script")))
        task.tag = bpmn("task")
        for child in task.findall(bpmn("script")):
            task.remove(child)

    def _conditions(self, gateway: Any, flows: list[Any]) -> None:
        """Without its conditions a choice takes the default flow, or the first."""
        default = gateway.get("default")
        conditions = [flow.find(bpmn("conditionExpression")) for flow in flows if flow.get("id") != default]
        if all(each is not None and self._is_condition(each) for each in conditions):
            return
        self._made.ignored[gateway.get("id", "")] = "; ".join(text_of(each) for each in conditions if each is not None)
        for flow in flows:
            condition = flow.find(bpmn("conditionExpression"))
            if condition is not None and not self._is_condition(condition):
                condition.text = "false"
        if default is None:
            gateway.set("default", flows[0].get("id", ""))
            for condition in flows[0].findall(bpmn("conditionExpression")):
                flows[0].remove(condition)
        _never_without_condition(gateway, flows)

    def _is_condition(self, condition: Any) -> bool:
        return self._is_feel(text_of(condition)) and (condition.get("language") or "").lower() in _FEEL_LANGUAGES

    def _timer(self, event: Any) -> None:
        for child in event:
            text = expression_of(text_of(child))
            if text and not timers.is_literal(text) and not self._is_feel(text):
                self._made.ignored[event.getparent().get("id", "")] = text
                child.tag, child.text = bpmn("timeDuration"), "PT0S"

    def _loop(self, loop: Any) -> None:
        for name in _LOOP_TEXTS:
            text = loop.find(bpmn(name))
            if text is not None and not self._is_feel(text_of(text)):
                loop.remove(text)
        source = loop.find(bpmn("loopDataInputRef"))
        cardinality = loop.find(bpmn("loopCardinality"))
        given = [each for each in (source, cardinality) if each is not None and self._is_feel(text_of(each))]
        standard = local_name(loop) == "standardLoopCharacteristics"
        if standard and (loop.get("loopMaximum") or loop.find(bpmn("loopCondition")) is not None):
            return
        if standard or len(given) != 1:
            self._made.ignored[loop.getparent().get("id", "")] = local_name(loop)
            loop.getparent().remove(loop)

    def _replace(self, owner: Any, text: Any, by: str) -> None:
        if text is not None and not self._is_feel(text_of(text)):
            self._made.ignored[owner.get("id", "")] = text_of(text)
            text.text = by

    def _is_feel(self, text: str) -> bool:
        expression = expression_of(text)
        if not expression or "${" in expression or "#{" in expression:
            return False
        return self._feel.check(expression) is None


def _choices(process: Any) -> list[tuple[Any, list[Any]]]:
    """Return the elements out of which several flows lead, with these, as far as conditions decide there."""
    leaving: dict[str, list[Any]] = {}
    for flow in process.iter(bpmn("sequenceFlow")):
        leaving.setdefault(flow.get("sourceRef", ""), []).append(flow)
    found = []
    for element in process.iter():
        flows = leaving.get(element.get("id") or "", [])
        gateway = local_name(element) in ("exclusiveGateway", "inclusiveGateway")
        conditional = any(flow.find(bpmn("conditionExpression")) is not None for flow in flows)
        if (gateway and len(flows) > 1) or conditional:
            found.append((element, flows))
    return found


def _never_without_condition(gateway: Any, flows: list[Any]) -> None:
    """Of a choice, a flow that has no condition and is not the default is never taken in a trial."""
    for flow in flows:
        plain = flow.find(bpmn("conditionExpression")) is None and flow.get("id") != gateway.get("default")
        if plain and local_name(gateway) == "exclusiveGateway":
            condition = flow.makeelement(bpmn("conditionExpression"))
            condition.text = "false"
            flow.append(condition)
