"""How many tickets of each lane a worker has in hand, and how often it asks for more.

A ticket in hand waits in this process for its turn: `AT_ONCE` transactions of jobs run at a time, whatever the lane.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from engine.hookspecs import MAX_LANES
from engine.jobs.queue import Lane

AT_ONCE = 6
"""Transactions of jobs that one process has open at a time: enough to keep a core busy while some wait to commit."""


class Limits(TypedDict, total=False):
    """How many tickets of a lane run at a time: in one process, of one key anywhere, of one key in one process."""

    worker_concurrency: int
    partition_concurrency: int
    partition_worker_concurrency: int


LANES: dict[Lane, Limits] = {
    # one at a time of a key, so that a county's long backlog holds up its own stripes only
    Lane.ENGINE: {"partition_concurrency": 1, "worker_concurrency": 32},
    Lane.RESERVED: {"partition_concurrency": 1, "worker_concurrency": 1},
    Lane.TIMERS: {"partition_concurrency": 1, "worker_concurrency": 4},
    # the key is the department: as many as it may have processes, and so many that sick ones leave room for others
    Lane.HANDLERS: {"partition_worker_concurrency": MAX_LANES, "worker_concurrency": 64},
}

PACE: Mapping[Lane, int] = {Lane.HANDLERS: 2, Lane.RESERVED: 3, Lane.TIMERS: 5}
"""How many times longer than the lane `engine` others wait from one question to the next: each costs six statements."""
