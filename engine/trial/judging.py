"""The whole deploy gate in a process of its own, which is stopped when a bundle takes too long or too much."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from engine.bundle import Bundle
from engine.declaration import Handler
from engine.errors import TryAgain
from engine.services.versions import Callee
from engine.trial.lines import Line, finding_as_json
from engine.trial.pool import Broken, Child, Limits, limit_of

LIMITS = Limits(seconds=20.0)
"""What one bundle may cost, its scenarios included."""

PATIENCE = 20.0
"""Seconds that a check waits for the one before it."""

IDLE = 300.0
"""Seconds after which a process that nobody needs is let go."""

MOST_WAITING = 2
"""Checks that may wait; each holds a thread of the web server."""


class Judges:
    """Judges bundles, one at a time: a person draws, and a second check of the same is never waited for.

    The process is started by the first check and kept for the next ones.
    """

    def __init__(self, limits: Limits = LIMITS, patience: float = PATIENCE) -> None:
        self._limits, self._patience = limits, patience
        self._turn = threading.Lock()
        self._waiting = threading.BoundedSemaphore(1 + MOST_WAITING)
        self._child: Child | None = None
        self._known: tuple[Mapping[str, Handler], Collection[str] | None] = {}, None
        self._idle: threading.Timer | None = None

    def judge(
        self,
        bundle: Bundle,
        handlers: Mapping[str, Handler],
        field_types: Collection[str] | None,
        shelf: Sequence[Callee],
    ) -> list[Line]:
        """Return the findings of the deploy gate as JSON; that it took too long, or too much, is one of them.

        Args:
            bundle: the files.
            handlers: those that are declared now.
            field_types: types of form fields that plugins supply now; None: any.
            shelf: the deployed processes that it may call.

        Raises:
            TryAgain: others are being judged.
        """
        if not self._waiting.acquire(blocking=False):
            raise TryAgain
        try:
            if not self._turn.acquire(timeout=self._patience):
                raise TryAgain
            try:
                return self._judged(self._ready(handlers, field_types), bundle, shelf)
            finally:
                self._rest()
                self._turn.release()
        finally:
            self._waiting.release()

    def close(self) -> None:
        """Let the process go."""
        with self._turn:
            self._let_go()

    def _ready(self, handlers: Mapping[str, Handler], field_types: Collection[str] | None) -> Child:
        if self._idle is not None:
            self._idle.cancel()
        known = dict(handlers), None if field_types is None else set(field_types)
        if self._child is None or self._known != known:
            self._let_go()
            self._child, self._known = Child(*known, self._limits), known
        return self._child

    def _rest(self) -> None:
        self._idle = threading.Timer(IDLE, self.close)
        self._idle.daemon = True
        self._idle.start()

    def _let_go(self) -> None:
        if self._child is not None:
            self._child.close()
        self._child = None

    @staticmethod
    def _judged(child: Child, bundle: Bundle, shelf: Sequence[Callee]) -> list[Line]:
        request = {
            "do": "judge",
            "path": bundle.name,
            "files": _packed(bundle.files),
            "shelf": [
                {"key": each.key, "name": each.name, "owner": each.owner, "files": _packed(each.files)}
                for each in shelf
            ],
        }
        found: list[Line] = []
        try:
            for message in child.ask(request):
                found += message.get("findings", [])
        except Broken as broken:
            found.append(finding_as_json(limit_of(bundle.name, broken.code)))
        return found


def _packed(files: Mapping[str, bytes]) -> dict[str, Any]:
    return {path: b64encode(content).decode() for path, content in files.items()}
