"""The port to the job engine. A job is a row (`engine.tables.jobs`); the queue only decides when and where it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from engine.types import JobId

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


REPLAY: Final = "replay"
"""What `Job.held` says of a job that a replay made: no worker runs it before the replay is over."""


class Lane(StrEnum):
    """The queues. A slow or sick department waits in HANDLERS and delays nobody in ENGINE.

    RESERVED is for what needs the database's reserved login: only processes that hold it take from there.
    """

    ENGINE = "engine"
    RESERVED = "reserved"
    HANDLERS = "handlers"
    TIMERS = "timers"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One attempt at one job, to run at `run_at` or later.

    `key` is the partition: `county/stripe` for engine work, the plugin's name for handlers; never the instance,
    because the job engine walks every distinct key (notes/durability-and-scale 1.2).
    """

    lane: Lane
    key: str
    job_id: JobId
    attempt: int
    run_at: datetime


class Standing(StrEnum):
    """What a queue knows of the ticket of an attempt that is still to be made.

    MISSING: there is none. BROKEN: it ended, or was taken from a worker that is gone, and the attempt was not made.
    POISON: every worker that ran it died.
    """

    ALIVE = "alive"
    MISSING = "missing"
    BROKEN = "broken"
    POISON = "poison"


@dataclass(frozen=True, slots=True)
class Duties:
    """What a queue calls in a process that runs jobs.

    Attributes:
        perform: run one attempt at a job, `perform(job_id, attempt)`. It does not raise for what a job does.
        tend: look after jobs whose ticket is lost; called every so often.
        resume: let jobs go on that waited for their plugin; called every other second.
        displaced: called once when another process has taken this one's place, so that this one must end.
    """

    perform: Callable[[JobId, int], None]
    tend: Callable[[], object]
    resume: Callable[[], object]
    displaced: Callable[[], object]


class JobQueue(Protocol):
    """What the engine asks of a job engine.

    A job that is cancelled or listed needs nothing of it: the job's row says so, and a ticket without an attempt to
    make does nothing.
    """

    @property
    def worker(self) -> str:
        """The name of this process among those that run jobs, `place:run`; a later run has the place of an earlier."""
        ...

    @property
    def hold(self) -> str | None:
        """What `Job.held` is to say of new jobs: REPLAY, or None."""
        ...

    def enqueue(self, session: Session, ticket: Ticket) -> None:
        """Add the ticket in the session's transaction: it exists if and only if that commits.

        A ticket for a far day may be left to `Engine.tend`, which enqueues it again when the day is near.
        """
        ...

    def standings(self, tickets: Sequence[Ticket]) -> list[Standing]:
        """Return the standing of each ticket. Not to be called inside a transaction."""
        ...

    def tidy(self) -> None:
        """Free what workers held that are gone, and delete what ended long ago. Not inside a transaction."""
        ...

    def start(self, duties: Duties) -> None:
        """Begin to run tickets in this process."""
        ...

    def stop(self) -> None:
        """Let running tickets finish, then stop."""
        ...


def succeeds(worker: str, other: str) -> bool:
    """Return whether a worker has the place of another one, which therefore is gone."""
    place, _, run = worker.partition(":")
    other_place, _, other_run = other.partition(":")
    return place == other_place and run != other_run
