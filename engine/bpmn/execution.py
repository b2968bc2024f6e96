"""One process instance in memory: loaded, taken one step further, stored again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import opening, state
from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.events import AttachedEvent, Catching
from engine.bpmn.multiple import Part
from engine.bpmn.nodes import ParkedTask, PersonTask
from engine.bpmn.propagation import catcher_of
from engine.bpmn.running import RunningProcess
from engine.bpmn.step import AwaitedMessage, Ended, Step
from engine.bpmn.tokens import Token
from engine.bpmn.whereabouts import Place, places
from engine.errors import TimerNotDue, TokenNotWaiting
from engine.types import TokenId, Variables


class Execution:
    """A process instance. Each step runs to rest: until every token waits for a person, a job, a time or a message.

    After an exception the execution is to be thrown away; what was stored is as it was.
    """

    def __init__(self, process: RunningProcess) -> None:
        self._process = process
        self._waiting = self._find_waiting()

    @classmethod
    def start(
        cls, definition: Definition, variables: Mapping[str, Any], environment: Environment, at: str = ""
    ) -> tuple[Self, Step]:
        """Start an instance and run it to rest.

        `at` is the start event; "" is the one without a trigger, or the only one.

        Raises:
            ProcessFailed: the diagram cannot go on.
            FeelError: an expression cannot be evaluated.
        """
        process = RunningProcess(definition, environment)
        execution = cls(process)
        return execution, execution._step(lambda: process.begin(dict(variables), at))

    @classmethod
    def load(cls, definition: Definition, stored: bytes, environment: Environment) -> Self:
        """Return the instance that `dump` stored; raise StateFormatUnknown."""
        return cls(state.decode(definition, stored, environment))

    def dump(self) -> bytes:
        """Return the instance as bytes."""
        return state.encode(self._process)

    @property
    def definition(self) -> Definition:
        """The definition it runs on."""
        return self._process.definition

    @property
    def ended(self) -> bool:
        """Whether no token is left."""
        return not self._process.alive

    @property
    def variables(self) -> Variables:
        """The variables of the process."""
        return dict(self._process.task_tree.data)

    # steps

    def complete_user_task(self, token: TokenId, values: Mapping[str, Any]) -> Step:
        """Take what a person entered, and go on; raise TokenNotWaiting."""
        return self._complete(self._find(token, PersonTask), values)

    def complete_service_task(self, token: TokenId, outputs: Mapping[str, Any]) -> Step:
        """Take a handler's result, and go on; raise TokenNotWaiting."""
        return self._complete(self._find(token, ParkedTask), outputs)

    def raise_error(self, token: TokenId, code: str, message: str, variables: Mapping[str, Any]) -> Step | None:
        """Let the innermost boundary event that catches the code happen; None when there is none.

        The variables become variables of the process, or go under the event's `messageVariable` with the code and
        the message. Raises TokenNotWaiting.
        """
        at = self._find(token, ParkedTask)
        if catcher_of(at, "error", code) is None:
            return None

        def act() -> None:
            self._process.catch_error(at, code, message, variables)
            self._process.run_to_rest(at)

        return self._step(act)

    def fire_timer(self, token: TokenId) -> Step:
        """Let a timer happen; raise TokenNotWaiting, or TimerNotDue."""
        event = self._find(token, Catching)
        due_at = event.internal_data.get("due")
        if due_at is None:
            raise TokenNotWaiting(token=token)
        if due_at > self._process.now:
            raise TimerNotDue(due_at=due_at)
        return self._fire(event, {})

    def send_message(self, name: str, variables: Mapping[str, Any], token: TokenId | None = None) -> Step | None:
        """Deliver a message to the catcher at `token`, or the one that has waited longest; None when none waits."""
        for event in self._catchers("message"):
            if event.task_spec.trigger.name == name and token in (None, event.token_id):
                return self._fire(event, variables)
        return None

    def send_signal(self, name: str, variables: Mapping[str, Any]) -> Step | None:
        """Deliver a signal to all catchers in the instance; None when nobody waits for it."""
        if not any(event.task_spec.trigger.name == name for event in self._catchers("signal")):
            return None

        def act() -> None:
            self._process.broadcast(name, variables)
            self._process.run_to_rest()

        return self._step(act)

    def cancel(self) -> Step:
        """Take all tokens away."""
        return self._step(self._process.cancel_all)

    # looking

    def awaited_messages(self) -> list[AwaitedMessage]:
        """Return the messages that the instance waits for, those that have waited longest first."""
        found = []
        for event in self._catchers("message"):
            found.append(
                AwaitedMessage(event.task_spec.trigger.name, event.element_id, _activity_of(event), event.element)
            )
        return found

    def tokens(self) -> list[tuple[str, str]]:
        """Return where the tokens are, for the live diagram: (element id, waiting | ready | started)."""
        found = []
        for process in self._process.processes():
            for token in process.live():
                beside = isinstance(token.task_spec, Catching) and token.task_spec.lurks(token)
                if token.task_spec.drawn and not beside:
                    found.append((token.element_id, TaskState.get_name(token._state).lower()))
        return found

    def places(self) -> list[Place]:
        """Return where all tokens are, those of called processes too."""
        return places(self._process)

    # how a step is taken

    def _find(self, token_id: TokenId, kind: type) -> Token:
        token = self._waiting.get(token_id)
        if token is None or not isinstance(token.task_spec, kind):
            raise TokenNotWaiting(token=token_id)
        return token

    def _complete(self, at: Token, values: Mapping[str, Any]) -> Step:
        def act() -> None:
            at.task_spec.accept(at, values)
            at.complete()
            self._process.run_to_rest(at)

        return self._step(act)

    def _fire(self, event: Token, variables: Mapping[str, Any]) -> Step:
        def act() -> None:
            self._process.fire(event, variables)
            self._process.run_to_rest(event)

        return self._step(act)

    def _step(self, act: Callable[[], None]) -> Step:
        process, before = self._process, self._waiting
        process.forget_step()
        act()
        self._waiting = self._find_waiting()
        step = Step(trace=process.trace, decisions=process.decisions, choices=process.choices, thrown=process.thrown)
        for token_id, token in before.items():
            if token_id not in self._waiting:
                opening.close(step, token)
        for token_id, token in self._waiting.items():
            if token_id not in before:
                opening.note(step, process, token)
        step.ended = self._ended()
        return step

    def _ended(self) -> Ended | None:
        process = self._process
        if process.failed is not None:
            element, code = process.failed
            return Ended(element.id, element.name, self.variables, error=code)
        if process.last_end is None or not self.ended:
            return None
        end = self.definition.element(process.last_end)
        return Ended(end.id, end.name, self.variables)

    def _find_waiting(self) -> dict[TokenId, Token]:
        """Return the tokens that wait for a person, a job, a time, a message or a signal."""
        found = [token for process in self._process.processes() for token in process.live() if opening.waits(token)]
        return {token.token_id: token for token in sorted(found, key=lambda token: token.order)}

    def _catchers(self, kind: str) -> list[Token]:
        """Return the events that wait for something of a kind, oldest first."""
        found = [
            token
            for process in self._process.processes()
            for token in process.live()
            if token._state == TaskState.WAITING and token.task_spec.trigger.kind == kind
        ]
        return sorted(found, key=lambda token: token.order)


def _activity_of(event: Token) -> str | None:
    """Return the activity that a boundary event sits on."""
    if isinstance(event.task_spec, Part):
        event = event.parent
    if not isinstance(event.task_spec, AttachedEvent):
        return None
    return next(other.element_id for other in event.siblings if not isinstance(other.task_spec, AttachedEvent))
