"""Signals from outside: all instances of a county that wait for one hear it in the same transaction."""

from __future__ import annotations

from engine.context import Context
from engine.errors import NotFound
from engine.services.instances import Instances, county_of
from engine.tables.people import OrgUnit
from engine.types import Variables


class Signals:
    """Signals, seen from one transaction."""

    def __init__(self, context: Context, instances: Instances) -> None:
        self._context = context
        self._instances = instances

    def broadcast(self, name: str, variables: Variables, *, org_unit: str) -> None:
        """Send a signal to the county of a unit; processes that it starts belong to the unit. Raises NotFound."""
        unit = self._context.session.get(OrgUnit, org_unit)
        if unit is None:
            raise NotFound(org_unit=org_unit)
        self._instances.routing.broadcast(name, variables, county_of(unit.path), unit.code)
