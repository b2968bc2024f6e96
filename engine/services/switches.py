"""Switches: in which counties a plugin is used. They are read where it matters, so a turn counts at once."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.access import OPERATOR
from engine.context import Context
from engine.errors import Forbidden, NotFound, ReasonMissing
from engine.services.instances import county_of
from engine.services.plugin_log import PluginLog
from engine.tables.people import OrgUnit
from engine.tables.plugins import PluginSwitch
from engine.types import ActorKind

EVERYWHERE = ""
"""The county of a switch that holds for all counties without one of their own."""


class Switches:
    """The switches, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._log = PluginLog(context)

    def all(self) -> Sequence[PluginSwitch]:
        """Return the switches that were ever turned, by plugin and county."""
        select = sa.select(PluginSwitch).order_by(PluginSwitch.plugin, PluginSwitch.county)
        return self._context.session.scalars(select).all()

    def is_on(self, plugin: str, county: str) -> bool:
        """Return whether a plugin is used in a county. One that was never switched off is."""
        return self._context.session.scalar(sa.select(setting(plugin, county))) is not False

    def off(self, county: str) -> frozenset[str]:
        """Return the plugins that are not used in a county: to leave out of a palette, of deliveries, of hints."""
        found = {switch.plugin: switch.enabled for switch in self.all() if switch.county == EVERYWHERE}
        found |= {switch.plugin: switch.enabled for switch in self.all() if switch.county == county}
        return frozenset(plugin for plugin, enabled in found.items() if not enabled)

    def counties(self) -> Sequence[OrgUnit]:
        """Return the units that there can be switches for, by code: those that cases are counted to."""
        slashes = sa.func.length(OrgUnit.path) - sa.func.length(sa.func.replace(OrgUnit.path, "/", ""))
        return self._context.session.scalars(sa.select(OrgUnit).where(slashes <= 3).order_by(OrgUnit.code)).all()

    def turn(self, plugin: str, county: str, *, on: bool, reason: str) -> None:
        """Switch a plugin on or off in a county, or with "" in all that have no switch of their own.

        Jobs that wait are kept, and go on by themselves once it is on again.

        Raises:
            ReasonMissing: no reason is given.
            NotFound: there is no such county.
            Forbidden: the actor is no operator of the place.
        """
        if not reason.strip():
            raise ReasonMissing
        self.permit(county)
        session = self._context.session
        switch = session.get(PluginSwitch, (plugin, county)) or PluginSwitch(plugin=plugin, county=county)
        switch.enabled, switch.reason = on, reason.strip()
        switch.actor_name, switch.changed_at = self._context.actor.name, self._context.clock.now()
        session.add(switch)
        self._log.write(plugin, "enabled" if on else "disabled", county=county, reason=reason.strip())

    def permit(self, county: str) -> None:
        """Raise unless the actor is an operator of the county or above; for all counties, of the tree's root.

        Raises:
            NotFound: there is no such county.
            Forbidden: the actor is none.
        """
        unit = self._context.session.get(OrgUnit, county) if county else None
        if county and (unit is None or county_of(unit.path) != county):
            raise NotFound(county=county)
        actor = self._context.actor
        if actor.kind is ActorKind.SYSTEM:
            return
        posts = [post for post in actor.posts if post.group == OPERATOR]
        place = unit.path if unit else "/"
        at_root = any(post.path.count("/") == 2 for post in posts)
        if not (at_root or (unit and any(place.startswith(post.path) for post in posts))):
            raise Forbidden(group=OPERATOR)


def setting(plugin: str, county: str | sa.orm.InstrumentedAttribute[str]) -> sa.ScalarSelect[bool]:
    """Return the query for the switch that holds for a county, or for that of each row of the query around it.

    Its own goes before that for all; NULL when there is none.
    """
    return (
        sa.select(PluginSwitch.enabled)
        .where(PluginSwitch.plugin == plugin, PluginSwitch.county.in_((EVERYWHERE, county)))
        .order_by(PluginSwitch.county.desc())
        .limit(1)
        .scalar_subquery()
    )
