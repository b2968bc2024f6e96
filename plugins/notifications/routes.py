"""The page with one's notices, and the button that acknowledges one."""

from __future__ import annotations

from typing import Final

from plugins.notifications import api
from web.plugin_api import (
    Blueprint,
    MenuEntry,
    Response,
    WebPart,
    current_work,
    lazy_gettext,
    render,
    url_for,
)

notices = Blueprint("notices", __name__, template_folder="templates", url_prefix="/notices")

PART = WebPart(notices, menu=[MenuEntry(lazy_gettext("通知"), "notices.show_list")])

MOST: Final = 100
"""Notices that wait on one page."""


@notices.get("")
def show_list() -> str:
    """Show the actor's notices: those that wait, and those that were acknowledged."""
    work = current_work()
    waiting = api.waiting(work, MOST + 1)
    return render(
        "notifications/list.html",
        waiting=waiting[:MOST],
        more=len(waiting) > MOST,
        acknowledged=api.acknowledged(work),
        now=work.clock.now(),
    )


@notices.post("/<notice_id>/acknowledge")
def acknowledge(notice_id: str) -> Response:
    """Acknowledge a notice for the unit it was sent to."""
    notice = api.acknowledge(current_work(), notice_id)
    return Response(status=303, headers={"Location": url_for("notices.show_list", _anchor=notice.id)})
