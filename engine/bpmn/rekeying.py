"""Reading a running instance by another version of its process: by the ids of elements, and a mapping of those renamed.

Only what waits now counts: what is done is in the history. The state stays as it is, timers keep their due times,
forms their drafts. Whatever would make the instance stall or run wrongly in the new version is an obstacle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn import reach, state
from engine.bpmn.calls import CallTask
from engine.bpmn.definition import Definition
from engine.bpmn.execution import Execution
from engine.bpmn.gateways import Join
from engine.bpmn.running import InnerProcess, RunningProcess
from engine.bpmn.scopes import Scope
from engine.bpmn.specification import GROUP
from engine.bpmn.tokens import Token

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an instance cannot be taken over at an element.

    `code`: missing (a mapping helps), scope, type, events, parallel, join or evaluation.
    """

    element_id: str
    code: str
    message: str


class Rekeying:
    """The way from one version of a definition to another.

    Args:
        old, new: the versions.
        mapping: element id in the old → in the new, for what is called otherwise there.
    """

    def __init__(self, old: Definition, new: Definition, mapping: Mapping[str, str]) -> None:
        self.new = new
        self.old = old
        self._mapping = mapping

    def rename(self, name: str) -> str:
        """Return what a node is called in the new version."""
        head, gap, tail = name.partition(" [")  # a group or an instance is named after its element
        return self._mapping.get(head, head) + gap + tail

    def touches(self, execution: Execution) -> bool:
        """Return whether the hand mapping renames an element at which a token is."""
        own = (token for process in _own(execution) for token in _kept(process))
        return any(self.rename(token.task_spec.name) != token.task_spec.name for token in own)

    def rekey(self, execution: Execution) -> bytes:
        """Return the state of an instance without obstacles, as the new version reads it."""
        own = {token.id.hex for process in _own(execution) for token in _kept(process)}
        return state.rename(execution.dump(), own, self.rename)

    def obstacles(self, execution: Execution) -> list[Obstacle]:
        """Return what stands against taking the instance over; empty when nothing does."""
        found: list[Obstacle] = []
        for process in _own(execution):
            spec = self._scope(process)
            if spec is None:
                continue  # said of the token at the subprocess
            at_tokens = [self._at_token(token, spec) for token in _kept(process)]
            found += [obstacle for obstacle in at_tokens if obstacle is not None]
            if not any(at_tokens):
                found += self._around(process, spec)
        return found

    def _scope(self, process: RunningProcess | InnerProcess) -> Any:
        """Return the new specification of what runs in a process, or None."""
        owner = process.owner
        if owner is None:
            return self.new.process
        around = self._scope(owner.workflow)
        target = None if around is None else around.task_specs.get(self.rename(owner.task_spec.name))
        return self.new.subprocesses.get(target.spec) if isinstance(target, Scope) else None

    def _at_token(self, token: Token, spec: Any) -> Obstacle | None:
        source = token.task_spec
        name = self.rename(source.name)
        target = spec.task_specs.get(name)
        element_id = source.name.partition(" [")[0]
        if target is None:
            return self._absent(element_id, name)
        if not self._same_type(element_id) or _kind(target) != _kind(source):
            return Obstacle(element_id, "type", f"元素“{element_id}”的类型或重复方式已不同")
        if source.is_group and self._events(source) != {each.name for each in target.outputs}:
            return Obstacle(element_id, "events", f"元素“{element_id}”所带的事件已有增减")
        if not _grouped(token) and GROUP.format(name) in spec.task_specs:
            return Obstacle(element_id, "events", f"元素“{element_id}”增加了边界事件")
        return None

    def _events(self, source: Any) -> set[str]:
        return {self.rename(each.name) for each in source.outputs}

    def _absent(self, element_id: str, name: str) -> Obstacle:
        new_id = name.partition(" [")[0]
        if new_id not in self.new.elements:
            return Obstacle(element_id, MISSING, f"新版本没有元素“{new_id}”，请给出对应关系")
        if name != new_id:
            return Obstacle(element_id, "events", f"元素“{element_id}”所带的事件、数据或重复方式已有增减")
        return Obstacle(element_id, "scope", f"元素“{element_id}”在新版本中属于另一层")

    def _same_type(self, element_id: str) -> bool:
        before = self.old.elements.get(element_id)
        after = self.new.elements.get(self.rename(element_id))
        return before is None or after is None or before.type == after.type

    def _around(self, process: RunningProcess | InnerProcess, spec: Any) -> Iterator[Obstacle]:
        """Give what is wrong with the surroundings of the tokens of a scope that are well themselves."""
        place = self.old.key if process.owner is None else process.owner.element_id
        handlers = {self.rename(each.name) for each in process.spec.task_specs.values() if each.handles_event}
        if handlers != {each.name for each in spec.task_specs.values() if each.handles_event}:
            yield Obstacle(place, "events", f"“{place}”中的事件子流程已有增减")
        for token in process.live():
            before = {self.rename(name) for name in reach.enclosing(process.spec, token.task_spec.name)}
            if before != reach.enclosing(spec, self.rename(token.task_spec.name)):
                element_id = token.element_id
                yield Obstacle(element_id, "parallel", f"元素“{element_id}”所在的并行分支已不同")
        yield from self._joins(process, spec)

    def _joins(self, process: RunningProcess | InnerProcess, spec: Any) -> Iterator[Obstacle]:
        before, after = reach.Marking(process.spec), reach.Marking(spec)
        for token in process.live():
            arrived = token.internal_data.get("from") if isinstance(token.task_spec, Join) else None
            before.put(token.task_spec.name, arrived)
            after.put(self.rename(token.task_spec.name), arrived and self.rename(arrived))
        known = {self.rename(name) for name in before.stalled()}
        for name in sorted(after.stalled() - known):
            yield Obstacle(name, "join", f"并行汇合“{name}”将等待不会到来的分支")


def _own(execution: Execution) -> Iterator[RunningProcess | InnerProcess]:
    """Give the process and what runs in its subprocesses, without what it has called: that stays on its version."""
    for process in execution._process.processes():
        owner = process.owner
        while owner is not None and not isinstance(owner.task_spec, CallTask):
            owner = owner.workflow.owner
        if owner is None:
            yield process


def _kept(process: RunningProcess | InnerProcess) -> list[Token]:
    """Return the tokens of a process that are stored: live ones, and what holds groups of them together."""
    return [token for token in process.tasks.values() if token is not process.task_tree]


def _kind(spec: Any) -> tuple[object, ...]:
    several = len(getattr(spec, "parts", ())), getattr(spec, "together", False)
    return type(spec), spec.trigger.kind, getattr(spec, "sequential", False), several


def _grouped(token: Token) -> bool:
    return bool(token.task_spec.is_group or (token.parent is not None and token.parent.task_spec.is_group))
