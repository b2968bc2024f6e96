"""Who may do and see what: the one place that decides. By post, in a unit of the tree.

A post *does* the tasks of its group in its own unit. It *sees* the instances of its unit and of all units below; of a
group that a plugin names (`onegrid_participants`) only those that its holder began, has or had a task in, or may take
one up in. What one may not see does not exist: NotFound, never Forbidden.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables.instances import ProcessInstance
from engine.tables.tasks import UserTask
from engine.types import Actor, ActorKind, Post, TaskState

OPERATOR = "operator"
"""The group that watches and repairs: dead jobs, plugins."""

DESIGNER = "process_designer"
"""The group that draws and deploys processes; a process's property `designers` narrows who may deploy it."""


def may_do(actor: Actor, task: UserTask) -> bool:
    """Return whether the actor holds the task's candidate group in the task's unit."""
    return any(post.group == task.candidate_group and post.org_unit == task.org_unit for post in actor.posts)


def may_see(session: Session, actor: Actor, instance: ProcessInstance) -> bool:
    """Return what `visible` decides of an instance; the database is asked only for posts that do not see all."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    reaching = [post for post in actor.posts if instance.org_path.startswith(post.path)]
    if not reaching or any(post.sees_all for post in reaching):
        return bool(reaching)
    seen = sa.select(ProcessInstance.id).where(ProcessInstance.id == instance.id, visible(actor))
    return session.scalar(seen) is not None


def may_send(actor: Actor, instance: ProcessInstance, senders: frozenset[str]) -> bool:
    """Return whether the actor holds one of the groups in the unit the instance belongs to."""
    return actor.kind is ActorKind.SYSTEM or any(
        post.group in senders and post.org_unit == instance.org_unit for post in actor.posts
    )


def may_design(actor: Actor, designers: frozenset[str] = frozenset()) -> bool:
    """Return whether the actor may deploy a process, wherever the post is held.

    Args:
        actor: who wants to.
        designers: the groups that the process names; one of them is needed beside, if there are any.
    """
    if actor.kind is ActorKind.SYSTEM:
        return True
    able = actor.holds(DESIGNER) or actor.holds(OPERATOR)
    return able and (not designers or any(actor.holds(group) for group in designers))


def places(actor: Actor) -> list[tuple[str, str]]:
    """Return the candidate groups and units whose tasks `may_do` allows: for queries, one index range each."""
    return sorted({(post.group, post.org_unit) for post in actor.posts})


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on ProcessInstance that `may_see` decides, for queries."""
    if actor.kind is ActorKind.SYSTEM:
        return sa.true()
    return sa.or_(sa.false(), *(_within(actor, post) for post in actor.posts))


def _within(actor: Actor, post: Post) -> sa.ColumnElement[bool]:
    inside = below(ProcessInstance.org_path, post.path)
    if post.sees_all:
        return inside
    own = sa.exists().where(UserTask.instance_id == ProcessInstance.id, takes_part(actor, post))
    return sa.and_(inside, sa.or_(ProcessInstance.started_by == actor.id, own.correlate(ProcessInstance)))


def takes_part(actor: Actor, post: Post) -> sa.ColumnElement[bool]:
    """Return the condition on UserTask that it is a task of the post's which the actor has, had or may take up."""
    free = sa.and_(UserTask.state == TaskState.OPEN, UserTask.assignee.is_(None))
    return sa.and_(
        UserTask.candidate_group == post.group,
        UserTask.org_unit == post.org_unit,
        sa.or_(UserTask.assignee == actor.id, UserTask.completed_by == actor.id, free),
    )


def below(column: Any, path: str) -> sa.ColumnElement[bool]:
    """Return the condition that a path column lies at or below `path`."""
    condition: sa.ColumnElement[bool] = column.startswith(path, autoescape=True)
    return condition
