"""Headers of every answer, protection of forms against forged posts, and the limit on logins."""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No inline script, no inline style, no eval. The diagram viewer, Leaflet and htmx run under it (seen in a browser)."""

DRAWING_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""On the drawing board alone: the library that draws places its menus and its text field by `style` attributes. Scripts
stay as strict."""

DRAWING_BOARDS = frozenset({"studio.edit"})
"""Endpoints of pages with the drawing board."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=()",
}

HASHED = "/static/dist/assets/"
"""Files below have a digest in their name: they never change."""

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)
"""In memory: one process is the embedded default. Behind several web processes nginx limits too."""


def attach(app: Flask) -> None:
    """Protect the application."""
    # the token lives as long as the login: a form may lie open over lunch
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    csrf.init_app(app)
    app.after_request(say_when)  # before the limiter's own is registered, so run after it
    limiter.init_app(app)
    app.after_request(add_headers)


def say_when(response: Response) -> Response:
    """Leave Retry-After to answers that ask for another try: the limit puts it on every one."""
    if response.status_code != 429:
        response.headers.pop("Retry-After", None)
    if "retry_after" in g:
        response.headers["Retry-After"] = str(g.retry_after)
    return response


def add_headers(response: Response) -> Response:
    """Add the security headers, and how long the answer may be kept."""
    if request.endpoint in DRAWING_BOARDS:
        response.headers.setdefault("Content-Security-Policy", DRAWING_POLICY)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.path.startswith(HASHED) and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif not request.path.startswith("/static/"):
        # pages hold personal data: neither a proxy nor the back button after a logout may show them
        response.headers.setdefault("Cache-Control", "no-store")
    return response
