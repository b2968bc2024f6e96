"""Login sessions: opening, finding and closing them. Only the digest of a token is stored; the browser has the token.

Knows no HTTP: `web.auth` carries the token.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.clock import today
from engine.passwords import verify_password
from engine.tables.people import LoginSession, OrgUnit, Person, PersonPost
from engine.types import Actor, Post

if TYPE_CHECKING:
    from engine.work import Work

IDLE = timedelta(hours=8)
"""A working day without a click ends the session."""

ABSOLUTE = timedelta(hours=24)
"""After this the password is asked for again, however busy the session was."""

TOUCH_EVERY = timedelta(minutes=5)
"""How exactly `last_seen_at` is kept: a write for every click would double the writes of the system."""


_DAY = sa.bindparam("day", type_=sa.Date())
LOGIN = (
    sa.select(
        LoginSession.token_digest,
        LoginSession.created_at,
        LoginSession.last_seen_at,
        Person.id,
        Person.name,
        Person.locale,
        PersonPost.group,
        PersonPost.org_unit,
        OrgUnit.path,
    )
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(
        PersonPost,
        sa.and_(
            PersonPost.person_id == Person.id,
            PersonPost.valid_from <= _DAY,
            sa.or_(PersonPost.valid_to.is_(None), PersonPost.valid_to > _DAY),
        ),
    )
    .outerjoin(OrgUnit, OrgUnit.code == PersonPost.org_unit)
    .where(LoginSession.token_digest == sa.bindparam("digest"), Person.active.is_(True))
)
"""Who is logged in by a token, with the posts held on a day, a row each. Made once: it runs with every request."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who is logged in by a token. `stale`: its time of last use should be written."""

    actor: Actor
    digest: str
    locale: str
    stale: bool


def check_password(work: Work, login: str, password: str) -> Actor | None:
    """Return the active person with this login and password, without posts yet, or None; takes as long in each case."""
    person = work.session.scalars(
        sa.select(Person).where(Person.login == login.strip(), Person.active.is_(True))
    ).one_or_none()
    fits = verify_password(person.password_hash if person else None, password)
    return Actor(id=person.id, name=person.name) if person and fits else None


def open_session(work: Work) -> str:
    """Write a new login session of the actor and return its token: 256 random bits, in this moment the only copy."""
    token = secrets.token_urlsafe(32)
    now = work.clock.now()
    expired = now - ABSOLUTE
    work.session.execute(
        sa.delete(LoginSession).where(LoginSession.person_id == work.actor.id, LoginSession.created_at < expired)
    )
    work.session.add(
        LoginSession(token_digest=digest_of(token), person_id=work.actor.id, created_at=now, last_seen_at=now)
    )
    return token


def find_login(work: Work, token: str) -> Login | None:
    """Return who is logged in by this token, with the posts held today; None if it is unknown or has run out.

    One statement: it runs with every request.
    """
    rows = work.session.connection().execute(LOGIN, {"digest": digest_of(token), "day": today(work.clock)}).all()
    if not rows:
        return None
    found, now = rows[0], work.clock.now()
    if not is_alive(found.created_at, found.last_seen_at, now):
        return None
    # the joins are outer ones: a person without a post has one row with nothing in it
    narrow = work.participants
    held = (row for row in rows if row.group is not None)
    posts = tuple(Post(row.group, row.org_unit, row.path, row.group not in narrow) for row in held)
    stale = now - found.last_seen_at >= TOUCH_EVERY
    return Login(Actor(id=found.id, name=found.name, posts=posts), found.token_digest, found.locale, stale)


def is_alive(created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Return whether a session opened and last used at these moments still holds."""
    return now - created_at < ABSOLUTE and now - last_seen_at < IDLE


def touch(work: Work, login: Login) -> None:
    """Note that the session is in use."""
    work.session.execute(
        sa.update(LoginSession).where(LoginSession.token_digest == login.digest).values(last_seen_at=work.clock.now())
    )


def close_session(work: Work, token: str) -> None:
    """End the session of this token; unknown tokens are nothing to end."""
    work.session.execute(sa.delete(LoginSession).where(LoginSession.token_digest == digest_of(token)))


def digest_of(token: str) -> str:
    """Return what is stored of a token. A fast hash is enough: the token is not guessable."""
    return hashlib.sha256(token.encode()).hexdigest()
