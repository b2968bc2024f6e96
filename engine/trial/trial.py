"""One process run from its start to its end, or to where it waits, in memory, on a clock that stands still."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.step import Moved, OpenedTimer, Step
from engine.clock import FixedClock
from engine.errors import EngineError, ProcessFailed
from engine.feel.errors import FeelError
from engine.trial.lines import Tracer, moment
from engine.trial.portable import ADDED
from engine.types import TokenId

COMPLETED, REFUSED, WAITING, FAILED = 0, 2, 3, 4
"""Exit codes."""

MAX_STEPS = 10_000
"""Tasks completed by themselves; more are a loop without end."""


@dataclass(frozen=True, slots=True)
class Given:
    """Something that happens to the process from outside: values for an element, or a message by name."""

    element: str
    values: Mapping[str, Any]
    message: str = ""


@dataclass
class Script:
    """What the world does in a trial, in this order whenever the process rests.

    Attributes:
        completions: what people enter and handlers return, each for the next token at its element.
        messages: messages and signals from outside, one after the other.
        complete_all: complete every other user task with nothing.
        advances: how far the clock is moved; timers fire on the way at their own time.
        ignored: element id → what of it is traced and not run.
    """

    completions: list[Given] = field(default_factory=list)
    messages: deque[Given] = field(default_factory=deque)
    complete_all: bool = False
    advances: deque[timedelta] = field(default_factory=deque)
    ignored: Mapping[str, str] = field(default_factory=dict)


class Trial:
    """Runs one process; `run` returns the exit code."""

    def __init__(
        self, definition: Definition, environment: Environment, clock: FixedClock, script: Script, tracer: Tracer
    ) -> None:
        self._definition, self._environment = definition, environment
        self._clock, self._script, self._tracer = clock, script, tracer
        self._people: dict[TokenId, str] = {}
        self._jobs: dict[TokenId, str] = {}
        self._inputs: dict[TokenId, Mapping[str, Any]] = {}
        self._timers: dict[TokenId, OpenedTimer] = {}
        self._listening: dict[TokenId, tuple[str, str, str]] = {}
        self._thrown: deque[tuple[str, Mapping[str, Any]]] = deque()
        self._until = clock.now()
        self._result: int | None = None

    def run_at(self, due: datetime, variables: Mapping[str, Any], at: str) -> int:
        """Run from a timer start event at its time, if the clock is moved that far; else it is what is waited for."""
        while due > self._until and self._script.advances:
            self._until += self._script.advances.popleft()
        if due > self._until:
            self._clock.set(self._until)
            self._tracer.say("wait", at, data={"for": "timer", "due": moment(due)})
            return WAITING
        self._clock.set(due)
        return self.run(variables, at)

    def run(self, variables: Mapping[str, Any], at: str) -> int:
        """Run from the start event `at`."""
        steps = 0
        try:
            self._execution, step = Execution.start(self._definition, variables, self._environment, at)
            while True:
                self._take(step)
                steps += 1
                if self._result is not None:
                    return self._result
                if steps > MAX_STEPS:
                    raise ProcessFailed("流程在此处循环。", element_id=next(iter(self._jobs.values()), None))
                following = self._next()
                if following is None:
                    return self._rest()
                step = following
        except FeelError as error:
            self._fail(_element_of(error), "feel.error", str(error))
        except EngineError as error:
            self._fail(error.facts.get("element_id"), error.code, str(error))
        except RecursionError:
            self._fail(None, "trial.too-deep", "nested too deeply")
        return FAILED

    def _fail(self, element: str | None, code: str, message: str) -> None:
        self._tracer.say("error", element, code=code, data={"message": message})

    # what a step says

    def _take(self, step: Step) -> None:
        for task in step.service_tasks:
            self._jobs[task.token] = task.element_id
            self._inputs[task.token] = task.inputs
        for moved in step.trace:
            self._trace(moved)
        for token in step.closed:
            for known in self._known():
                known.pop(token, None)
        self._people |= {task.token: task.element_id for task in step.user_tasks}
        self._timers |= {timer.token: timer for timer in step.timers}
        for each in step.subscribed:
            self._listening[each.token] = (each.element_id, each.kind, each.name)
        self._thrown.extend((each.name, each.variables) for each in step.thrown if each.kind == "message")
        self._end(step)

    def _known(self) -> list[dict[TokenId, Any]]:
        return [self._people, self._jobs, self._timers, self._listening]

    def _trace(self, moved: Moved) -> None:
        if moved.element_id.startswith(ADDED):
            return
        data: Any = None
        if moved.event == "enter" and moved.element_id in self._script.ignored:
            data = {"ignored": self._script.ignored[moved.element_id]}
        elif moved.event == "enter" and self._inputs.get(moved.token):
            data = {"inputs": self._inputs[moved.token]}
        code = moved.detail or None
        self._tracer.say(moved.event, moved.element_id, moved.element_type, code=code, data=data)

    def _end(self, step: Step) -> None:
        if step.ended is not None and step.ended.error is not None:
            self._tracer.say("error", step.ended.element_id, code=step.ended.error, data={"uncaught": True})
            self._result = FAILED
        elif self._execution.ended:
            element = None if step.ended is None else step.ended.element_id
            self._tracer.say("end", element, "endEvent" if element else "process", data=self._execution.variables)
            self._result = COMPLETED

    # what happens next

    def _next(self) -> Step | None:
        for act in (self._complete, self._serve, self._hear_itself, self._deliver, self._complete_any, self._advance):
            step = act()
            if step is not None:
                return step
        return None

    def _complete(self) -> Step | None:
        """Take the first of what is given that a person or a handler is waited for."""
        execution = self._execution
        for given in self._script.completions:
            for tokens, complete in (
                (self._people, execution.complete_user_task),
                (self._jobs, execution.complete_service_task),
            ):
                for token, element in tokens.items():
                    if element == given.element:
                        self._script.completions.remove(given)
                        return complete(token, given.values)
        return None

    def _serve(self) -> Step | None:
        for token in self._jobs:
            return self._execution.complete_service_task(token, {})
        return None

    def _hear_itself(self) -> Step | None:
        """A message that the process sends and waits for itself, arrives; another process's is only traced."""
        while self._thrown:
            name, variables = self._thrown.popleft()
            token = next((t for t, (_, kind, its) in self._listening.items() if (kind, its) == ("message", name)), None)
            if token is not None:
                return self._receive(token, variables)
        return None

    def _deliver(self) -> Step | None:
        if not self._script.messages:
            return None
        given = self._script.messages[0]
        for token, (element, _, name) in self._listening.items():
            if name == given.message and given.element in ("", element):
                self._script.messages.popleft()
                return self._receive(token, given.values)
        return None

    def _receive(self, token: TokenId, values: Mapping[str, Any]) -> Step | None:
        element, kind, name = self._listening[token]
        self._tracer.say("message" if kind == "message" else "signal", element, code=name, data=dict(values))
        if kind == "signal":
            return self._execution.send_signal(name, values)
        return self._execution.send_message(name, values, token)

    def _complete_any(self) -> Step | None:
        if self._script.complete_all:
            for token in self._people:
                return self._execution.complete_user_task(token, {})
        return None

    def _advance(self) -> Step | None:
        """Fire the timer that is due next, at its own time, as long as the clock may be moved."""
        while True:
            due = min(self._timers.values(), key=lambda timer: timer.due_at, default=None)
            if due is not None and due.due_at <= self._until:
                self._clock.set(max(due.due_at, self._clock.now()))
                return self._execution.fire_timer(due.token)
            if not self._script.advances:
                return None
            self._clock.set(self._until)
            self._until += self._script.advances.popleft()

    def _rest(self) -> int:
        """Say what the process waits for."""
        self._clock.set(max(self._until, self._clock.now()))
        for element in self._people.values():
            self._tracer.say("wait", element, data={"for": "person"})
        for timer in self._timers.values():
            self._tracer.say("wait", timer.element_id, data={"for": "timer", "due": moment(timer.due_at)})
        for element, kind, name in self._listening.values():
            self._tracer.say("wait", element, code=name, data={"for": kind})
        if not (self._people or self._timers or self._listening):
            for element, _ in self._execution.tokens():
                self._tracer.say("wait", element, data={"for": "token"})
        return WAITING


def _element_of(error: FeelError) -> str | None:
    notes = getattr(error, "__notes__", [])
    return next((note.removeprefix("in element ") for note in notes if note.startswith("in element ")), None)
