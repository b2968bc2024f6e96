"""The one registry of grids (R16-R19, R32-R34): what grids there are, and the only way to change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.plugin_api import Handler, PluginInfo, hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import click
    import sqlalchemy as sa

    from engine.core_api import Capability, DatabaseRules, FormField, OwnTable, Work

# the hooks import when they are called: a host without web pages never loads the routes


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Say who this plugin is."""
    return PluginInfo(name="grid_registry", title="网格登记", api=">=1.0,<2")


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """Give the handlers of the process `grid-division`, and of the nightly look."""
    from plugins.grid_registry import handlers  # noqa: PLC0415  see above

    return [handlers.check_plan, handlers.apply_plan, handlers.record_filing, handlers.find_hidden_divisions]


@hookimpl
def onegrid_form_fields() -> list[FormField]:
    """Give the form fields in which a plan is written and shown."""
    from plugins.grid_registry.form_field import FIELDS  # noqa: PLC0415  see above

    return FIELDS


@hookimpl
def onegrid_capabilities() -> list[Capability]:
    """Give the questions about grids that departments may ask."""
    from plugins.grid_registry.capabilities import GRID_READ  # noqa: PLC0415  see above

    return [GRID_READ]


@hookimpl
def onegrid_database_rules() -> DatabaseRules:
    """Say that no login may write the registry's tables."""
    from plugins.grid_registry.rights import RULES  # noqa: PLC0415  see above

    return RULES


@hookimpl
def onegrid_table_rules(plugin: str, tables: Sequence[OwnTable]) -> list[str]:
    """Say which of a department's tables are a division of its own."""
    from plugins.grid_registry.tables_check import check  # noqa: PLC0415  see above

    return check(plugin, tables)


@hookimpl
def onegrid_names(work: Work, codes: Sequence[str]) -> Mapping[str, str]:
    """Give the latest names of grids."""
    from plugins.grid_registry.codes import GRID_CODE  # noqa: PLC0415  see above
    from plugins.grid_registry.state import LATEST, names  # noqa: PLC0415  see above

    grids = [code for code in codes if GRID_CODE.fullmatch(code)]
    return names(work.session, grids, LATEST) if grids else {}


@hookimpl
def onegrid_guards(engine: sa.Engine) -> None:
    """Put the locks on the database engine."""
    from plugins.grid_registry.guard import attach  # noqa: PLC0415  see above

    attach(engine)


@hookimpl
def onegrid_cli(group: click.Group) -> None:
    """Add `onegrid grids`."""
    from plugins.grid_registry.command import grids  # noqa: PLC0415  see above

    group.add_command(grids)


@hookimpl(optionalhook=True)
def onegrid_blueprints() -> list[Any]:
    """Give the pages."""
    from plugins.grid_registry.routes import PARTS  # noqa: PLC0415  see above

    return PARTS
