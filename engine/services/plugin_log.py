"""The log of what was done to plugins: by whom, when and why. It belongs to no case, so it is not of their history."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.context import Context
from engine.tables.plugins import PluginEvent

EVENTS = frozenset(
    {
        *("enabled", "disabled", "reload", "breaker.opened", "breaker.closed"),
        *("token.created", "token.rotated", "token.revoked"),
        *("setting.put", "setting.removed", "delivery.revived", "delivery.dropped"),
    }
)


class PluginLog:
    """The log, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def write(self, plugin: str, event: str, *, county: str = "", reason: str = "") -> None:
        """Add an entry of the actor, now. `event` is one of EVENTS."""
        if event not in EVENTS:
            raise ValueError(f"{event!r} is not one of {sorted(EVENTS)}")
        actor = self._context.actor
        self._context.session.add(
            PluginEvent(
                at=self._context.clock.now(),
                plugin=plugin,
                county=county,
                event=event,
                actor_id=actor.id,
                actor_name=actor.name,
                reason=reason,
            )
        )

    def latest(self, limit: int = 50) -> Sequence[PluginEvent]:
        """Return the newest entries, newest first."""
        return self._context.session.scalars(sa.select(PluginEvent).order_by(PluginEvent.id.desc()).limit(limit)).all()

    def newest(self, event: str) -> dict[str, int]:
        """Return the number of the newest entry of an event, by plugin."""
        select = sa.select(PluginEvent.plugin, sa.func.max(PluginEvent.id)).where(PluginEvent.event == event)
        return {plugin: number for plugin, number in self._context.session.execute(select.group_by(PluginEvent.plugin))}
