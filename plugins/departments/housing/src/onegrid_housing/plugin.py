"""The hooks of the housing bureau's plugin: who it is, and where its files are."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from engine.plugin_api import PluginInfo, hookimpl


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Who the plugin is. It asks nothing."""
    return PluginInfo(name="housing", title="住建 · 住房和城乡建设", api=">=1.0,<2", department="HUD")


@hookimpl
def onegrid_content() -> Traversable:
    """Diagrams, forms, a decision table, scenarios, catalogue items, texts."""
    return files("onegrid_housing") / "content"
