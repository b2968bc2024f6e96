"""The unit of work: one request or one job, one transaction. It holds the only `commit()` of the system."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.calendar import WorkCalendar
from engine.clock import Clock
from engine.context import Answer, Context, Doing, Runtime
from engine.db import begin_write, table_of
from engine.errors import Forbidden, IdempotencyKeyReused, InstanceChanged
from engine.feel.runtime import Feel
from engine.plugins.own_reports import OwnReport
from engine.services.archive import Archives
from engine.services.attachments import Attachments
from engine.services.breakers import Breakers
from engine.services.calendars import Calendars
from engine.services.case_tasks import CaseTasks
from engine.services.definitions import Definitions
from engine.services.deliveries import Deliveries
from engine.services.drafts import Drafts
from engine.services.dues import Dues
from engine.services.external_jobs import ExternalJobs
from engine.services.held import Held
from engine.services.history import History
from engine.services.instances import Instances
from engine.services.job_locks import JobLocks
from engine.services.jobs import Jobs
from engine.services.ledger import Ledger
from engine.services.messages import Messages
from engine.services.migration import Migration
from engine.services.offers import Offers
from engine.services.plugin_figures import PluginFigures
from engine.services.plugin_log import PluginLog
from engine.services.reassigning import Reassigning
from engine.services.repair import Repair
from engine.services.settings import Settings
from engine.services.signals import Signals
from engine.services.start_timers import StartTimers
from engine.services.switches import Switches
from engine.services.tasks import Tasks
from engine.services.versions import Versions
from engine.services.waits import Waits
from engine.services.worker_tokens import WorkerTokens
from engine.tables.idempotency import IdempotencyKey
from engine.tables.instances import ProcessInstance
from engine.transient import is_contention
from engine.types import Actor
from engine.vault import Vault

_KEYS = table_of(IdempotencyKey)
_GIVEN = sa.select(_KEYS.c.fingerprint, _KEYS.c.answer).where(
    _KEYS.c.actor_id == sa.bindparam("actor_id"), _KEYS.c.key == sa.bindparam("key")
)
_KEEP = sa.insert(_KEYS)


class Work:
    """What one actor does in one transaction, through the services. Made by `begin`, never kept."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def session(self) -> Session:
        """The transaction's session, for core plugins' own tables."""
        return self._context.session

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self._context.actor

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self._context.clock

    @property
    def reports(self) -> Sequence[OwnReport]:
        """The reports of departments' plugins. Who may see which rows is for whoever shows them to decide."""
        return self._context.runtime.plugins.reports

    @property
    def participants(self) -> Collection[str]:
        """Candidate groups whose posts see only the cases in which their holders take part."""
        return self._context.runtime.plugins.participants

    @property
    def feel(self) -> Feel:
        """The expression language."""
        return self._context.runtime.feel

    @property
    def calendar(self) -> WorkCalendar:
        """The working calendar of this installation, the same that expressions count with."""
        return self._context.runtime.feel.calendar

    @property
    def vault(self) -> Vault:
        """What seals personal data of core plugins before it is stored; each text for a place of its own."""
        return self._context.runtime.vault

    @cached_property
    def definitions(self) -> Definitions:
        """Deployments and definitions."""
        return Definitions(self._context)

    @cached_property
    def versions(self) -> Versions:
        """The versions of processes: who deployed them, when and why."""
        return Versions(self._context, self.definitions)

    @cached_property
    def drafts(self) -> Drafts:
        """The actor's drafts of processes."""
        return Drafts(self._context)

    @cached_property
    def history(self) -> History:
        """The history."""
        return History(self._context)

    @cached_property
    def instances(self) -> Instances:
        """Process instances."""
        return Instances(self._context, self.definitions, self.history)

    @cached_property
    def tasks(self) -> Tasks:
        """User tasks."""
        return Tasks(self._context, self.definitions, self.instances, self.history)

    @cached_property
    def reassigning(self) -> Reassigning:
        """Handing tasks to others."""
        return Reassigning(self._context, self.definitions, self.history, self.tasks)

    @cached_property
    def offers(self) -> Offers:
        """What departments' plugins bring."""
        return Offers(self._context, self.definitions)

    def case_tasks(self, instance: ProcessInstance) -> CaseTasks:
        """Return the user tasks of an instance that this transaction has locked, for what works for it."""
        return CaseTasks(self._context, self.history, instance)

    @cached_property
    def messages(self) -> Messages:
        """Messages to instances."""
        return Messages(self._context, self.instances, self.history)

    @cached_property
    def signals(self) -> Signals:
        """Signals to the instances of a county."""
        return Signals(self._context, self.instances)

    @cached_property
    def jobs(self) -> Jobs:
        """Jobs."""
        return Jobs(self._context, self.instances, self.history)

    @cached_property
    def breakers(self) -> Breakers:
        """The plugins' circuit breakers."""
        return Breakers(self._context)

    @cached_property
    def deliveries(self) -> Deliveries:
        """What departments' plugins are told after the transaction."""
        return Deliveries(self._context)

    @cached_property
    def settings(self) -> Settings:
        """The settings of plugins."""
        return Settings(self._context)

    @cached_property
    def switches(self) -> Switches:
        """Where plugins are used."""
        return Switches(self._context)

    @cached_property
    def held(self) -> Held:
        """Jobs that wait for their plugin."""
        return Held(self._context, self.history, self.breakers)

    @cached_property
    def waits(self) -> Waits:
        """What of cases waits for somebody, for replays."""
        return Waits(self._context)

    @cached_property
    def plugin_figures(self) -> PluginFigures:
        """How plugins are doing."""
        return PluginFigures(self._context)

    @cached_property
    def plugin_log(self) -> PluginLog:
        """What was done to plugins."""
        return PluginLog(self._context)

    @cached_property
    def external_jobs(self) -> ExternalJobs:
        """Jobs that systems elsewhere do."""
        return ExternalJobs(self._context, self.jobs)

    @cached_property
    def job_locks(self) -> JobLocks:
        """The locks under which they hold jobs."""
        return JobLocks(self._context, self.jobs)

    @cached_property
    def worker_tokens(self) -> WorkerTokens:
        """Tokens of those systems."""
        return WorkerTokens(self._context)

    @cached_property
    def start_timers(self) -> StartTimers:
        """What starts processes by itself."""
        return StartTimers(self._context, self.definitions, self.instances)

    @cached_property
    def calendars(self) -> Calendars:
        """The working calendar, and bringing in another."""
        return Calendars(self._context)

    @cached_property
    def dues(self) -> Dues:
        """Due times that another calendar makes others."""
        return Dues(self._context, self.history)

    @cached_property
    def repair(self) -> Repair:
        """What an operator does to an instance."""
        return Repair(self._context, self.definitions, self.instances, self.jobs, self.tasks)

    @cached_property
    def migration(self) -> Migration:
        """Taking instances to another version."""
        return Migration(self._context, self.definitions, self.instances, self.history)

    @cached_property
    def attachments(self) -> Attachments:
        """Files that people attach."""
        return Attachments(self._context)

    @cached_property
    def archives(self) -> Archives:
        """Archives of single instances."""
        return Archives(self._context, self.instances, self.history)

    def by(self, actor: Actor) -> Work:
        """Return this transaction in the hands of another actor: of whoever it has found to be logged in."""
        return Work(replace(self._context, actor=actor))

    def require(self, group: str) -> None:
        """Raise Forbidden unless the actor holds a post of the group, in whatever unit."""
        if not self.actor.holds(group):
            raise Forbidden(group=group)

    def once(self, key: str, fingerprint: str, do: Doing) -> Answer:
        """Do something once for this key of this actor; a repeated request gets the answer of the first.

        Raises:
            IdempotencyKeyReused: the key was used for something else (another fingerprint).
        """
        asked = {"actor_id": self.actor.id, "key": key}
        try:
            answer = do()
            kept = {**asked, "fingerprint": fingerprint, "answer": answer, "created_at": self.clock.now()}
            self.session.flush()
            self.session.connection().execute(_KEEP, kept)
        except Exception as error:
            # nearly all requests are first ones: only what fails may be a repetition
            if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError):
                raise
            return self._first_answer(asked, fingerprint, error)
        return answer

    def _first_answer(self, asked: Mapping[str, str], fingerprint: str, error: Exception) -> Answer:
        """Return the answer that this key was given before; raise the error when there was none."""
        self.session.rollback()
        given = self.session.connection().execute(_GIVEN, dict(asked)).one_or_none()
        if given is None:
            raise error
        if given.fingerprint != fingerprint:
            raise IdempotencyKeyReused(key=asked["key"]) from None
        first: Answer = given.answer
        return first


@contextmanager
def begin(session: Session, runtime: Runtime, actor: Actor, *, write: bool) -> Iterator[Work]:
    """Give a Work on a fresh session; commit on a clean exit if it may write, roll back otherwise, and close it.

    Used by `Engine.begin`.

    Raises:
        InstanceChanged: another transaction changed the same row first (optimistic version), or holds what this one
            needs and waits for what it has.
    """
    session.info["write"] = write
    try:
        if write:
            begin_write(session)
        yield Work(Context(session, actor, runtime))
        if write:
            _commit(session)
        else:
            session.rollback()
    except DBAPIError as error:
        session.rollback()
        if is_contention(error):
            raise InstanceChanged from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


def _commit(session: Session) -> None:
    try:
        Ledger.of(session).seal()
        session.commit()
    except StaleDataError as stale:
        raise InstanceChanged from stale
