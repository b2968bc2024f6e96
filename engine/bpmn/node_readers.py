"""Reading one drawn node into SpiffWorkflow's specification of it."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.bpmn import data, loop_events, loops, multiple, own_data, triggers
from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.dialect import bpmn, spiff
from engine.bpmn.markup import expression_of, local_name, text_of

NO_DATA = own_data.Flow()


class NodeReader(TaskParser):  # type: ignore[misc]  # the library is untyped
    """Reads one node; its flows are connected when all nodes are there.

    `owns_data`: its data are variables of its own; those of an event or a message are what is carried.
    """

    owns_data = True

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
        process = self.process_parser.parser.drawn
        once, each = own_data.flows_of(process, self.drawn) if self.owns_data else (NO_DATA, NO_DATA)
        task = loops.once(self.spec, task, own_data.EACH, each)
        loop = self.drawn.loop
        if loop is not None:
            task = loops.for_each(self.spec, task, loop, lambda text: data.variable(process, text))
            task.behaviors = loop_events.read(self.process_parser.parser.diagram, self.drawn)
        elif self.drawn.standard_loop is not None:
            task = loops.again(self.spec, task, self.drawn.standard_loop)
        task = loops.once(self.spec, task, own_data.BODY, once)
        task.drawn = True
        return task


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
    """Reads an embedded subprocess; what is inside is read by a reader of its own."""

    def create_task(self) -> Any:
        """See TaskParser."""
        parser = self.process_parser.parser
        parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        parser.process_parsers[self.bpmn_id].parent = self.process_parser
        task = super().create_task()
        task.spec = self.bpmn_id
        task.objects = data.objects_of(self.process_parser.parser.drawn, self.bpmn_id)
        if self.drawn.type == "adHocSubProcess":
            task.until = expression_of(text_of(self.node.find(bpmn("completionCondition"))))
            task.cancels = self.node.get("cancelRemainingInstances", "true") == "true"
            task.sequential = self.drawn.sequential
        return task


class EventSubprocessReader(SubProcessReader):
    """Reads an event subprocess: what it waits for stands at the start event inside."""

    def create_task(self) -> Any:
        """See TaskParser."""
        task = super().create_task()
        process = self.process_parser.parser.drawn
        task.trigger = triggers.read(self.process_parser.parser.diagram, process, self.drawn)
        begin = process.start_events(self.bpmn_id)[0]
        task.interrupts = begin.interrupts
        _carry(task, process, begin)
        _part(task, self.process_parser.parser.diagram, process, begin)
        return task


class CallReader(NodeReader):
    """Reads a call activity: `calledElement` is a key, or FEEL after a `=`."""

    def create_task(self) -> Any:
        """See TaskParser."""
        task = super().create_task()
        called = self.drawn.element.get("calledElement", "").strip()
        task.called = expression_of(called) if called.startswith("=") else f'"{called}"'
        mapping = self.drawn.extension("ioMapping")
        if mapping is not None:
            task.given, task.taken = ({}, {})
            for child in mapping:
                side = task.given if local_name(child) == "input" else task.taken
                side[child.get("target", "")] = expression_of(child.get("source", ""))
        elif self.drawn.element.find(bpmn("ioSpecification")) is not None:
            task.given, task.taken = self._same("dataInput"), self._same("dataOutput")
        return task

    def _same(self, kind: str) -> dict[str, str]:
        """What the call activity has of its own goes to, and comes from, variables of the same names."""
        items = self.process_parser.parser.drawn.data.values()
        names = [item.name for item in items if item.holder == self.bpmn_id and item.kind == kind]
        return dict(zip(names, names, strict=True))


class ComplexGatewayReader(NodeReader):
    """Reads a complex gateway."""

    def create_task(self) -> Any:
        """See TaskParser."""
        task = super().create_task()
        task.activation = expression_of(text_of(self.node.find(bpmn("activationCondition"))))
        task.flows = {flow.id: flow.source for flow in self.drawn.incoming}
        return task


class EventReader(NodeReader):
    """Reads an event, a send or receive task, or an event-based gateway."""

    owns_data = False

    def create_task(self) -> Any:
        """See TaskParser."""
        attributes = self.bpmn_attributes
        if self.drawn.type == "boundaryEvent":
            attributes["cancel_activity"] = self.drawn.interrupts
        # the library has a class for each kind of event; ours are told apart by the trigger
        task = self.spec_class(self.spec, self.bpmn_id, event_definition=NoneEventDefinition(), **attributes)
        parser = self.process_parser.parser
        task.trigger = triggers.read(parser.diagram, parser.drawn, self.drawn)
        task.triggers = tuple(triggers.read_all(parser.diagram, parser.drawn, self.drawn))
        _carry(task, parser.drawn, self.drawn)
        _part(task, parser.diagram, parser.drawn, self.drawn)
        entries = parser.drawn.entries()
        if self.drawn in entries:
            task.entry = True
            task.is_only = len(entries) + len(parser.drawn.start_events(parser.drawn.id)) == 1
        if self.drawn.type == "startEvent":
            scope = parser.drawn.nodes.get(self.drawn.scope)
            if scope is not None:
                task.trigger = triggers.NONE  # the event subprocess around it waits in its place
            task.is_only = len(parser.drawn.start_events(self.drawn.scope)) == 1
        return task


def _carry(task: Any, process: Process, event: Node) -> None:
    """Give an event what is copied into what it throws, or out of what it catches."""
    once, _ = own_data.flows_of(process, event)
    task.given, task.taken, task.carried = once.given, once.taken, once.declared


def _part(task: Any, diagram: Diagram, process: Process, event: Node) -> None:
    """Give an event that waits for several things a node for each of them."""
    if not isinstance(task, multiple.Several):
        return
    task.trigger = triggers.NONE
    task.together = event.element.get("parallelMultiple") == "true"
    parts = []
    for number, trigger in enumerate(triggers.read_all(diagram, process, event), 1):
        part = multiple.part_of(task._wf_spec, task, number)
        part.trigger = trigger
        _carry(part, process, event)
        parts.append(part.name)
    task.parts = tuple(parts)
