"""Open311 GeoReport v2: cities' common interface to read services and requests, and to report (SPEC 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.plugin_api import PluginInfo, hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Say who this plugin is."""
    return PluginInfo(name="open311", title="Open311 接口", api=">=1.0,<2")


@hookimpl
def onegrid_cli(group: click.Group) -> None:
    """Add `onegrid open311`."""
    from plugins.open311.command import open311  # noqa: PLC0415  a host that takes no commands needs no click

    group.add_command(open311)


@hookimpl(optionalhook=True)
def onegrid_blueprints() -> list[Any]:
    """Give the calls."""
    from plugins.open311.routes import PART  # noqa: PLC0415  a worker has no Flask

    return [PART]
