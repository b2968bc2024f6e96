"""Reading what makes an activity repeat: for each item of a list, a number of times, or while a condition holds."""

from __future__ import annotations

from typing import Any, TypeVar

from engine.bpmn.dialect import bpmn
from engine.bpmn.markup import expression_of, text_of
from engine.bpmn.multi_instance import ForEach, Repeat, While

Repeated = TypeVar("Repeated", bound=Repeat)
BODY = "{} [instance]"
"""Name of what a multi-instance activity repeats: a space cannot stand in an XML id, so it meets no element's."""


def for_each(specification: Any, body: Any, loop: Any) -> ForEach:
    """Return the multi-instance activity that takes the place of the activity it repeats."""
    every = ForEach(specification, *_displace(specification, body))
    every.sequential = loop.get("isSequential") == "true"
    every.items = _feel(loop, "loopDataInputRef")
    every.cardinality = _feel(loop, "loopCardinality")
    every.until = _feel(loop, "completionCondition")
    every.output = text_of(loop.find(bpmn("loopDataOutputRef")))
    every.item = _item_name(loop.find(bpmn("inputDataItem")))
    every.result = _item_name(loop.find(bpmn("outputDataItem"))) if every.output else ""
    return _connected(body, every)


def again(specification: Any, body: Any, loop: Any) -> While:
    """Return the standard loop that takes the place of the activity it repeats."""
    every = While(specification, *_displace(specification, body))
    every.condition = _feel(loop, "loopCondition")
    every.maximum = int(loop.get("loopMaximum") or 0)
    every.asks_first = loop.get("testBefore") == "true"
    return _connected(body, every)


def _displace(specification: Any, body: Any) -> tuple[str, str]:
    """Rename the activity, and return its old and its new name."""
    element_id = body.name
    del specification.task_specs[element_id]
    body.name = BODY.format(element_id)
    specification.task_specs[body.name] = body
    return element_id, body.name


def _connected(body: Any, every: Repeated) -> Repeated:
    body._inputs = [every.name]
    return every


def _feel(loop: Any, name: str) -> str:
    return expression_of(text_of(loop.find(bpmn(name))))


def _item_name(item: Any) -> str:
    return "" if item is None else str(item.get("name") or item.get("id") or "")
