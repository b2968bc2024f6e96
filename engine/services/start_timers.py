"""Starting processes at the times that their diagrams say, each time once."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from engine.bpmn.check_starts import units_of
from engine.context import Context
from engine.errors import ProcessFailed
from engine.services.definitions import Definitions
from engine.services.instances import Instances
from engine.services.schedule import put, schedule_of
from engine.tables.people import OrgUnit
from engine.tables.start_timers import StartTimer

ERROR_LENGTH = 2000
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


class StartTimers:
    """The start timers, seen from one transaction of the system."""

    def __init__(self, context: Context, definitions: Definitions, instances: Instances) -> None:
        self._context = context
        self._definitions = definitions
        self._instances = instances

    def due(self) -> list[str]:
        """Return the ids of the timers that are due, those that have been for longest first."""
        now = self._context.clock.now()
        select = (
            sa.select(StartTimer.id)
            .where(StartTimer.due_at <= now, sa.or_(StartTimer.retry_at.is_(None), StartTimer.retry_at <= now))
            .order_by(StartTimer.due_at, StartTimer.definition_key, StartTimer.element_id)
        )
        return list(self._context.session.scalars(select))

    def all(self) -> list[StartTimer]:
        """Return the timers that will start something, by the time when they do so next."""
        select = sa.select(StartTimer).where(StartTimer.due_at.is_not(None)).order_by(StartTimer.due_at, StartTimer.id)
        return list(self._context.session.scalars(select))

    def fire(self, timer_id: str) -> bool:
        """Start the process for the time that is due, once in each of its units, and wait for the next time.

        Both in this transaction, so that each time has its start, and one only. Returns False when another worker has
        the timer in hand, or it is not due any more.

        Raises:
            NotFound: a unit is not there.
            ProcessFailed, FeelError: the process cannot begin.
        """
        timer = self._locked(timer_id)
        if timer is None or timer.due_at is None or timer.due_at > self._context.clock.now():
            return False
        due = timer.due_at
        put(timer, schedule_of(timer).next())
        timer.attempt, timer.retry_at, timer.last_error = 0, None, None
        for unit in self._units(timer):
            self._instances.begin_on_time(timer.definition_id, timer.element_id, due, unit)
        return True

    def fail(self, timer_id: str, error: Exception) -> None:
        """Note why a start failed; it is tried again later, for an hour at most is waited in between."""
        timer = self._locked(timer_id)
        if timer is not None:
            timer.last_error = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
            pause = FIRST_PAUSE * 2 ** min(timer.attempt, 7)
            timer.retry_at = self._context.clock.now() + min(pause, LONGEST_PAUSE)
            timer.attempt += 1

    def _locked(self, timer_id: str) -> StartTimer | None:
        select = sa.select(StartTimer).where(StartTimer.id == timer_id).with_for_update(skip_locked=True)
        return self._context.session.scalars(select).one_or_none()

    def _units(self, timer: StartTimer) -> list[str]:
        """Return the units to start it in: those that the event names, else what stands at the top of the tree."""
        start = next(
            each for each in self._definitions.of(timer.definition_id).starts if each.element_id == timer.element_id
        )
        if not start.unit:
            tops = sa.select(OrgUnit.code).where(OrgUnit.parent_code.is_(None)).order_by(OrgUnit.code)
            return list(self._context.session.scalars(tops)) or _nobody(timer)
        value = self._context.runtime.feel.evaluate(start.unit, {}, self._context.clock.now())
        return units_of(value) or _nobody(timer)


def _nobody(timer: StartTimer) -> list[str]:
    raise ProcessFailed("定时开始事件没有得到机构编码。", element_id=timer.element_id)
