"""The people in the grids (R5, R10): workers with their townships, grids and training, each with dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.plugin_api import Handler, PluginInfo, hookimpl

if TYPE_CHECKING:
    from engine.core_api import DatabaseRules, FormField


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Say who this plugin is."""
    return PluginInfo(name="workforce", title="网格员", api=">=1.0,<2")


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """Give what the process `grid-division` calls when grids have changed, and what the catalogue's watch asks."""
    from plugins.workforce import handlers, handlers_division  # noqa: PLC0415  handlers need tables

    return [*handlers.HANDLERS, handlers_division.carry_over, handlers_division.staff_grids]


@hookimpl
def onegrid_participants() -> list[str]:
    """Say that a grid worker, whose post is the whole township's, sees no case of other workers (SPEC 6.3 I20)."""
    from plugins.workforce.reach import WORKER_GROUP  # noqa: PLC0415  needs tables

    return [WORKER_GROUP]


@hookimpl
def onegrid_form_fields() -> list[FormField]:
    """Give the form field in which new grids are staffed."""
    from plugins.workforce.staffing_field import STAFFING  # noqa: PLC0415  departments' rules need the engine

    return [STAFFING]


@hookimpl
def onegrid_database_rules() -> DatabaseRules:
    """Say that the log is only added to."""
    from plugins.workforce.rights import RULES  # noqa: PLC0415  departments' rules need the engine

    return RULES


@hookimpl(optionalhook=True)
def onegrid_blueprints() -> list[Any]:
    """Give the pages."""
    from plugins.workforce import routes, routes_public  # noqa: PLC0415  a worker has no Flask

    return [*routes.PARTS, routes_public.PART]
