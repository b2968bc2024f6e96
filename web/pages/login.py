"""Logging in and out with a local account, and switching the language."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from engine.types import SYSTEM
from web import auth, language, sessions
from web.request import current_actor, current_work, separate_work
from web.security import client_network, limiter
from web.texts import gettext

if TYPE_CHECKING:
    from engine.work import Work

pages = Blueprint("login", __name__)
log = logging.getLogger(__name__)

YEAR = 365 * 24 * 3600


def _login_name() -> str:
    return "login:" + request.form.get("login", "").strip()[:64]


def _login_name_from_here() -> str:
    return f"{_login_name()} {client_network()}"


def _has_failed(response: Response) -> bool:
    return response.status_code != 302


@pages.get("/login")
@auth.public
def show() -> ResponseReturnValue:
    """The login form."""
    target = auth.safe_target(request.args.get("next"), url_for("inbox.show"))
    if current_actor().posts:
        return redirect(target)
    return render_template("login.html", next=target, login="", error="")


@pages.post("/login")
@auth.public
@limiter.limit("10 per 5 minutes", key_func=_login_name_from_here, deduct_when=_has_failed)
@limiter.limit("60 per 5 minutes", key_func=_login_name, deduct_when=_has_failed)
@limiter.limit("60 per 5 minutes", deduct_when=_has_failed)
def enter() -> ResponseReturnValue:
    """Check the password and open a login session, with a token of its own.

    Who guesses at somebody's password from one address does not keep them from logging in at another.
    """
    target = auth.safe_target(request.form.get("next"), url_for("inbox.show"))
    name = request.form.get("login", "")
    # the password is hashed before the transaction that writes begins: on SQLite it would hold up every other writer
    with separate_work(SYSTEM, write=False) as work:
        actor = sessions.check_password(work, name, request.form.get("password", ""))
    if actor is None:
        log.warning("login refused")
        message = gettext("账号或密码不正确，请重新输入。")
        return render_template("login.html", next=target, login=name, error=message), 401
    with separate_work(actor, write=True) as work:
        _end_old_session(work)
        token = sessions.open_session(work)
    session.clear()  # with it goes the visitor's CSRF token
    response = make_response(redirect(target))
    auth.give_cookie(response, token)
    log.info("login", extra={"actor": actor.id})
    return response


def _end_old_session(work: Work) -> None:
    old = request.cookies.get(auth.COOKIE)
    if old:
        sessions.close_session(work, old)


@pages.post("/logout")
def leave() -> ResponseReturnValue:
    """End the login session: its token is worth nothing afterwards."""
    sessions.close_session(current_work(), request.cookies[auth.COOKIE])
    session.clear()
    response = make_response(redirect(url_for("login.show")))
    auth.take_cookie(response)
    return response


@pages.get("/language/<code>")
@auth.public
def switch_language(code: str) -> ResponseReturnValue:
    """Remember the language in this browser and go back."""
    if code not in language.LANGUAGES:
        abort(404)
    response = make_response(redirect(auth.safe_target(request.referrer, url_for("inbox.show"))))
    response.set_cookie(
        language.COOKIE, code, max_age=YEAR, secure=current_app.config["SESSION_COOKIE_SECURE"], samesite="Lax"
    )
    return response
