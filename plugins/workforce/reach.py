"""Who may read and who may write about the workers of a township. By post; what one may not see does not exist."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from engine.core_api import Forbidden, NotFound, OrgUnit, Work, below

CLERK: Final = "township_clerk"
"""The group that keeps the township's workers: it manages, trains and assesses them (R10)."""

AGENCY: Final = "county_reviewer"
"""The group that sets the county's policy."""

READERS: Final = frozenset({CLERK, AGENCY, "township_leader", "county_leader", "auditor"})

WORKER_GROUP: Final = "grid_worker"
"""The group of the workers' own logins, held in their township."""


def townships(work: Work) -> list[OrgUnit]:
    """Return the townships whose workers the actor may read, by code."""
    paths = [post.path for post in work.actor.posts if post.group in READERS]
    reached = sa.or_(sa.false(), *(below(OrgUnit.path, path) for path in paths))
    select = sa.select(OrgUnit).where(OrgUnit.kind == "township", reached).order_by(OrgUnit.code)
    return list(work.session.scalars(select))


def readable(work: Work, code: str) -> OrgUnit:
    """Return a township whose workers the actor may read; raise NotFound."""
    unit = work.session.get(OrgUnit, code)
    paths = [post.path for post in work.actor.posts if post.group in READERS]
    if unit is None or unit.kind != "township" or not any(unit.path.startswith(path) for path in paths):
        raise NotFound(township=code)
    return unit


def may_keep(work: Work, township: str) -> bool:
    """Return whether the actor keeps the workers of this very township."""
    return any(post.group == CLERK and post.org_unit == township for post in work.actor.posts)


def keeper(work: Work, code: str) -> OrgUnit:
    """Return a township whose workers the actor keeps.

    Raises:
        NotFound: the actor may not even read them.
        Forbidden: reads them only.
    """
    unit = readable(work, code)
    if not may_keep(work, code):
        raise Forbidden(group=CLERK)
    return unit


def may_set_policy(work: Work, county: str) -> bool:
    """Return whether the actor is of the agency of this very county."""
    return any(post.group == AGENCY and post.org_unit == county for post in work.actor.posts)
