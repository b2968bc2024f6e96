"""A case of a process in memory: people fill in forms, handlers answer, time passes. Reloaded before each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.step import OpenedServiceTask, OpenedTimer, OpenedUserTask, Step

Opened = OpenedUserTask | OpenedServiceTask | OpenedTimer


class Case:
    """One instance. `open` holds what waits, by element; `milestone` is the last one entered.

    Inputs and outputs of service tasks are checked against the handlers' own declarations, as the engine does.
    """

    def __init__(self, definition: Definition, environment: Environment, **variables: Any) -> None:
        self._definition = definition
        self._environment = environment
        self.open: dict[str, Opened] = {}
        self.entered: list[str] = []
        self.decided: list[str | None] = []
        self.milestone = ""
        self.ended: str | None = None
        execution, step = Execution.start(definition, variables, environment)
        self._keep(execution, step)

    @property
    def waiting(self) -> set[str]:
        return set(self.open)

    @property
    def variables(self) -> dict[str, Any]:
        return self._load().variables

    def task(self, element: str) -> OpenedUserTask:
        opened = self.open[element]
        assert isinstance(opened, OpenedUserTask), element
        return opened

    def inputs(self, element: str) -> dict[str, Any]:
        opened = self.open[element]
        assert isinstance(opened, OpenedServiceTask), element
        return self._environment.handlers[opened.handler].load_inputs(opened.inputs)

    def fill(self, element: str, **values: Any) -> None:
        self._take(lambda execution: execution.complete_user_task(self.task(element).token, values))

    def answer(self, element: str, **outputs: Any) -> None:
        """Let the handler of a service task give these outputs."""
        opened = self.open[element]
        assert isinstance(opened, OpenedServiceTask), element
        self.inputs(element)
        plain = self._environment.handlers[opened.handler].dump_outputs(outputs)
        self._take(lambda execution: execution.complete_service_task(opened.token, plain))

    def fail(self, element: str, code: str, **variables: Any) -> None:
        """Let the handler of a service task raise a business error that it declares."""
        opened = self.open[element]
        assert isinstance(opened, OpenedServiceTask), element
        assert code in self._environment.handlers[opened.handler].errors
        self._take(lambda execution: execution.raise_error(opened.token, code, "", variables))

    def fire(self, element: str) -> None:
        self._take(lambda execution: execution.fire_timer(self.open[element].token))

    def send(self, name: str, **variables: Any) -> bool:
        """Return whether anybody waited for the message."""
        return self._take(lambda execution: execution.send_message(name, variables))

    def awaited(self) -> list[str | None]:
        """Return the tasks that can be interrupted by a message now."""
        return [message.attached_to for message in self._load().awaited_messages()]

    def value(self, element: str, name: str) -> Any:
        """Return a user task's property, evaluated over the task's variables."""
        expression = self._definition.element(element).properties[name]
        now = self._environment.clock.now()
        return self._environment.feel.evaluate(expression, self.task(element).variables, now)

    def _load(self) -> Execution:
        return Execution.load(self._definition, self._stored, self._environment)

    def _take(self, act: Callable[[Execution], Step | None]) -> bool:
        execution = self._load()
        step = act(execution)
        if step is None:
            return False
        self._keep(execution, step)
        return True

    def _keep(self, execution: Execution, step: Step) -> None:
        self._stored = execution.dump()
        self.open = {element: opened for element, opened in self.open.items() if opened.token not in step.closed}
        for opened in (*step.user_tasks, *step.service_tasks, *step.timers):
            self.open[opened.element_id] = opened
        for moved in step.trace:
            if moved.event == "enter":
                self.entered.append(moved.element_id)
                properties = self._definition.element(moved.element_id).properties
                self.milestone = properties.get("milestone", self.milestone)
        self.decided += [(decided.result.value or {}).get("verdict") for decided in step.decisions]
        self.ended = step.ended.element_id if step.ended else None
