"""Taking instances to another version of their process. What waits goes over as it is; its rows follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from engine.access import OPERATOR
from engine.bpmn.execution import Execution
from engine.bpmn.rekeying import MISSING, Obstacle, Rekeying
from engine.bpmn.repairing import Repairing
from engine.bpmn.replaying import Branch, Past, Replay, replay
from engine.bpmn.step import OpenedUserTask, Step, Subscribed
from engine.context import Context
from engine.errors import EngineError, Forbidden, InstanceEnded, MigrationRefused, NotFound
from engine.feel.values import pack, unpack
from engine.services.definitions import Definitions
from engine.services.history import History
from engine.services.instances import Instances
from engine.services.locking import lock_instance
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.messages import Subscription
from engine.tables.tasks import UserTask
from engine.types import ActorKind, InstanceState, JobKind, TokenId


@dataclass(frozen=True, slots=True)
class Route:
    """From which version of a key to which; `mapping`: old element id → new, where they differ."""

    key: str
    old: int
    new: int
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prospect:
    """What migrating an instance would come to.

    Attributes:
        mapped: the hand mapping places one of its tokens.
        branches: the gateways at which it would have gone another way.
        unclear: those that could not be asked, and why.
    """

    instance_id: str
    mapped: bool
    obstacles: Sequence[Obstacle]
    branches: Sequence[Branch] = ()
    unclear: Sequence[str] = ()

    @property
    def outcome(self) -> str:
        """One of: unchanged, mapped, other-branch, needs-mapping, refused."""
        if not self.obstacles:
            if self.branches:
                return "other-branch"
            return "mapped" if self.mapped else "unchanged"
        only_missing = all(obstacle.code == MISSING for obstacle in self.obstacles)
        return "needs-mapping" if only_missing else "refused"


class Migration:
    """Migrations, seen from one transaction, by an operator or the system."""

    def __init__(self, context: Context, definitions: Definitions, instances: Instances, history: History) -> None:
        self._context = context
        self._definitions = definitions
        self._instances = instances
        self._history = history

    def candidates(self, route: Route) -> list[str]:
        """Return the ids of the active instances on the old version, oldest first; raise NotFound, Forbidden."""
        self._rekeying(route)
        select = (
            sa.select(ProcessInstance.id)
            .where(
                ProcessInstance.definition_id == self._definitions.version(route.key, route.old).id,
                ProcessInstance.state == InstanceState.ACTIVE,
            )
            .order_by(ProcessInstance.started_at, ProcessInstance.id)
        )
        return list(self._context.session.scalars(select))

    def prospect(self, route: Route, instance_id: str) -> Prospect:
        """Return what migrating an instance would come to, tried in memory; nothing is written.

        Raises:
            NotFound: no such instance on the old version, or no such version.
            MigrationRefused: the mapping names an element that is not there.
        """
        return self._try(self._rekeying(route), self._find(route, instance_id))

    def migrate(self, route: Route, instance_id: str, reason: str) -> None:
        """Take an instance to the new version.

        Raises:
            MigrationRefused: `obstacles` says what stands against it.
        """
        lock_instance(self._context.session, instance_id)
        rekeying, instance = self._rekeying(route), self._find(route, instance_id)
        obstacles = self._try(rekeying, instance).obstacles
        if obstacles:
            raise MigrationRefused(
                "该实例不能迁移：" + "；".join(each.message for each in obstacles), obstacles=list(obstacles)
            )
        version = self._definitions.version(route.key, route.new)
        detail = {"from": route.old, "to": route.new, "mapping": dict(route.mapping), "reason": reason}
        detail["digest"] = version.digest
        instance.state_blob = rekeying.rekey(self._instances.execution(instance))
        instance.definition_id = version.id
        self._history.write(instance, "instance.migrated", detail=detail)
        hands = Repairing.of(self._instances.execution(instance))
        self._follow(instance, hands)

    def _rekeying(self, route: Route) -> Rekeying:
        if self._context.actor.kind is not ActorKind.SYSTEM and not self._context.actor.holds(OPERATOR):
            raise Forbidden(group=OPERATOR)
        old, new = (
            self._definitions.of(self._definitions.version(route.key, number).id) for number in (route.old, route.new)
        )
        for before, after in route.mapping.items():
            if before not in old.elements or after not in new.elements:
                raise MigrationRefused(f"对应关系 {before}={after} 中的元素不存在。", obstacles=[])
        return Rekeying(old, new, route.mapping)

    def _find(self, route: Route, instance_id: str) -> ProcessInstance:
        instance = self._instances.get(instance_id)
        if instance.definition_id != self._definitions.version(route.key, route.old).id:
            raise NotFound(f"实例 {instance_id} 不在流程“{route.key}”的第 {route.old} 版上。", instance_id=instance_id)
        if instance.state != InstanceState.ACTIVE:
            raise InstanceEnded(instance_id=instance_id)
        return instance

    def _try(self, rekeying: Rekeying, instance: ProcessInstance) -> Prospect:
        execution = self._instances.execution(instance)
        obstacles = rekeying.obstacles(execution) or self._evaluated(rekeying, execution)
        replayed = Replay() if obstacles else self._replay(rekeying, instance)
        return Prospect(instance.id, rekeying.touches(execution), obstacles, replayed.branches, replayed.unclear)

    def _replay(self, rekeying: Rekeying, instance: ProcessInstance) -> Replay:
        rows = self._history.of(instance.id)
        past = (Past(row.event, row.element_id or "", row.at, unpack(row.detail)) for row in rows)
        return replay(rekeying, self._context.runtime.environment, past)

    def _evaluated(self, rekeying: Rekeying, execution: Execution) -> list[Obstacle]:
        """Return what fails when the new version looks at what waits: its lanes, titles, parameters."""
        environment = replace(self._context.runtime.environment, library=self._definitions)
        try:
            Repairing.load(rekeying.new, rekeying.rekey(execution), environment).standing()
        except EngineError as error:
            return [Obstacle(getattr(error, "element_id", ""), "evaluation", str(error))]
        return []

    def _follow(self, instance: ProcessInstance, hands: Repairing) -> None:
        """Bring the rows of what waits to what the new version says of it. Claims, drafts and due times stay."""
        standing = hands.standing()
        for opened in standing.user_tasks:
            self._follow_task(instance, opened, own=opened.definition is hands.definition)
        for service in standing.service_tasks:
            job = self._context.session.get_one(Job, service.token)
            job.handler, job.inputs = service.handler, pack(service.inputs)
            if service.definition is hands.definition:
                job.definition_id = instance.definition_id
        for waiting in hands.waiting():
            timer = self._context.session.get(Job, waiting.token)
            if timer is not None:
                timer.element_id, timer.name = waiting.element_id, waiting.name
                if timer.kind == JobKind.TIMER:
                    timer.definition_id = instance.definition_id
        self._resubscribe(instance, standing.subscribed)

    def _follow_task(self, instance: ProcessInstance, opened: OpenedUserTask, *, own: bool) -> None:
        row = self._context.session.get_one(UserTask, opened.token)
        if not own:
            return  # drawn in a process that was called, which stays on its version
        if (row.candidate_group, row.org_unit) != (opened.candidate_group, opened.org_unit):
            row.assignee = None  # it goes to other people
        row.definition_id = instance.definition_id
        row.element_id, row.name, row.form = opened.element_id, opened.name, opened.form
        row.candidate_group, row.org_unit = opened.candidate_group, opened.org_unit
        row.title = opened.title or instance.title

    def _resubscribe(self, instance: ProcessInstance, subscribed: Sequence[Subscribed]) -> None:
        session = self._context.session
        select = sa.select(Subscription).where(Subscription.instance_id == instance.id)
        rows = {row.id: row for row in session.scalars(select)}
        step = Step()
        for each in subscribed:
            row = rows.get(each.token)
            if row is None or (row.kind, row.name, row.correlation) != (each.kind, each.name, each.correlation):
                step.subscribed.append(each)
            else:
                row.element_id, row.definition_id = each.element_id, instance.definition_id
                del rows[each.token]
        step.unsubscribed = [TokenId(token) for token in rows]  # gone, or to be written anew
        session.flush()
        self._instances.routing.after(instance, step)
