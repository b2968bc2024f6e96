"""A process in memory: SpiffWorkflow's workflow objects, corrected.

What the stock classes do, and why these differ:
- they look for ready and waiting tasks by walking the tree, at most 1,000 deep, and lose what is deeper: here ready
  tokens queue, in the order in which they became ready;
- they start timers' clocks themselves and read the wall clock: here a timer waits until the engine says it is due;
- they keep every finished task for ever: here only live tokens are kept, and what holds a group of them together;
- they let a subprocess run to its next wait before an interrupting event takes hold: here events come first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import expressions
from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.step import Decided, Moved
from engine.bpmn.tokens import Token, Tokens
from engine.errors import ProcessFailed
from engine.feel.errors import FeelError
from engine.types import Variables

MAX_RUNS = 10_000
"""Elements passed in one step. More is an endless loop that waits nowhere."""

_ARRIVED = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class InnerProcess(Tokens, BpmnSubWorkflow):  # type: ignore[misc]  # the library is untyped
    """What runs inside a subprocess. Its variables are those of the token that opened it."""

    @property
    def owner(self) -> Token:
        """The token at the subprocess."""
        owner: Token = self.top_workflow.get_task_from_id(self.parent_task_id)
        return owner


class RunningProcess(Tokens, BpmnWorkflow):  # type: ignore[misc]  # the library is untyped
    """A process instance in memory.

    Attributes:
        trace, decisions: what has happened in the present step.
        last_end: the end event reached last in the present step, on the process's own level.
    """

    subprocesses: dict[UUID, InnerProcess]

    def __init__(self, definition: Definition, environment: Environment) -> None:
        self._order = 0
        super().__init__(
            definition.process,
            definition.subprocesses,
            script_engine=expressions.no_python(),
            deserializing=True,  # the stock start would plant tasks of its own class
        )
        self.definition = definition
        self.environment = environment
        self.trace: list[Moved] = []
        self.decisions: list[Decided] = []
        self.last_end: str | None = None
        self._ready: deque[Token] = deque()

    # what nodes ask for

    @property
    def now(self) -> datetime:
        """The engine's time."""
        return self.environment.clock.now()

    def evaluate(self, token: Token, expression: str) -> Any:
        """Return the value of an expression at a token; raise FeelError, with a note that names the element."""
        return self.evaluate_all(token, [expression])[0]

    def evaluate_all(self, token: Token, asked: Sequence[str]) -> list[Any]:
        """Return the values of several expressions at a token; raise FeelError."""
        try:
            return expressions.evaluate_all(self.environment, asked, token.data)
        except FeelError as error:
            error.add_note(f"in element {token.element_id}")
            raise

    def next_order(self) -> int:
        """Return the next number of the instance's count."""
        self._order += 1
        return self._order

    def moved(self, token: Token, state: int) -> None:
        """Take note of a token's new state."""
        if state == TaskState.READY and not token.task_spec.manual:
            self._ready.append(token)
        if not token.task_spec.drawn:
            return
        if state & _ARRIVED:
            if not token.entered and not (state == TaskState.WAITING and token.task_spec.lurks(token)):
                token.entered = True
                self._note("enter", token)
        elif token.entered:
            self._note("cancel" if state == TaskState.CANCELLED else "leave", token)

    def _note(self, event: str, token: Token) -> None:
        element = self.definition.elements[token.element_id]
        self.trace.append(Moved(event, token.token_id, element.id, element.type, element.name))

    def create_subprocess(self, my_task: Token, spec_name: str) -> InnerProcess:
        """Open what is inside a subprocess, for the token at it."""
        inner = InnerProcess(self.subprocess_specs[spec_name], my_task.id, self, deserializing=True)
        self.subprocesses[my_task.id] = inner
        return inner

    # what an execution asks for

    def forget_step(self) -> None:
        """Empty what is noted of one step."""
        self.trace, self.decisions, self.last_end = [], [], None

    def begin(self, variables: Variables) -> None:
        """Start, and run to rest."""
        self.plant(variables)._ready()
        self.run_to_rest(self)

    def processes(self) -> Iterator[RunningProcess | InnerProcess]:
        """Give the process, then what runs inside its subprocesses, outer before inner."""
        yield self
        yield from list(self.subprocesses.values())

    def find(self, token_id: str) -> Token | None:
        """Return the token with an id, or None."""
        try:
            wanted = UUID(hex=token_id)
        except ValueError:
            return None
        for process in self.processes():
            if wanted in process.tasks:
                return process.tasks[wanted]
        return None

    def run_to_rest(self, touched: RunningProcess | InnerProcess) -> None:
        """Run what needs nobody until all tokens wait; then forget what is finished.

        Args:
            touched: where a token has just been moved from outside.

        Raises:
            ProcessFailed: the diagram goes round without ever waiting.
        """
        runs = 0
        self._close_if_empty(touched)
        while token := self._next():
            runs += 1
            if runs > MAX_RUNS:
                raise ProcessFailed("流程在此处循环，且从不等待。", element_id=token.element_id)
            token.run()
            self._close_if_empty(token.workflow)
        for process in self.processes():
            process.prune()

    def _next(self) -> Token | None:
        while True:
            while self._ready:
                token = self._ready.popleft()
                if token._state == TaskState.READY:
                    return token
            if not self._release_joins():
                return None

    def _release_joins(self) -> bool:
        """Let inclusive joins go on that no further token can reach; return whether one did."""
        for process in self.processes():
            for token in process.live():
                if token._state == TaskState.WAITING and token.task_spec.release(token):
                    return True
        return False

    def _close_if_empty(self, process: Any) -> None:
        """Let the token at a subprocess go on when nothing is left inside."""
        if process is not self and process.parent_task_id in self.subprocesses and not process.alive:
            owner = process.owner
            del self.subprocesses[owner.id]
            owner._set_state(TaskState.READY)

    def fire(self, event: Token, variables: Mapping[str, Any]) -> None:
        """Let a waiting event happen at once, before anything else that is ready."""
        event.task_spec.receive(event, variables)
        event._ready()
        event.run()

    def catcher_of(self, token: Token, code: str) -> Token | None:
        """Return the innermost error boundary event that catches a code raised at a token, or None."""
        at: Token | None = token
        while at is not None:
            for event in (*self._catchers(at, code), *self._catchers(at, None)):
                return event
            at = self._around(at)
        return None

    def _catchers(self, token: Token, code: str | None) -> list[Token]:
        if token.parent is None or not token.parent.task_spec.is_group:
            return []
        return [event for event in token.siblings if event.live and event.task_spec.catches_error(code)]

    def _around(self, token: Token) -> Token | None:
        """Return the token of the activity that the token is in: a multi-instance activity or a subprocess."""
        if token.parent is not None and token.parent.task_spec.is_instance(token.task_spec):
            outer: Token = token.parent
            return outer
        return token.workflow.owner if isinstance(token.workflow, InnerProcess) else None
