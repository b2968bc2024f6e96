"""The door of the notices: send some, read one's own, acknowledge one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.core_api import (
    Actor,
    HandlerContext,
    Letter,
    NotFound,
    OrgUnit,
    Place,
    ProcessInstance,
    Wording,
    Work,
    channel_function,
    in_chinese,
    new_id,
    rewritten,
    visible,
)
from plugins.notifications.tables import Notice

SUBJECT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to whom: the holders of `group` in the unit, or the one of them whose id is `person`.

    `due_at`: until when it should be acknowledged.
    """

    group: str
    org_unit: str
    subject: Wording
    body: Wording
    due_at: datetime | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class ReceivedNotice:
    """A notice as its recipients see it.

    `is_own`: it is for the reader alone. `may_open`: whether the reader may see the instance it is about.
    """

    id: str
    org_unit_name: str
    subject: Wording
    body: Wording
    instance_id: str
    is_own: bool
    may_open: bool
    sent_at: datetime
    due_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by_name: str | None

    def overdue(self, now: datetime) -> bool:
        """Return whether it should have been acknowledged by now and is not."""
        return self.acknowledged_at is None and self.due_at is not None and self.due_at < now


def send(ctx: HandlerContext, messages: Iterable[Message]) -> int:
    """Write notices about the case of a handler, in its transaction; return how many.

    A department that has a channel of its own is told by it as well, once the transaction is through.
    """
    notices = [
        Notice(
            id=new_id(),
            candidate_group=message.group,
            org_unit=message.org_unit,
            person_id=message.person,
            subject=rewritten(message.subject, lambda text: text[:SUBJECT_LENGTH]),
            body=message.body,
            instance_id=ctx.instance_id,
            sent_at=ctx.clock.now(),
            due_at=message.due_at,
        )
        for message in messages
    ]
    ctx.session.add_all(notices)
    for notice in notices:
        _carry(ctx, notice)
    return len(notices)


def _carry(ctx: HandlerContext, notice: Notice) -> None:
    """Promise the notice to the channels of the department it is for: a plugin hears of its own department alone."""
    unit = ctx.session.get(OrgUnit, notice.org_unit)
    county, _, department = notice.org_unit.rpartition("-")
    if unit is None or county != ctx.county:
        return
    message = {
        "id": notice.id,
        "group": notice.candidate_group,
        "org_unit": notice.org_unit,
        "subject": in_chinese(notice.subject),
        "body": in_chinese(notice.body),
        "sent_at": notice.sent_at.isoformat(),
        "due_at": notice.due_at.isoformat() if notice.due_at else None,
    }
    for each in ctx.deliveries.channels(department, ctx.county):
        letter = Letter(each.plugin, channel_function(each.channel.id), notice.id, notice.id, message)
        ctx.deliveries.add(letter, Place(ctx.county, unit.code, unit.path, ctx.business_key))


def waiting(work: Work, limit: int = 100) -> list[ReceivedNotice]:
    """Return the actor's notices that nobody has acknowledged yet: those due first in front, then the newest."""
    select = _received(work.actor).where(Notice.acknowledged_at.is_(None))
    order = (Notice.due_at.is_(None), Notice.due_at, Notice.sent_at.desc(), Notice.id)
    return _read(work, select.order_by(*order).limit(limit))


def acknowledged(work: Work, limit: int = 50) -> list[ReceivedNotice]:
    """Return the actor's notices that were acknowledged, by whomever, the latest first."""
    select = _received(work.actor).where(Notice.acknowledged_at.is_not(None))
    return _read(work, select.order_by(Notice.acknowledged_at.desc(), Notice.id).limit(limit))


def acknowledge(work: Work, notice_id: str) -> ReceivedNotice:
    """Acknowledge a notice for its unit; return it. Whoever was first stays: a second acknowledgement changes nothing.

    Raises:
        NotFound: no such notice, or one to others.
    """
    work.session.execute(
        sa.update(Notice)
        .where(Notice.id == notice_id, Notice.acknowledged_at.is_(None), _to(work.actor))
        .values(
            acknowledged_at=work.clock.now(),
            acknowledged_by=work.actor.id,
            acknowledged_by_name=work.actor.name,
        )
    )
    found = _read(work, _received(work.actor).where(Notice.id == notice_id))
    if not found:
        raise NotFound(notice_id=notice_id)
    return found[0]


_Received = sa.Select[Notice, str, bool]


def _to(actor: Actor) -> sa.ColumnElement[bool]:
    posts = {(post.group, post.org_unit) for post in actor.posts}
    held = (sa.and_(Notice.candidate_group == group, Notice.org_unit == unit) for group, unit in posts)
    return sa.and_(sa.or_(sa.false(), *held), sa.or_(Notice.person_id.is_(None), Notice.person_id == actor.id))


def _received(actor: Actor) -> _Received:
    return (
        sa.select(Notice, OrgUnit.name, visible(actor))
        .join(OrgUnit, OrgUnit.code == Notice.org_unit)
        .join(ProcessInstance, ProcessInstance.id == Notice.instance_id)
        .where(_to(actor))
    )


def _read(work: Work, select: _Received) -> list[ReceivedNotice]:
    rows: Sequence[sa.Row[Notice, str, bool]] = work.session.execute(select).all()
    return [
        ReceivedNotice(
            id=notice.id,
            org_unit_name=unit,
            subject=notice.subject,
            body=notice.body,
            instance_id=notice.instance_id,
            is_own=notice.person_id is not None,
            may_open=bool(may_open),
            sent_at=notice.sent_at,
            due_at=notice.due_at,
            acknowledged_at=notice.acknowledged_at,
            acknowledged_by_name=notice.acknowledged_by_name,
        )
        for notice, unit, may_open in rows
    ]
