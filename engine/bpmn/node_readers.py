"""Reading one drawn node into SpiffWorkflow's specification of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.bpmn.parser.task_parsers import SubprocessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimeDateEventDefinition

from engine.bpmn.diagram import Node, expression_of, text_of
from engine.bpmn.dialect import bpmn, spiff
from engine.bpmn.events import Catching
from engine.bpmn.multi_instance import ForEach

BODY = "{} [instance]"
"""Name of what a multi-instance activity repeats: a space cannot stand in an XML id, so it meets no element's."""


class NodeReader(TaskParser):  # type: ignore[misc]  # the library is untyped
    """Reads one node; its flows are connected when all nodes are there."""

    @property
    def drawn(self) -> Node:
        """The node as drawn."""
        node: Node = self.process_parser.parser.drawn.nodes[self.bpmn_id]
        return node

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        """Say nothing to the library of lanes and data: the definition's elements hold what we use."""
        return {"bpmn_name": self.drawn.name}

    def parse_node(self) -> Any:
        """Return the specification of the node: of the whole multi-instance activity when it is one."""
        task = self.create_task()
        loop = self.drawn.loop
        if loop is not None:
            task = self._repeat(task, loop)
        task.drawn = True
        return task

    def _repeat(self, body: Any, loop: Any) -> ForEach:
        del self.spec.task_specs[body.name]
        body.name = BODY.format(self.bpmn_id)
        self.spec.task_specs[body.name] = body
        every = ForEach(self.spec, self.bpmn_id, body.name)
        every.sequential = loop.get("isSequential") == "true"
        every.items = expression_of(text_of(loop.find(bpmn("loopDataInputRef"))))
        every.output = text_of(loop.find(bpmn("loopDataOutputRef")))
        every.item = _item_name(loop.find(bpmn("inputDataItem")))
        every.result = _item_name(loop.find(bpmn("outputDataItem"))) if every.output else ""
        body._inputs = [every.name]
        return every


class UserTaskReader(NodeReader):
    """Reads a user task."""

    def create_task(self) -> Any:
        """See TaskParser."""
        task = super().create_task()
        task.variable = self.drawn.extension_text("variableName")
        return task


class ServiceTaskReader(NodeReader):
    """Reads a service task."""

    def create_task(self) -> Any:
        """See TaskParser."""
        task = super().create_task()
        operator = self.drawn.extension("serviceTaskOperator")
        task.handler = operator.get("id", "")
        task.variable = operator.get("resultVariable", "")
        task.parameters = {
            parameter.get("id", ""): expression_of(parameter.get("value", ""))
            for parameter in operator.findall(f"{spiff('parameters')}/{spiff('parameter')}")
        }
        return task


class ScriptTaskReader(NodeReader):
    """Reads a script task."""

    def create_task(self) -> Any:
        """See TaskParser."""
        script = expression_of(text_of(self.node.find(bpmn("script"))))
        task = self.spec_class(self.spec, self.bpmn_id, script, **self.bpmn_attributes)
        task.variable = self.drawn.properties.get("resultVariable", "")
        return task


class RuleTaskReader(NodeReader):
    """Reads a business rule task."""

    def create_task(self) -> Any:
        """See TaskParser."""
        task = super().create_task()
        task.decision = self.drawn.extension_text("calledDecisionId")
        task.variable = self.drawn.properties.get("resultVariable", "")
        return task


class SubProcessReader(NodeReader):
    """Reads an embedded subprocess."""

    def create_task(self) -> Any:
        """See TaskParser."""
        inner = SubprocessParser.get_subprocess_spec(self)
        return self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=inner, **self.bpmn_attributes)


class EventReader(NodeReader):
    """Reads an event, a receive task or an event-based gateway."""

    def create_task(self) -> Any:
        """See TaskParser."""
        attributes = self.bpmn_attributes
        if self.drawn.type == "boundaryEvent":
            attributes["cancel_activity"] = self.drawn.interrupts
        task = self.spec_class(self.spec, self.bpmn_id, event_definition=self._definition(), **attributes)
        if isinstance(task, Catching):
            definition = self.drawn.event("message")
            holder = self.drawn.element if definition is None else definition
            task.variable = self.drawn.extension_text("messageVariable") or text_of(
                holder.find(f"{bpmn('extensionElements')}/{spiff('messageVariable')}")
            )
        return task

    def _definition(self) -> Any:
        kind = self.drawn.events[0] if self.drawn.events else ""
        if self.drawn.type == "receiveTask":
            return self._message(self.drawn.element)
        read: dict[str, Callable[[Any], Any]] = {
            "timer": self._timer,
            "message": self._message,
            "error": self._error,
            "terminate": lambda _: TerminateEventDefinition(),
        }
        return read[kind](self.drawn.event(kind)) if kind else NoneEventDefinition()

    def _timer(self, definition: Any) -> TimeDateEventDefinition:
        # date, duration or cycle: what its expression gives decides, see engine.bpmn.timers
        expression = next(expression_of(text_of(child)) for child in definition if text_of(child))
        return TimeDateEventDefinition(self.drawn.name, expression)

    def _message(self, definition: Any) -> MessageEventDefinition:
        return MessageEventDefinition(self.process_parser.parser.diagram.messages[definition.get("messageRef")])

    def _error(self, definition: Any) -> ErrorEventDefinition:
        reference = definition.get("errorRef")
        code = self.process_parser.parser.diagram.errors[reference] if reference else None
        return ErrorEventDefinition(self.drawn.name, code=code or None)


def _item_name(item: Any) -> str:
    return "" if item is None else str(item.get("name") or item.get("id") or "")
