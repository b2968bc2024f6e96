"""Organisational units, people and the dated posts they hold: what authorisation is decided from."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class OrgUnit(Base):
    """A unit of the tree. `path` is `/root/…/code/`: every query is scoped by a prefix of it."""

    __tablename__ = "org_unit"

    code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(sa.ForeignKey("org_unit.code"))
    name: Mapped[str] = mapped_column(sa.String(100))
    name_en: Mapped[str] = mapped_column(sa.String(100), default="")
    kind: Mapped[str] = mapped_column(sa.String(40))
    path: Mapped[str] = mapped_column(sa.String(200), index=True)


class Person(Base):
    """Someone who can log in. `password_hash` is argon2id; `locale` is zh or en."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    locale: Mapped[str] = mapped_column(sa.String(5), default="zh")
    active: Mapped[bool] = mapped_column(default=True)


class PersonPost(Base):
    """A post a person holds from a day on (inclusive) until a day (exclusive) or without end."""

    __tablename__ = "person_post"
    __table_args__ = (sa.Index("ix_person_post_group", "group", "org_unit"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    group: Mapped[str] = mapped_column(sa.String(64))
    org_unit: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class LoginSession(Base):
    """A login in a browser. Only the digest of its token is stored."""

    __tablename__ = "login_session"

    token_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
