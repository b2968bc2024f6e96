"""The workflow engine: definitions, instances, tasks, jobs and history. It knows no Flask and no domain.

Exports are lazy, so that a plugin's process, which needs `engine.plugin_api` alone, starts without the ORM.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.application import Engine
    from engine.bundle import read_bundle
    from engine.db import connect
    from engine.schema import create_schema
    from engine.tables.people import OrgUnit
    from engine.types import SYSTEM, Actor, Post

__all__ = ["SYSTEM", "Actor", "Engine", "OrgUnit", "Post", "connect", "create_schema", "read_bundle"]

_WHERE = {
    "SYSTEM": "engine.types",
    "Actor": "engine.types",
    "Engine": "engine.application",
    "OrgUnit": "engine.tables.people",
    "Post": "engine.types",
    "connect": "engine.db",
    "create_schema": "engine.schema",
    "read_bundle": "engine.bundle",
}


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'engine' has no attribute {name!r}")
