"""What a transactional handler is given: the session of its job's transaction, and the case it works for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.bpmn.definition import Definition
    from engine.calendar import WorkCalendar
    from engine.clock import Clock
    from engine.feel.decisions import DecisionResult
    from engine.feel.runtime import Feel
    from engine.plugins.own_databases import OwnDatabases
    from engine.services.case_tasks import CaseTasks
    from engine.services.deliveries import Deliveries
    from engine.services.history import History
    from engine.services.offers import Offers
    from engine.types import InstanceId, JobId


@dataclass(frozen=True, slots=True)
class Completion:
    """A user task that was completed: by whom, when, with which form values."""

    actor_id: str
    actor_name: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class HandlerContext:
    """First argument of a transactional handler. What it writes through `session` commits with the job, or not at all.

    `idempotency_key` stays the same over all attempts at the job. What `deliveries` promises is done after the commit.
    `tasks` are those of the instance, `offers` what departments' plugins bring.
    `own_databases` is what departments' plugins keep, to be read only; None where nobody gave them databases.
    """

    session: Session
    clock: Clock
    feel: Feel
    job_id: JobId
    attempt: int
    idempotency_key: str
    instance_id: InstanceId
    business_key: str | None
    org_unit: str
    county: str
    definition: Definition
    history: History
    deliveries: Deliveries
    tasks: CaseTasks
    offers: Offers
    own_databases: OwnDatabases | None = None

    @property
    def calendar(self) -> WorkCalendar:
        """The working calendar of this installation, the same that expressions count with."""
        return self.feel.calendar

    def completions(self, element_id: str) -> Sequence[Completion]:
        """Return the completions of a user task of this instance, oldest first."""
        return self.history.completions(self.instance_id, element_id)

    def decide(self, decision_id: str, variables: Mapping[str, Any]) -> DecisionResult:
        """Evaluate a decision of the definition that the task is drawn in; raise KeyError for an unknown one."""
        decision = self.definition.decisions[decision_id]
        return decision.evaluate(self.feel, variables, self.clock.now())
