"""Calls for programs (`WebPart.programs`): no cookie, no CSRF token, problem+json, the language that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, request

from web.security import csrf

if TYPE_CHECKING:
    from web.parts import WebPart

PATHS = "PROGRAM_PATHS"


def attach(app: Flask, parts: Iterable[WebPart]) -> frozenset[str]:
    """Let the application know which parts are for programs; return the names of their blueprints.

    They carry a token of their own, which no other site's form can send: nothing is to be forged.
    """
    parts = list(parts)
    app.config[PATHS] = {f"{part.blueprint.url_prefix}/": part.fault for part in parts}
    for part in parts:
        csrf.exempt(part.blueprint)
    return frozenset(part.blueprint.name for part in parts)


def asks() -> bool:
    """Return whether a program makes this request, also at an address that there is not."""
    return _prefix() is not None


def own_fault() -> Callable[[int, str], Response] | None:
    """Return how the part that is asked for answers what goes wrong, where it has a form of its own for that."""
    prefix = _prefix()
    return None if prefix is None else current_app.config[PATHS][prefix]


def _prefix() -> str | None:
    return next((prefix for prefix in current_app.config.get(PATHS, ()) if request.path.startswith(prefix)), None)
