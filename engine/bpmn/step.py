"""What one step of an instance changed: tasks, jobs, timers and messages that opened or closed, and the trace.

The services project it onto rows, each table once, so that nothing has to be asked of the database to find out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from engine.types import TokenId, Variables

if TYPE_CHECKING:
    from engine.feel.decisions import DecisionResult


@dataclass(frozen=True, slots=True)
class OpenedUserTask:
    """A user task began to wait. `variables` is the data of its token, `due_at` its deadline."""

    token: TokenId
    element_id: str
    name: str
    title: str
    form: str | None
    candidate_group: str
    org_unit: str
    due_at: datetime | None
    variables: Variables


@dataclass(frozen=True, slots=True)
class OpenedServiceTask:
    """A service task parked; `inputs` are its evaluated parameters."""

    token: TokenId
    element_id: str
    name: str
    handler: str
    inputs: Variables


@dataclass(frozen=True, slots=True)
class OpenedTimer:
    """A timer event began to wait for `due_at`."""

    token: TokenId
    element_id: str
    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision was made by a business rule task; `result.hits` say by which rules and why."""

    element_id: str
    decision_id: str
    result: DecisionResult


@dataclass(frozen=True, slots=True)
class AwaitedMessage:
    """A message that the instance waits for. `attached_to` is the activity that a boundary event sits on, or None."""

    name: str
    element_id: str
    attached_to: str | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of the trace. `event` is enter, leave or cancel."""

    event: str
    token: TokenId
    element_id: str
    element_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The instance ended, at this end event."""

    element_id: str
    name: str
    variables: Variables


@dataclass(slots=True)
class Step:
    """All that one step changed. `closed` holds tokens that no longer wait, and whether they were cancelled."""

    user_tasks: list[OpenedUserTask] = field(default_factory=list)
    service_tasks: list[OpenedServiceTask] = field(default_factory=list)
    timers: list[OpenedTimer] = field(default_factory=list)
    closed: dict[TokenId, bool] = field(default_factory=dict)
    decisions: list[Decided] = field(default_factory=list)
    trace: list[Moved] = field(default_factory=list)
    ended: Ended | None = None
