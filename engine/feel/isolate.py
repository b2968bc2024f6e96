"""One V8 isolate with the FEEL bundle loaded: text in, text out, within limits. Not thread-safe.

Nothing of Python, the file system or the network exists inside; a fault of it is an exception here.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Thread

import orjson
from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException, MiniRacer

from engine.calendar import WorkCalendar
from engine.feel.errors import FeelMemory, FeelTimeout, FeelUnavailable

BUNDLE = Path(__file__).parent / "dist" / "feelin.js"


DRAIN = 1.0
"""Seconds that closing waits for a call that was stopped to leave V8."""


class IsolateLost(Exception):
    """The isolate can no longer be trusted and must be replaced."""


class Isolate:
    """V8 with the bundle. After FeelTimeout or FeelMemory it must be closed and replaced.

    `fresh` says that it has evaluated nothing yet.
    """

    def __init__(self, calendar: WorkCalendar, seconds: float, memory: int) -> None:
        try:
            bundle = BUNDLE.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise FeelUnavailable from error
        self._seconds = seconds
        self._v8 = _outside_any_event_loop()
        self._v8.eval(bundle)
        self._v8.set_hard_memory_limit(memory)
        self.call("feelCalendar", calendar_json(calendar))
        self.fresh = True

    def call(self, function: str, text: str) -> str:
        """Call a global function of the bundle with text.

        Raises:
            FeelTimeout, FeelMemory: a limit was reached.
            IsolateLost: V8 failed in a way that the bundle does not report.
        """
        self.fresh = False
        literal = orjson.dumps(text).decode()
        try:
            return str(self._v8.eval(f"{function}({literal})", timeout_sec=self._seconds))
        except JSTimeoutException as error:
            raise FeelTimeout(seconds=self._seconds) from error
        except JSOOMException as error:
            raise FeelMemory from error
        except JSEvalException as error:
            raise IsolateLost(str(error)) from error

    def close(self) -> None:
        """Give the isolate's memory and threads back."""
        # a call that was stopped still reports; closed before that, mini-racer reports to a loop that is gone
        with suppress(JSEvalException):
            self._v8.eval("0", timeout_sec=DRAIN)
        self._v8.close()


def _outside_any_event_loop() -> MiniRacer:
    # made where an asyncio loop runs, mini-racer would adopt that loop, and a call from it would wait for itself
    made: list[MiniRacer] = []
    thread = Thread(target=lambda: made.append(MiniRacer()))
    thread.start()
    thread.join()
    return made[0]


def calendar_json(calendar: WorkCalendar) -> str:
    """Return what `feelCalendar` of the bundle takes."""
    days = {
        "holidays": list(calendar.holidays),
        "workdays": list(calendar.workdays),
        "hours": [(since.isoformat(), hours.spans) for since, hours in calendar.hours.latest_first()],
    }
    return orjson.dumps(days).decode()
