"""Plugins, for operators: how one is doing, its switches by county, a reload, its breaker; each act with its reason."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from engine.access import OPERATOR
from engine.errors import NotFound, PluginUnknown, ReasonMissing
from engine.plugin_health import MISSING, PluginHealth, Remark, survey
from engine.plugins.record import PluginState
from engine.services.breakers import BreakerState
from web.language import current_language
from web.request import current_engine, current_work
from web.texts import gettext

pages = Blueprint("plugins", __name__, url_prefix="/operations/plugins")

REASON_LENGTH = 1000
STATES = {
    PluginState.READY: ("mark-done", lazy_gettext("可用")),
    PluginState.QUARANTINED: ("mark-late", lazy_gettext("已隔离")),
    MISSING: ("mark-late", lazy_gettext("未安装")),
}
BREAKERS = {
    BreakerState.CLOSED: lazy_gettext("正常"),
    BreakerState.OPEN: lazy_gettext("熔断"),
    BreakerState.HALF_OPEN: lazy_gettext("试探"),
}
EVENTS = {
    "enabled": lazy_gettext("启用"),
    "disabled": lazy_gettext("停用"),
    "reload": lazy_gettext("重新载入"),
    "breaker.opened": lazy_gettext("熔断"),
    "breaker.closed": lazy_gettext("解除熔断"),
    "setting.put": lazy_gettext("填写设置"),
    "setting.removed": lazy_gettext("清除设置"),
    "delivery.revived": lazy_gettext("重试送达"),
    "delivery.dropped": lazy_gettext("放弃送达"),
    "token.created": lazy_gettext("签发令牌"),
    "token.rotated": lazy_gettext("更换令牌"),
    "token.revoked": lazy_gettext("吊销令牌"),
}


@pages.get("/<plugin>")
def show(plugin: str) -> ResponseReturnValue:
    """One plugin: what is wrong with it, its figures, what was done to it, and what can be."""
    work = current_work()
    health = _health(plugin)
    return render_template(
        "operations/plugin.html",
        plugin=health,
        said=said,
        states=STATES,
        breakers=BREAKERS,
        events=EVENTS,
        counties=work.switches.counties(),
        has_settings=work.settings.are_declared(plugin),
        log=[event for event in work.plugin_log.latest(500) if event.plugin == plugin][:50],
    )


@pages.post("/<plugin>/switch")
def switch(plugin: str) -> ResponseReturnValue:
    """Switch a plugin on or off, in one county or in all without a switch of their own."""
    on = request.form.get("on") == "1"
    county = request.form.get("county", "")
    text = gettext("已启用，等待的作业随即继续。") if on else gettext("已停用，它的作业等待。")
    return _done(plugin, lambda reason: current_work().switches.turn(plugin, county, on=on, reason=reason), text)


@pages.post("/<plugin>/reload")
def reload(plugin: str) -> ResponseReturnValue:
    """Let all processes replace a plugin by what is on disk."""
    text = gettext("各进程将在几秒内重新载入。")
    return _done(plugin, lambda reason: current_work().plugin_log.write(plugin, "reload", reason=reason), text)


@pages.post("/<plugin>/breaker")
def close_breaker(plugin: str) -> ResponseReturnValue:
    """Close a plugin's breaker by hand."""
    text = gettext("已解除熔断，等待的作业随即继续。")
    return _done(plugin, lambda reason: current_work().breakers.close(plugin, reason), text)


def said(remark: Remark) -> str:
    """Return a remark in the reader's language."""
    return remark.message_zh if current_language() == "zh" else remark.message_en


def _done(name: str, do: Callable[[str], object], text: str) -> ResponseReturnValue:
    """Do it with the reason given, and say so."""
    if _health(name).core:
        raise PluginUnknown(plugin=name)
    reason = request.form.get("reason", "").strip()[:REASON_LENGTH]
    if not reason:
        raise ReasonMissing
    do(reason)
    flash(text)
    return redirect(url_for("plugins.show", plugin=name))


def _health(name: str) -> PluginHealth:
    """Return how a plugin is doing; raise Forbidden or NotFound."""
    work = current_work()
    work.require(OPERATOR)
    found = next((each for each in survey(current_engine().plugins, work) if each.name == name), None)
    if found is None:
        raise NotFound(plugin=name)
    return found
