"""Incidents: reported, routed, referred to departments, verified, closed (R41-R44)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.plugin_api import Handler, PluginInfo, fields, hookimpl, validate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.core_api import Attached, FormField, Work


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Say who this plugin is."""
    kept = fields.Integer(
        validate=validate.Range(min=1, max=3650), metadata={"title": "结案后保留反映人信息的天数（默认180）"}
    )
    return PluginInfo(name="incidents", title="事件上报与转办", api=">=1.0,<2", settings={"reporter_kept_days": kept})


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """Give the handlers of the incident processes."""
    # handlers need tables
    from plugins.incidents import (  # noqa: PLC0415
        handlers_clock,
        handlers_closing,
        handlers_dispute,
        handlers_intake,
        handlers_referral,
    )

    return [
        *handlers_intake.HANDLERS,
        *handlers_referral.HANDLERS,
        *handlers_dispute.HANDLERS,
        *handlers_clock.HANDLERS,
        *handlers_closing.HANDLERS,
    ]


@hookimpl
def onegrid_form_fields() -> list[FormField]:
    """Give the form field that shows an incident."""
    from plugins.incidents.form_field import FIELDS  # noqa: PLC0415  as above

    return FIELDS


@hookimpl
def onegrid_attached(work: Work, kind: str, codes: Sequence[str]) -> list[Attached]:
    """Say how many incidents are open in grids that are about to be changed."""
    from plugins.incidents.successors import open_in  # noqa: PLC0415  as above

    return open_in(work, codes) if kind == "grid" else []


@hookimpl
def onegrid_candidates(work: Work, instance_id: str, element: str, people: Sequence[str]) -> list[Attached]:
    """Say who is not trained for what a worker has to handle."""
    from plugins.incidents.hands import remarks  # noqa: PLC0415  as above

    return remarks(work, instance_id, element, people)


@hookimpl
def onegrid_upkeep(work: Work) -> None:
    """Blank who reported what was closed long ago."""
    from plugins.incidents.retention import blank_old_reporters  # noqa: PLC0415  as above

    blank_old_reporters(work)


@hookimpl(optionalhook=True)
def onegrid_blueprints() -> list[Any]:
    """Give the pages."""
    # a worker has no Flask
    from plugins.incidents import routes, routes_list, routes_public, routes_report, routes_status  # noqa: PLC0415

    return [routes_report.PART, routes_list.PART, routes.PART, routes_public.PART, routes_status.PART]
