"""Deliveries: what departments' plugins are told after a transaction, at least once and in the order of each line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.access import OPERATOR
from engine.context import Context
from engine.declaration import Retry
from engine.errors import Forbidden, NotFound
from engine.outcome import Answered, Failed
from engine.plugins.answers import PluginChannel
from engine.services.plugin_log import PluginLog
from engine.services.settings import Settings
from engine.services.switches import Switches
from engine.tables.deliveries import Delivery
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM, JobState

PAUSE = timedelta(seconds=30)
"""How long a delivery waits whose plugin may not be called now; that is no attempt."""
KEPT = timedelta(days=30)
"""How long one that was made is kept, with its receipt."""
RECEIPT = 200
ERROR_LENGTH = 2000
_OPEN = (JobState.WAITING, JobState.DEAD)


@dataclass(frozen=True, slots=True)
class Place:
    """Where what is delivered belongs: the county and unit, the unit's path, and what people call the case."""

    county: str
    org_unit: str
    org_path: str
    business_key: str | None

    @classmethod
    def of(cls, instance: ProcessInstance) -> Place:
        """Return the place of an instance."""
        return cls(instance.county, instance.org_unit, instance.org_path, instance.business_key)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be delivered.

    Attributes:
        function: name of the plugin's function (`engine/plugins/listening.py`).
        key: names it to the far system, the same over all attempts.
        line: deliveries of one line of a plugin's function are made one after the other.
        payload: JSON.
    """

    plugin: str
    function: str
    key: str
    line: str
    payload: Mapping[str, Any]


class Deliveries:
    """The deliveries, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, letter: Letter, place: Place) -> None:
        """Promise a delivery: it is made after this transaction, if that commits."""
        now = self._context.clock.now()
        self._context.session.add(
            Delivery(
                plugin=letter.plugin,
                function=letter.function,
                key=letter.key,
                line=f"{letter.plugin}:{letter.function}:{letter.line}",
                county=place.county,
                org_unit=place.org_unit,
                org_path=place.org_path,
                business_key=place.business_key,
                payload=dict(letter.payload),
                state=JobState.WAITING,
                attempt=0,
                due_at=now,
                created_at=now,
            )
        )

    def channels(self, department: str, county: str) -> list[PluginChannel]:
        """Return the channels of a department that may be used in a county: switched on, and set up."""
        return [
            each
            for each in self._context.runtime.plugins.channels
            if each.department == department and self._is_usable(each, county)
        ]

    def _is_usable(self, each: PluginChannel, county: str) -> bool:
        if not Switches(self._context).is_on(each.plugin, county):
            return False
        return set(each.channel.needs) <= set(Settings(self._context).keys(each.plugin, county))

    def next(self, plugin: str, functions: Collection[str]) -> Delivery | None:
        """Return the delivery of a plugin to be made first, locked; None when none is due, or others make it."""
        earlier, now = aliased(Delivery), self._context.clock.now()
        before = sa.select(earlier.id).where(
            earlier.line == Delivery.line, earlier.id < Delivery.id, earlier.state.in_(_OPEN)
        )
        select = (
            sa.select(Delivery)
            .where(
                Delivery.plugin == plugin,
                Delivery.function.in_(functions),
                Delivery.state == JobState.WAITING,
                Delivery.due_at <= now,
                sa.or_(Delivery.leased_until.is_(None), Delivery.leased_until <= now),
                ~before.exists(),
            )
            .order_by(Delivery.due_at, Delivery.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self._context.session.scalars(select).one_or_none()

    def is_due(self, plugin: str, functions: Collection[str]) -> bool:
        """Return whether something may have to be delivered. One small query, asked for often."""
        now = self._context.clock.now()
        due = Delivery.plugin == plugin, Delivery.state == JobState.WAITING, Delivery.due_at <= now
        select = sa.select(Delivery.id).where(*due, Delivery.function.in_(functions)).limit(1)
        return self._context.session.scalar(select) is not None

    def lease(self, delivery: Delivery, seconds: float) -> None:
        """Keep other workers from a delivery while it is made."""
        delivery.leased_until = self._context.clock.now() + timedelta(seconds=seconds)

    def postpone(self, delivery: Delivery) -> None:
        """Leave a delivery for later without an attempt."""
        delivery.due_at, delivery.leased_until = self._context.clock.now() + PAUSE, None

    def settle(self, delivery_id: int, attempt: int, outcome: Answered | Failed, retry: Retry) -> None:
        """Write how an attempt ended, unless another worker has made it meanwhile."""
        delivery = self._context.session.get(Delivery, delivery_id, with_for_update=True)
        if delivery is None or delivery.state != JobState.WAITING or delivery.attempt != attempt:
            return
        delivery.leased_until = None
        if isinstance(outcome, Answered):
            delivery.state, delivery.ended_at = JobState.DONE, self._context.clock.now()
            delivery.receipt = None if outcome.value is None else str(outcome.value)[:RECEIPT]
        elif outcome.spared:
            self.postpone(delivery)
        else:
            self._failed(delivery, outcome, retry)

    def _failed(self, delivery: Delivery, failed: Failed, retry: Retry) -> None:
        delivery.attempt += 1
        delivery.last_error = failed.message[:ERROR_LENGTH]
        if failed.retryable and delivery.attempt < retry.attempts:
            delay = failed.after if failed.after is not None else retry.delay(delivery.attempt)
            delivery.due_at = self._context.clock.now() + timedelta(seconds=delay)
        else:
            delivery.state = JobState.DEAD

    def open(self, limit: int = 200) -> Sequence[Delivery]:
        """Return what has failed at least once and is not made yet, dead ones first."""
        select = sa.select(Delivery).where(Delivery.state.in_(_OPEN), Delivery.attempt > 0)
        return self._context.session.scalars(select.order_by(Delivery.state, Delivery.id).limit(limit)).all()

    def dead(self) -> dict[str, int]:
        """Return how many deliveries are dead, by plugin."""
        select = sa.select(Delivery.plugin, sa.func.count()).where(Delivery.state == JobState.DEAD)
        return {plugin: number for plugin, number in self._context.session.execute(select.group_by(Delivery.plugin))}

    def revive(self, delivery_id: int) -> None:
        """Let a dead delivery be tried again, from the first attempt; raise NotFound or Forbidden."""
        delivery = self._dead(delivery_id)
        delivery.state, delivery.attempt, delivery.due_at = JobState.WAITING, 0, self._context.clock.now()
        PluginLog(self._context).write(delivery.plugin, "delivery.revived", reason=str(delivery_id))

    def drop(self, delivery_id: int) -> None:
        """Give a dead delivery up, so that those behind it go on; raise NotFound or Forbidden."""
        delivery = self._dead(delivery_id)
        delivery.state, delivery.ended_at = JobState.CANCELLED, self._context.clock.now()
        PluginLog(self._context).write(delivery.plugin, "delivery.dropped", reason=str(delivery_id))

    def tidy(self) -> None:
        """Delete what was made long ago."""
        old = Delivery.state.not_in(_OPEN), Delivery.ended_at < self._context.clock.now() - KEPT
        self._context.session.execute(sa.delete(Delivery).where(*old))

    def _dead(self, delivery_id: int) -> Delivery:
        actor = self._context.actor
        if actor.kind is not SYSTEM.kind and not actor.holds(OPERATOR):
            raise Forbidden(group=OPERATOR)
        delivery = self._context.session.get(Delivery, delivery_id, with_for_update=True)
        if delivery is None or delivery.state != JobState.DEAD:
            raise NotFound(delivery_id=delivery_id)
        return delivery
