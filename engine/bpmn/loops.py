"""Reading what makes an activity repeat: for each item of a list, a number of times, or while a condition holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from engine.bpmn.dialect import bpmn
from engine.bpmn.markup import expression_of, text_of
from engine.bpmn.multi_instance import ForEach, Repeat, While
from engine.bpmn.own_data import Flow, OwnData

Repeated = TypeVar("Repeated", bound=Repeat)
BODY = "{} [instance]"
"""Name of what a multi-instance activity repeats: a space cannot stand in an XML id, so it meets no element's."""


def for_each(specification: Any, body: Any, loop: Any, named: Callable[[str], str]) -> ForEach:
    """Return the multi-instance activity that takes the place of the activity it repeats.

    `named` gives the variable that a reference to an item of data means, and leaves FEEL as it is.
    """
    every = ForEach(specification, *_displace(specification, body, BODY))
    every.sequential = loop.get("isSequential") == "true"
    every.items = named(_feel(loop, "loopDataInputRef"))
    every.cardinality = _feel(loop, "loopCardinality")
    every.until = _feel(loop, "completionCondition")
    every.output = named(text_of(loop.find(bpmn("loopDataOutputRef"))))
    every.item = _item_name(loop.find(bpmn("inputDataItem")))
    every.result = _item_name(loop.find(bpmn("outputDataItem"))) if every.output else ""
    return _connected(body, every)


def again(specification: Any, body: Any, loop: Any) -> While:
    """Return the standard loop that takes the place of the activity it repeats."""
    every = While(specification, *_displace(specification, body, BODY))
    every.condition = _feel(loop, "loopCondition")
    every.maximum = int(loop.get("loopMaximum") or 0)
    every.asks_first = loop.get("testBefore") == "true"
    return _connected(body, every)


def once(specification: Any, body: Any, name: str, flow: Flow) -> Any:
    """Return what gives an activity data of its own and takes its place; the activity itself when it has none."""
    if flow == Flow():
        return body
    around = OwnData(specification, *_displace(specification, body, name))
    around.flow = flow
    return _connected(body, around)


def _displace(specification: Any, body: Any, name: str) -> tuple[str, str]:
    """Rename the activity, and return its old and its new name."""
    element_id = body.name
    del specification.task_specs[element_id]
    body.name = name.format(element_id)
    specification.task_specs[body.name] = body
    if isinstance(body, Repeat):
        specification.task_specs[body.task_spec]._inputs = [body.name]
    return element_id, body.name


def _connected(body: Any, every: Repeated) -> Repeated:
    body._inputs = [every.name]
    return every


def _feel(loop: Any, name: str) -> str:
    return expression_of(text_of(loop.find(bpmn(name))))


def _item_name(item: Any) -> str:
    return "" if item is None else str(item.get("name") or item.get("id") or "")
