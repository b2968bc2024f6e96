"""Passwords of local accounts: argon2id hashes, and how many are computed at once."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
"""The OWASP minimum for argon2id. The library's default took 0.8 s on a busy machine: login would become the way
to overload it (notes/durability-and-scale 6.2)."""

_AT_ONCE = BoundedSemaphore(2)
"""Computing a hash holds a core and 19 MiB; a flood of logins waits here instead of starving everyone else."""

_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return the argon2id hash to store for a password."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Return whether the password fits the stored hash.

    Args:
        password: what was typed.
        stored: the hash, or None when there is no such account: takes as long and returns False, so that
            the time of an answer does not tell which accounts exist.
    """
    with _AT_ONCE:
        try:
            _HASHER.verify(stored or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None
