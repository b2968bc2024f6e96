"""Who is behind a request: the login cookie, and the rule that pages need a login unless they say otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.types import SYSTEM
from web import sessions
from web.request import act_as, current_work, end_work, separate_work

COOKIE = "onegrid_login"
PUBLIC = "_onegrid_public"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def public(view: View) -> View:
    """Mark a view as open to visitors without a login."""
    setattr(view, PUBLIC, True)
    return view


def protect(app: Flask, public_blueprints: frozenset[str], programs: frozenset[str] = frozenset()) -> None:
    """Make every view of the application need a login, except public views and blueprints and static files.

    Blueprints for programs see no login, whatever cookie comes with the request: they ask for a token themselves.
    """

    @app.before_request
    def find_actor() -> ResponseReturnValue | None:
        if request.blueprint in programs:
            return None
        token = request.cookies.get(COOKIE)
        is_open = _is_open(app, public_blueprints)
        login = _find(token, is_open) if token and request.endpoint != "static" else None
        g.login = login
        if login is not None:
            act_as(login.actor)
            return None
        return None if is_open else ask_to_log_in()


def _find(token: str, is_open: bool) -> sessions.Login | None:
    """Return who is logged in: found in the transaction of the view, except of one that may need none or its own."""
    if is_open:
        with separate_work(SYSTEM, write=False) as work:
            login = sessions.find_login(work, token)
    else:
        login = sessions.find_login(current_work(), token)
    if login is not None and login.stale:
        _touch(login)
    return login


def _touch(login: sessions.Login) -> None:
    end_work()
    with separate_work(login.actor, write=True) as work:
        sessions.touch(work, login)


def _is_open(app: Flask, public_blueprints: frozenset[str]) -> bool:
    if request.endpoint is None or request.endpoint == "static":
        return True
    view = app.view_functions[request.endpoint]
    return bool(getattr(view, PUBLIC, False)) or request.blueprint in public_blueprints


def ask_to_log_in() -> ResponseReturnValue:
    """Send the visitor to the login page and, after it, back here."""
    target = url_for("login.show", next=return_path())
    if request.headers.get("HX-Request"):
        # htmx would swap the login page into a corner of this one
        return Response(status=401, headers={"HX-Redirect": target})
    if request.accept_mimetypes.best == "application/json":
        return Response(status=401)
    return redirect(target)


def return_path() -> str:
    """Return where to go back to after the login: this page, or the one whose form was submitted."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return request.full_path.rstrip("?")
    return safe_target(request.referrer, request.path)


def safe_target(wanted: str | None, otherwise: str) -> str:
    """Return the path of a wanted address if it is on this site, else `otherwise`: no redirects to elsewhere.

    Backslashes and control characters are refused: browsers read a backslash as a slash, and `//host` as another site.
    """
    if not wanted or "\\" in wanted or any(character < " " for character in wanted):
        return otherwise
    parts = urlsplit(wanted)
    if parts.netloc and parts.netloc != request.host:
        return otherwise
    if not parts.path.startswith("/") or parts.path.startswith("//") or (parts.scheme and not parts.netloc):
        return otherwise
    return parts.path + (f"?{parts.query}" if parts.query else "")


def give_cookie(response: Response, token: str) -> None:
    """Put the login's token into the browser: not readable by scripts, not sent by other sites' forms."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(sessions.ABSOLUTE.total_seconds()),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def take_cookie(response: Response) -> None:
    """Remove the token from the browser."""
    response.delete_cookie(COOKIE, secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax")
