"""Identifiers, states and actors: the words every room of the engine shares. No behaviour that touches storage."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NewType
from uuid import uuid4

DeploymentId = NewType("DeploymentId", str)
DefinitionId = NewType("DefinitionId", str)
InstanceId = NewType("InstanceId", str)
TokenId = NewType("TokenId", str)
TaskId = NewType("TaskId", str)
JobId = NewType("JobId", str)

Variables = dict[str, Any]
"""Data of an instance: plain JSON values; dates and durations as FEEL's typed values (engine/feel/values.py)."""


def new_id() -> str:
    """Return a fresh 32-digit hexadecimal identifier."""
    return uuid4().hex


class InstanceState(StrEnum):
    """Life of a process instance."""

    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """An error of the diagram reached the outermost level, and nothing caught it."""


class TaskState(StrEnum):
    """Life of a user task."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class JobKind(StrEnum):
    """What a job does: call a handler, wait for a system elsewhere to fetch it, or fire a timer."""

    HANDLER = "handler"
    EXTERNAL = "external"
    TIMER = "timer"


class JobState(StrEnum):
    """Life of a job. DEAD: no attempts left, a person must look (see the decision on the word *incident*)."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


class ActorKind(StrEnum):
    """Who acts."""

    PERSON = "person"
    PLUGIN = "plugin"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Post:
    """A candidate group held in one organisational unit, e.g. `county_reviewer` in 431103.

    `path` is the unit's place in the tree, `/431100/431103/`: a post reaches its unit and all below. With `sees_all` it
    sees every case there, else those in which its holder takes part.
    """

    group: str
    org_unit: str
    path: str
    sees_all: bool = True


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person with the posts held today, a plugin, or the system."""

    id: str
    name: str
    kind: ActorKind = ActorKind.PERSON
    posts: tuple[Post, ...] = ()

    def holds(self, group: str) -> bool:
        """Return whether any post of the actor is in the group."""
        return any(post.group == group for post in self.posts)


SYSTEM = Actor(id="system", name="系统", kind=ActorKind.SYSTEM)
