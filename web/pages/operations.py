"""Operations: dead jobs with their revival, and the state of the plugins. For the group operator."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import OPERATOR
from engine.plugin_health import survey
from web.pages.plugins import BREAKERS, STATES, said
from web.request import current_engine, current_work
from web.texts import gettext

pages = Blueprint("operations", __name__, url_prefix="/operations")

REASON_LENGTH = 1000


@pages.get("")
def show() -> ResponseReturnValue:
    """Dead jobs and plugins."""
    work = current_work()
    work.require(OPERATOR)
    plugins = survey(current_engine().plugins, work)
    return render_template(
        "operations/show.html", jobs=work.jobs.dead(), plugins=plugins, states=STATES, breakers=BREAKERS, said=said
    )


@pages.post("/jobs/<job_id>/revive")
def revive(job_id: str) -> ResponseReturnValue:
    """Give a dead job another attempt."""
    work = current_work()
    work.require(OPERATOR)
    work.jobs.revive(job_id, request.form.get("reason", "").strip()[:REASON_LENGTH])
    flash(gettext("已重新排队。"))
    return redirect(url_for("operations.show"))
