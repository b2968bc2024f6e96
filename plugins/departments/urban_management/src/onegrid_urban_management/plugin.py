"""The hooks of the urban management bureau's plugin."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from engine.plugin_api import Handler, PluginInfo, hookimpl
from onegrid_urban_management.handlers import replan_patrols


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Who the plugin is, and that it reads grids."""
    return PluginInfo(
        name="urban_management",
        title="城管 · 城市管理",
        api=">=1.0,<2",
        department="UMB",
        uses=frozenset({"grid:read"}),
    )


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """What processes may ask of the bureau."""
    return [replan_patrols]


@hookimpl
def onegrid_content() -> Traversable:
    """How the bureau handles what is referred to it: diagram, forms, decision table, scenarios, catalogue items."""
    return files("onegrid_urban_management") / "content"
