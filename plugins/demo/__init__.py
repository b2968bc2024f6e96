"""A county to try the system on: real divisions, invented neighbourhoods, and grids made by real grid divisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.plugin_api import PluginInfo, hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Say who this plugin is."""
    return PluginInfo(name="demo", title="演示数据", api=">=1.0,<2")


@hookimpl
def onegrid_cli(group: click.Group) -> None:
    """Add `onegrid demo`."""
    from plugins.demo.command import demo  # noqa: PLC0415  a host that takes no commands needs no click

    group.add_command(demo)


@hookimpl(optionalhook=True)
def onegrid_blueprints() -> list[Any]:
    """Give the line that says how far the replay is."""
    from plugins.demo.routes import PART  # noqa: PLC0415  a worker has no Flask

    return [PART]
