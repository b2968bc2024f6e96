"""Starting, finding and cancelling process instances, and taking them one step further."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import access
from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.happenings import check_message, correlation_text
from engine.bpmn.step import Step
from engine.clock import TIMEZONE
from engine.context import Context
from engine.errors import InstanceEnded, NotFound
from engine.services.definitions import Definitions
from engine.services.history import History
from engine.services.locking import lock_instance
from engine.services.projection import Projection
from engine.services.routing import Routing
from engine.tables.instances import ProcessInstance
from engine.tables.messages import Subscription
from engine.tables.people import OrgUnit
from engine.types import InstanceState, Variables, new_id

PAGE = 50


@dataclass(frozen=True, slots=True)
class Sendable:
    """A message that an instance waits for and that the present actor may send."""

    name: str
    element_id: str
    label: str
    attached_to: str | None
    variable: str
    """Where the diagram wants what the message carries."""


class Instances:
    """Process instances, seen from one transaction and by one actor."""

    def __init__(self, context: Context, definitions: Definitions, history: History) -> None:
        self._context = context
        self._definitions = definitions
        self._history = history
        self._projection = Projection(context, history)
        self.routing = Routing(context, self, history)

    @property
    def _environment(self) -> Environment:
        return replace(self._context.runtime.environment, library=self._definitions)

    def start(self, key: str, variables: Variables, *, business_key: str | None, org_unit: str) -> ProcessInstance:
        """Start an instance of the newest version of `key` that belongs to `org_unit`, and run it to rest.

        Raises:
            NotFound: no such process, or no such unit.
        """
        return self._begin(self._definitions.latest(key).id, variables, business_key, org_unit)

    def begin_at(self, start: Subscription, variables: Variables, org_unit: str) -> ProcessInstance:
        """Start an instance at an event that waits for a message or signal.

        Raises:
            NotFound: `org_unit` is not there, or the unit that the event reads from the message is not it or below it.
        """
        definition = self._definitions.of(start.definition_id)
        event = next(event for event in definition.starts if event.element_id == start.element_id)
        if event.kind == "message":
            check_message(definition, event.name, variables, event.element_id)
        given = {event.variable: variables} if event.variable else variables
        unit = self._carried_unit(event.unit, given, org_unit) if event.unit else org_unit
        return self._begin(start.definition_id, given, None, unit, start.element_id)

    def _carried_unit(self, expression: str, given: Variables, sender: str) -> str:
        """Return the unit that a message names for what it starts: never one outside of the sender's own territory."""
        code = self._context.runtime.feel.evaluate(expression, given, self._context.clock.now())
        unit = self._context.session.get(OrgUnit, str(code))
        above = self._context.session.get(OrgUnit, sender)
        if unit is None or above is None or not unit.path.startswith(above.path):
            raise NotFound(org_unit=str(code))
        return unit.code

    def key_of(self, start: Subscription, variables: Variables) -> str | None:
        """Return the key that a start event reads from what a message carries, "" for null; None: it has no keys."""
        definition = self._definitions.of(start.definition_id)
        event = next(event for event in definition.starts if event.element_id == start.element_id)
        if not event.correlation:
            return None
        given = {event.variable: variables} if event.variable else variables
        return correlation_text(
            self._context.runtime.feel.evaluate(event.correlation, given, self._context.clock.now())
        )

    def begin_on_time(self, definition_id: str, element_id: str, due: datetime, org_unit: str) -> ProcessInstance:
        """Start an instance at a timer start event, for the moment at which it was due. Raises NotFound for no unit."""
        event = next(each for each in self._definitions.of(definition_id).starts if each.element_id == element_id)
        given = {event.variable: due.astimezone(TIMEZONE)} if event.variable else {}
        detail = {"start": element_id, "due": due.astimezone(TIMEZONE)}
        return self._begin(definition_id, given, None, org_unit, element_id, detail)

    def _begin(
        self,
        definition_id: str,
        variables: Variables,
        business_key: str | None,
        org_unit: str,
        at: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> ProcessInstance:
        session, now = self._context.session, self._context.clock.now()
        definition = self._definitions.of(definition_id)
        unit = session.get(OrgUnit, org_unit)
        if unit is None:
            raise NotFound(org_unit=org_unit)
        execution, step = Execution.start(definition, variables, self._environment, at)
        instance = ProcessInstance(
            id=new_id(),
            definition_id=definition_id,
            definition_key=definition.key,
            business_key=business_key,
            title=self._title(definition, variables),
            org_unit=unit.code,
            org_path=unit.path,
            county=county_of(unit.path),
            milestone="",
            state=InstanceState.ACTIVE,
            state_blob=b"",
            started_by=self._context.actor.id,
            started_at=now,
        )
        session.add(instance)
        session.flush()
        noted = {"digest": definition.digest, **(detail or {})}  # the digest: the chain knows which files it was
        self._history.write(instance, "instance.started", element_name=definition.name, detail=noted)
        self._projection.write(instance, definition, execution, step)
        session.flush()
        self.routing.after(instance, step)
        return instance

    def _title(self, definition: Definition, variables: Variables) -> str:
        expression = definition.properties.get("title")
        if not expression:
            return definition.name
        title = self._context.runtime.feel.evaluate(expression, variables, self._context.clock.now())
        return str(title or definition.name)

    def get(self, instance_id: str) -> ProcessInstance:
        """Return an instance the actor may see; raise NotFound."""
        instance = self._context.session.get(ProcessInstance, instance_id)
        if instance is None or not access.may_see(self._context.session, self._context.actor, instance):
            raise NotFound(instance_id=instance_id)
        return instance

    def page(
        self, *, milestone: str = "", search: str = "", before: ProcessInstance | None = None, limit: int = PAGE
    ) -> list[ProcessInstance]:
        """Return the newest instances that the actor may see, at most `limit`, older than `before`."""
        select = (
            sa.select(ProcessInstance)
            .where(access.visible(self._context.actor))
            .options(sa.orm.defer(ProcessInstance.state_blob))
            .order_by(ProcessInstance.started_at.desc(), ProcessInstance.id.desc())
            .limit(limit)
        )
        if milestone:
            select = select.where(ProcessInstance.milestone == milestone)
        if search:
            select = select.where(
                sa.or_(
                    ProcessInstance.title.contains(search, autoescape=True),
                    ProcessInstance.business_key.contains(search, autoescape=True),
                )
            )
        if before is not None:
            select = select.where(
                sa.tuple_(ProcessInstance.started_at, ProcessInstance.id) < sa.tuple_(before.started_at, before.id)
            )
        return list(self._context.session.scalars(select))

    def milestones(self) -> dict[str, str]:
        """Return the milestones at which instances stand that the actor may see → the id of a definition with it."""
        select = (
            sa.select(ProcessInstance.milestone, sa.func.max(ProcessInstance.definition_id))
            .where(access.visible(self._context.actor), ProcessInstance.milestone != "")
            .group_by(ProcessInstance.milestone)
            .order_by(ProcessInstance.milestone)
        )
        return {milestone: definition_id for milestone, definition_id in self._context.session.execute(select)}

    def execution(self, instance: ProcessInstance) -> Execution:
        """Return the instance in memory, to look at."""
        definition = self._definitions.of(instance.definition_id)
        return Execution.load(definition, instance.state_blob, self._environment)

    def sendable(self, instance: ProcessInstance, execution: Execution | None = None) -> list[Sendable]:
        """Return the messages that the instance waits for now and that the actor may send.

        `execution` is the instance in memory, where it has been looked at already.
        """
        if instance.state != InstanceState.ACTIVE:
            return []
        found = []
        for awaited in (execution or self.execution(instance)).awaited_messages():
            element = awaited.element
            if access.may_send(self._context.actor, instance, senders(element.properties.get("senders", ""))):
                variable = element.properties.get("variable") or awaited.name
                found.append(Sendable(awaited.name, element.id, element.name, awaited.attached_to, variable))
        return found

    def step(self, instance: ProcessInstance, act: Callable[[Execution], Step | None]) -> Step | None:
        """Load the instance, let `act` take it further, and write what changed. None when `act` did nothing.

        Raises:
            InstanceEnded: it is not active any more.
        """
        if instance.state != InstanceState.ACTIVE:
            raise InstanceEnded(instance_id=instance.id)
        execution = self.execution(instance)
        step = act(execution)
        if step is not None:
            definition = self._definitions.of(instance.definition_id)
            self._projection.write(instance, definition, execution, step)
            self.routing.after(instance, step)
        return step

    def cancel(self, instance_id: str, reason: str) -> ProcessInstance:
        """Cancel an active instance; all that waits in it is cancelled with it."""
        lock_instance(self._context.session, instance_id)
        instance = self.get(instance_id)
        self.step(instance, lambda execution: execution.cancel())
        instance.state = InstanceState.CANCELLED
        instance.ended_at = self._context.clock.now()
        self._history.write(instance, "instance.cancelled", detail={"reason": reason})
        return instance


def senders(declared: str) -> frozenset[str]:
    """Return the candidate groups named in a `senders` property, `a, b`."""
    return frozenset(group.strip() for group in declared.split(",") if group.strip())


def county_of(path: str) -> str:
    """Return the county of a unit: the second level of its path, or the root itself."""
    codes = path.strip("/").split("/")
    return codes[1] if len(codes) > 1 else codes[0]
