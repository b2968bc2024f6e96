"""Headers of every answer, protection of forms against forged posts, and the limit on logins."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, Final

from flask import Flask, Response, g, request, session
from flask_limiter import Limiter
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

OF_ONE_CONNECTION: Final = 64
"""Bits of an IPv6 address that one connection is given: whoever has it has all addresses below."""

View = Callable[..., Any]


def client_network() -> str:
    """Return the address that a request comes from, of IPv6 the network: counted alike, whichever address is used.

    Headers that clients send say nothing; behind a proxy that is trusted the server has put its word in (`server.py`).
    """
    given = (request.remote_addr or "").partition("%")[0].strip("[]")
    try:
        address = ip_address(given)
    except ValueError:
        return given
    address = getattr(address, "ipv4_mapped", None) or address
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, OF_ONE_CONNECTION), strict=False))


def browser() -> str:
    """Return who sent a form: the address, and the token that the browser was given with its first page."""
    return f"{client_network()} {session.get('csrf_token', '')}"


csrf = CSRFProtect()
limiter = Limiter(client_network, storage_uri="memory://", headers_enabled=True)
"""In memory: one process is the embedded default. Behind several web processes nginx limits too."""


def visitors_limited(each: str, together: str) -> Callable[[View], View]:
    """Return a decorator of public views that limits one browser, and all behind one address together.

    Half a town may share an address (the operators' NAT): the limit of a browser is what stops a person, that of the
    address what stops a program, which can have as many browsers as it likes.
    """

    def limited(view: View) -> View:
        return limiter.limit(each, key_func=browser)(limiter.limit(together)(view))

    return limited


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
