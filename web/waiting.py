"""Long polls: requests that wait until there is something to answer.

A waiting request holds no transaction and no database connection, but a thread of the web server, which WSGI cannot
give back. So at most half of the threads wait at a time (`Waiting.places`): a request beyond that is answered at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar, cast

from flask import Flask

PAUSE = 0.5
"""Seconds from one look to the next: what work waits at most before a waiting program hears of it."""

EXTENSION = "onegrid.waiting"

T = TypeVar("T")


class Waiting:
    """The places of one web server for requests that wait."""

    def __init__(self, places: int = 2) -> None:
        self.places = places
        self._taken = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def until(
        self, look: Callable[[], list[T]], seconds: float, gone: Callable[[], bool] = lambda: False
    ) -> tuple[list[T], bool]:
        """Look again and again until something is found, for at most so many seconds or until who asked is `gone`.

        Returns:
            What was found, perhaps nothing; and whether no place was free, so that it did not wait for it.
        """
        deadline = time.monotonic() + seconds
        found = look()
        if found or seconds <= 0:
            return found, False
        if not self._enter():
            return found, True
        try:
            while not found and (left := deadline - time.monotonic()) > 0 and not self._ended.wait(min(PAUSE, left)):
                if gone():
                    break
                found = look()
            return found, False
        finally:
            self._leave()

    def end(self) -> None:
        """Let all who wait go, and let nobody wait any more: the server stops."""
        self._ended.set()

    def _enter(self) -> bool:
        with self._lock:
            if self._taken >= self.places:
                return False
            self._taken += 1
            return True

    def _leave(self) -> None:
        with self._lock:
            self._taken -= 1


def waiting_of(app: Flask) -> Waiting:
    """Return the places of an application."""
    return cast(Waiting, app.extensions.setdefault(EXTENSION, Waiting()))
