"""A plugin's settings, for operators: what is set and where, and setting it. Secrets go in, never out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import OPERATOR
from engine.errors import SettingInvalid
from web.plugin_words import in_plugins_words
from web.request import current_engine, current_work
from web.texts import gettext, in_readers_language

pages = Blueprint("plugin_settings", __name__, url_prefix="/operations/plugins")

VALUE_LENGTH = 10_000


@pages.get("/<plugin>/settings")
def show(plugin: str) -> ResponseReturnValue:
    """The settings that a plugin declares, with what is set for the installation and for counties."""
    return _page(plugin)


@pages.post("/<plugin>/settings")
def change(plugin: str) -> ResponseReturnValue:
    """Set one value, or take it away."""
    work = current_work()
    work.require(OPERATOR)
    key, county = request.form.get("key", ""), request.form.get("county", "")
    if request.form.get("act") == "remove":
        work.settings.remove(plugin, key, county)
        flash(gettext("已清除。"))
        return redirect(url_for("plugin_settings.show", plugin=plugin))
    try:
        work.settings.put(plugin, key, request.form.get("value", "")[:VALUE_LENGTH], county)
    except SettingInvalid as invalid:
        return _page(plugin, in_readers_language(str(invalid))), 422
    flash(gettext("已保存。"))
    return redirect(url_for("plugin_settings.show", plugin=plugin))


def _page(plugin: str, fault: str = "") -> str:
    work = current_work()
    work.require(OPERATOR)
    settings = work.settings.shown(plugin)
    return render_template(
        "operations/settings.html",
        plugin=plugin,
        title=in_plugins_words(
            next((each.title for each in current_engine().plugins.records if each.name == plugin), plugin)
        ),
        settings=settings,
        choices={each.key: each for each in settings}.values(),
        counties=work.switches.counties(),
        fault=fault,
    )
