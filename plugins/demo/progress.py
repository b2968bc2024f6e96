"""How far the replay is: a file in the installation's folder that pages look at; and that there is one at a time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import orjson

from engine.core_api import TIMEZONE

FILE, LOCK = "demo-replay.json", "demo-replay.lock"
SECONDS: Final = 1.0
"""How often the file is written."""
SILENT: Final = 20.0
"""Seconds without a word after which a replay counts as cut off."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a replay is: stories begun, of how many, the story's time; `alive`: whether it goes on."""

    begun: int
    all: int
    at: datetime
    alive: bool = True

    @property
    def day(self) -> date:
        """The calendar date of the place in the story."""
        return self.at.astimezone(TIMEZONE).date()


class Progress:
    """Writes the file while a replay goes on; use it within `alone`."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._written = 0.0

    def __call__(self, begun: int, all_: int, at: datetime) -> None:
        """Say how far it is; what comes within a second of the last word is left out."""
        if time.monotonic() - self._written < SECONDS:
            return
        self._written = time.monotonic()
        new = self._path.with_suffix(f".{os.getpid()}")
        new.write_bytes(orjson.dumps({"begun": begun, "all": all_, "at": at}))
        new.replace(self._path)

    def end(self) -> None:
        """Take the file away: it is over."""
        self._path.unlink(missing_ok=True)


def seen(home: Path) -> Seen | None:
    """Return how far the replay is that goes on, or was cut off; None when there is none."""
    path = home / FILE
    try:
        said, changed = orjson.loads(path.read_bytes()), path.stat().st_mtime
    except FileNotFoundError:
        return None
    return Seen(said["begun"], said["all"], datetime.fromisoformat(said["at"]), alive=time.time() - changed < SILENT)


@contextmanager
def alone(home: Path) -> Iterator[bool]:
    """Give whether no other process replays on this installation; none will before the end of the block."""
    descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)  # which gives the lock back, as the end of the process does
