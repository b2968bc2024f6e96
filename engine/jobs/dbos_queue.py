"""The job engine in production: DBOS 3.4 over the engine's own database, SQLite or PostgreSQL.

DBOS is a queue here and not a second workflow engine: one attempt at a job is one DBOS workflow without steps, and the
job's row says what is true. Every setting below has its reason in notes/durability-and-scale 1.4.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy.orm import Session

from engine.jobs.lanes import LANES, PACE
from engine.jobs.queue import Duties, Lane, Standing, Ticket
from engine.jobs.slots import PLACE, Slot, Slots, slots_of, take_slot
from engine.jobs.upkeep import TEND_SECONDS, Upkeep
from engine.types import JobId, new_id

if TYPE_CHECKING:
    from engine.clock import Clock

log = logging.getLogger(__name__)

APPLICATION = "onegrid"
VERSION = "jobs-v1"
"""Fixed: DBOS's default is a hash of the code, and waiting jobs would stick to the release that made them."""

WORKFLOW = "perform"
MAX_RECOVERIES = 10
NEAR = timedelta(minutes=2)
"""Tickets of later jobs wait as rows: a deadline in ten days is usually cancelled, and its ticket would stay here."""

RETENTION = timedelta(days=7)
BATCH = 500
ALIVE = frozenset({"ENQUEUED", "PENDING", "DELAYED"})
POISON = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
ENDED = ["SUCCESS", "ERROR", "CANCELLED", POISON]


ENQUEUE = sa.text(
    "SELECT dbos.enqueue_workflow(workflow_name => :name, queue_name => :lane, workflow_id => :id,"
    " positional_args => ARRAY[to_json(CAST(:job AS text)), to_json(CAST(:attempt AS integer))],"
    " app_version => :version, queue_partition_key => :key, application_name => :application,"
    " delay_until_epoch_ms => CAST(extract(epoch FROM clock_timestamp()) * 1000 + CAST(:delay AS bigint) AS bigint))"
)
"""DBOS's SQL interface: https://docs.dbos.dev, *enqueueing from SQL*. Its clock is the wall's, so is the delay's."""


class DbosQueue:
    """Tickets as DBOS workflows. `connect` before the first ticket; `start` only where jobs are to run."""

    def __init__(
        self,
        database: sa.Engine,
        clock: Clock,
        *,
        lanes: Iterable[Lane] = Lane,
        polling_seconds: float = 0.1,
        tend_seconds: float = TEND_SECONDS,
        retention: timedelta = RETENTION,
        batch: int = BATCH,
    ) -> None:
        """Prepare the queue.

        Args:
            database: where the engine's tables are; DBOS's own are put beside them.
            clock: the engine's.
            lanes: those that this process takes tickets from.
            polling_seconds: how often the lane `engine` is asked for work: what an idle system takes to begin.
            tend_seconds: how often lost tickets are looked for.
            retention: how long an ended ticket is kept, for an operator to look at.
            batch: how many of them are deleted in one transaction.
        """
        self._clock = clock
        self._lanes = [lane.value for lane in lanes]
        self._polling_seconds = polling_seconds
        self._tend_seconds = tend_seconds
        self._retention = retention
        self._batch = batch
        # never the engine's own connections: our BEGIN hooks would break DBOS's transactions on SQLite
        self._url = database.url.render_as_string(hide_password=False)
        self._slots: Slots = slots_of(database.url)
        self._run = new_id()[:8]
        self._slot: Slot | None = None
        self._upkeep: Upkeep | None = None
        self._client: DBOSClient | None = None
        self._missed: set[str] = set()

    @property
    def worker(self) -> str:
        """The name of this process: its place once it runs jobs, and a word for this run."""
        return f"{self._slot.name if self._slot else self._run}:{self._run}"

    @property
    def hold(self) -> None:
        """Hold no job: each has its ticket."""
        return

    def connect(self) -> None:
        """Create DBOS's tables where they are missing, and the client. Not lazily inside a transaction: it would
        open a second connection, which dead-locks on SQLite.
        """
        DBOS.migrate(self._url)
        self._client = DBOSClient(
            system_database_url=self._url,
            serializer=DBOSPortableJSONSerializer(),
            system_database_pool_size=2,
            application_name=APPLICATION,
            retry_connection_errors=False,  # who calls decides how long to wait
        )

    def enqueue(self, session: Session, ticket: Ticket) -> None:
        """Add the ticket in the session's transaction, if its day is near. The same ticket twice is one ticket."""
        delay = ticket.run_at - self._clock.now()
        if delay > NEAR:
            return
        if session.get_bind().dialect.name == "postgresql":
            _enqueue_by_function(session, ticket, delay)
        else:
            self._enqueue_by_client(session, ticket, delay)

    def _enqueue_by_client(self, session: Session, ticket: Ticket, delay: timedelta) -> None:
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": ticket.lane.value,
            "queue_partition_key": ticket.key,
            "workflow_id": _id(ticket),
            "app_version": VERSION,
        }
        if delay > timedelta():
            options["delay_seconds"] = delay.total_seconds()
        self._connected().enqueue_in_transaction(session, options, ticket.job_id, ticket.attempt)

    def _connected(self) -> DBOSClient:
        if self._client is None:
            raise RuntimeError("DbosQueue.connect() comes before the first ticket")
        return self._client

    def standings(self, tickets: Sequence[Ticket]) -> list[Standing]:
        """Return the standing of each ticket. Of a far day: ALIVE, its row keeps it."""
        if not tickets:
            return []
        found = self._connected().list_workflows(
            workflow_ids=[_id(ticket) for ticket in tickets], load_input=False, load_output=False
        )
        status: dict[str, str] = {workflow.workflow_id: workflow.status for workflow in found}
        near = self._clock.now() + NEAR
        return [_standing(status.get(_id(ticket)), near=ticket.run_at <= near) for ticket in tickets]

    def tidy(self) -> None:
        """Take tickets from workers that are gone for good, and delete old ones in batches."""
        self._take_from_the_gone()
        self._delete_old()

    def _take_from_the_gone(self) -> None:
        """Cancel what a worker was doing whose place was free in this round and the one before.

        A worker that is started again takes its place and its tickets itself, without the loss of an attempt.
        """
        client = self._connected()
        running = client.list_workflows(status="PENDING", load_input=False, load_output=False, limit=1000)
        missed = set()
        others = {workflow.executor_id or "" for workflow in running} - {self._slot.name if self._slot else ""}
        for name in filter(PLACE.fullmatch, others):
            # held while its tickets are cancelled: nobody can start in the place meanwhile
            if (slot := self._slots.hold(name)) is None:
                continue
            try:
                if name in self._missed:
                    lost = [workflow.workflow_id for workflow in running if workflow.executor_id == name]
                    log.warning("a worker is gone", extra={"slot": name, "tickets": len(lost)})
                    client.cancel_workflows(lost)
                missed.add(name)
            finally:
                slot.release()
        self._missed = missed

    def _delete_old(self) -> None:
        client = self._connected()
        before = (self._clock.now() - self._retention).isoformat()
        while True:
            # made before, too: that has an index, the end has none
            old = client.list_workflows(
                status=ENDED,
                end_time=before,
                completed_before=before,
                load_input=False,
                load_output=False,
                limit=self._batch,
            )
            client.delete_workflows([workflow.workflow_id for workflow in old])
            if len(old) < self._batch:
                return

    def start(self, duties: Duties) -> None:
        """Take a place and launch DBOS: it recovers what the place's last holder was doing, then polls."""
        if self._slot is not None:
            raise RuntimeError("this queue runs tickets already")
        self._slot = take_slot(self._slots)
        config: DBOSConfig = {
            "name": APPLICATION,
            "application_version": VERSION,
            "executor_id": self._slot.name,
            "system_database_url": self._url,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "console_log_level": "ERROR",
        }
        DBOS(config=config)
        DBOS.listen_queues(self._lanes)

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
        def run(job_id: str, attempt: int) -> None:
            duties.perform(JobId(job_id), attempt)

        DBOS.launch()
        for lane, limits in LANES.items():
            pace = self._polling_seconds * PACE.get(lane, 1)
            DBOS.register_queue(lane.value, polling_interval_sec=pace, on_conflict="always_update", **limits)
        self._upkeep = Upkeep(self._slots, self._slot, duties, tend_seconds=self._tend_seconds)

    def stop(self) -> None:
        """Let running jobs finish for at most 15 seconds, then stop; what is cut off is recovered at the next start."""
        if self._upkeep is not None:
            DBOS.destroy(workflow_completion_timeout_sec=15, destroy_registry=True)
            self._upkeep.stop()
            self._upkeep = self._slot = None
        if self._client is not None:
            self._client.destroy()
            self._client = None


def _enqueue_by_function(session: Session, ticket: Ticket, delay: timedelta) -> None:
    """Enqueue by DBOS's own SQL function: one statement, where its client builds and compiles two anew each time."""
    session.connection().execute(
        ENQUEUE,
        {
            "name": WORKFLOW,
            "lane": ticket.lane.value,
            "job": ticket.job_id,
            "attempt": ticket.attempt,
            "id": _id(ticket),
            "version": VERSION,
            "key": ticket.key,
            "delay": delay // timedelta(milliseconds=1) if delay > timedelta() else None,
            "application": APPLICATION,
        },
    )


def _id(ticket: Ticket) -> str:
    return f"{ticket.job_id}:{ticket.attempt}"


def _standing(status: str | None, *, near: bool) -> Standing:
    if status is None:
        return Standing.MISSING if near else Standing.ALIVE
    if status in ALIVE:
        return Standing.ALIVE
    return Standing.POISON if status == POISON else Standing.BROKEN
