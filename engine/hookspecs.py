"""The hooks the engine calls on plugins, documented one by one in plugins/README.md.

All carry the prefix `onegrid_`. None is firstresult, historic or a wrapper: no plugin may order or override another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from engine.declaration import Handler

PROJECT = "onegrid"
API_VERSION = "1.0"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """Who a plugin is.

    Attributes:
        name: lower_case, the first part of its handlers' ids.
        title: shown to people.
        api: the versions of the plugin API it works with, e.g. `>=1.0,<2`.
        department: code of the department whose plugin it is, e.g. `UMB`; empty for a core plugin.
        uses: capabilities its handlers may ask for, e.g. `grid:read`.
    """

    name: str
    title: str
    api: str
    department: str = ""
    uses: frozenset[str] = frozenset()


@hookspec
def onegrid_plugin() -> PluginInfo:  # type: ignore[empty-body]  # a specification has no body
    """Return who the plugin is. Required; called first."""


@hookspec
def onegrid_handlers() -> list[Handler]:  # type: ignore[empty-body]  # as above
    """Return the task handlers that the plugin declares with @handler."""
