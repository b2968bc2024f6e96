"""The count afterwards: what should have happened, what did, and what happened twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.application import Engine
from engine.services.audit import verify
from engine.tables.history import HistoryEvent
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.types import SYSTEM, InstanceState, JobState
from web.chaos.plugin import EFFECTS


@dataclass(frozen=True)
class Tally:
    """What a run left behind on one database. Violations: from `stuck` on, and effects that are not those expected.

    Attributes:
        instances: started. All of them should have ended.
        tasks: completed by people.
        expected, effects: jobs of the transactional handler that were done, and rows that they left.
        calls: of the department's handler, by their keys.
        calls_repeated: calls beyond the first of a key. Allowed: at least once is what a department is promised.
        stuck: instances that have not ended.
        dead: jobs without attempts left.
        doubles: tasks, jobs or effects of which there are two.
        overlaps: calls of one key that were under way at the same time.
        locked: how often a process said `database is locked`.
        chain_faults: places where the chain of the history is broken.
    """

    instances: int
    tasks: int
    expected: int
    effects: int
    calls: int
    calls_repeated: int
    stuck: int
    dead: int
    doubles: int
    overlaps: int
    locked: int
    chain_faults: int

    @property
    def violated(self) -> bool:
        """Whether anything was lost or done twice, or somebody was turned away by the database."""
        wrong = self.stuck + self.dead + self.doubles + self.overlaps + self.locked + self.chain_faults
        return bool(wrong) or self.effects != self.expected or not self.effects

    def as_json(self) -> dict[str, Any]:
        """Return it for the report."""
        return asdict(self)


def count(engine: Engine, calls: Path, log: Path) -> Tally:
    """Return the tally of a database, the department's own list of calls, and the processes' log."""
    begun, overlaps = calls_of(calls.read_text().splitlines())
    with engine.begin(SYSTEM, write=False) as work:
        chain_faults = len(verify(work.session, {}).faults)
    done = (Job.state == JobState.DONE, Job.element_id == "write")
    with engine.begin(SYSTEM, write=False) as work:
        scalar = work.session.scalar
        return Tally(
            instances=scalar(sa.select(sa.func.count(ProcessInstance.id))) or 0,
            tasks=_events(work.session, "task.completed"),
            expected=scalar(sa.select(sa.func.count(Job.id)).where(*done)) or 0,
            effects=scalar(sa.select(sa.func.count(EFFECTS.c.id))) or 0,
            calls=len(begun),
            calls_repeated=sum(begun.values()) - len(begun),
            stuck=scalar(
                sa.select(sa.func.count(ProcessInstance.id)).where(ProcessInstance.state != InstanceState.COMPLETED)
            )
            or 0,
            dead=scalar(sa.select(sa.func.count(Job.id)).where(Job.state == JobState.DEAD)) or 0,
            doubles=_doubles(work.session),
            overlaps=overlaps,
            locked=log.read_text(errors="replace").count("database is locked"),
            chain_faults=chain_faults,
        )


def _events(session: sa.orm.Session, event: str) -> int:
    return session.scalar(sa.select(sa.func.count(HistoryEvent.id)).where(HistoryEvent.event == event)) or 0


def _doubles(session: sa.orm.Session) -> int:
    """Return how many tokens have two completions or two outcomes, and jobs two effects."""
    once = sa.select(HistoryEvent.token_id).where(HistoryEvent.event.in_(("task.completed", "job.done")))
    events = once.group_by(HistoryEvent.token_id, HistoryEvent.event).having(sa.func.count() > 1)
    effects = sa.select(EFFECTS.c.job_id).group_by(EFFECTS.c.job_id).having(sa.func.count() > 1)
    return len(session.scalars(events).all()) + len(session.scalars(effects).all())


def calls_of(lines: Sequence[str]) -> tuple[dict[str, int], int]:
    """Return how often each key was called, and how many calls began while another of their key was under way.

    A call without an end was cut off with its worker: what comes after it is a repetition and no overlap.

    Args:
        lines: `begin KEY CALL` and `end KEY CALL`, in the order in which they were written.
    """
    begun: dict[str, list[tuple[int, str]]] = defaultdict(list)
    ended: dict[str, int] = {}
    for number, line in enumerate(lines):
        what, key, call = line.split()
        if what == "begin":
            begun[key].append((number, call))
        else:
            ended[call] = number
    overlaps = sum(
        later < ended.get(call, later) for calls in begun.values() for (_, call), (later, _) in pairwise(calls)
    )
    return {key: len(calls) for key, calls in begun.items()}, overlaps
