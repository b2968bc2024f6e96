"""From a drawn process to SpiffWorkflow's specification, with our node classes registered in its parser.

The stock parser follows the flows recursively, from the start on: a chain of 490 tasks overflows the stack, and what
cannot be reached is never looked at. This one reads all nodes first, then connects them.
"""

from __future__ import annotations

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.bpmn import (
    ad_hoc,
    calls,
    compensation,
    complex_gateway,
    events,
    gateways,
    multiple,
    nodes,
    quantities,
    scopes,
    throwing,
    undone_scopes,
)
from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.dialect import SCOPES, bpmn
from engine.bpmn.markup import expression_of
from engine.bpmn.multi_instance import Repeat
from engine.bpmn.node_readers import (
    CallReader,
    ComplexGatewayReader,
    EventReader,
    EventSubprocessReader,
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
QUANTITY = "{} [quantity]"
UNDO = "{} [compensation]"
UNDO_INSIDE = "{} [undo]"


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
        around = self.parser.drawn.nodes.get(self.bpmn_id)
        self.spec.start.one_by_one = around is not None and around.sequential
        for node in drawn:
            reader, spec_class = self.parser.classes_of(node)
            if reader is not None:
                reader(self, spec_class, node.element, self.nsmap, lane=self.lane).parse_node()
        drawn = [node for node in drawn if node.id in self.spec.task_specs]
        for node in drawn:
            self._attach_events(node)
            self._remember_compensation(node)
            self._remember_scope(node)
            self._gather(node)
        if around is not None and _undoable(around):
            compensation.UndoAll(self.spec, compensation.UNDO_ALL)
        for node in drawn:
            self._connect(node)

    def _attach_events(self, node: Node) -> None:
        attached = [event for event in self.parser.drawn.boundary_events(node.id) if event.id in self.spec.task_specs]
        if attached:
            group = events.Attachment(self.spec, GROUP.format(node.id))
            for member in (*attached, node):  # events first: they wait before the activity begins
                group.connect(self.spec.task_specs[member.id])

    def _remember_compensation(self, node: Node) -> None:
        for event in self.parser.drawn.boundary_events(node.id):
            if "compensate" in event.events:
                undoing = self.parser.drawn.compensation_of(event)
                record = compensation.Record(self.spec, UNDO.format(node.id), node.id, undoing.id)
                self.spec.task_specs[node.id].compensation = record

    def _remember_scope(self, node: Node) -> None:
        """A subprocess without a handler of its own is undone by what is inside of it."""
        handled = any("compensate" in event.events for event in self.parser.drawn.boundary_events(node.id))
        if handled or node.compensates or not _undoable(node):
            return
        name, undoing = UNDO.format(node.id), UNDO_INSIDE.format(node.id)
        undone_scopes.ScopeRecord(self.spec, name, node.id, undoing)
        inside = undone_scopes.UndoInside(self.spec, undoing)
        inside.spec, inside.record = node.id, name
        body = self.spec.task_specs[node.id]
        while isinstance(body, Repeat):
            body = self.spec.task_specs[body.task_spec]
        body.memory = name

    def _connect(self, node: Node) -> None:
        spec: FlowNode = self.spec.task_specs[node.id]
        if self._begins(node):
            self.spec.start.connect(self.spec.task_specs.get(GROUP.format(node.id)) or spec)
        spec.quantity = int(node.element.get("completionQuantity", "1"))
        if node.start_quantity > 1:
            self.spec.task_specs[QUANTITY.format(node.id)].connect(self._entrance(node.id, GROUP))
        ways = []
        for flow in node.outgoing:
            target = self._entrance(flow.target, QUANTITY, GROUP)
            spec.connect(target)
            condition = None if flow.condition is None else expression_of(flow.condition)
            ways.append(Way(target.name, None if flow.is_default else condition, flow.is_default, flow.id))
        spec.ways = tuple(ways)

    def _gather(self, node: Node) -> None:
        if node.start_quantity > 1:
            before = quantities.Gather(self.spec, QUANTITY.format(node.id))
            before.bpmn_id, before.needed = node.id, node.start_quantity

    def _entrance(self, node_id: str, *names: str) -> Any:
        """Return what a flow to a node leads to: the first that is there of what stands before it, else the node."""
        specs = self.spec.task_specs
        return next((specs[name.format(node_id)] for name in names if name.format(node_id) in specs), specs[node_id])

    def _begins(self, node: Node) -> bool:
        if node.type == "startEvent" or node.handles_event or node in self.parser.drawn.entries():
            return True
        in_ad_hoc = self.node.tag == bpmn("adHocSubProcess")
        return in_ad_hoc and not node.incoming and node.attached_to is None and not node.compensates


class SpecificationReader(BpmnParser):  # type: ignore[misc]  # the library is untyped
    """Reads one process of a diagram that `checks` found nothing against."""

    PROCESS_PARSER_CLASS = ProcessReader
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012  the library's way to register classes
        bpmn("task"): (NodeReader, nodes.PassTask),
        bpmn("userTask"): (UserTaskReader, nodes.PersonTask),
        bpmn("serviceTask"): (ServiceTaskReader, nodes.ParkedTask),
        bpmn("scriptTask"): (ScriptTaskReader, nodes.FeelTask),
        bpmn("businessRuleTask"): (RuleTaskReader, nodes.RuleTask),
        bpmn("manualTask"): (NodeReader, nodes.PassTask),
        bpmn("subProcess"): (SubProcessReader, scopes.InnerTask),
        bpmn("transaction"): (SubProcessReader, scopes.InnerTask),
        bpmn("adHocSubProcess"): (SubProcessReader, ad_hoc.AdHocTask),
        bpmn("callActivity"): (CallReader, calls.CallTask),
        bpmn("receiveTask"): (EventReader, events.MessageTask),
        bpmn("sendTask"): (EventReader, throwing.SendingTask),
        bpmn("exclusiveGateway"): (NodeReader, gateways.ChoiceGateway),
        bpmn("parallelGateway"): (NodeReader, gateways.ForkGateway),
        bpmn("inclusiveGateway"): (NodeReader, gateways.SomeGateway),
        bpmn("complexGateway"): (ComplexGatewayReader, complex_gateway.ComplexGateway),
        bpmn("eventBasedGateway"): (EventReader, events.FirstEvent),
        bpmn("startEvent"): (EventReader, events.BeginEvent),
        bpmn("endEvent"): (EventReader, throwing.FinishEvent),
        bpmn("intermediateThrowEvent"): (EventReader, throwing.ThrowEvent),
        bpmn("intermediateCatchEvent"): (EventReader, events.CatchEvent),
        bpmn("boundaryEvent"): (EventReader, events.AttachedEvent),
    }

    SPECIAL_CLASSES: ClassVar[dict[tuple[str, str], tuple[Any, Any]]] = {
        ("intermediateCatchEvent", "link"): (NodeReader, nodes.PassTask),
        ("intermediateThrowEvent", "compensate"): (EventReader, compensation.UndoEvent),
        ("endEvent", "compensate"): (EventReader, compensation.UndoEnd),
        ("endEvent", "cancel"): (EventReader, compensation.CancelEnd),
        ("boundaryEvent", "compensate"): (None, None),
    }

    SEVERAL: ClassVar[dict[str, Any]] = {
        "intermediateCatchEvent": multiple.SeveralCatch,
        "boundaryEvent": multiple.SeveralAttached,
    }

    def __init__(self, diagram: Diagram, process: Process) -> None:
        super().__init__()
        self.diagram = diagram
        self.drawn = process
        self.create_parser(process.element, filename=diagram.file)

    def read(self) -> tuple[ProcessSpecification, dict[str, ProcessSpecification]]:
        """Return the process, and what is inside its subprocesses by their ids."""
        process = self.get_spec(self.drawn.id)
        inner: dict[str, ProcessSpecification] = {}
        while more := [name for name in self.process_parsers if name not in inner and name != self.drawn.id]:
            inner |= {name: self.get_spec(name) for name in more}  # reading one finds those inside of it
        return process, inner

    def classes_of(self, node: Node) -> tuple[Any, Any]:
        """Return reader and specification class of a drawn node; None for one that never holds a token."""
        if node.handles_event:
            if node.undoes_scope(self.drawn):
                return EventSubprocessReader, compensation.CompensationSubprocess
            several = len(self.drawn.start_events(node.id)[0].definitions) > 1
            return EventSubprocessReader, multiple.SeveralSubprocess if several else scopes.EventSubprocess
        if len(node.definitions) > 1 and node.type in self.SEVERAL:
            return EventReader, self.SEVERAL[node.type]
        kind = next(iter(node.events), "")
        return self.SPECIAL_CLASSES.get((node.type, kind)) or self.OVERRIDE_PARSER_CLASSES[bpmn(node.type)]


def _undoable(node: Node) -> bool:
    """Return whether something inside a subprocess can be undone."""
    holds = node.type in SCOPES and not node.handles_event
    return holds and next(node.element.iter(bpmn("compensateEventDefinition")), None) is not None
