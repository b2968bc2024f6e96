"""Characters that no database keeps: PostgreSQL takes no NUL in a text. Refused where they come in, by the field."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from web import errors
from web.texts import gettext

NUL: Final = "\0"
THEIR_OWN: Final = frozenset({"task"})
"""Blueprints whose posted fields are checked one by one, so that the page comes again with all that was typed."""


def attach(app: Flask) -> None:
    """Look at each request before anything asks the database about it."""
    app.before_request(refuse)


def refuse() -> Response | None:
    """Answer 400 for an address or a field with a NUL, which no person types; None for all others."""
    name = _where()
    if name is None:
        return None
    message = gettext("“%(field)s”中有不能保存的字符（空字符），请删去后重试。", field=name)
    return errors.answer(errors.Problem(400, "text.unstorable", message, {"field": name}))


def _where() -> str | None:
    """Return the name of the first field that has one, of the address its own."""
    if NUL in request.path:
        return gettext("网址")
    given = [request.args]
    if request.blueprint not in THEIR_OWN and request.method not in {"GET", "HEAD"}:
        given.append(request.form)
    for fields in given:
        for name, values in fields.lists():
            if NUL in name or any(NUL in value for value in values):
                return name.replace(NUL, "")
    return None
