"""One case on our engine without a database: loaded before each step and stored after it."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.parser import parse
from engine.bpmn.step import Step
from engine.errors import DeploymentRefused
from engine.findings import refuses
from web.bench.diagrams import VARIABLES, Measured

Act = Callable[[Execution], Step]


class Ours:
    """A case; its handlers answer in a step of their own, as in production.

    Raises:
        DeploymentRefused: the gate does not let the diagram through.
    """

    def __init__(self, case: Measured, environment: Environment) -> None:
        definitions, findings = parse(case.bundle, environment)
        if refuses(findings):
            raise DeploymentRefused(findings=findings)
        self._case = case
        self._environment = environment
        self._definition = definitions[0]

    def run(self) -> tuple[list[float], list[int]]:
        """Run the case once; return the processor seconds of each entry, its handlers' steps included, and the state.

        Raises:
            RuntimeError: the case did not end with its last entry.
        """
        execution, step = Execution.start(self._definition, VARIABLES, self._environment)
        stored, ended = execution.dump(), False
        waiting = [task.token for task in step.user_tasks]
        seconds, sizes = [], []
        for entry in self._case.entries:
            token, values = waiting.pop(0), dict(entry)
            spent, stored, step = self._step(stored, lambda at, t=token, v=values: at.complete_user_task(t, v))  # type: ignore[misc]  # bound now
            waiting += [task.token for task in step.user_tasks]
            while step.service_tasks:
                called = step.service_tasks[0].token
                more, stored, step = self._step(
                    stored,
                    lambda at, t=called: at.complete_service_task(t, {"notices": 1}),  # type: ignore[misc]  # as above
                )
                spent += more
                waiting += [task.token for task in step.user_tasks]
            ended = step.ended is not None
            seconds.append(spent)
            sizes.append(len(stored))
        if not ended:
            raise RuntimeError(f"{self._case.key} did not end")
        return seconds, sizes

    def _step(self, stored: bytes, act: Act) -> tuple[float, bytes, Step]:
        begin = time.process_time()
        execution = Execution.load(self._definition, stored, self._environment)
        step = act(execution)
        stored = execution.dump()
        return time.process_time() - begin, stored, step
