"""Waiting for what other processes do, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SECONDS = 30.0


def until(condition: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Return what the condition gives once it is true; fail when that takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {condition}"
        time.sleep(0.02)  # another process has no signal to wait for
    return answer
