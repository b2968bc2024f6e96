"""The versions of processes: what each is made of, who deployed it, when and why, and how many instances it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.context import Context
from engine.errors import NotFound
from engine.services.definitions import Definitions
from engine.tables.definitions import DeployedFile, Deployment, ProcessDefinition
from engine.tables.instances import ProcessInstance
from engine.tables.people import Person
from engine.types import InstanceState


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process.

    Attributes:
        definition, deployment: their rows.
        by: the name of whoever deployed it; their id where no person has it.
        active, total: instances on this version that are not at their end, and all.
    """

    definition: ProcessDefinition
    deployment: Deployment
    by: str
    active: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Callee:
    """A deployed process that another may call. `name`, `owner` and `files` are those of its bundle."""

    key: str
    name: str
    owner: str
    files: Mapping[str, bytes]


class Versions:
    """The versions, seen from one transaction."""

    def __init__(self, context: Context, definitions: Definitions) -> None:
        self._context = context
        self._definitions = definitions

    def latest(self) -> list[Version]:
        """Return the newest version of every process, by key."""
        newest = (
            sa.select(ProcessDefinition.key, sa.func.max(ProcessDefinition.version).label("version"))
            .group_by(ProcessDefinition.key)
            .subquery()
        )
        select = self._select().join(
            newest, (newest.c.key == ProcessDefinition.key) & (newest.c.version == ProcessDefinition.version)
        )
        return self._versions(select.order_by(ProcessDefinition.key))

    def of(self, key: str) -> list[Version]:
        """Return all versions of a process, the newest first; raise NotFound."""
        select = self._select().where(ProcessDefinition.key == key)
        found = self._versions(select.order_by(ProcessDefinition.version.desc()))
        if not found:
            raise NotFound(f"流程“{key}”尚未部署。", key=key)
        return found

    def one(self, key: str, number: int | None = None) -> Version:
        """Return a version of a process, the newest for None; raise NotFound. Instances are not counted."""
        row = self._definitions.latest(key) if number is None else self._definitions.version(key, number)
        found = self._context.session.execute(self._select().where(ProcessDefinition.id == row.id)).one()
        return Version(found[0], found[1], found[2] or found[1].deployed_by)

    def files(self, deployment_id: str) -> dict[str, bytes]:
        """Return the files of a deployment by path."""
        select = sa.select(DeployedFile.path, DeployedFile.content).where(DeployedFile.deployment_id == deployment_id)
        rows = self._context.session.execute(select.order_by(DeployedFile.path))
        return {path: bytes(content) for path, content in rows}

    def active(self) -> dict[str, dict[int, int]]:
        """Return how many instances are active: key → version → number, of versions that have some."""
        select = (
            sa.select(ProcessDefinition.key, ProcessDefinition.version, sa.func.count())
            .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
            .where(ProcessInstance.state == InstanceState.ACTIVE)
            .group_by(ProcessDefinition.key, ProcessDefinition.version)
        )
        found: dict[str, dict[int, int]] = {}
        for key, version, number in self._context.session.execute(select):
            found.setdefault(key, {})[version] = number
        return found

    def owners(self) -> set[str]:
        """Return the departments' plugins: those that are loaded with handlers, and those that deployed something."""
        plugins = self._context.runtime.plugins
        loaded = {handler.plugin for handler in plugins.handlers.values()}
        departments = {name for name in loaded if (info := plugins.info(name)) is not None and info.department}
        deployed = self._context.session.scalars(sa.select(Deployment.owner).where(Deployment.owner != "").distinct())
        return departments | set(deployed)

    def mentioned(self, files: Iterable[bytes], bundle: str) -> list[Callee]:
        """Return what files of a bundle may call of others, and what that may call: all whose key is written there."""
        latest = {version.definition.key: version.deployment for version in self.latest()}
        todo, found = list(files), dict[str, Callee]()
        while todo:
            content = todo.pop()
            for key, place in latest.items():
                if key not in found and key.encode() in content and (place.name, place.owner) != (bundle, ""):
                    found[key] = Callee(key, place.name, place.owner, self.files(place.id))
                    todo += [each for path, each in found[key].files.items() if path.endswith(".bpmn")]
        return list(found.values())

    @staticmethod
    def _select() -> sa.Select[ProcessDefinition, Deployment, str]:
        return (
            sa.select(ProcessDefinition, Deployment, Person.name)
            .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
            .join(Person, Person.id == Deployment.deployed_by, isouter=True)
        )

    def _versions(self, select: sa.Select[ProcessDefinition, Deployment, str]) -> list[Version]:
        rows = self._context.session.execute(select).all()
        counts = self._counts([definition.id for definition, _, _ in rows])
        return [
            Version(definition, deployment, name or deployment.deployed_by, *counts.get(definition.id, (0, 0)))
            for definition, deployment, name in rows
        ]

    def _counts(self, definition_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return definition id → instances not at their end, and all."""
        active = sa.func.sum(sa.case((ProcessInstance.state == InstanceState.ACTIVE, 1), else_=0))
        select = (
            sa.select(ProcessInstance.definition_id, active, sa.func.count())
            .where(ProcessInstance.definition_id.in_(definition_ids))
            .group_by(ProcessInstance.definition_id)
        )
        return {id_: (int(on), int(all_)) for id_, on, all_ in self._context.session.execute(select)}
