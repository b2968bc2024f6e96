"""Whether the parts of an archive say the same: history, instance, tasks, jobs, definitions.

A row that was left out leaves its digest in the chain, where nobody can tell whose it was; but what it told of is then
missing beside a task, a job or the instance's end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from engine.archive import layout
from engine.archive.opening import ArchiveFault, Opened
from engine.bundle import Bundle

APART: Final = timedelta(minutes=1)
"""How far the clock may have gone on between two moments of one transaction."""

ENDS: Final = {
    "completed": "instance.ended",
    "cancelled": "instance.cancelled",
    "failed": "instance.failed",
}
Row = Mapping[str, Any]


def agree(archive: Opened, history: Sequence[Row]) -> None:
    """Raise ArchiveFault where two parts of the archive contradict each other."""
    instance = archive.json(layout.INSTANCE)
    if instance["id"] != archive.manifest["instance"] or instance["county"] != archive.manifest["county"]:
        raise ArchiveFault("是另一办件 / is another instance", member=layout.INSTANCE)
    _check_course(instance, history)
    _check_tasks(archive.json(layout.TASKS), history)
    _check_jobs(archive.json(layout.JOBS), history)
    definitions = archive.json(layout.DEFINITIONS)
    _check_definitions(archive, definitions)
    _check_versions(instance, history, definitions)


def _check_course(instance: Row, history: Sequence[Row]) -> None:
    """The rows are in order, begin with the instance's start, and end with its end if it has ended."""
    if not history or history[0]["event"] != "instance.started":
        raise ArchiveFault("缺少办件开始的记录 / the row of its start is missing", member=layout.HISTORY)
    for one, next_one in pairwise(history):
        if one["seq"] >= next_one["seq"]:
            raise ArchiveFault("记录的次序不对 / rows are out of order", member=layout.HISTORY)
    _same("instance.started", layout.INSTANCE, history[0], instance["started_by"], instance["started_at"])
    ended = [row for row in history if row["event"] in ENDS.values()]
    event = ENDS.get(instance["state"])
    if event is None:
        if ended:
            raise ArchiveFault("办件已结束而状态不符 / it has ended, which its state denies", member=layout.INSTANCE)
    elif not ended or ended[-1]["event"] != event:
        raise ArchiveFault("缺少办件结束的记录 / the row of its end is missing", member=layout.HISTORY)
    else:
        _same(event, layout.INSTANCE, ended[-1], ended[-1]["actor_id"], instance["ended_at"])


def _check_tasks(tasks: Sequence[Row], history: Sequence[Row]) -> None:
    told = {row["token_id"]: row for row in history if row["event"] == "task.completed"}
    done = {task["id"]: task for task in tasks if task["state"] == "completed"}
    for task_id in sorted(told.keys() ^ done.keys()):
        said = f"任务 {task_id} 的办结与历史不符 / task and history differ on its completion"
        raise ArchiveFault(said, member=layout.TASKS if task_id in told else layout.HISTORY)
    for task_id, task in done.items():
        row = told[task_id]
        _same(f"任务 / task {task_id}", layout.TASKS, row, task["completed_by"], task["completed_at"])
        if row["element_id"] != task["element_id"]:
            raise ArchiveFault(f"任务 {task_id} 的步骤与历史不符 / of another step", member=layout.TASKS)


def _check_jobs(jobs: Sequence[Row], history: Sequence[Row]) -> None:
    told = {row["token_id"] for row in history if row["event"] == "job.done"}
    done = {job["id"] for job in jobs if job["kind"] != "timer" and job["state"] == "done"}
    for job_id in sorted(told ^ done):
        said = f"作业 {job_id} 的完成与历史不符 / job and history differ on whether it is done"
        raise ArchiveFault(said, member=layout.JOBS if job_id in told else layout.HISTORY)


def _check_definitions(archive: Opened, definitions: Sequence[Row]) -> None:
    """The files of each version are those that were deployed, and no other is there."""
    listed = {member for member, _, _ in layout.members_of(definitions)}
    for name in sorted(archive.members.keys() - {*layout.MEMBERS} - listed):
        raise ArchiveFault(f"文件 {name} 不属于任何定义 / belongs to no definition", member=name)
    for definition in definitions:
        files = {path: archive.members[layout.member_of(definition["id"], path)] for path in definition["files"]}
        if Bundle(definition["deployment"]["name"], files).digest != definition["digest"]:
            said = f"{definition['key']} 的文件与部署时的摘要不符 / its files are not those that were deployed"
            raise ArchiveFault(said, member=layout.DEFINITIONS)


def _check_versions(instance: Row, history: Sequence[Row], definitions: Sequence[Row]) -> None:
    """The versions are those that the history names, and their digests those that it noted."""
    digests = {definition["id"]: definition["digest"] for definition in definitions}
    named = {row["definition_id"] for row in history} | {instance["definition_id"]}
    for definition_id in sorted(named ^ digests.keys()):
        raise ArchiveFault(f"定义 {definition_id} 与历史不符 / not as in the history", member=layout.DEFINITIONS)
    for number, row in enumerate(history, 1):
        noted = row["detail"].get("digest") if row["event"] in {"instance.started", "instance.migrated"} else None
        if noted is not None and noted != digests[row["definition_id"]]:
            said = f"{layout.HISTORY}:{number} 所记的定义摘要不符 / notes another digest of the definition"
            raise ArchiveFault(said, member=layout.DEFINITIONS)


def _same(what: str, member: str, row: Row, actor: str, at: str) -> None:
    apart = abs(datetime.fromisoformat(row["at"]) - datetime.fromisoformat(at))
    if row["actor_id"] != actor or apart > APART:
        raise ArchiveFault(f"{what} 的人员或时间与历史不符 / by whom or when differs from the history", member=member)
