"""Guarantees that have lapsed (R49-R51): the watch finds them, and the county decides about each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import GuardRefused, HandlerContext, NotFound, Person, PersonPost, Wording, new_id, today, worded
from plugins.catalogue import listing
from plugins.catalogue.suspensions import Lapse, facts_of
from plugins.catalogue.tables import GuaranteeLapse


@dataclass(frozen=True, slots=True)
class Found:
    """A lapsed guarantee of an item in force. `text` may be published: it names nobody; `seen` is for the county."""

    version: listing.ItemVersion
    reason: Lapse
    text: str
    seen: Wording

    @property
    def key(self) -> tuple[str, str]:
        """Item and reason."""
        return self.version.item.code, self.reason.value


def find(context: HandlerContext, untrained: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Keep what has lapsed and what is over; return what the message carries for each lapse without a case.

    Args:
        context: of the watch.
        untrained: `{item, trained, workers, percent, planned_on}` of each item of which too few workers are trained.
    """
    session, day = context.session, today(context.clock)
    held = [version for county in listing.counties(session) for version in listing.in_force(session, county.code, day)]
    found = {each.key: each for each in (*_departed(session, held, day), *_untrained(held, untrained))}
    in_force = {version.item.code for version in held}
    known: dict[tuple[str, str], GuaranteeLapse] = {}
    for row in session.scalars(sa.select(GuaranteeLapse).where(GuaranteeLapse.over_on.is_(None)).with_for_update()):
        if (row.item_code, row.reason) in found:
            known[row.item_code, row.reason] = row
        elif row.item_code in in_force:  # of one that is suspended nobody knows yet
            row.over_on = day
    session.flush()
    session.add_all(_row(each, day) for key, each in found.items() if key not in known)
    waiting = [each for key, each in found.items() if key not in known or known[key].process_instance_id is None]
    return [facts_of(each.version, day, each.reason, each.text) | {"seen": each.seen} for each in waiting]


def register(context: HandlerContext, item_code: str, reason: Lapse) -> bool:
    """Let the case be the one in which a lapse is decided; return False where it needs none.

    It needs none when the lapse is over or has a case, or the item is not in force.

    Raises:
        NotFound: the item is not of the unit to which the case belongs.
    """
    if item_code.rpartition("-")[0] != context.org_unit:
        raise NotFound(item=item_code)
    select = sa.select(GuaranteeLapse).filter_by(item_code=item_code, reason=reason.value, over_on=None)
    row = context.session.scalars(select.with_for_update()).one_or_none()
    if row is None or row.process_instance_id is not None:
        return False
    row.process_instance_id = context.instance_id
    return any(version.in_force(today(context.clock)) for version in listing.versions(context.session, item_code))


def lapse_found(session: Session, item_code: str, reason: Lapse) -> str:
    """Return the id of the last case about a lapsed guarantee of an item that the watch found; raise NotFound."""
    begun = sa.select(GuaranteeLapse.process_instance_id).filter_by(item_code=item_code, reason=reason.value)
    begun = begun.where(GuaranteeLapse.process_instance_id.is_not(None)).order_by(GuaranteeLapse.found_on.desc())
    found = session.scalar(begun.limit(1))
    if found is None:
        raise NotFound(item=item_code)
    return found


def require_decided(context: HandlerContext) -> None:
    """Raise GuardRefused when the case is about a lapse that the watch found and the county has not decided on it."""
    select = sa.select(GuaranteeLapse.item_code).filter_by(process_instance_id=context.instance_id)
    if context.session.scalar(select) is None:
        return
    decided = context.completions("weigh")
    if not decided or decided[-1].detail.get("decision") != "suspend":
        raise GuardRefused("县级网格化机构没有决定暂停。")


def _row(found: Found, day: date) -> GuaranteeLapse:
    code, reason = found.key
    return GuaranteeLapse(
        id=new_id(), item_code=code, reason=reason, found_on=day, over_on=None, process_instance_id=None
    )


def _departed(session: Session, held: Sequence[listing.ItemVersion], day: date) -> Iterator[Found]:
    """Give the items whose guidance person has held a post in the department, and holds none any more (R49).

    Somebody without an account is not known, and nothing is said of them.
    """
    posts = _posts(session, {version.item.department for version in held})
    for version in held:
        name = str(version.item.guarantees.guidance_person.get("name") or "")
        own = [post for post in posts.get((version.item.department, name), ()) if post.begins <= day]
        if not own or any(post.acts(day) for post in own):
            continue
        ended = max((post.ends for post in own if post.ends is not None and post.ends <= day), default=None)
        when = f"岗位已于 {ended:%Y-%m-%d} 终止" if ended else "账号已停用"
        when_en = f"holds no post in it since {ended:%Y-%m-%d}" if ended else "has a closed account"
        seen = worded(f"{name}在{version.department_name}的{when}。", f"{name}, {version.department_name}, {when_en}.")
        yield Found(version, Lapse.GUIDANCE_PERSON_LEFT, "业务指导专人已经离岗", seen)


@dataclass(frozen=True, slots=True)
class _Held:
    """A post of somebody; `active`: whether the account is."""

    begins: date
    ends: date | None
    active: bool

    def acts(self, day: date) -> bool:
        return self.active and self.begins <= day and (self.ends is None or day < self.ends)


def _posts(session: Session, departments: set[str]) -> Mapping[tuple[str, str], list[_Held]]:
    """Return department and name → the posts of people of that name there."""
    select = (
        sa.select(PersonPost.org_unit, Person.name, PersonPost.valid_from, PersonPost.valid_to, Person.active)
        .join(Person, Person.id == PersonPost.person_id)
        .where(PersonPost.org_unit.in_(departments))
    )
    found: dict[tuple[str, str], list[_Held]] = {}
    for unit, name, begins, ends, active in session.execute(select):
        found.setdefault((unit, name), []).append(_Held(begins, ends, active))
    return found


def _untrained(held: Sequence[listing.ItemVersion], told: Sequence[Mapping[str, Any]]) -> Iterator[Found]:
    """Give the items of which too few workers are trained (R50)."""
    of = {version.item.code: version for version in held}
    for each in told:
        version = of.get(str(each["item"]))
        if version is None:
            continue
        share = f"应训网格员{each['workers']}人，已受训{each['trained']}人（{each['percent']}%），低于80%"
        planned = each.get("planned_on")
        text = f"计划于 {planned} 的专题培训没有记录，{share}" if planned else share
        share_en = f"{each['trained']} of {each['workers']} workers are trained ({each['percent']} %), fewer than 80 %."
        missed = f"Nothing is recorded of the training planned for {planned}. " if planned else ""
        yield Found(version, Lapse.TRAINING_OVERDUE, text, worded(f"{text}。", missed + share_en))
