"""Letting time pass on an engine whose clock stands still: each job runs at the moment at which it is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from engine.clock import FixedClock
from engine.jobs.table_queue import drain, next_due

if TYPE_CHECKING:
    from engine.application import Engine


def run_until_idle(engine: Engine) -> int:
    """Run the jobs that are due until none is, those too that waited for a plugin which is back; return how many."""
    engine.resume()
    return drain(engine)


def let_pass(engine: Engine, until: datetime | timedelta) -> None:
    """Move the engine's `FixedClock` to a moment, or on by a span, with the jobs done at each moment between."""
    clock = cast(FixedClock, engine.clock)
    moment = clock.now() + until if isinstance(until, timedelta) else until
    while (due := next_due(engine)) is not None and due[2] <= moment:
        clock.set(max(due[2], clock.now()))
        run_until_idle(engine)
    clock.set(moment)
    run_until_idle(engine)
