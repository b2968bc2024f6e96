"""The hooks of the market regulation bureau's plugin."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from engine.plugin_api import Handler, Models, PluginInfo, Subscription, hookimpl, on
from onegrid_market_regulation.divisions import note_retired_grids
from onegrid_market_regulation.handlers import check_premises, record_inspection
from onegrid_market_regulation.tables import METADATA

HERE = files("onegrid_market_regulation")


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Who the plugin is, and that it reads grids."""
    return PluginInfo(
        name="market_regulation",
        title="市监 · 市场监督管理",
        api=">=1.0,<2",
        department="AMR",
        uses=frozenset({"grid:read"}),
    )


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """What processes may ask of the bureau."""
    return [record_inspection, check_premises]


@hookimpl
def onegrid_models() -> Models:
    """The bureau's own tables: inspections, each of which lies in a grid of the one registry."""
    return Models(METADATA, HERE / "migrations")


@hookimpl
def onegrid_subscriptions() -> list[Subscription]:
    """The end of a grid division: inspections in grids that it retired are to be found anew."""
    return [on("instance.ended", note_retired_grids, {"process": "grid-division"})]


@hookimpl
def onegrid_content() -> Traversable:
    """The bureau's items of the catalogue, and its report."""
    return HERE / "content"
