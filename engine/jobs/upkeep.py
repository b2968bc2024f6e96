"""What a worker does beside its jobs: keep its place, and every so often look after tickets that were lost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from engine.jobs.queue import Duties
from engine.jobs.slots import Slot, Slots

log = logging.getLogger(__name__)

KEEP_SECONDS = 1.0
"""How often a worker asks whether its place is still its own."""

RESUME_SECONDS = 2.0
"""How often it looks whether jobs that wait for their plugin can go on."""

TEND_SECONDS = 30.0
"""How often it looks after tickets; a ticket that is lost waits for that long."""


class Upkeep:
    """A thread of a worker. It ends when told to, or when the worker has lost its place to another."""

    def __init__(
        self,
        slots: Slots,
        slot: Slot,
        duties: Duties,
        *,
        tend_seconds: float = TEND_SECONDS,
    ) -> None:
        self._slots = slots
        self._slot: Slot | None = slot
        self._name = slot.name
        self._duties = duties
        self._tend_seconds = tend_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and give the place back."""
        self._stopping.set()
        self._thread.join()
        if self._slot is not None:
            self._slot.release()

    def _run(self) -> None:
        due = resume_due = time.monotonic()
        while not self._stopping.wait(KEEP_SECONDS):
            if not self._keep():
                log.critical("another worker has this one's place", extra={"slot": self._name})
                self._duties.displaced()
                return
            if self._slot is None:
                continue
            if time.monotonic() >= resume_due:
                self._attempt(self._duties.resume)
                resume_due = time.monotonic() + RESUME_SECONDS
            if time.monotonic() >= due:
                self._attempt(self._duties.tend)
                due = time.monotonic() + self._tend_seconds

    def _keep(self) -> bool:
        """Take the place again when the connection that held it broke; return False when another has it."""
        if self._slot is not None and self._slot.held():
            return True
        if self._slot is not None:
            log.warning("the connection that holds this worker's place broke", extra={"slot": self._name})
            self._slot.release()
            self._slot = None
        try:
            self._slot = self._slots.hold(self._name)
        except DBAPIError:
            return True  # the server is not back yet
        return self._slot is not None

    def _attempt(self, duty: Callable[[], object]) -> None:
        try:
            duty()
        except Exception:  # nobody calls a thread; the next round is its second chance
            log.exception("looking after tickets failed")
