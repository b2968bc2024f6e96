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
    from collections.abc import Sequence

    from engine.work import Work

IDLE = timedelta(hours=8)
"""A working day without a click ends the session."""

ABSOLUTE = timedelta(hours=24)
"""After this the password is asked for again, however busy the session was."""

TOUCH_EVERY = timedelta(minutes=5)
"""How exactly `last_seen_at` is kept: a write for every click would double the writes of the system."""


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
    rows = work.session.execute(_select_login(work, token)).all()
    if not rows:
        return None
    session, person = rows[0][0], rows[0][1]
    now = work.clock.now()
    if not is_alive(session.created_at, session.last_seen_at, now):
        return None
    actor = Actor(id=person.id, name=person.name, posts=_posts(rows))
    stale = now - session.last_seen_at >= TOUCH_EVERY
    return Login(actor, session.token_digest, person.locale, stale)


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


def _select_login(work: Work, token: str) -> sa.Select[LoginSession, Person, PersonPost, str]:
    day = today(work.clock)
    held = sa.and_(
        PersonPost.person_id == Person.id,
        PersonPost.valid_from <= day,
        sa.or_(PersonPost.valid_to.is_(None), PersonPost.valid_to > day),
    )
    return (
        sa.select(LoginSession, Person, PersonPost, OrgUnit.path)
        .join(Person, Person.id == LoginSession.person_id)
        .outerjoin(PersonPost, held)
        .outerjoin(OrgUnit, OrgUnit.code == PersonPost.org_unit)
        .where(LoginSession.token_digest == digest_of(token), Person.active.is_(True))
    )


def _posts(rows: Sequence[sa.Row[LoginSession, Person, PersonPost, str]]) -> tuple[Post, ...]:
    # the joins are outer ones: a person without a post has one row with nothing in it
    held: list[tuple[PersonPost | None, str]] = [(row[2], row[3]) for row in rows]
    return tuple(Post(post.group, post.org_unit, path) for post, path in held if post is not None)
