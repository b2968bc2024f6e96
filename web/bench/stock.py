"""The peer: SpiffWorkflow with its own parser, script engine and JSON serializer, as its documentation says.

The one file outside `engine.bpmn` that imports the library: what is measured beside ours must not be ours.
"""

from __future__ import annotations

import time
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from web.bench.diagrams import VARIABLES, Measured, Values


class Answering(TaskDataEnvironment):  # type: ignore[misc]  # the library is untyped
    """A script environment whose service tasks are answered at once, inside the step: the library cannot park them."""

    def call_service(self, context: Any, **_call: Any) -> str:
        """Return what the handler answers."""
        return '{"notices": 1}'


class Stock:
    """One case on the library's stock path: loaded from JSON before each step and stored as JSON after it."""

    def __init__(self, case: Measured) -> None:
        parser = SpiffBpmnParser()
        parser.add_dmn_str(case.stock_decision.encode())
        parser.add_bpmn_str(case.stock.encode())
        self._case = case
        self._parsed = parser.get_spec(case.key), parser.get_subprocess_specs(case.key)
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self._engine = PythonScriptEngine(Answering())

    def run(self) -> tuple[list[float], list[int]]:
        """Run the case once; return the processor seconds and the bytes of state of each step.

        Raises:
            RuntimeError: the case did not end with its last entry.
        """
        workflow = BpmnWorkflow(*self._parsed, script_engine=self._engine)
        next(iter(workflow.get_tasks(state=TaskState.READY))).set_data(**VARIABLES)
        workflow.do_engine_steps()
        stored = self._serializer.serialize_json(workflow)
        seconds, sizes = [], []
        for entry in self._case.entries:
            task = workflow.get_next_task(state=TaskState.READY, manual=True)
            begin = time.process_time()
            workflow, stored = self._step(stored, task.id, entry)
            seconds.append(time.process_time() - begin)
            sizes.append(len(stored))
        if workflow.get_next_task(state=TaskState.READY, manual=True) is not None:
            raise RuntimeError(f"{self._case.key} did not end")
        return seconds, sizes

    def _step(self, stored: str, task_id: Any, entry: Values) -> tuple[Any, str]:
        workflow = self._serializer.deserialize_json(stored)
        workflow.script_engine = self._engine
        task = workflow.get_task_from_id(task_id)
        task.set_data(**entry)
        task.run()
        workflow.do_engine_steps()
        return workflow, self._serializer.serialize_json(workflow)
