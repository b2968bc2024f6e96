"""The demo's accounts: invented people and the posts they hold. One password for all, made at the first load."""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Actor, OrgUnit, Person, PersonPost, Post, hash_password
from plugins.demo.accounts import ACCOUNTS, Account

PASSWORD_FILE = "demo-password"  # noqa: S105  the file's name
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # no l, o, i, 0, 1: read from a screen and typed


def account(group: str, org_unit: str) -> Account:
    """Return the first account with a post."""
    return next(each for each in ACCOUNTS if (each.group, each.org_unit) == (group, org_unit))


def actor(session: Session, who: Account) -> Actor:
    """Return the account as whoever acts."""
    unit = session.get_one(OrgUnit, who.org_unit)
    return Actor(who.person_id, who.name, posts=tuple(Post(group, unit.code, unit.path) for group in who.groups))


def add_people(session: Session, password: str, since: date) -> None:
    """Add the accounts with their posts from a day on."""
    hashed = hash_password(password)  # one hash for all: that they share a password is printed anyway
    session.add_all(
        Person(id=each.person_id, login=each.login, name=each.name, password_hash=hashed) for each in ACCOUNTS
    )
    session.flush()
    session.add_all(
        PersonPost(
            id=each.person_id if group == each.group else f"{each.person_id}.2",
            person_id=each.person_id,
            group=group,
            org_unit=each.org_unit,
            valid_from=since,
        )
        for each in ACCOUNTS
        for group in each.groups
    )


def post_since(session: Session) -> date | None:
    """Return the day from which the accounts hold their posts, or None before they are added."""
    return session.scalar(sa.select(PersonPost.valid_from).where(PersonPost.id == ACCOUNTS[0].person_id))


def change_password(session: Session, password: str) -> None:
    """Give the accounts another password."""
    ids = [each.person_id for each in ACCOUNTS]
    session.execute(sa.update(Person).where(Person.id.in_(ids)).values(password_hash=hash_password(password)))


def ensure_password(home: Path) -> tuple[str, bool]:
    """Return the demo's password, and whether it was made just now. Its file is readable by the owner only."""
    path = home / PASSWORD_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip(), False
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{password}\n")
    return password, True
