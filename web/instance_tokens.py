"""What stands on the diagram of an instance: where its tokens are, how often each element was passed, what it calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext

from engine.types import JobKind, JobState, TaskState
from web import formats
from web.texts import gettext

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.bpmn.whereabouts import Place
    from engine.tables.history import HistoryEvent
    from engine.tables.instances import ProcessInstance
    from engine.tables.jobs import Job
    from engine.tables.tasks import UserTask
    from engine.work import Work

PASSED = frozenset(
    {
        *("instance.started", "instance.ended", "instance.failed", "task.completed", "job.done", "step.done"),
        *("event.passed", "step.skipped", "gateway.decided"),
    }
)
"""Events after which a token has left its element."""

WORDS: Mapping[str, Any] = {
    "dead": lazy_gettext("停摆"),
    "task": lazy_gettext("待办"),
    "job": lazy_gettext("处理中"),
    "timer": lazy_gettext("等到时间"),
    "message": lazy_gettext("等待消息"),
    "signal": lazy_gettext("等待信号"),
    "conditional": lazy_gettext("等待条件"),
    "inside": lazy_gettext("进行中"),
    "done": lazy_gettext("已完成"),
}
"""Kind of what a token does → what its badge says."""

STATES: Mapping[str, str] = {"dead": "dead", "job": "running", "inside": "inside"}
"""Kind → the class of the mark; `waiting` for whatever is not named."""

ORDER = ("inside", "conditional", "signal", "message", "timer", "job", "task", "dead")
"""Of several kinds at one element, the last is shown."""


@dataclass(slots=True)
class Level:
    """A process that runs in the instance: its own, or one that it called.

    Attributes:
        definition_id: which version.
        definition: the same, parsed.
        here: element id → (kind, what is said of it) of each token there.
        passed: element id → how often a token has left it.
        calls: element id → definition id of what a call activity runs.
    """

    definition_id: str
    definition: Definition
    here: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    passed: Counter[str] = field(default_factory=Counter)
    calls: dict[str, str] = field(default_factory=dict)

    def tokens(self) -> dict[str, dict[str, Any]]:
        """Return element id → what the diagram shows at it: state, count, words, how often passed."""
        return {
            element_id: self._token(element_id)
            for element_id in dict.fromkeys([*self.passed, *self.here])
            if element_id in self.definition.elements  # one of an earlier version is not drawn any more
        }

    def _token(self, element_id: str) -> dict[str, Any]:
        tokens, passed = self.here.get(element_id, []), self.passed[element_id]
        found: dict[str, Any] = {"state": "done", "count": 0, "passed": passed, "label": "", "word": ""}
        if tokens:
            kind = max((kind for kind, _ in tokens), key=ORDER.index)
            found["state"], found["word"] = STATES.get(kind, "waiting"), str(WORDS[kind])
            found["count"] = len(tokens)
        said = [text for _, text in tokens[:5]]
        if passed:
            said.append(gettext("已经过 %(count)d 次", count=passed))
        found["label"] = gettext("；").join(dict.fromkeys(said))
        return found


def levels(
    work: Work,
    instance: ProcessInstance,
    rows: tuple[Sequence[UserTask], Sequence[Job], Sequence[HistoryEvent]],
    places: Sequence[Place],
) -> dict[str, Level]:
    """Return the processes that run or ran in an instance, its own first, by definition id.

    Args:
        work: for the definitions.
        instance: of which.
        rows: all its tasks, jobs and events.
        places: where its tokens are.
    """
    tasks, jobs, history = rows
    ids = _ids(work, instance, places)
    found: dict[str, Level] = {}
    drawn_in = [*(task.definition_id for task in tasks), *(job.definition_id for job in jobs)]
    for definition_id in [instance.definition_id, *ids.values(), *drawn_in]:
        if definition_id not in found:
            found[definition_id] = Level(definition_id, work.definitions.of(definition_id))
    drawn = {place.token: ids[place.definition.key, place.definition.digest] for place in places}
    _put_rows(found, tasks, jobs, drawn)
    _put_places(found, places, ids)
    level_of = {task.id: task.definition_id for task in tasks} | {job.id: job.definition_id for job in jobs}
    _count(found, history, level_of | drawn)
    return found


def _ids(work: Work, instance: ProcessInstance, places: Iterable[Place]) -> dict[tuple[str, str], str]:
    """Return (key, digest) → definition id of the processes that run."""
    running = {(each.key, each.digest) for place in places for each in (place.definition, place.called) if each}
    own = work.definitions.of(instance.definition_id)
    ids = work.definitions.ids(running - {(own.key, own.digest)})
    return {(own.key, own.digest): instance.definition_id, **ids}


def _put_rows(
    found: Mapping[str, Level], tasks: Iterable[UserTask], jobs: Iterable[Job], drawn: Mapping[str, str]
) -> None:
    for task in tasks:
        if task.state == TaskState.OPEN:
            said = gettext("等待办理")
            found[task.definition_id].here.setdefault(task.element_id, []).append(("task", said))
    for job in jobs:
        if job.state in {JobState.WAITING, JobState.DEAD}:
            level = found[drawn.get(job.id, job.definition_id)]
            level.here.setdefault(job.element_id, []).append(_of_job(job))


def _of_job(job: Job) -> tuple[str, str]:
    if job.state == JobState.DEAD:
        return "dead", gettext("多次失败，等待运维处理")
    if job.kind == JobKind.TIMER:
        return "timer", gettext("等到 %(at)s", at=formats.moment(job.due_at))
    return "job", gettext("系统处理")


def _put_places(found: Mapping[str, Level], places: Iterable[Place], ids: Mapping[tuple[str, str], str]) -> None:
    """Add what no row tells: activities with something inside, and messages, signals and conditions waited for."""
    for place in places:
        level = found[ids[place.definition.key, place.definition.digest]]
        if place.called is not None:
            level.calls[place.element_id] = ids[place.called.key, place.called.digest]
        if place.kind in {"inside", "message", "signal", "conditional"}:
            said = str(WORDS[place.kind]) + (f" {place.name}" if place.name else "")
            level.here.setdefault(place.element_id, []).append((place.kind, said))


def _count(found: Mapping[str, Level], history: Iterable[HistoryEvent], level_of: Mapping[str, str]) -> None:
    for event in history:
        if event.event in PASSED and event.element_id:
            level = level_at(found, event, level_of)
            if level is not None:
                level.passed[event.element_id] += 1


def level_at(found: Mapping[str, Level], event: HistoryEvent, level_of: Mapping[str, str]) -> Level | None:
    """Return the process in which something happened: that of its token, else the first that draws its element.

    Args:
        found: by definition id, as `levels` returns them.
        event: of the history.
        level_of: id of a task, job or token → definition id.
    """
    level = found.get(level_of.get(event.token_id or "", ""))
    if level is not None:
        return level
    return next((each for each in found.values() if event.element_id in each.definition.elements), None)
