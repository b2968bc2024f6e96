"""Ad-hoc subprocesses: whatever no flow leads to begins by itself, all at once or one after the other."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.gateways import Join
from engine.bpmn.scopes import InnerTask
from engine.bpmn.tokens import Token


class AdHocTask(InnerTask):
    """An ad-hoc subprocess.

    Attributes:
        until: FEEL, asked whenever an element inside is done; when it holds, nothing more begins. "": until all are
            done.
        cancels: whether what runs is taken away then; else it is waited for.
        sequential: whether one activity runs at a time, in the order of the file.
    """

    until = ""
    cancels = True
    sequential = False

    def goes_on(self, my_task: Token, inner: Any, last: Token) -> bool:
        """See Scope."""
        if self._is_enough(my_task, last):
            if self.cancels or self.sequential:
                return False
            for following in last.children:
                following.cancel()
            return bool(inner.alive)
        if self.sequential and not _busy(inner) and self._begin_next(my_task, inner):
            return True
        return bool(inner.alive)

    def _is_enough(self, my_task: Token, last: Token) -> bool:
        known = my_task.internal_data
        if self.until and not known.get("enough") and last._state == TaskState.COMPLETED and last.task_spec.drawn:
            known["enough"] = my_task.workflow.top_workflow.evaluate(last, self.until) is True
        return bool(known.get("enough"))

    def _begin_next(self, my_task: Token, inner: Any) -> bool:
        """Begin the next that no flow leads to; return whether there was one. The first began with the subprocess."""
        begun = my_task.internal_data.get("begun", 1)
        waiting = [spec for spec in inner.spec.start.outputs if not spec.handles_event][begun:]
        for spec in waiting[:1]:
            my_task.internal_data["begun"] = begun + 1
            spec._update(inner.task_tree._add_child(spec))
        return bool(waiting)


def _busy(inner: Any) -> bool:
    """Return whether anything runs inside; a token that waits at a join for others does not."""
    return any(
        token.live and not token.task_spec.idles(token) and not isinstance(token.task_spec, Join)
        for token in inner.tasks.values()
    )
