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
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import expressions
from engine.bpmn.conditions import Conditions
from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.happenings import Happenings
from engine.bpmn.step import Chosen, Decided, Moved
from engine.bpmn.tokens import Token, Tokens
from engine.errors import ProcessFailed
from engine.feel.errors import FeelError
from engine.types import Variables

if TYPE_CHECKING:
    from engine.bpmn.nodes import Way
    from engine.limits import Counted

MAX_RUNS = 10_000
"""Elements passed in one step. More is an endless loop that waits nowhere."""

_ARRIVED = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class InnerProcess(Tokens, BpmnSubWorkflow):  # type: ignore[misc]  # the library is untyped
    """What runs inside a subprocess. Its variables are those of the token that opened it."""

    definition: Definition
    rank: int

    @property
    def owner(self) -> Token:
        """The token at the subprocess."""
        owner: Token = self.top_workflow.get_task_from_id(self.parent_task_id)
        return owner


class RunningProcess(Happenings, Tokens, BpmnWorkflow):  # type: ignore[misc]  # the library is untyped
    """A process instance in memory.

    Attributes:
        trace, decisions, choices: what has happened in the present step.
        last_end: the end event reached last in the present step, on the process's own level.
    """

    owner = None

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
        self.choices: list[Chosen] = []
        self.thrown = []
        self.last_end: str | None = None
        self.failed = None
        self._conditions = Conditions()
        self._ready: deque[Token] = deque()

    # what nodes ask for

    @property
    def now(self) -> datetime:
        """The engine's time."""
        return self.environment.clock.now()

    def evaluate(self, token: Token, expression: str) -> Any:
        """Return the value of an expression at a token; raise FeelError, with a note that names the element."""
        return self.evaluate_over(token, [expression], token.data)[0]

    def evaluate_all(self, token: Token, asked: Sequence[str]) -> list[Any]:
        """Return the values of several expressions at a token; raise FeelError."""
        return self.evaluate_over(token, asked, token.data)

    def evaluate_over(self, token: Token, asked: Sequence[str], variables: Mapping[str, Any]) -> list[Any]:
        """Return the values of expressions over other variables than the token's; raise FeelError."""
        try:
            return expressions.evaluate_all(self.environment, asked, variables)
        except FeelError as error:
            error.add_note(f"in element {token.element_id}")
            raise

    def evaluate_counted(self, token: Token, asked: str) -> tuple[Any, Counted | None]:
        """Return the value of an expression at a token, and how it was counted; raise FeelError."""
        try:
            return expressions.evaluate_counted(self.environment, asked, token.data)
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
        elif state == TaskState.WAITING:
            self.watch(token)
        if not token.task_spec.drawn:
            return
        if state & _ARRIVED:
            if not token.entered and not (state == TaskState.WAITING and token.task_spec.lurks(token)):
                token.entered = True
                self.note("enter", token)
        elif token.entered:
            self.note("cancel" if state == TaskState.CANCELLED else "leave", token)

    def note(self, event: str, token: Token, detail: str = "") -> None:
        """Add a line to the trace."""
        element = token.element
        self.trace.append(
            Moved(event, token.token_id, element.id, element.type, element.name, element.properties, detail)
        )

    def chosen(self, token: Token, ways: Sequence[Way], targets: Sequence[str]) -> None:
        """Take note of the ways that a node has decided to go; what a called process decides is its own affair."""
        if token.workflow.definition is not self.definition:
            return
        element, feel = token.element, self.environment.feel
        flows = tuple(way.flow for way in ways if way.target in targets)
        over: Variables = {}
        for asked in (feel.parse(way.condition) for way in ways if way.condition):
            over |= {name: token.data.get(name) for name in asked.free}
            over |= {name: token.data[name] for name in asked.mentioned if name in token.data}
        self.choices.append(Chosen(token.token_id, element.id, element.name, flows, over))

    def watch(self, token: Token) -> None:
        """Take note of a token that waits, if it waits for a condition."""
        if token.task_spec.trigger.kind == "conditional":
            self._conditions.watch(token)

    def open_inside(self, my_task: Token) -> InnerProcess:
        """Plant what is inside the element that a token is at; its root has yet to run."""
        definition, specification, variables = my_task.task_spec.inside(my_task)
        inner = InnerProcess(specification, my_task.id, self, deserializing=True)
        inner.definition, inner.rank = definition, my_task.order
        self.subprocesses[my_task.id] = inner
        inner.plant(variables)
        return inner

    # what an execution asks for

    def forget_step(self) -> None:
        """Empty what is noted of one step."""
        self.trace, self.decisions, self.choices, self.thrown = [], [], [], []
        self.last_end, self.failed = None, None

    def begin(self, variables: Variables, at: str = "") -> None:
        """Start at a start event, or at the one for whoever starts it by hand; and run to rest."""
        root = self.plant(variables)
        root.internal_data["at"] = at
        root._ready()
        self.run_to_rest()

    def processes(self) -> Iterator[RunningProcess | InnerProcess]:
        """Give the process, then what runs inside its subprocesses, outer before inner, in an order that lasts."""
        yield self
        yield from sorted(self.subprocesses.values(), key=lambda inner: inner.rank)

    def run_to_rest(self, touched: Token | None = None) -> None:
        """Run what needs nobody until all tokens wait; then forget what is finished.

        Args:
            touched: the token that has just been moved from outside, if one was.

        Raises:
            ProcessFailed: the diagram goes round without ever waiting.
        """
        runs = 0
        if touched is not None:
            self.close_if_over(touched)
        self._conditions.settle(self)
        while token := self._next():
            runs += 1
            if runs > MAX_RUNS:
                raise ProcessFailed("流程在此处循环，且从不等待。", element_id=token.element_id)
            token.run()
            self.close_if_over(token)
            self._conditions.settle(self)
        if not self.alive:
            self.cancel_all()  # event subprocesses wait no longer
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

    def close_if_over(self, last: Token) -> None:
        """Let the token at the subprocess of a token go on when nothing is left inside that keeps it."""
        process = last.workflow
        if process is self or process.parent_task_id not in self.subprocesses:
            return
        owner = process.owner
        if owner.task_spec.goes_on(owner, process, last):
            return
        if not owner.task_spec.remember(owner, process):
            process.cancel_all()
            del self.subprocesses[owner.id]
        owner._set_state(TaskState.READY)
