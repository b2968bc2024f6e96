"""Telling a county of what changes in its catalogue (R45): every department, every township, every worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from engine.core_api import HandlerContext, OrgUnit, Person, PersonPost, Wording, today
from plugins.notifications.api import Message, send

RECIPIENTS: Mapping[str, str] = {"department": "department_staff", "township": "township_leader"}
"""Kind of unit → the group that is told there."""

WORKER = "grid_worker"
"""Who is told one by one: each has to know, and nobody acknowledges for another."""


def tell_county(context: HandlerContext, county: str, subject: Wording, body: Wording) -> int:
    """Send a notice to every department, township and worker with a login of a county; return how many."""
    return send(context, [*_to_units(context, county, subject, body), *_to_workers(context, county, subject, body)])


def _to_units(context: HandlerContext, county: str, subject: Wording, body: Wording) -> Iterator[Message]:
    units = context.session.execute(
        sa.select(OrgUnit.code, OrgUnit.kind)
        .where(OrgUnit.parent_code == county, OrgUnit.kind.in_(RECIPIENTS))
        .order_by(OrgUnit.code)
    )
    return (Message(RECIPIENTS[kind], code, subject, body) for code, kind in units)


def _to_workers(context: HandlerContext, county: str, subject: Wording, body: Wording) -> Iterator[Message]:
    day = today(context.clock)
    workers = context.session.execute(
        sa.select(PersonPost.org_unit, PersonPost.person_id)
        .join(OrgUnit, OrgUnit.code == PersonPost.org_unit)
        .join(Person, Person.id == PersonPost.person_id)
        .where(OrgUnit.parent_code == county, PersonPost.group == WORKER, Person.active)
        .where(PersonPost.valid_from <= day, sa.or_(PersonPost.valid_to.is_(None), PersonPost.valid_to > day))
        .distinct()
        .order_by(PersonPost.org_unit, PersonPost.person_id)
    )
    return (Message(WORKER, township, subject, body, person=worker) for township, worker in workers)
