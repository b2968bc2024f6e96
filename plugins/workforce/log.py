"""The log of what was done about workers: by whom, when, and to whom. No telephone number is ever written into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Actor, Clock
from plugins.workforce.tables import WorkerEvent

EVENTS = frozenset(
    {
        *("worker.engaged", "worker.changed", "worker.ended", "contact.changed", "login.given", "phone.shown"),
        *(
            "grid.assigned",
            "assignment.ended",
            "training.held",
            "attendance.recorded",
            "policy.set",
            "contact.published",
        ),
    }
)


class Writer(Protocol):
    """Who writes, in which transaction and when: a `Work`, or the `Hand` of a step of a process."""

    @property
    def session(self) -> Session:
        """The transaction."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is."""
        ...

    @property
    def actor(self) -> Actor:
        """In whose name."""
        ...


@dataclass(frozen=True, slots=True)
class Hand:
    """A writer of its own: a step of a process that writes in the name of whoever decided."""

    session: Session
    clock: Clock
    actor: Actor


def write(work: Writer, event: str, place: str, worker_id: str | None = None, **detail: Any) -> None:
    """Add an entry of the actor, now. `event` is one of EVENTS, `detail` plain JSON."""
    if event not in EVENTS:
        raise ValueError(f"{event!r} is not one of {sorted(EVENTS)}")
    work.session.add(
        WorkerEvent(
            at=work.clock.now(),
            place=place,
            worker_id=worker_id,
            event=event,
            actor_id=work.actor.id,
            actor_name=work.actor.name,
            detail=detail,
        )
    )


def of_worker(session: Session, worker_id: str, limit: int = 50) -> Sequence[WorkerEvent]:
    """Return what was done about a worker, the latest first."""
    select = sa.select(WorkerEvent).where(WorkerEvent.worker_id == worker_id)
    return session.scalars(select.order_by(WorkerEvent.id.desc()).limit(limit)).all()
