"""The engine: what a web process, a worker or a test builds once, and asks for units of work.

engine = Engine(connect("sqlite:///onegrid.db"), plugins)
with engine.begin(actor) as work:
    work.tasks.complete(task_id, {"conclusion": "approve"})
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import work
from engine.clock import Clock, SystemClock
from engine.context import Runtime
from engine.couriers import Couriers
from engine.feel.runtime import Feel
from engine.jobs.lanes import AT_ONCE
from engine.jobs.queue import REPLAY, Duties, JobQueue
from engine.jobs.table_queue import TableQueue
from engine.performer import perform
from engine.plugin_watch import PluginWatch
from engine.plugins.host import PluginHost
from engine.services.calendars import PACKAGED
from engine.types import SYSTEM, Actor, JobId
from engine.upkeep import provide, resume, tend
from engine.vault import KEY_FILE, Vault


class Engine:
    """Everything the services of one operating-system process need, and the way into a transaction.

    Attributes:
        database: the one SQLAlchemy engine of the process, made by `engine.db.connect`; guards are attached to it.
        reserved: the one for the reserved login, with which jobs of reserved handlers run; `database` where its login
            may do everything, None where no such job is run.
        plugins: the plugin host.
        home: the folder in which this installation keeps its files (secret key, the demo's password).
        runtime: what all transactions share.
        working: held by each transaction of a job, so that many jobs in hand do not crowd out each other.
        stopping: set when the workers are told to stop.
    """

    def __init__(  # noqa: PLR0913  keywords, one a part
        self,
        database: sa.Engine,
        plugins: PluginHost | None = None,
        *,
        clock: Clock | None = None,
        queue: JobQueue | None = None,
        feel: Feel | None = None,
        home: Path = Path("var"),
        reserved: sa.Engine | None = None,
        reserved_elsewhere: bool = False,
        key_file: Path | None = None,
    ) -> None:
        """Build it; see the attributes. Without `plugins` it has none, so no handlers.

        `key_file` seals secrets: None is a file in `home`, made when it is needed.
        """
        plugins = plugins or PluginHost()
        self.database = database
        self.reserved = None if reserved_elsewhere else reserved or database
        self.plugins = plugins
        self.home = home
        self.stopping = threading.Event()
        self._watch: PluginWatch | None = None
        self.working = threading.BoundedSemaphore(AT_ONCE)
        self._couriers: Couriers | None = None
        self._calendar = PACKAGED
        self.runtime = Runtime(
            feel=feel or Feel(),
            clock=clock or SystemClock(),
            plugins=plugins,
            queue=queue or TableQueue(),
            vault=Vault(key_file or home / KEY_FILE),
            definitions={},
        )

    @property
    def clock(self) -> Clock:
        """The engine's clock."""
        return self.runtime.clock

    @contextmanager
    def begin(self, actor: Actor, *, write: bool = True, session: Session | None = None) -> Iterator[work.Work]:
        """Give a unit of work of the actor: committed on a clean exit, rolled back on an error, then closed.

        Args:
            actor: who acts.
            write: whether it may write; a reading one is always rolled back.
            session: a fresh session on `database` to use, for a web framework that has its own.
        """
        with work.begin(session or Session(self.database), self.runtime, actor, write=write) as begun:
            yield begun

    def perform(self, job_id: JobId, attempt: int) -> None:
        """Run one attempt at a job to its end, whatever that is. Safe to call twice: a stale ticket does nothing."""
        perform(self, job_id, attempt)

    def at(self, clock: Clock, *, apart: bool = False) -> Engine:
        """Return an engine on the same database with another clock, whose jobs run only by `drain`.

        With `apart` no worker takes those that it makes: they are marked, and `drain` knows no others. When the replay
        is over, `end_replay` gives the workers what is left.
        """
        engine = Engine(
            self.database,
            self.plugins,
            clock=clock,
            queue=TableQueue(REPLAY if apart else None),
            feel=self.runtime.feel,
            home=self.home,
            reserved=self.reserved,
            reserved_elsewhere=self.reserved is None,
        )
        engine.runtime = replace(engine.runtime, vault=self.runtime.vault)
        return engine

    def tend(self) -> int:
        """See that every job that is due, or soon will be, has a ticket; return how many had none. Workers do it.

        The history of the coming months is given its room beside.
        """
        adopted = tend(self)
        provide(self)
        with self.begin(SYSTEM) as work:
            work.deliveries.tidy()
            work.attachments.tidy()
        with self.begin(SYSTEM) as work:
            self.plugins.hook.onegrid_upkeep(work=work)
        return adopted

    def resume(self) -> int:
        """Let jobs go on whose plugin is at hand again; return how many. Workers do it every few seconds."""
        return resume(self)

    def end_replay(self) -> int:
        """Let the workers have what replays left waiting (`at` with `apart`); return how many jobs."""
        with self.begin(SYSTEM) as work:
            return work.held.end_replay()

    def follow_calendar(self) -> bool:
        """Count with the calendar as it is in the database; return whether it was another. Asked often: a small query.

        Every process does it by itself every few seconds (`engine.plugin_watch`).
        """
        with self.begin(SYSTEM, write=False) as work:
            newest = work.calendars.newest()
            if newest == self._calendar:
                return False
            self.runtime.feel.count_with(work.calendars.read())
        self._calendar = newest
        return True

    def start_workers(self, displaced: Callable[[], object] = lambda: None) -> None:
        """Begin to run jobs in this operating-system process.

        Args:
            displaced: called when another process has taken this one's place: this one must end.
        """
        self._couriers = Couriers(self)
        self._couriers.start()
        self.runtime.queue.start(Duties(self.perform, self.tend, self.resume, displaced))
        self.watch_plugins(reports=True)

    def watch_plugins(self, *, reports: bool = False) -> None:
        """Keep the departments' plugins of this process up to date; `start_workers` does it too.

        Args:
            reports: whether to say in the database how they are.
        """
        self._watch = PluginWatch(self, reports=reports)
        self._watch.start()

    def stop_workers(self) -> None:
        """Let running jobs finish, then stop, the plugins' processes too."""
        self.stopping.set()
        if self._watch is not None:
            self._watch.stop()
        self.runtime.queue.stop()
        self.plugins.close()  # first: a delivery that hangs ends with its process
        if self._couriers is not None:
            self._couriers.stop()
