"""The demo's grids come into being as all grids do: by grid divisions, proposed, signed, reviewed, applied and filed.

The demo's people act through the engine's services on a clock that stands in the past. There is no back door, and there
could be none: guard.py of the registry would refuse it. A load that was cut off goes on where the case stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from engine.core_api import SYSTEM, TIMEZONE, Engine, FixedClock, NotFound, Work, drain, today, work_calendar
from plugins.demo.neighbourhoods import Neighbourhood
from plugins.demo.people import account, actor
from plugins.demo.workers import staffing
from plugins.grid_registry.api import proposal, register_proposal, township_picture

EFFECTIVE_AFTER = timedelta(days=16)
LATEST = timedelta(days=60)
REASON = "《永州市网格化服务管理规定》施行后，按城区以小区、楼栋，农村以自然村、村民小组为单元，登记本辖区网格。"


class DemoStuck(Exception):
    """A first division did not reach its end: a job failed, or the process asks for something unforeseen."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open task of the case, and the post that does it."""

    id: str
    element_id: str
    group: str
    org_unit: str


def divide(engine: Engine, neighbourhood: Neighbourhood, start: datetime) -> None:
    """Run the first division of a township from `start` on, to its filing; do nothing when it was done before.

    Raises:
        DemoStuck: the case did not end in time.
    """
    clock = FixedClock(start)
    replay = engine.at(clock)
    instance_id = _case(replay, neighbourhood.township)
    answers = _answers(neighbourhood, replay)
    clock.set(max(start, _last_moment(replay, instance_id)))
    while not _ended(replay, instance_id):
        if clock.now() > start + LATEST:
            raise DemoStuck(f"{neighbourhood.township}：首次划分未能办结，请在运行维护页查看失败的任务。")
        drain(replay)
        task = _open_task(replay, instance_id)
        if task is None:
            clock.set(_midnight(clock.now()))  # until the effective date
        else:
            clock.set(_working_morning(clock.now()))
            _complete(replay, task, answers)


def _midnight(moment: datetime) -> datetime:
    """Return the beginning of the next day in Yongzhou."""
    return datetime.combine(moment.astimezone(TIMEZONE).date() + timedelta(days=1), time(), TIMEZONE)


def _working_morning(moment: datetime) -> datetime:
    """Return the next working day at ten: when the one whose turn it is gets to it."""
    day = moment.astimezone(TIMEZONE).date() + timedelta(days=1)
    while not work_calendar().is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(10), TIMEZONE)


def _case(replay: Engine, township: str) -> str:
    """Return the process instance of the township's first proposal of that year, started now if there is none."""
    first = f"HF-{township}-{today(replay.clock).year}-001"
    with replay.begin(SYSTEM, write=False) as work:
        clerk = actor(work.session, account("township_clerk", township))
        try:
            return proposal(work.session, first).instance_id
        except NotFound:
            pass
    with replay.begin(clerk) as work:
        return proposal(work.session, register_proposal(work, township)).instance_id


def _last_moment(replay: Engine, instance_id: str) -> datetime:
    with replay.begin(SYSTEM, write=False) as work:
        return work.history.of(instance_id)[-1].at


def _ended(replay: Engine, instance_id: str) -> bool:
    with replay.begin(SYSTEM, write=False) as work:
        return work.instances.get(instance_id).ended_at is not None


def _open_task(replay: Engine, instance_id: str) -> Waiting | None:
    with replay.begin(SYSTEM, write=False) as work:
        for task in work.tasks.of_instance(instance_id):
            if task.state == "open":
                return Waiting(task.id, task.element_id, task.candidate_group, task.org_unit)
    return None


def _complete(replay: Engine, task: Waiting, answers: Mapping[str, dict[str, Any]]) -> None:
    """Let the holder of the task's post fill in its form."""
    with replay.begin(SYSTEM, write=False) as work:
        person = actor(work.session, account(task.group, task.org_unit))
    with replay.begin(person) as work:
        work.tasks.complete(task.id, answers[task.element_id] or _staffing(work, task))


def _staffing(work: Work, task: Waiting) -> dict[str, Any]:
    """Return who serves the new grids: they have their codes only when the plan has been applied."""
    return staffing(work.session, task.org_unit, today(work.clock))


def _answers(neighbourhood: Neighbourhood, replay: Engine) -> dict[str, dict[str, Any]]:
    """Return what is filled in, by the element of the process; nothing for what the moment decides."""
    with replay.begin(SYSTEM, write=False) as work:
        base = township_picture(work.session, neighbourhood.township).revision
    day = today(replay.clock)
    return {
        "propose": {
            "reason_type": "initial",
            "reason_text": REASON,
            "effective_date": (day + EFFECTIVE_AFTER).isoformat(),
            "base_revision": base,
            "changes": list(neighbourhood.changes),
        },
        "sign": {"decision": "submit", "statement": True},
        "review": {
            "checks": ["boundary_clear", "size_standard", "exclusive_criterion", "no_overlap", "staffing"],
            "conclusion": "approve",
        },
        "decide": {
            "conclusion": "approve",
            "opinion": "情况属实，理由充分，同意按方案登记，超大、过小的网格随后调整。",
        },
        "staff": {},
        "file": {"receipt_no": f"永网备〔{day.year}〕{neighbourhood.township[-3:]}号", "remark": "recorded"},
    }
