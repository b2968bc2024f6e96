"""What departments' plugins bring for a purpose: processes of theirs that say so in a property of the diagram."""

from __future__ import annotations

import sqlalchemy as sa

from engine.context import Context
from engine.services.definitions import Definitions
from engine.services.switches import Switches
from engine.tables.definitions import Deployment, ProcessDefinition


class Offers:
    """The processes of departments' plugins, seen from one transaction."""

    def __init__(self, context: Context, definitions: Definitions) -> None:
        self._context = context
        self._definitions = definitions

    def find(self, department: str, county: str, prop: str, value: str) -> str | None:
        """Return the key of the process that a department offers in a county for a value, or None.

        Args:
            department: code of the department, as its plugin gives it.
            county: where; a plugin that is switched off there offers nothing.
            prop: a property of the process element, a list of values, `a, b`.
            value: the one that must be among them, in the newest version. Of several the first key counts.
        """
        owners = [owner for owner in self._owners() if self._serves(owner, department, county)]
        for definition_id, key in self._newest(owners) if owners else ():
            offered = self._definitions.of(definition_id).properties.get(prop, "")
            if value in {each.strip() for each in offered.split(",")}:
                return key
        return None

    def _owners(self) -> list[str]:
        select = sa.select(Deployment.owner).where(Deployment.owner != "").distinct().order_by(Deployment.owner)
        return list(self._context.session.scalars(select))

    def _serves(self, owner: str, department: str, county: str) -> bool:
        info = self._context.runtime.plugins.info(owner)
        return info is not None and info.department == department and Switches(self._context).is_on(owner, county)

    def _newest(self, owners: list[str]) -> list[tuple[str, str]]:
        """Return id and key of the newest version of each key of the owners, by key."""
        newest = (
            sa.select(ProcessDefinition.key, sa.func.max(ProcessDefinition.version).label("version"))
            .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
            .where(Deployment.owner.in_(owners))
            .group_by(ProcessDefinition.key)
            .subquery()
        )
        select = (
            sa.select(ProcessDefinition.id, ProcessDefinition.key)
            .join(
                newest,
                sa.and_(ProcessDefinition.key == newest.c.key, ProcessDefinition.version == newest.c.version),
            )
            .order_by(ProcessDefinition.key)
        )
        return [(definition_id, key) for definition_id, key in self._context.session.execute(select)]
