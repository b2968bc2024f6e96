"""A township's workers: engaging, changing and ending them. With `assignments.py` the only writer of their tables."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Message, NotFound, Person, PersonPost, Work, new_id
from plugins.workforce import log
from plugins.workforce.faults import Faults, refuse
from plugins.workforce.model import Employer, Employment, NewWorker, Terms, WorkerRole
from plugins.workforce.reach import WORKER_GROUP
from plugins.workforce.tables import Engagement, GridAssignment, GridWorker

STAFF_NO: Final = re.compile(r"[A-Za-z0-9-]{2,30}")
PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")
NAME_LENGTH: Final = 50
REASON_LENGTH: Final = 200


def engage(work: Work, township: str, new: NewWorker) -> str:
    """Engage a worker from a day on; return the worker's id. Who has left may be engaged anew, by any township.

    Raises:
        FormInvalid: a field is not what it should be, or the staff number is another's or still in use.
    """
    known = work.session.scalars(sa.select(GridWorker).filter_by(staff_no=new.staff_no)).one_or_none()
    refuse([*malformed(new.staff_no, new.name, new.phone), *(_not_free(work.session, known, new) if known else ())])
    if known is None:
        known = GridWorker(id=new_id(), staff_no=new.staff_no, name=new.name, phone=new.phone, person_id=None)
        work.session.add(known)
        work.session.flush()
    known.phone = new.phone
    work.session.add(_engagement(known.id, township, new.terms, new.since))
    work.session.flush()
    _settle_login(work, known, township, new.since, acts=not new.terms.suspended)
    log.write(work, "worker.engaged", township, known.id, since=new.since.isoformat())
    return known.id


def change(work: Work, township: str, worker_id: str, terms: Terms, since: date) -> None:
    """Engage a worker of the township as something else from a day on.

    Raises:
        NotFound: nobody whom the township has engaged.
        FormInvalid: nothing changes, or not after the day from which the present engagement is.
    """
    worker, present = _open(work.session, township, worker_id)
    if since <= present.valid_from:
        refuse([("since", Message("应晚于现任职开始之日（%(day)s）", day=present.valid_from))])
    if terms_of(present) == terms:
        refuse([("since", Message("没有变化"))])
    present.valid_to = since
    work.session.flush()
    work.session.add(_engagement(worker.id, township, terms, since))
    _settle_login(work, worker, township, since, acts=not terms.suspended)
    log.write(work, "worker.changed", township, worker.id, since=since.isoformat(), suspended=terms.suspended)


def end(work: Work, township: str, worker_id: str, on: date, reason: str) -> None:
    """End a worker's engagement on a day, the first without; the assignments and the login's post end with it.

    Raises:
        NotFound: nobody whom the township has engaged.
        FormInvalid: not after the day from which the present engagement is, or no reason is given.
    """
    worker, present = _open(work.session, township, worker_id)
    faults = []
    if on <= present.valid_from:
        faults.append(("on", Message("应晚于现任职开始之日（%(day)s）", day=present.valid_from)))
    if not 2 <= len(reason.strip()) <= REASON_LENGTH:
        faults.append(("reason", Message("请写2至%(most)s字", most=REASON_LENGTH)))
    refuse(faults)
    present.valid_to = on
    lasting = sa.or_(GridAssignment.valid_to.is_(None), GridAssignment.valid_to > on)
    for each in work.session.scalars(sa.select(GridAssignment).where(GridAssignment.worker_id == worker.id, lasting)):
        each.valid_to = max(on, each.valid_from)
    _settle_login(work, worker, township, on, acts=False)
    log.write(work, "worker.ended", township, worker.id, on=on.isoformat(), reason=reason.strip())


def call(work: Work, township: str, worker_id: str, name: str, phone: str) -> None:
    """Correct a worker's name or telephone number; an empty number leaves the one that is there.

    Raises:
        NotFound: nobody whom the township has engaged.
        FormInvalid: no name, or no telephone number.
    """
    worker, _ = _open(work.session, township, worker_id)
    refuse([*_name_faults(name), *(_phone_faults(phone) if phone else ())])
    changed = [field for field, differs in (("name", worker.name != name), ("phone", bool(phone))) if differs]
    worker.name, worker.phone = name, phone or worker.phone
    log.write(work, "contact.changed", township, worker.id, fields=changed)


def give_login(work: Work, worker_id: str, person_id: str) -> None:
    """Say which login is the worker's, and give it the worker's post as long as the engagement lasts.

    Raises:
        NotFound: no such worker or person, or one who is not engaged.
    """
    worker = work.session.get(GridWorker, worker_id)
    present = work.session.scalars(_open_engagement(worker_id)).one_or_none()
    if worker is None or present is None or work.session.get(Person, person_id) is None:
        raise NotFound(worker=worker_id, person=person_id)
    worker.person_id = person_id
    _settle_login(work, worker, present.township, present.valid_from, acts=not present.suspended)
    log.write(work, "login.given", present.township, worker_id, person=person_id)


def malformed(staff_no: str, name: str, phone: str) -> Faults:
    """Yield what is wrong with a new worker's own data, whoever else there is."""
    if not STAFF_NO.fullmatch(staff_no):
        yield "staff_no", Message("工号由2至30个字母、数字或者短横组成")
    yield from _name_faults(name)
    yield from _phone_faults(phone)


def terms_of(row: Engagement) -> Terms:
    """Return what an engagement says."""
    return Terms(Employment(row.employment), WorkerRole(row.role), Employer(row.employer), row.suspended)


def _engagement(worker_id: str, township: str, terms: Terms, since: date) -> Engagement:
    return Engagement(
        id=new_id(),
        worker_id=worker_id,
        township=township,
        employment=terms.employment.value,
        role=terms.role.value,
        employer=terms.employer.value,
        suspended=terms.suspended,
        valid_from=since,
        valid_to=None,
    )


def _open_engagement(worker_id: str) -> sa.Select[Engagement]:
    return sa.select(Engagement).where(Engagement.worker_id == worker_id, Engagement.valid_to.is_(None))


def _open(session: Session, township: str, worker_id: str) -> tuple[GridWorker, Engagement]:
    """Return a worker of the township, locked, with the open engagement; raise NotFound."""
    worker = session.scalars(sa.select(GridWorker).filter_by(id=worker_id).with_for_update()).one_or_none()
    present = session.scalars(_open_engagement(worker_id)).one_or_none()
    if worker is None or present is None or present.township != township:
        raise NotFound(worker=worker_id)
    return worker, present


def _settle_login(work: Work, worker: GridWorker, township: str, day: date, *, acts: bool) -> None:
    """Let the worker's login hold its post from a day on, or not any more."""
    if worker.person_id is None:
        return
    select = sa.select(PersonPost).filter_by(person_id=worker.person_id, group=WORKER_GROUP, valid_to=None)
    held = [post for post in work.session.scalars(select) if not (acts and post.org_unit == township)]
    for post in held:
        post.valid_to = max(day, post.valid_from)
    work.session.flush()
    if acts and work.session.scalars(select).first() is None:
        post = PersonPost(
            id=new_id(), person_id=worker.person_id, group=WORKER_GROUP, org_unit=township, valid_from=day
        )
        work.session.add(post)


def _name_faults(name: str) -> Faults:
    if not 1 <= len(name) <= NAME_LENGTH:
        yield "name", Message("请填写姓名，至多%(most)s字", most=NAME_LENGTH)


def _phone_faults(phone: str) -> Faults:
    if not PHONE.fullmatch(phone):
        yield "phone", Message("电话号码格式不正确")


def _not_free(session: Session, known: GridWorker, new: NewWorker) -> Faults:
    """Yield why a known staff number cannot be engaged. It does not say where: that is another township's."""
    last = session.scalars(
        sa.select(Engagement).filter_by(worker_id=known.id).order_by(Engagement.valid_from.desc())
    ).first()
    if last is not None and (last.valid_to is None or last.valid_to > new.since):
        yield "staff_no", Message("工号已在使用，尚未离任")
    elif known.name != new.name:
        yield "name", Message("与该工号原登记的姓名不一致")
