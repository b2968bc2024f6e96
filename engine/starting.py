"""Starting what a timer starts: one transaction for each time that is due, in the order of the times."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine.errors import InstanceChanged
from engine.types import SYSTEM

if TYPE_CHECKING:
    from engine.application import Engine

log = logging.getLogger(__name__)

MOST = 500
"""Starts in one round: what a long stand-still has left is made up for over several, and other work is not held up."""


def start_due(engine: Engine, most: int = MOST) -> int:
    """Start the processes whose time has come, at most so many; return how many times were served.

    A time that was missed because no worker ran is served all the same, once, before those after it. A start that
    fails is noted at its timer and tried again later.
    """
    served = 0
    passed: set[str] = set()
    while served < most:
        with engine.begin(SYSTEM, write=False) as work:
            due = next((timer_id for timer_id in work.start_timers.due() if timer_id not in passed), None)
        if due is None:
            return served
        if _fire(engine, due):
            served += 1
        else:
            passed.add(due)
    return served


def _fire(engine: Engine, timer_id: str) -> bool:
    try:
        with engine.begin(SYSTEM) as work:
            return work.start_timers.fire(timer_id)
    except InstanceChanged:
        return False  # another worker was faster; the next round looks again
    except Exception as error:  # whatever a diagram raises is a failed start, not a dead worker
        log.exception("a start by timer failed", extra={"timer_id": timer_id})
        with engine.begin(SYSTEM) as work:
            work.start_timers.fail(timer_id, error)
        return False
