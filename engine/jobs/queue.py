"""The port to the job engine. A job is a row (`engine.tables.jobs`); the queue only decides when and where it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from engine.types import JobId


class Lane(StrEnum):
    """The queues. A slow or sick department waits in HANDLERS and delays nobody in ENGINE."""

    ENGINE = "engine"
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


class JobQueue(Protocol):
    """What the engine asks of a job engine."""

    def enqueue(self, session: Session, ticket: Ticket) -> None:
        """Add the ticket in the session's transaction: it exists if and only if that commits."""
        ...

    def adopt(self, session: Session, ticket: Ticket) -> bool:
        """Enqueue the ticket of a waiting job unless it is alive; return whether that was needed."""
        ...

    def start(self, perform: Callable[[JobId, int], None]) -> None:
        """Begin to run tickets in this process, each by one call of `perform(job_id, attempt)`."""
        ...

    def stop(self) -> None:
        """Let running tickets finish, then stop."""
        ...
