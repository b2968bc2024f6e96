"""The hooks of the public security bureau's plugin."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from engine.plugin_api import Handler, PluginInfo, hookimpl
from onegrid_public_security.handlers import dispatch_patrol, record_case


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Who the plugin is, and that it reads grids."""
    return PluginInfo(
        name="public_security",
        title="公安 · 公共安全",
        api=">=1.0,<2",
        department="PSB",
        uses=frozenset({"grid:read"}),
    )


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """What processes may ask of the bureau: one answer comes from here, the other from its own system."""
    return [dispatch_patrol, record_case]


@hookimpl
def onegrid_content() -> Traversable:
    """A diagram, its forms and scenarios, catalogue items, texts."""
    return files("onegrid_public_security") / "content"
