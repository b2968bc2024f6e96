"""Being told to stop: by SIGINT, by SIGTERM, or by losing one's place."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

DISPLACED = 75
"""Exit status of a worker whose place another has taken: to be started again (EX_TEMPFAIL, systemd's Restart=)."""


class Stopping(threading.Event):
    """Set when the process is to stop. `status` is the exit status it then ends with."""

    status = 0

    def displaced(self) -> None:
        """Stop because another process has taken this worker's place."""
        self.status = DISPLACED
        self.set()


@contextmanager
def stop_signals() -> Iterator[Stopping]:
    """Give an event that SIGINT and SIGTERM set; a second signal ends the process as usual."""
    stopping = Stopping()
    previous: dict[int, Any] = {}

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.set()
        signal.signal(number, previous[number])

    previous.update({number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)})
    yield stopping
    for number, handler in previous.items():
        signal.signal(number, handler)
