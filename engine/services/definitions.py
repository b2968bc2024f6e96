"""Deploying bundles, and finding the definition that an instance runs on. Deployed means: passed the deploy gate."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import sqlalchemy as sa

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.bundle import Bundle
from engine.context import Context
from engine.db import LARGEST_NUMBER
from engine.errors import DeploymentRefused, NotFound
from engine.findings import Finding, Severity, refuses
from engine.gate import judge
from engine.services.schedule import write_start_timers
from engine.services.subscriptions import Subscriptions
from engine.tables.definitions import DeployedFile, Deployment, Origin, ProcessDefinition
from engine.types import new_id


class Definitions:
    """Deployments and definitions, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pinned: dict[tuple[str, str], str] = {}

    def deploy(self, bundle: Bundle, reason: str, owner: str = "") -> Deployment:
        """Deploy a bundle; each process in it becomes the next version of its key. An unchanged bundle is kept.

        Args:
            bundle: the files.
            reason: why, for whoever looks later.
            owner: the plugin whose content it is, which may do less; "" for the installation's own.

        Raises:
            DeploymentRefused: the gate found errors; `findings` holds all of them, warnings too.
        """
        unchanged = next(iter(self.deployments(bundle.name, owner)), None)
        if unchanged is not None and unchanged.digest == bundle.digest:
            return unchanged
        definitions, findings = self.inspect(bundle, owner)
        if refuses(findings):
            raise DeploymentRefused(findings=findings)
        return self.accept(bundle, definitions, reason, owner)

    def accept(
        self,
        bundle: Bundle,
        definitions: Sequence[Definition],
        reason: str,
        owner: str = "",
        origin: Origin = Origin.FILES,
    ) -> Deployment:
        """Write down a bundle that has passed the deploy gate: `definitions` are what the gate gave for it."""
        session = self._context.session
        deployment = Deployment(
            id=new_id(),
            name=bundle.name,
            digest=bundle.digest,
            deployed_by=self._context.actor.id,
            deployed_at=self._context.clock.now(),
            reason=reason,
            owner=owner,
            origin=origin,
        )
        session.add(deployment)
        session.flush()
        session.add_all(
            DeployedFile(deployment_id=deployment.id, path=path, content=content)
            for path, content in bundle.files.items()
        )
        rows = [self._next_version(definition, deployment) for definition in definitions]
        session.add_all(rows)
        session.flush()
        by_key = {definition.key: definition for definition in definitions}
        Subscriptions(self._context).write_starts(rows, by_key)
        write_start_timers(self._context, rows, by_key)
        return deployment

    def inspect(self, bundle: Bundle, owner: str = "") -> tuple[list[Definition], list[Finding]]:
        """Return the processes of a bundle and what the deploy gate says of it, without deploying it."""
        definitions, findings = judge(bundle, self._environment(owner))
        return definitions, findings + self.taken(definitions, owner)

    def read(self, bundle: Bundle, owner: str = "") -> tuple[list[Definition], list[Finding]]:
        """Return what `inspect` does, for a bundle whose scenarios have been played elsewhere."""
        definitions, findings = parse(bundle, self._environment(owner))
        return definitions, findings + self.taken(definitions, owner)

    def taken(self, definitions: Sequence[Definition], owner: str) -> list[Finding]:
        """Return a finding for each process whose key is somebody else's."""
        owners = self._owners([definition.key for definition in definitions])
        return [_taken(each, owners[each.key]) for each in definitions if owners.get(each.key, owner) != owner]

    def _environment(self, owner: str) -> Environment:
        return replace(self._context.runtime.environment, library=self, owner=owner)

    def _owners(self, keys: Sequence[str]) -> dict[str, str]:
        """Return whose a process key is. All its versions are of one owner."""
        select = (
            sa.select(ProcessDefinition.key, Deployment.owner)
            .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
            .where(ProcessDefinition.key.in_(keys))
            .distinct()
        )
        return {key: owner for key, owner in self._context.session.execute(select)}

    def _next_version(self, definition: Definition, deployment: Deployment) -> ProcessDefinition:
        latest = self._context.session.scalar(
            sa.select(sa.func.max(ProcessDefinition.version)).where(ProcessDefinition.key == definition.key)
        )
        return ProcessDefinition(
            id=new_id(),
            key=definition.key,
            version=(latest or 0) + 1,
            name=definition.name,
            digest=definition.digest,
            deployment_id=deployment.id,
        )

    def deployments(self, name: str, owner: str = "") -> Sequence[Deployment]:
        """Return all deployments of a bundle, the newest first."""
        versions = sa.select(sa.func.max(ProcessDefinition.version))
        highest = versions.where(ProcessDefinition.deployment_id == Deployment.id).scalar_subquery()
        select = sa.select(Deployment).where(Deployment.name == name, Deployment.owner == owner)
        # two of one moment: clocks of tests stand still, those of machines are turned back
        return self._context.session.scalars(select.order_by(Deployment.deployed_at.desc(), highest.desc())).all()

    def in_deployment(self, deployment_id: str) -> list[ProcessDefinition]:
        """Return the definitions of a deployment."""
        select = sa.select(ProcessDefinition).where(ProcessDefinition.deployment_id == deployment_id)
        return list(self._context.session.scalars(select))

    def latest(self, key: str) -> ProcessDefinition:
        """Return the newest version of a key; raise NotFound."""
        select = (
            sa.select(ProcessDefinition)
            .where(ProcessDefinition.key == key)
            .order_by(ProcessDefinition.version.desc())
            .limit(1)
        )
        row = self._context.session.scalars(select).one_or_none()
        if row is None:
            raise NotFound(f"流程“{key}”尚未部署。", key=key)
        return row

    def version(self, key: str, number: int) -> ProcessDefinition:
        """Return a version of a key; raise NotFound."""
        select = sa.select(ProcessDefinition).where(ProcessDefinition.key == key, ProcessDefinition.version == number)
        row = self._context.session.scalars(select).one_or_none() if number <= LARGEST_NUMBER else None
        if row is None:
            raise NotFound(f"流程“{key}”没有第 {number} 版。", key=key, version=number)
        return row

    def current(self, key: str) -> Definition:
        """Return the parsed newest version of a key; raise NotFound."""
        return self.of(self.latest(key).id)

    def knows(self, key: str) -> bool:
        """See engine.bpmn.environment.Library."""
        select = sa.select(ProcessDefinition.id).where(ProcessDefinition.key == key).limit(1)
        return self._context.session.scalar(select) is not None

    def newest(self, key: str) -> Definition | None:
        """See engine.bpmn.environment.Library."""
        return self.current(key) if self.knows(key) else None

    def pinned(self, key: str, digest: str) -> Definition:
        """See engine.bpmn.environment.Library. Asked once a transaction: a case may have called it a hundred times."""
        version = (key, digest)
        if version not in self._pinned:
            self._pinned |= self.ids([version])
        if version not in self._pinned:
            raise NotFound(key=key, digest=digest)
        return self.of(self._pinned[version])

    def ids(self, versions: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Return (key, digest) → definition id of deployed versions; of equal ones the newest."""
        if not versions:
            return {}
        pair = sa.tuple_(ProcessDefinition.key, ProcessDefinition.digest)
        select = sa.select(ProcessDefinition).where(pair.in_(sorted(versions))).order_by(ProcessDefinition.version)
        return {(row.key, row.digest): row.id for row in self._context.session.scalars(select)}

    def of(self, definition_id: str) -> Definition:
        """Return the parsed definition; parsed once per operating-system process, then shared."""
        cache = self._context.runtime.definitions
        if definition_id not in cache:
            cache[definition_id] = self._load(definition_id)
        return cache[definition_id]

    def _load(self, definition_id: str) -> Definition:
        session = self._context.session
        row = session.get(ProcessDefinition, definition_id)
        if row is None:
            raise NotFound(definition_id=definition_id)
        deployment = session.get_one(Deployment, row.deployment_id)
        files = session.execute(
            sa.select(DeployedFile.path, DeployedFile.content).where(DeployedFile.deployment_id == deployment.id)
        )
        bundle = Bundle(deployment.name, {path: bytes(content) for path, content in files})
        # without the library: what it calls was asked for at the gate, and may call it back
        definitions, findings = parse(bundle, replace(self._environment(deployment.owner), library=None))
        for definition in definitions:
            if definition.key == row.key:
                return definition
        # it passed the gate once; another version of the engine may not read it any more
        raise DeploymentRefused(findings=findings)


def _taken(definition: Definition, owner: str) -> Finding:
    return Finding(
        Severity.ERROR,
        "owner.process-taken",
        definition.file,
        1,
        definition.key,
        f"流程 {definition.key} 已属于{f'插件“{owner}”' if owner else '本系统'}，不能由他人替换",
        f"the process {definition.key} belongs to {owner or 'the installation'} and cannot be replaced by another",
    )
