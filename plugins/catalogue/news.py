"""Telling a county of what changes in its catalogue (R45): every department, every township."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from engine.core_api import HandlerContext, OrgUnit
from plugins.notifications.api import Message, send

RECIPIENTS: Mapping[str, str] = {"department": "department_staff", "township": "township_leader"}
"""Kind of unit → the group that is told there; the townships tell their workers."""


def tell_county(context: HandlerContext, county: str, subject: str, body: str) -> int:
    """Send a notice to every department and township of a county; return how many."""
    units = context.session.execute(
        sa.select(OrgUnit.code, OrgUnit.kind)
        .where(OrgUnit.parent_code == county, OrgUnit.kind.in_(RECIPIENTS))
        .order_by(OrgUnit.code)
    )
    return send(context, [Message(RECIPIENTS[kind], code, subject, body) for code, kind in units])
