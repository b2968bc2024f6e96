"""Calls for programs (`WebPart.programs`): no cookie, no CSRF token, problem+json, the language that was asked for."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Flask, current_app, request

from web.security import csrf

PATHS = "PROGRAM_PATHS"


def attach(app: Flask, blueprints: Iterable[Blueprint]) -> frozenset[str]:
    """Let the application know which blueprints are for programs; return their names.

    They carry a token of their own, which no other site's form can send: nothing is to be forged.
    """
    blueprints = list(blueprints)
    app.config[PATHS] = tuple(f"{blueprint.url_prefix}/" for blueprint in blueprints)
    for blueprint in blueprints:
        csrf.exempt(blueprint)
    return frozenset(blueprint.name for blueprint in blueprints)


def asks() -> bool:
    """Return whether a program makes this request, also at an address that there is not."""
    return request.path.startswith(current_app.config.get(PATHS, ()))
