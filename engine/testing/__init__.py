"""The public test kit: a process on a stage, a frozen clock, jobs that run when told to, fixtures for plugins' tests.

Exports are lazy: pytest loads this package in every run, of whatever project it is installed beside.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.clock import FixedClock
    from engine.jobs.table_queue import TableQueue, drain
    from engine.scenarios.rehearsal import Answer, Unfulfilled
    from engine.testing.idle import let_pass, run_until_idle
    from engine.testing.stage import Stage
    from engine.testing.stand_ins import Called

__all__ = [
    "Answer",
    "Called",
    "FixedClock",
    "Stage",
    "TableQueue",
    "Unfulfilled",
    "drain",
    "let_pass",
    "run_until_idle",
]

_WHERE = {
    "Answer": "engine.scenarios.rehearsal",
    "Called": "engine.testing.stand_ins",
    "FixedClock": "engine.clock",
    "Stage": "engine.testing.stage",
    "TableQueue": "engine.jobs.table_queue",
    "Unfulfilled": "engine.scenarios.rehearsal",
    "drain": "engine.jobs.table_queue",
    "let_pass": "engine.testing.idle",
    "run_until_idle": "engine.testing.idle",
}


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'engine.testing' has no attribute {name!r}")
