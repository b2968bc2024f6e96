"""The job engine in production: DBOS 3.4 over the engine's own database, SQLite or PostgreSQL.

DBOS is a queue here and not a second workflow engine: one attempt at a job is one DBOS workflow without steps, and the
job's row says what is true. Every setting below has its reason in notes/durability-and-scale 1.4.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, error
from sqlalchemy.orm import Session

from engine.jobs.queue import Lane, Ticket
from engine.types import JobId

if TYPE_CHECKING:
    from engine.clock import Clock

log = logging.getLogger(__name__)

APPLICATION = "onegrid"
VERSION = "jobs-v1"
"""Fixed: DBOS's default is a hash of the code, and waiting jobs would stick to the release that made them."""

WORKFLOW = "perform"
CONCURRENCY = 8
MAX_RECOVERIES = 10
LOST = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "SUCCESS"})
"""States in which DBOS will not run a ticket again, although our row may still wait."""


class DbosQueue:
    """Tickets as DBOS workflows. `connect` before the first ticket; `start` only where jobs are to run."""

    def __init__(
        self, database: sa.Engine, clock: Clock, *, executor: str = "w0", polling_seconds: float = 0.1
    ) -> None:
        self._database = database
        self._clock = clock
        self._executor = executor
        self._polling_seconds = polling_seconds
        self._url = database.url.render_as_string(hide_password=False)
        # DBOS's own connections: our BEGIN hooks would break its transactions on SQLite
        self._own = sa.create_engine(self._url)
        self._client: DBOSClient | None = None

    def connect(self) -> None:
        """Create DBOS's tables where they are missing, and the client. Not lazily inside a transaction: it would
        open a second connection, which dead-locks on SQLite.
        """
        DBOS.migrate(self._url)
        self._client = DBOSClient(system_database_engine=self._own, serializer=DBOSPortableJSONSerializer())

    def enqueue(self, session: Session, ticket: Ticket) -> None:
        """Add the ticket in the session's transaction. The same ticket twice is one ticket."""
        self._enqueue(session, ticket, f"{ticket.job_id}:{ticket.attempt}")

    def _enqueue(self, session: Session, ticket: Ticket, workflow_id: str) -> None:
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": ticket.lane.value,
            "queue_partition_key": ticket.key,
            "workflow_id": workflow_id,
            "app_version": VERSION,
        }
        delay = (ticket.run_at - self._clock.now()).total_seconds()
        if delay > 0:
            options["delay_seconds"] = delay
        self._connected().enqueue_in_transaction(session, options, ticket.job_id, ticket.attempt)

    def _connected(self) -> DBOSClient:
        if self._client is None:
            raise RuntimeError("DbosQueue.connect() comes before the first ticket")
        return self._client

    def adopt(self, session: Session, ticket: Ticket) -> bool:
        """Enqueue the ticket of a waiting job unless DBOS has it alive; return whether it was needed.

        Jobs that another queue made (the demo's replay), or whose ticket ended in an error, wait for nobody.
        """
        workflow_id = f"{ticket.job_id}:{ticket.attempt}"
        try:
            status = self._connected().retrieve_workflow(workflow_id).get_status().status
        except error.DBOSNonExistentWorkflowError:
            self._enqueue(session, ticket, workflow_id)
            return True
        if status not in LOST:
            return False
        self._enqueue(session, ticket, f"{workflow_id}:{self._clock.now().isoformat()}")
        return True

    def start(self, perform: Callable[[JobId, int], None]) -> None:
        """Launch DBOS in this process: it recovers what this executor was doing when it died, then polls."""
        config: DBOSConfig = {
            "name": APPLICATION,
            "application_version": VERSION,
            "executor_id": self._executor,
            "system_database_url": self._url,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "console_log_level": "ERROR",
        }
        DBOS(config=config)

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
        def run(job_id: str, attempt: int) -> None:
            perform(JobId(job_id), attempt)

        DBOS.launch()
        for lane in Lane:
            DBOS.register_queue(
                lane.value,
                partition_concurrency=1,
                worker_concurrency=CONCURRENCY,
                polling_interval_sec=self._polling_seconds,
                on_conflict="always_update",
            )

    def stop(self) -> None:
        """Let running jobs finish for at most 15 seconds, then stop; what is cut off is recovered at the next start."""
        DBOS.destroy(workflow_completion_timeout_sec=15, destroy_registry=True)
        if self._client is not None:
            self._client.destroy()
            self._client = None
        self._own.dispose()
