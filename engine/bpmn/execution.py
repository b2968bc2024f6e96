"""One process instance in memory: loaded, taken one step further, stored again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Self

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import state, timers
from engine.bpmn.definition import Definition, Element
from engine.bpmn.diagram import expression_of
from engine.bpmn.environment import Environment
from engine.bpmn.events import AttachedEvent, Catching
from engine.bpmn.nodes import ParkedTask, PersonTask
from engine.bpmn.running import RunningProcess
from engine.bpmn.step import AwaitedMessage, Ended, OpenedServiceTask, OpenedTimer, OpenedUserTask, Step
from engine.bpmn.timers import BadTimer
from engine.bpmn.tokens import Token
from engine.errors import ProcessFailed, TimerNotDue, TokenNotWaiting
from engine.types import TokenId, Variables


class Execution:
    """A process instance. Each step runs to rest: until every token waits for a person, a job, a time or a message.

    After an exception the execution is to be thrown away; what was stored is as it was.
    """

    def __init__(self, process: RunningProcess) -> None:
        self._process = process
        self._waiting = self._find_waiting()

    @classmethod
    def start(cls, definition: Definition, variables: Mapping[str, Any], environment: Environment) -> tuple[Self, Step]:
        """Start an instance and run it to rest.

        Raises:
            ProcessFailed: the diagram cannot go on.
            FeelError: an expression cannot be evaluated.
        """
        process = RunningProcess(definition, environment)
        execution = cls(process)
        return execution, execution._step(lambda: process.begin(dict(variables)))

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
        catcher = self._process.catcher_of(at, code)
        if catcher is None:
            return None
        carried = dict(variables)
        if catcher.task_spec.variable:
            carried = {"code": code, "message": message, **carried}
        return self._fire(catcher, carried)

    def fire_timer(self, token: TokenId) -> Step:
        """Let a timer happen; raise TokenNotWaiting, or TimerNotDue."""
        event = self._find(token, Catching)
        due_at = event.internal_data.get("due")
        if due_at is None:
            raise TokenNotWaiting(token=token)
        if due_at > self._process.now:
            raise TimerNotDue(due_at=due_at)
        return self._fire(event, {})

    def send_message(self, name: str, variables: Mapping[str, Any]) -> Step | None:
        """Deliver a message to the one catcher that has waited longest; None when nobody waits for it."""
        for event in self._catchers():
            if event.task_spec.message == name:
                return self._fire(event, variables)
        return None

    def cancel(self) -> Step:
        """Take all tokens away."""
        return self._step(self._process.cancel_all)

    # looking

    def awaited_messages(self) -> list[AwaitedMessage]:
        """Return the messages that the instance waits for, those that have waited longest first."""
        found = []
        for event in self._catchers():
            if event.task_spec.message is not None:
                found.append(AwaitedMessage(event.task_spec.message, event.element_id, _activity_of(event)))
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
            self._process.run_to_rest(at.workflow)

        return self._step(act)

    def _fire(self, event: Token, variables: Mapping[str, Any]) -> Step:
        def act() -> None:
            self._process.fire(event, variables)
            self._process.run_to_rest(event.workflow)

        return self._step(act)

    def _step(self, act: Callable[[], None]) -> Step:
        process, before = self._process, self._waiting
        process.forget_step()
        act()
        self._waiting = self._find_waiting()
        step = Step(trace=process.trace, decisions=process.decisions)
        for token_id, token in before.items():
            if token_id not in self._waiting:
                step.closed[token_id] = token._state == TaskState.CANCELLED
        for token_id, token in self._waiting.items():
            if token_id not in before:
                self._open(step, token)
        if process.last_end is not None and self.ended:
            end = self.definition.element(process.last_end)
            step.ended = Ended(end.id, end.name, self.variables)
        return step

    def _find_waiting(self) -> dict[TokenId, Token]:
        """Return the tokens that wait for a person, a job or a time."""
        found = [token for process in self._process.processes() for token in process.live() if _waits(token)]
        return {token.token_id: token for token in sorted(found, key=lambda token: token.order)}

    def _open(self, step: Step, token: Token) -> None:
        element = self.definition.element(token.element_id)
        if isinstance(token.task_spec, PersonTask):
            step.user_tasks.append(self._open_user_task(token, element))
        elif isinstance(token.task_spec, ParkedTask):
            inputs = token.task_spec.inputs(token)
            handler = token.task_spec.handler
            step.service_tasks.append(OpenedServiceTask(token.token_id, element.id, element.name, handler, inputs))
        else:
            due_at = token.internal_data["due"]
            step.timers.append(OpenedTimer(token.token_id, element.id, element.name, due_at))

    def _open_user_task(self, token: Token, element: Element) -> OpenedUserTask:
        lane, properties = element.lane, element.properties
        if lane is None:
            raise ProcessFailed("用户任务不在任何泳道中。", element_id=element.id)
        asked = [expression_of(properties.get(name, "")) or "null" for name in ("title", "due")]
        unit, title, due = self._process.evaluate_all(token, [expression_of(lane.unit), *asked])
        if not isinstance(unit, str) or not unit:
            raise ProcessFailed(f"泳道“{lane.name}”的机构表达式没有得到机构编码。", element_id=element.id)
        return OpenedUserTask(
            token=token.token_id,
            element_id=element.id,
            name=element.name,
            title="" if title is None else str(title),
            form=properties.get("form"),
            candidate_group=lane.candidate_group,
            org_unit=unit,
            due_at=None if due is None else self._moment(element, due),
            variables=dict(token.data),
        )

    def _moment(self, element: Element, due: Any) -> datetime:
        try:
            return timers.moment(due, self._process.now)
        except BadTimer as error:
            raise ProcessFailed(f"办理期限无法确定：{error}", element_id=element.id) from error

    def _catchers(self) -> list[Token]:
        """Return the events that wait, oldest first."""
        found = [
            token
            for process in self._process.processes()
            for token in process.live()
            if isinstance(token.task_spec, Catching)
        ]
        return sorted(found, key=lambda token: token.order)


def _waits(token: Token) -> bool:
    if isinstance(token.task_spec, Catching):
        return "due" in token.internal_data
    return isinstance(token.task_spec, PersonTask | ParkedTask)


def _activity_of(event: Token) -> str | None:
    """Return the activity that a boundary event sits on."""
    if not isinstance(event.task_spec, AttachedEvent):
        return None
    return next(other.element_id for other in event.siblings if not isinstance(other.task_spec, AttachedEvent))
