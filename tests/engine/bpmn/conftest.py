"""What the tests of processes stand on: the real FEEL, a frozen clock, a few declared handlers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from marshmallow import fields

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.parser import parse
from engine.bpmn.step import Step
from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.declaration import Handler, handler
from engine.feel import Feel
from engine.findings import Finding


def runs_not(finding: Finding) -> bool:
    """Diagrams that are not sound run as they are drawn, into whatever makes them unsound."""
    return not finding.code.startswith("soundness.")


@handler("demo.check_plan", "检查", inputs={"no": fields.String(required=True), "plan": fields.Raw(required=True)})
def check_plan(ctx: Any, **inputs: Any) -> None:
    """Check a plan."""


@handler("demo.apply", "生效", inputs={"no": fields.String()}, errors={"CONFLICT": "已被占用"})
def apply(ctx: Any, **inputs: Any) -> None:
    """Apply a plan."""


@handler("demo.locked", "专用", only_in="another-process")
def locked(ctx: Any) -> None:
    """Belong to another process."""


@pytest.fixture(scope="session")
def feel() -> Iterator[Feel]:
    """One V8 for all."""
    with Feel() as shared:
        yield shared


@pytest.fixture
def environment(feel: Feel, clock: FixedClock) -> Environment:
    """The environment of a process."""
    handlers: dict[str, Handler] = {each.id: each for each in (check_plan, apply, locked)}
    return Environment(feel, clock, handlers)


@pytest.fixture
def define(environment: Environment) -> Callable[..., Definition]:
    """Parse a diagram that must be sound."""

    def parsed(content: bytes, **files: bytes) -> Definition:
        definitions, findings = parse(Bundle("test", {"p.bpmn": content, **files}), environment)
        definitions.sort(key=lambda definition: definition.key != "p")
        assert [str(finding) for finding in findings if finding.severity == "error" and runs_not(finding)] == []
        return definitions[0]

    return parsed


class Run:
    """An instance, reloaded from bytes before each step unless told otherwise."""

    def __init__(self, definition: Definition, environment: Environment, variables: Any, *, reload: bool) -> None:
        self.definition, self.environment, self.reload = definition, environment, reload
        self.step: Step
        self.execution, self.step = Execution.start(definition, variables, environment)
        self.open: dict[str, list[str]] = {}
        self.history: list[tuple[str, str]] = []
        self._take(self.step)

    def _take(self, step: Step | None) -> Step | None:
        if step is None:
            return None
        self.step = step
        for token in step.closed:
            for tokens in self.open.values():
                if token in tokens:
                    tokens.remove(token)
        for opened in (*step.user_tasks, *step.service_tasks, *step.timers):
            self.open.setdefault(opened.element_id, []).append(opened.token)
        self.history += [(moved.event, moved.element_id) for moved in step.trace]
        return step

    def _loaded(self) -> Execution:
        if self.reload:
            stored = self.execution.dump()
            self.execution = Execution.load(self.definition, stored, self.environment)
            assert self.execution.dump() == stored  # encode∘decode is the identity
        return self.execution

    @property
    def waiting(self) -> list[str]:
        """Elements that wait for a person, a job or a time, one name a token."""
        return sorted(element for element, tokens in self.open.items() for _ in tokens)

    def token(self, element: str) -> Any:
        return self.open[element][0]

    def complete(self, element: str, **values: Any) -> Step:
        return self._take(self._loaded().complete_user_task(self.token(element), values))

    def serve(self, element: str, **outputs: Any) -> Step:
        return self._take(self._loaded().complete_service_task(self.token(element), outputs))

    def fail(self, element: str, code: str, **variables: Any) -> Step | None:
        return self._take(self._loaded().raise_error(self.token(element), code, "", variables))

    def fire(self, element: str) -> Step:
        return self._take(self._loaded().fire_timer(self.token(element)))

    def send(self, name: str, **variables: Any) -> Step | None:
        return self._take(self._loaded().send_message(name, variables))

    def signal(self, name: str, **variables: Any) -> Step | None:
        return self._take(self._loaded().send_signal(name, variables))

    def cancel(self) -> Step:
        return self._take(self._loaded().cancel())

    @property
    def ended(self) -> str | None:
        return self.step.ended.element_id if self.step.ended else None

    @property
    def variables(self) -> dict[str, Any]:
        return self.execution.variables


@pytest.fixture(params=[True, False], ids=["reloaded", "hot"])
def run(request: pytest.FixtureRequest, define: Any, environment: Environment) -> Callable[..., Run]:
    """Start an instance of a diagram; each test runs hot and reloaded from bytes before each step."""

    def started(content: bytes, files: dict[str, bytes] | None = None, **variables: Any) -> Run:
        return Run(define(content, **(files or {})), environment, variables, reload=request.param)

    return started
