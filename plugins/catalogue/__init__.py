"""The catalogue of what grid workers do (R36-R47): items with legal bases, as approved and published, per county."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.plugin_api import Handler, PluginInfo, hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import click

    from engine.core_api import Capability, FormField, Wording, Work


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Say who this plugin is."""
    return PluginInfo(name="catalogue", title="事项清单", api=">=1.0,<2")


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """Give the handlers of the process `catalogue-inclusion`, and of those that it calls or is begun by."""
    from plugins.catalogue import (  # noqa: PLC0415  handlers need tables
        handlers,
        handlers_consultation,
        handlers_review,
        handlers_suspension,
    )

    parts = (handlers, handlers_consultation, handlers_review, handlers_suspension)
    return [each for part in parts for each in part.HANDLERS]


@hookimpl
def onegrid_form_fields() -> list[FormField]:
    """Give the form field that shows an application."""
    from plugins.catalogue.form_field import FIELDS  # noqa: PLC0415  as above

    return FIELDS


@hookimpl
def onegrid_names(work: Work, codes: Sequence[str]) -> Mapping[str, Wording]:
    """Give the latest names of items."""
    from plugins.catalogue.listing import names  # noqa: PLC0415  as above

    return names(work.session, codes)


@hookimpl
def onegrid_capabilities() -> list[Capability]:
    """Give the questions about the catalogue that departments may ask."""
    from plugins.catalogue.capabilities import CATALOGUE_READ  # noqa: PLC0415  a capability needs tables

    return [CATALOGUE_READ]


@hookimpl
def onegrid_cli(group: click.Group) -> None:
    """Add `onegrid catalogue`."""
    from plugins.catalogue.command import catalogue  # noqa: PLC0415  as above

    group.add_command(catalogue)


@hookimpl(optionalhook=True)
def onegrid_blueprints() -> list[Any]:
    """Give the pages."""
    from plugins.catalogue import routes, routes_public  # noqa: PLC0415  a worker has no Flask

    return [routes_public.PART, *routes.PARTS]
