"""How far the replay of the demo is: a quiet line on every page while it goes on."""

from __future__ import annotations

from plugins.demo.progress import seen
from web.plugin_api import Blueprint, WebPart, installation_home, render

pages = Blueprint("demo", __name__, template_folder="templates", url_prefix="/demo")


@pages.get("/progress")
def progress() -> str:
    """Say how far it is; nothing when it is over, which takes the line off the page."""
    return banner()


def banner() -> str:
    """Return the line."""
    found = seen(installation_home())
    return render("demo/progress.html", seen=found) if found is not None else ""


PART = WebPart(pages, banner=banner)
