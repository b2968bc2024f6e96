"""Activities with data of their own: inputs that are filled when they begin, outputs that are handed on at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import data
from engine.bpmn.copying import Copy, Layer, perform
from engine.bpmn.data import Association
from engine.bpmn.multi_instance import Repeat
from engine.bpmn.tokens import Token

if TYPE_CHECKING:
    from engine.bpmn.diagram import Node, Process

BODY = "{} [data]"
EACH = "{} [item]"


@dataclass(frozen=True, slots=True)
class Flow:
    """What an activity is given, what is taken from it, and the names of what it has of its own."""

    given: tuple[Copy, ...] = ()
    taken: tuple[Copy, ...] = ()
    declared: tuple[str, ...] = ()


class OwnData(Repeat):
    """An activity with data of its own: runs its body once, on top of the variables around it.

    What the body writes to a name that is declared is its own, and gone afterwards; all else it writes as usual.
    """

    flow = Flow()

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.STARTED)
        own: dict[str, Any] = dict.fromkeys(self.flow.declared)
        perform(my_task, self.flow.given, my_task.data, own)
        body = self._wf_spec.task_specs[self.task_spec]
        child = my_task._add_child(body)
        child.data = self.layer(own, my_task.data)
        body._update(child)
        return False

    def layer(self, own: dict[str, Any], around: Any) -> Any:
        """See FlowNode."""
        return Layer(own, around)

    def instance_left(self, my_task: Token, instance: Token) -> None:
        """Hand the outputs on."""
        perform(my_task, self.flow.taken, instance.data, my_task.data)
        my_task._set_state(TaskState.READY)


def flows_of(process: Process, node: Node) -> tuple[Flow, Flow]:
    """Return what is copied once for an activity, and what once for each of its instances.

    In a multi-instance activity, what comes from the item or goes to the result of one instance is the instance's.
    """
    associations = data.copying(process, node)
    each = [association for association in associations if _is_of_instance(process, node, association)]
    once = [association for association in associations if association not in each]
    of_item = _flow(process, node, each, ())
    own = (
        item for item in process.data.values() if item.holder == node.id and item.kind in ("dataInput", "dataOutput")
    )
    return _flow(process, node, once, (item.name for item in own if item.name not in of_item.declared)), of_item


def _is_of_instance(process: Process, node: Node, association: Association) -> bool:
    ends = association.sources if association.is_input else (association.target,)
    kind = "inputDataItem" if association.is_input else "outputDataItem"
    return node.loop is not None and any(process.data[end].kind == kind for end in ends if end in process.data)


def _flow(process: Process, node: Node, associations: Iterable[Association], declared: Iterable[str]) -> Flow:
    given: list[Copy] = []
    taken: list[Copy] = []
    own: dict[str, None] = dict.fromkeys(declared)
    for association in associations:
        (given if association.is_input else taken).extend(data.copies_of(process, association))
        ends = (association.target,) if association.is_input else association.sources
        own |= {process.data[end].name: None for end in ends if process.data[end].holder == node.id}
    return Flow(tuple(given), tuple(taken), tuple(own))
