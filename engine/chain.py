"""The hash chain of the history: what a row's digest is made of. Pure: an archive is checked without a database.

    content = SHA-256(salt + [actor_name, detail, changes])           what may speak of a person
    row     = SHA-256([format, county, seq, ids, actor, event, element …, at, content])
    digest  = SHA-256(digest of the row before + row)                 START before the first row of a county

A list is written as JSON: keys sorted, UTF-8, no space. A row can be shown to stand at its place by the `row` values of
its neighbours, without showing the neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

FORMAT = 1
START = bytes(32)


class Facts(NamedTuple):
    """What of a row enters its digest as it is: neither words nor a name of a person. `at`: a `moment`."""

    county: str
    seq: int
    instance_id: str
    definition_id: str
    actor_id: str
    event: str
    element_id: str | None
    element_name: str
    token_id: str | None
    at: str

    @classmethod
    def of(cls, row: object) -> Facts:
        """Return the facts of anything that has them as attributes: a table's row, or one to be written."""
        values = {name: getattr(row, name) for name in cls._fields}
        return cls(**{**values, "at": moment(values["at"])})


def content_digest(salt: bytes, actor_name: str, detail: Mapping[str, Any], changes: Mapping[str, Any]) -> bytes:
    """Return the salted digest of what may speak of a person; `detail` and `changes` as stored."""
    return sha256(salt + _canonical([actor_name, detail, changes])).digest()


def row_digest(facts: Facts, content: bytes) -> bytes:
    """Return the digest of one row, regardless of the rows before it."""
    return sha256(_canonical([FORMAT, *facts, content.hex()])).digest()


def link(before: bytes, row: bytes) -> bytes:
    """Return the chain's digest at a row, from the digest at the row before and the row's own."""
    return sha256(before + row).digest()


def moment(at: datetime) -> str:
    """Return a moment as it enters the chain: UTC, to the microsecond. A naive one is UTC, as SQLite keeps it."""
    if at.tzinfo is None:
        return at.isoformat(timespec="microseconds") + "+00:00"
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(value: list[Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
