"""Drafts of processes: what their designers have drawn and not deployed yet. Everybody sees their own."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from engine.context import Context
from engine.db import table_of
from engine.tables.drafts import ProcessDraft

_DRAFTS = table_of(ProcessDraft)


class Drafts:
    """The actor's drafts, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, key: str) -> ProcessDraft | None:
        """Return the actor's draft of a process, or None."""
        return self._context.session.get(ProcessDraft, (self._context.actor.id, key))

    def all(self) -> list[ProcessDraft]:
        """Return the actor's drafts, the latest first."""
        mine = sa.select(ProcessDraft).where(ProcessDraft.person_id == self._context.actor.id)
        return list(self._context.session.scalars(mine.order_by(ProcessDraft.saved_at.desc())))

    def keep(self, key: str, files: Mapping[str, str | None], base_version: int) -> ProcessDraft:
        """Keep what the actor has drawn, instead of what was kept before.

        Args:
            key: of the process.
            files: name → text of those that differ from the version it began with; None for one taken away.
            base_version: that version; 0: there is none yet.
        """
        draft = self.of(key)
        if draft is None:
            draft = ProcessDraft(person_id=self._context.actor.id, key=key)
            self._context.session.add(draft)
        draft.files, draft.base_version, draft.saved_at = dict(files), base_version, self._context.clock.now()
        return draft

    def discard(self, key: str) -> None:
        """Throw the actor's draft of a process away, if there is one."""
        mine = (_DRAFTS.c.person_id == self._context.actor.id, _DRAFTS.c.key == key)
        self._context.session.execute(sa.delete(ProcessDraft).where(*mine))
