"""Writing the history: the rows of one transaction are kept until its end, chained, and written in one statement.

The head of the county's chain is locked only then, from just before the commit until it: writers of one county queue
for that moment, and every lock of theirs is held already, so none waits for another in a circle.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from engine.chain import START, Facts, content_digest, link, row_digest
from engine.db import insert_of, table_of
from engine.tables.history import SALT, HistoryEvent, HistoryHead

_KEY = "history.ledger"

# made once: building a statement costs as much as running it
_EVENTS = table_of(HistoryEvent)
_CHAINS = table_of(HistoryHead)
_ADD = sa.insert(_EVENTS)
_HEADS = (
    sa.select(_CHAINS.c.county, _CHAINS.c.seq, _CHAINS.c.digest)
    .where(_CHAINS.c.county.in_(sa.bindparam("counties", expanding=True)))
    .order_by(_CHAINS.c.county)
    .with_for_update()
)
_ADVANCE = (
    sa.update(_CHAINS)
    .where(_CHAINS.c.county == sa.bindparam("of"))
    .values(seq=sa.bindparam("to_seq"), digest=sa.bindparam("to_digest"))
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the history that is to be written. `seq` is given when it is chained."""

    county: str
    instance_id: str
    definition_id: str
    at: datetime
    actor_id: str
    actor_name: str
    event: str
    element_id: str | None
    element_name: str
    token_id: str | None
    detail: dict[str, Any]
    changes: dict[str, Any]
    seq: int = 0


class Ledger:
    """The rows that one transaction will add to the history. A savepoint that is rolled back takes its rows along."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._entries: list[Entry] = []
        self._marks: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()
        event.listen(session, "after_transaction_create", self._begun)
        event.listen(session, "after_soft_rollback", self._rolled_back)

    @classmethod
    def of(cls, session: Session) -> Ledger:
        """Return the ledger of a session."""
        found: Ledger | None = session.info.get(_KEY)
        if found is None:
            found = session.info[_KEY] = cls(session)
        return found

    def add(self, entry: Entry) -> None:
        """Keep a row until `seal`."""
        self._entries.append(entry)

    def pending(self, instance_id: str) -> list[HistoryEvent]:
        """Return the rows of an instance that are not written yet, in order, outside of any session."""
        kept = [entry for entry in self._entries if entry.instance_id == instance_id]
        return [HistoryEvent(**_columns(entry)) for entry in kept]

    def seal(self) -> None:
        """Chain the rows and write them. To be called right before the commit: the chains stay locked until it."""
        if not self._entries:
            return
        self._session.flush()  # what is refused is refused before a chain is locked
        heads = self._lock(sorted({entry.county for entry in self._entries}))
        rows = [_chained(entry, heads) for entry in self._entries]
        self._session.connection().execute(_ADD, rows)
        self._advance(heads)
        self._entries.clear()

    def _lock(self, counties: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        heads = self._heads(counties)
        new = [county for county in counties if county not in heads]
        if new:
            insert = insert_of(self._session)
            first = [{"county": county, "seq": 0, "digest": START} for county in new]
            self._session.connection().execute(insert(HistoryHead).on_conflict_do_nothing(), first)
            heads = self._heads(counties)
        return heads

    def _heads(self, counties: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        rows = self._session.connection().execute(_HEADS, {"counties": counties})
        return {county: (seq, digest) for county, seq, digest in rows}

    def _advance(self, heads: dict[str, tuple[int, bytes]]) -> None:
        moved = [{"of": county, "to_seq": seq, "to_digest": digest} for county, (seq, digest) in heads.items()]
        self._session.connection().execute(_ADVANCE, moved)

    def _begun(self, _session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:
            self._marks[transaction] = len(self._entries)

    def _rolled_back(self, _session: Session, previous: SessionTransaction) -> None:
        if previous.nested:
            del self._entries[self._marks.pop(previous, 0) :]
        elif previous.parent is None:
            self._entries.clear()


def _chained(entry: Entry, heads: dict[str, tuple[int, bytes]]) -> dict[str, Any]:
    """Return the row of an entry at the end of its county's chain; `heads` is moved on to it."""
    seq, before = heads[entry.county]
    placed = replace(entry, seq=seq + 1)
    salt = secrets.token_bytes(SALT)
    content = content_digest(salt, entry.actor_name, entry.detail, entry.changes)
    digest = link(before, row_digest(Facts.of(placed), content))
    heads[entry.county] = placed.seq, digest
    return {**_columns(placed), "salt": salt, "content_digest": content, "digest": digest}


def _columns(entry: Entry) -> dict[str, Any]:
    # not asdict, which would copy what people wrote
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
