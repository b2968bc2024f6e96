"""What one step of an instance changed: tasks, jobs, timers and messages that opened or closed, and the trace.

The services project it onto rows, each table once, so that nothing has to be asked of the database to find out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.types import TokenId, Variables

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition, Element
    from engine.feel.decisions import DecisionResult


@dataclass(frozen=True, slots=True)
class OpenedUserTask:
    """A user task began to wait.

    Attributes:
        variables: the data of its token.
        assignee: the person that it is meant for, or None: for the whole group.
        due_at: its deadline.
        due_basis: how that was counted (`engine.limits.Counted`), or what was said about it; None: neither.
        definition: the process that the task is drawn in: the instance's own, or one that it has called.
    """

    token: TokenId
    element_id: str
    name: str
    title: str
    form: str | None
    candidate_group: str
    org_unit: str
    assignee: str | None
    due_at: datetime | None
    due_basis: dict[str, Any] | None
    variables: Variables
    definition: Definition


@dataclass(frozen=True, slots=True)
class OpenedServiceTask:
    """A service task parked.

    Attributes:
        inputs: its evaluated parameters.
        definition: the process that the task is drawn in: the instance's own, or one that it has called.
    """

    token: TokenId
    element_id: str
    name: str
    handler: str
    inputs: Variables
    definition: Definition


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
class Chosen:
    """A node of the instance's own diagram decided by conditions which flows its token goes on by.

    `flows` are their ids, `over` the variables that the conditions name, as they were then; None: not there.
    """

    token: TokenId
    element_id: str
    name: str
    flows: tuple[str, ...]
    over: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AwaitedMessage:
    """A message that the instance waits for. `attached_to` is the activity that a boundary event sits on, or None."""

    name: str
    element_id: str
    attached_to: str | None
    element: Element


@dataclass(frozen=True, slots=True)
class Subscribed:
    """An event began to wait for a message or a signal (`kind`) that may come from another instance."""

    token: TokenId
    element_id: str
    kind: str
    name: str
    correlation: str


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or a signal (`kind`) was thrown; `token` is the token that threw it.

    A signal has reached whoever waited for it in the same instance already.
    """

    kind: str
    name: str
    token: TokenId
    element_id: str
    correlation: str
    variables: Variables


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of the trace.

    `event` is enter, leave or cancel; or message, signal, error or escalation when the element throws one, whose name
    or code is `detail`.
    """

    event: str
    token: TokenId
    element_id: str
    element_type: str
    name: str
    properties: Mapping[str, str]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """The instance ended, at this end event. `error`: the code of an error that nobody caught, or None."""

    element_id: str
    name: str
    variables: Variables
    error: str | None = None


@dataclass(slots=True)
class Step:
    """All that one step changed.

    `closed` holds tokens that no longer wait, and whether they were cancelled; `withdrawn` those cancelled that waited
    for a person, `dropped` those that waited for a job; `unsubscribed` those of `closed` that had subscribed.
    """

    user_tasks: list[OpenedUserTask] = field(default_factory=list)
    service_tasks: list[OpenedServiceTask] = field(default_factory=list)
    timers: list[OpenedTimer] = field(default_factory=list)
    subscribed: list[Subscribed] = field(default_factory=list)
    unsubscribed: list[TokenId] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)
    closed: dict[TokenId, bool] = field(default_factory=dict)
    withdrawn: list[TokenId] = field(default_factory=list)
    dropped: list[TokenId] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)
    choices: list[Chosen] = field(default_factory=list)
    trace: list[Moved] = field(default_factory=list)
    ended: Ended | None = None
