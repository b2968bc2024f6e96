"""The door for plugins' pages: what a core plugin's `routes.py` imports of the web, and nothing else of it.

A page is a view in a Blueprint, returned inside a WebPart by the hook `onegrid_blueprints`. Every page needs a login
unless its part is public; every POST needs the CSRF token (`<input type="hidden" name="csrf_token"
value="{{ csrf_token() }}">`; scripts send it as the header X-CSRFToken from `<meta name="csrf-token">`).

    overview = Blueprint("stones", __name__, template_folder="templates", url_prefix="/stones")

    @overview.get("/")
    def list_stones() -> str:
        return render("stones/list.html", stones=api.stones(current_work().session))

    PART = WebPart(overview, menu=[MenuEntry(lazy_gettext("石头"), "stones.list_stones")])
"""

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from flask import render_template as render
from flask_babel import lazy_gettext

from web.advice import attached, suggestions
from web.idempotency import fingerprint, posted_key
from web.language import current_language, translated
from web.parts import MenuEntry, WebPart
from web.request import current_actor, current_work, installation_home, read_only, takes_files
from web.security import limiter, visitors_limited
from web.texts import gettext, in_readers_language, ngettext
from web.texts import gettext as _
from web.uploads import PostedFiles, posted_files, send_attachment

rate_limited = limiter.limit
"""Decorates a public view that programs call: `@rate_limited("600 per hour")`, an address of the network at a time.

Those of residents' pages are `@visitors_limited("20 per hour", "300 per hour")`: a browser, and all of one address."""

__all__ = [
    "Blueprint",
    "MenuEntry",
    "PostedFiles",
    "Response",
    "WebPart",
    "_",
    "abort",
    "attached",
    "current_actor",
    "current_language",
    "current_work",
    "fingerprint",
    "gettext",
    "in_readers_language",
    "installation_home",
    "jsonify",
    "lazy_gettext",
    "ngettext",
    "posted_files",
    "posted_key",
    "rate_limited",
    "read_only",
    "redirect",
    "render",
    "request",
    "send_attachment",
    "suggestions",
    "takes_files",
    "translated",
    "url_for",
    "visitors_limited",
]
