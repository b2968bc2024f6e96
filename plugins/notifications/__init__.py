"""Notices to the people of a unit: of a change they must know of (R22), or of a task that is about to be late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.plugin_api import Handler, PluginInfo, hookimpl

if TYPE_CHECKING:
    from web.plugin_api import WebPart


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Who the plugin is."""
    return PluginInfo(name="notifications", title="通知", api=">=1.0,<2")


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """What processes may ask it to send."""
    from plugins.notifications.handlers import notify_departments, remind  # noqa: PLC0415  handlers need tables

    return [notify_departments, remind]


@hookimpl(optionalhook=True)
def onegrid_blueprints() -> list[WebPart]:
    """The page with one's notices."""
    from plugins.notifications.routes import PART  # noqa: PLC0415  a worker has no Flask

    return [PART]
