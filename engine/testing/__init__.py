"""The public test kit: a frozen clock, jobs that run when told to, and fixtures for plugins' tests.

Exports are lazy: pytest loads this package in every run, of whatever project it is installed beside.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.clock import FixedClock
    from engine.jobs.table_queue import TableQueue, drain

__all__ = ["FixedClock", "TableQueue", "drain"]

_WHERE = {"FixedClock": "engine.clock", "TableQueue": "engine.jobs.table_queue", "drain": "engine.jobs.table_queue"}


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'engine.testing' has no attribute {name!r}")
