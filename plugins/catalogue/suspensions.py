"""Suspending an item whose guarantees have lapsed, and taking it up again with new ones (R49-R51, I9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import (
    Actor,
    Forbidden,
    GuardRefused,
    HandlerContext,
    NotFound,
    OrgUnit,
    Wording,
    Work,
    today,
    worded,
)
from plugins.catalogue import listing
from plugins.catalogue.draft import plain, read_guarantees, updated
from plugins.catalogue.model import Item
from plugins.catalogue.news import tell_county
from plugins.catalogue.register import Enactment, enact
from plugins.catalogue.tables import CatalogueItemVersion

PROCESS: Final = "catalogue-suspension"
SUSPENDER: Final = "county_reviewer"
"""The group that suspends and takes up again: the county's agency."""
TEXT_LENGTH: Final = 1000


class Lapse(StrEnum):
    """Which guarantee has lapsed."""

    GUIDANCE_PERSON_LEFT = "guidance_person_left"
    TRAINING_OVERDUE = "training_overdue"
    RESOURCES_GONE = "resources_gone"
    FUNDING_GONE = "funding_gone"


def register_suspension(work: Work, code: str, reason: Lapse, text: str) -> str:
    """Begin the suspension of an item; return the id of the case.

    Raises:
        Forbidden: the actor is not of the agency of the item's county.
        NotFound: no such item in force.
    """
    version = listing.item_in_force(work.session, code, today(work.clock))
    item = version.item
    if not may_suspend(work.actor, item.county):
        raise Forbidden(group=SUSPENDER, county=item.county)
    suspension = facts_of(version, today(work.clock), reason, text)
    no = str(suspension["no"])
    started = work.instances.start(PROCESS, {"suspension": suspension}, business_key=no, org_unit=item.department)
    return started.id


def facts_of(version: listing.ItemVersion, day: date, reason: Lapse, text: str) -> dict[str, Any]:
    """Return the variable `suspension` of the process. `text` says why, for the public."""
    item, guarantees = version.item, version.item.guarantees
    return {
        "no": f"ZT-{item.code}-{day:%Y%m%d}",
        "item": item.code,
        "name": item.name_zh,
        "county": item.county,
        "department": item.department,
        "department_name": version.department_name,
        "reason": reason.value,
        "text": text,
        "guarantees": {
            "guidance_person": dict(guarantees.guidance_person),
            "training": dict(guarantees.training),
            "resources": guarantees.resources,
            "funding": dict(guarantees.funding),
        },
    }


def may_suspend(actor: Actor, county: str) -> bool:
    """Return whether somebody suspends items of a county."""
    return any(post.group == SUSPENDER and post.org_unit == county for post in actor.posts)


def suspend(context: HandlerContext, code: str, text: str) -> int:
    """Take an item out of use from today on, and tell the county; return the number of notices.

    Raises:
        NotFound: it is not in force, or not of the unit to which the case belongs.
    """
    version = listing.item_in_force(context.session, code, today(context.clock))
    _require_own(context, version)
    row = _row(context, version)
    row.suspended_on, row.suspended_because = today(context.clock), text
    subject = _titled("事项暂停", "Item suspended", version.item)
    body = worded(
        f"{code} 自 {row.suspended_on:%Y-%m-%d} 起暂停，网格员不办理；恢复时另行通知。原因：{text}",
        f"{code} is suspended from {row.suspended_on:%Y-%m-%d}: grid workers do not handle it until they are told "
        f"that it is in use again. Reason: {text}",
    )
    return tell_county(context, version.item.county, subject, body)


def release(context: HandlerContext, code: str, guarantees: Mapping[str, Any], case_no: str) -> int:
    """Take an item up again as a new version with its new guarantees; return the catalogue's number, 0 for none.

    Nothing is done where the item has gone or has another version meanwhile.

    Raises:
        NotReady: it may still not be in force (I9).
        GuardRefused: nobody of the agency has found the guarantees restored.
    """
    checks = context.completions("check")
    if not checks or checks[-1].detail.get("decision") != "release":
        raise GuardRefused(f"事项 {code} 的保障未经核对恢复。", item=code)
    day = today(context.clock)
    version = next((each for each in listing.versions(context.session, code) if each.holds(day)), None)
    if version is None or version.suspended_on is None:
        return 0
    _require_own(context, version)
    item = version.item
    county = context.session.get_one(OrgUnit, item.county, with_for_update=True)
    restored = replace(item, guarantees=updated(item.guarantees, read_guarantees(plain(guarantees))))
    enactment = Enactment(
        county=item.county,
        decision_no=case_no,
        approved_by=f"{county.name}网格化服务管理机构",
        approved_on=day,
        published_on=day,
        effective_from=day,
        items=[restored],
        process_instance_id=context.instance_id,
    )
    number = enact(context.session, context.clock, Actor(checks[-1].actor_id, checks[-1].actor_name), enactment)
    body = worded(f"{code} 自 {day:%Y-%m-%d} 起恢复使用。", f"{code} is in use again from {day:%Y-%m-%d}.")
    tell_county(context, item.county, _titled("事项恢复使用", "Item in use again", item), body)
    return number


def _titled(zh: str, en: str, item: Item) -> Wording:
    return worded(f"{zh}：“{item.name_zh}”", f"{en}: “{item.name_en or item.name_zh}”")


def _row(context: HandlerContext, version: listing.ItemVersion) -> CatalogueItemVersion:
    key = sa.and_(CatalogueItemVersion.item_code == version.item.code, CatalogueItemVersion.number == version.number)
    return context.session.scalars(sa.select(CatalogueItemVersion).where(key).with_for_update()).one()


def _require_own(context: HandlerContext, version: listing.ItemVersion) -> None:
    if version.item.department != context.org_unit:
        raise NotFound(item=version.item.code)
