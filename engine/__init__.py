"""The workflow engine: definitions, instances, tasks, jobs and history. It knows no Flask and no domain.

Exports are lazy, so that a plugin's process, which needs `engine.plugin_api` alone, starts without the ORM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.application import Engine

__all__ = ["Engine"]


def __getattr__(name: str) -> Any:
    if name == "Engine":
        from engine.application import Engine  # noqa: PLC0415  lazy by design, see above

        return Engine
    raise AttributeError(f"module 'engine' has no attribute {name!r}")
