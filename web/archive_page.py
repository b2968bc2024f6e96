"""The page in an archive that people read and print: Chinese beside English, nothing loaded from afar."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask, render_template
from flask_babel import force_locale

from engine.archive.layout import Contents, Making
from web import formats, language
from web.history_view import WHAT

LANGUAGES = ("zh", "en")
TEXT_LENGTH = 2000
"""Characters of a row's content on the page; `history.jsonl` has all."""


def archive_page(contents: Contents, making: Making) -> str:
    """Return `index.html`."""
    app = Flask("web")
    language.attach(app)
    with app.test_request_context():
        rows = [(row, _said(row), _content(row)) for row in contents.history]
        return render_template(
            "archive/page.html",
            contents=contents,
            making=making,
            made_at=formats.moment(making.at),
            rows=rows,
            variables=_lines(contents.instance["variables"]),
        )


def _said(row: dict[str, Any]) -> list[str]:
    """Return what happened in each language, once where they are the same."""
    said = []
    for name in LANGUAGES:
        with force_locale(name):
            pattern = str(WHAT.get(row["event"], row["event"]))
        said.append(pattern % {"name": row["element_name"] or row["element_id"] or ""})
    return list(dict.fromkeys(said))


def _content(row: dict[str, Any]) -> list[tuple[str, str]]:
    changes = {name: f"{_text(change['before'])} → {_text(change['after'])}" for name, change in row["changes"].items()}
    return [*_lines(row["detail"]), *changes.items()]


def _lines(values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, _text(value)) for name, value in values.items()]


def _text(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"@", "v"}:
        return str(value["v"])  # a date or duration of FEEL
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= TEXT_LENGTH else f"{text[:TEXT_LENGTH]}…"
