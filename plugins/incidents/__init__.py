"""Incidents: reported, routed, referred to departments, verified, closed (R41-R44)."""

from __future__ import annotations

from engine.plugin_api import Handler, PluginInfo, hookimpl


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Say who this plugin is."""
    return PluginInfo(name="incidents", title="事件上报与转办", api=">=1.0,<2")


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """Give the handlers of the incident processes."""
    from plugins.incidents import handlers_clock, handlers_closing, handlers_dispute, handlers_referral  # noqa: PLC0415  handlers need tables

    return [
        *handlers_referral.HANDLERS,
        *handlers_dispute.HANDLERS,
        *handlers_clock.HANDLERS,
        *handlers_closing.HANDLERS,
    ]
