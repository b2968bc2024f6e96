"""Which townships an actor may read, and in which he may propose. By post, as everywhere (engine/access.py)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Actor, NotFound, OrgUnit, below
from plugins.grid_registry.tables import GridUnit

CLERK = "township_clerk"
"""The group that proposes divisions: the township divides (R16)."""


def townships(session: Session, actor: Actor) -> list[OrgUnit]:
    """Return the townships at or below the actor's units, those with grid units first, each by code."""
    reached = sa.or_(sa.false(), *(below(OrgUnit.path, post.path) for post in actor.posts))
    select = sa.select(OrgUnit).where(OrgUnit.kind == "township", reached).order_by(OrgUnit.code)
    filled = _filled(session)
    return sorted(session.scalars(select), key=lambda unit: unit.code not in filled)


def divided(session: Session) -> list[OrgUnit]:
    """Return the townships that have grid units, by code. Which they are is public (R46)."""
    select = sa.select(OrgUnit).where(OrgUnit.code.in_(_filled(session))).order_by(OrgUnit.code)
    return list(session.scalars(select))


def home(actor: Actor, choices: list[OrgUnit]) -> OrgUnit | None:
    """Return the township to show first: the actor's own, else the first."""
    own = {post.org_unit for post in actor.posts}
    return next((unit for unit in choices if unit.code in own), choices[0] if choices else None)


def reachable(session: Session, actor: Actor, code: str) -> OrgUnit:
    """Return a township the actor may read; raise NotFound otherwise: what one may not see does not exist."""
    unit = session.get(OrgUnit, code)
    if unit is None or not any(unit.path.startswith(post.path) for post in actor.posts):
        raise NotFound(township=code)
    return unit


def may_propose(actor: Actor, township: str) -> bool:
    """Return whether the actor is a clerk of this very township (I19)."""
    return any(post.group == CLERK and post.org_unit == township for post in actor.posts)


def _filled(session: Session) -> set[str]:
    """Return the townships that have grid units: demo counties have data in a few only."""
    select = sa.select(OrgUnit.parent_code).join(GridUnit, GridUnit.community == OrgUnit.code).distinct()
    return {code for code in session.scalars(select) if code}
