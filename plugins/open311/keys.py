"""Keys with which programs report: made and revoked by operators, shown once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

import sqlalchemy as sa

from engine.core_api import OPERATOR, ActorKind, Forbidden, NotFound, Work, new_id
from plugins.open311.tables import Open311Key

PREFIX = "og311_"
"""How each key begins, so that a scanner finds one that was left in a file."""


def create(work: Work, name: str) -> str:
    """Make a key and return it; it is not kept. Raise Forbidden for everybody but operators."""
    _permit(work)
    key = PREFIX + secrets.token_urlsafe(24)
    row = Open311Key(
        id=new_id(),
        name=name.strip()[:100],
        digest=_digest(key),
        created_at=work.clock.now(),
        created_by=work.actor.name,
        revoked_at=None,
    )
    work.session.add(row)
    return key


def revoke(work: Work, key_id: str) -> None:
    """Let a key hold no longer; raise NotFound, or Forbidden for everybody but operators."""
    _permit(work)
    row = work.session.get(Open311Key, key_id)
    if row is None or row.revoked_at is not None:
        raise NotFound(key=key_id)
    row.revoked_at = work.clock.now()


def keys(work: Work) -> Sequence[Open311Key]:
    """Return all keys, revoked ones too, the newest first."""
    return work.session.scalars(sa.select(Open311Key).order_by(Open311Key.created_at.desc())).all()


def holds(work: Work, key: str) -> bool:
    """Return whether a key may be used."""
    held = sa.select(Open311Key.id).where(Open311Key.digest == _digest(key), Open311Key.revoked_at.is_(None))
    return bool(key) and work.session.scalar(held) is not None


def _digest(key: str) -> str:
    return hashlib.sha256(key.strip().encode()).hexdigest()


def _permit(work: Work) -> None:
    if work.actor.kind is not ActorKind.SYSTEM and not work.actor.holds(OPERATOR):
        raise Forbidden(group=OPERATOR)
