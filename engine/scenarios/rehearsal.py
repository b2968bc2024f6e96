"""One instance in memory that a scenario leads: what waits is answered by it, on a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError

from engine.bpmn.definition import Definition, Element
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.step import OpenedServiceTask, OpenedTimer, Step
from engine.clock import TIMEZONE, FixedClock
from engine.types import TokenId

BEGINS = datetime(2026, 1, 5, 9, 0, tzinfo=TIMEZONE)
"""When a scenario plays that does not say when: a Monday morning."""

MAX_STEPS = 1_000
"""Steps of one instance in one scenario; more are a loop without end."""


class Unfulfilled(Exception):
    """A step of the scenario did not come true, or could not be taken. Carries the texts in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler does whenever it is called: return outputs, or raise a declared error."""

    outputs: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


class Rehearsal:
    """The instance of one scenario."""

    def __init__(self, definitions: Mapping[str, Definition], environment: Environment) -> None:
        """Prepare; `definitions` are the bundle's by key."""
        self.clock = FixedClock(BEGINS)
        self.answers: dict[str, Answer] = {}
        self.variables: dict[str, Any] = {}
        self._definitions = definitions
        self._environment = replace(environment, clock=self.clock)
        self._key = next(iter(definitions), "")
        self._execution: Execution | None = None
        self._people: dict[TokenId, str] = {}
        self._jobs: dict[TokenId, OpenedServiceTask] = {}
        self._timers: dict[TokenId, OpenedTimer] = {}
        self._passed: set[str] = set()
        self._failed = ""
        self._end = ""
        self._steps = 0

    @property
    def definition(self) -> Definition:
        """The process that is played."""
        return self._definitions[self._key]

    def elements(self) -> list[Mapping[str, Element]]:
        """Return the elements of the process that is played, then those of the other processes of the bundle."""
        others = [each.elements for key, each in self._definitions.items() if key != self._key]
        return [self.definition.elements, *others]

    def choose(self, key: str) -> None:
        """Play this process; raise Unfulfilled when the bundle does not have it."""
        if key not in self._definitions:
            known = "、".join(self._definitions)
            raise Unfulfilled(
                f"流程包里没有流程“{key}”，只有 {known}", f"the bundle has no process {key!r}, but {known}"
            )
        self._key = key

    def feel(self, text: str) -> Any:
        """Return the value of a FEEL text, JSON included, over the variables of the instance; may raise FeelError."""
        known = self.variables if self._execution is None else self._execution.variables
        return self._environment.feel.evaluate(text, known, self.clock.now())

    # what happens

    def start(self, at: str = "", values: Mapping[str, Any] | None = None) -> None:
        """Start the process at a start event, "" for the plain one."""
        if self._execution is not None:
            raise Unfulfilled("流程已经启动", "the process has been started already")
        variables = {**self.variables, **(values or {})}
        self._execution, step = Execution.start(self.definition, variables, self._environment, at)
        self._take(step)

    def receive(self, name: str, values: Mapping[str, Any]) -> None:
        """Let a message or a signal come: it starts the process, or is caught where it is waited for."""
        if self._execution is None:
            trigger = next((each for each in self.definition.starts if each.name == name), None)
            if trigger is None:
                raise Unfulfilled(f"没有由“{name}”启动的开始事件", f"no start event waits for {name!r}")
            self.start(trigger.element_id, {trigger.variable: dict(values)} if trigger.variable else values)
            return
        step = self._execution.send_message(name, values) or self._execution.send_signal(name, values)
        if step is None:
            raise Unfulfilled(
                f"此时没有等待“{name}”的事件；{self._standing()[0]}",
                f"nothing waits for {name!r} now; {self._standing()[1]}",
            )
        self._take(step)

    def fill(self, element: str, values: Mapping[str, Any]) -> None:
        """Complete the user task that has waited longest at the element."""
        token = next((token for token, at in self._people.items() if at == element), None)
        if token is None:
            raise self._not_here(element)
        self._take(self._running.complete_user_task(token, values))

    def serve(self, element: str, answer: Answer) -> None:
        """Let the handler of the service task that has waited longest at the element answer."""
        job = next((job for job in self._jobs.values() if job.element_id == element), None)
        if job is None:
            raise self._not_here(element)
        self._answer(job, answer)
        self._serve_known()

    def advance(self, by: timedelta) -> None:
        """Move the clock; what is due on the way fires at its own time."""
        until = self.clock.now() + by
        while True:
            due = min(self._timers.values(), key=lambda timer: timer.due_at, default=None)
            if due is None or due.due_at > until:
                self.clock.set(until)
                return
            self.clock.set(max(due.due_at, self.clock.now()))
            self._take(self._running.fire_timer(due.token))

    # what is to be

    def expect_at(self, elements: Iterable[str]) -> None:
        """Raise Unfulfilled unless the tokens are at these elements and at no others."""
        wanted, standing = set(elements), self._places()
        if wanted != standing:
            raise Unfulfilled(
                f"应当停在 {_listed(wanted)}；{self._standing()[0]}",
                f"expected at {_listed(wanted)}; {self._standing()[1]}",
            )

    def expect_passed(self, element: str, *, passed: bool) -> None:
        """Raise Unfulfilled unless the element has, or has not, been entered."""
        if (element in self._passed) is not passed:
            state = ("没有经过", "was not entered") if passed else ("经过了", "was entered")
            raise Unfulfilled(
                f"{state[0]}“{element}”；{self._standing()[0]}", f"{element} {state[1]}; {self._standing()[1]}"
            )

    def expect_ended(self, element: str = "") -> None:
        """Raise Unfulfilled unless the instance has ended, at this end event if one is named."""
        if not self._running.ended or self._failed:
            raise Unfulfilled(f"流程尚未办结；{self._standing()[0]}", f"it has not ended; {self._standing()[1]}")
        if element and self._end != element:
            raise Unfulfilled(f"结束于“{self._end}”，而不是“{element}”", f"it ended at {self._end}, not {element}")

    def expect_failed(self, code: str) -> None:
        """Raise Unfulfilled unless an error of the diagram with this code was caught by nobody."""
        if self._failed != code:
            zh, en = self._standing()
            raise Unfulfilled(f"流程没有因错误“{code}”失败；{zh}", f"it did not fail with {code!r}; {en}")

    def expect_true(self, condition: str) -> None:
        """Raise Unfulfilled unless the FEEL condition is true."""
        value = self.feel(condition)
        if value is not True:
            raise Unfulfilled(f"条件不成立（得 {value!r}）：{condition}", f"not true but {value!r}: {condition}")

    # inside

    @property
    def _running(self) -> Execution:
        if self._execution is None:
            raise Unfulfilled("流程还没有启动", "the process has not been started")
        return self._execution

    def _take(self, step: Step) -> None:
        self._note(step)
        self._serve_known()

    def _note(self, step: Step) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise Unfulfilled(f"超过 {MAX_STEPS} 步", f"more than {MAX_STEPS} steps")
        for token in step.closed:
            for known in (self._people, self._jobs, self._timers):
                known.pop(token, None)
        self._people |= {task.token: task.element_id for task in step.user_tasks}
        self._jobs |= {task.token: task for task in step.service_tasks}
        self._timers |= {timer.token: timer for timer in step.timers}
        self._passed |= {moved.element_id for moved in step.trace if moved.event == "enter"}
        if step.ended is not None:
            self._end, self._failed = step.ended.element_id, step.ended.error or ""

    def _serve_known(self) -> None:
        """Let handlers answer for which the scenario has said what they always do."""
        while job := next((job for job in self._jobs.values() if job.handler in self.answers), None):
            self._answer(job, self.answers[job.handler])

    def _answer(self, job: OpenedServiceTask, answer: Answer) -> None:
        handler = self._environment.handlers.get(job.handler)
        if answer.error:
            if handler is not None and answer.error not in handler.errors:
                known = "、".join(handler.errors) or "—"
                raise Unfulfilled(
                    f"{job.handler} 没有声明错误 {answer.error}，只有 {known}",
                    f"{job.handler} does not declare the error {answer.error}, but {known}",
                )
            step = self._running.raise_error(job.token, answer.error, answer.error, answer.outputs)
            if step is None:
                raise Unfulfilled(f"没有事件捕获错误 {answer.error}", f"no event catches {answer.error}")
        else:
            try:
                outputs = dict(answer.outputs) if handler is None else handler.dump_outputs(answer.outputs)
            except ValidationError as error:
                raise Unfulfilled(
                    f"{job.handler} 不会返回这样的结果：{error.messages}",
                    f"{job.handler} does not return such a thing: {error.messages}",
                ) from error
            step = self._running.complete_service_task(job.token, outputs)
        self._note(step)

    def _places(self) -> set[str]:
        return {element for element, _ in self._running.tokens()}

    def _standing(self) -> tuple[str, str]:
        """Return where the instance is, in Chinese and English."""
        if self._failed:
            return f"流程因错误“{self._failed}”失败", f"it failed with {self._failed!r}"
        if self._running.ended:
            return f"流程已结束于“{self._end}”", f"it has ended at {self._end!r}"
        places = _listed(self._places())
        return f"现在停在 {places}", f"it is at {places}"

    def _not_here(self, element: str) -> Unfulfilled:
        zh, en = self._standing()
        return Unfulfilled(f"“{element}”此时不在等待；{zh}", f"{element!r} does not wait now; {en}")


def _listed(elements: Iterable[str]) -> str:
    return "、".join(f"“{element}”" for element in sorted(elements)) or "—"
