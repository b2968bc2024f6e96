"""Events that happen: to one that waits for them, to all, or to the innermost around."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.definition import Definition, Element
from engine.bpmn.propagation import catcher_of
from engine.bpmn.step import Thrown
from engine.bpmn.tokens import Token
from engine.errors import MessageInvalid

CORRELATION_LENGTH = 200


def correlation_text(value: Any) -> str:
    """Return the value of a `correlation` as it is stored and compared; "" for null."""
    text = "" if value is None else str(value)
    return text if len(text) <= CORRELATION_LENGTH else sha256(text.encode()).hexdigest()


def check_message(definition: Definition, name: str, carried: Mapping[str, Any], element_id: str) -> None:
    """Raise MessageInvalid when what a message carries is not what the bundle of a process declares."""
    kind = definition.messages.get(name)
    faults = {} if kind is None else kind.faults(carried)
    if kind is not None and faults:
        told = "；".join(f"{entry}：{fault}" for entry, fault in sorted(faults.items()))
        text = f"消息“{kind.title_zh}”（{name}）的内容不符合约定：{told}"
        raise MessageInvalid(text, name=name, errors=faults, element_id=element_id)


class Happenings:
    """The events of a process instance.

    Attributes:
        thrown: messages and signals thrown in the present step.
        failed: the end event and the code of an error that nobody caught in the present step.
    """

    thrown: list[Thrown]
    failed: tuple[Element, str] | None
    processes: Callable[[], Iterator[Any]]
    cancel_all: Callable[[], None]
    close_if_over: Callable[[Token], None]
    note: Callable[..., None]
    evaluate: Callable[[Token, str], Any]

    def correlation(self, token: Token) -> str:
        """Return the value by which a message and its catcher find each other, as text; "" when none is asked for."""
        expression = token.task_spec.trigger.correlation
        return correlation_text(self.evaluate(token, expression) if expression else None)

    def fire(self, event: Token, variables: Mapping[str, Any]) -> None:
        """Let a waiting event happen at once, before anything else that is ready; raise MessageInvalid."""
        trigger = event.task_spec.trigger
        if trigger.kind == "message":
            check_message(event.workflow.definition, trigger.name, variables, event.element_id)
        event.task_spec.receive(event, variables)
        event._ready()
        event.run()
        self.close_if_over(event)

    def broadcast(self, signal: str, variables: Mapping[str, Any]) -> bool:
        """Let all events happen that wait for a signal, oldest first; return whether there was one."""
        waiting = [
            token
            for process in self.processes()
            for token in process.live()
            if token._state == TaskState.WAITING
            and token.task_spec.trigger.kind == "signal"
            and token.task_spec.trigger.name == signal
        ]
        for event in sorted(waiting, key=lambda token: token.order):
            if event._state == TaskState.WAITING:  # an earlier one may have interrupted it
                self.fire(event, variables)
        return bool(waiting)

    def throw_error(self, token: Token, code: str, message: str, variables: Mapping[str, Any]) -> None:
        """Let an error that the diagram throws be caught; when nobody does, the instance has failed and ends."""
        if not self.catch_error(token, code, message, variables):
            self.failed = token.element, code
            self.cancel_all()

    def catch_error(self, token: Token, code: str, message: str, variables: Mapping[str, Any]) -> bool:
        """Let the innermost event that catches an error happen; return False when there is none."""
        catcher = catcher_of(token, "error", code)
        self.note("error", token, code)
        if catcher is None:
            return False
        carried = dict(variables)
        if catcher.task_spec.trigger.variable:
            carried = {"code": code, "message": message, **carried}
        self.fire(catcher, carried)
        return True
