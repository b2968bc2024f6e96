"""From a drawn process to SpiffWorkflow's specification, with our node classes registered in its parser.

The stock parser follows the flows recursively, from the start on: a chain of 490 tasks overflows the stack, and what
cannot be reached is never looked at. This one reads all nodes first, then connects them.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.bpmn import events, gateways, nodes
from engine.bpmn.diagram import Diagram, Node, Process, expression_of
from engine.bpmn.dialect import bpmn
from engine.bpmn.node_readers import (
    EventReader,
    NodeReader,
    RuleTaskReader,
    ScriptTaskReader,
    ServiceTaskReader,
    SubProcessReader,
    UserTaskReader,
)
from engine.bpmn.nodes import FlowNode, Way

# a space cannot stand in an XML id: these names meet no element's
START = "process [start]"
GROUP = "{} [events]"


class ProcessSpecification(BpmnProcessSpec):  # type: ignore[misc]  # the library is untyped
    """A process as it runs. It ends when no token is left; the stock one adds a join that walks the whole tree."""

    def __init__(self, name: str, filename: str) -> None:
        WorkflowSpec.__init__(self, name=name, filename=filename)
        self.bpmn_start_events: list[Any] = []
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.io_specification = None
        self.start = nodes.Start(self, START)


class ProcessReader(ProcessParser):  # type: ignore[misc]  # the library is untyped
    """Reads a process or what is inside a subprocess."""

    def create_spec(self) -> ProcessSpecification:
        """See ProcessParser."""
        return ProcessSpecification(self.bpmn_id, self.filename)

    def add_tasks(self) -> None:
        """Read all nodes, tie events to activities, connect the flows."""
        drawn: list[Node] = self.parser.drawn.of_scope(self.bpmn_id)
        for node in drawn:
            reader, spec_class = self.parser._get_parser_class(node.element.tag)
            reader(self, spec_class, node.element, self.nsmap, lane=self.lane).parse_node()
        for node in drawn:
            self._attach_events(node)
        for node in drawn:
            self._connect(node)

    def _attach_events(self, node: Node) -> None:
        attached = self.parser.drawn.boundary_events(node.id)
        if attached:
            group = events.Attachment(self.spec, GROUP.format(node.id))
            for member in (*attached, node):  # events first: they wait before the activity begins
                group.connect(self.spec.task_specs[member.id])

    def _connect(self, node: Node) -> None:
        spec: FlowNode = self.spec.task_specs[node.id]
        if node.type == "startEvent":
            self.spec.start.connect(spec)
        ways = []
        for flow in node.outgoing:
            target = self.spec.task_specs.get(GROUP.format(flow.target)) or self.spec.task_specs[flow.target]
            spec.connect(target)
            condition = None if flow.condition is None else expression_of(flow.condition)
            ways.append(Way(target.name, None if flow.is_default else condition, flow.is_default))
        spec.ways = tuple(ways)


class SpecificationReader(BpmnParser):  # type: ignore[misc]  # the library is untyped
    """Reads one process of a diagram that `checks` found nothing against."""

    PROCESS_PARSER_CLASS = ProcessReader
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012  the library's way to register classes
        bpmn("task"): (NodeReader, nodes.PassTask),
        bpmn("userTask"): (UserTaskReader, nodes.PersonTask),
        bpmn("serviceTask"): (ServiceTaskReader, nodes.ParkedTask),
        bpmn("scriptTask"): (ScriptTaskReader, nodes.FeelTask),
        bpmn("businessRuleTask"): (RuleTaskReader, nodes.RuleTask),
        bpmn("subProcess"): (SubProcessReader, nodes.InnerTask),
        bpmn("receiveTask"): (EventReader, events.MessageTask),
        bpmn("exclusiveGateway"): (NodeReader, gateways.ChoiceGateway),
        bpmn("parallelGateway"): (NodeReader, gateways.ForkGateway),
        bpmn("inclusiveGateway"): (NodeReader, gateways.SomeGateway),
        bpmn("eventBasedGateway"): (EventReader, events.FirstEvent),
        bpmn("startEvent"): (EventReader, events.BeginEvent),
        bpmn("endEvent"): (EventReader, events.FinishEvent),
        bpmn("intermediateThrowEvent"): (EventReader, events.PassEvent),
        bpmn("intermediateCatchEvent"): (EventReader, events.CatchEvent),
        bpmn("boundaryEvent"): (EventReader, events.AttachedEvent),
    }

    def __init__(self, diagram: Diagram, process: Process) -> None:
        super().__init__()
        self.diagram = diagram
        self.drawn = process
        self.create_parser(process.element, filename=diagram.file)

    def read(self) -> tuple[ProcessSpecification, dict[str, ProcessSpecification]]:
        """Return the process, and what is inside its subprocesses by their ids."""
        return self.get_spec(self.drawn.id), self.get_subprocess_specs(self.drawn.id)
