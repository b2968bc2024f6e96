"""Chinese on English pages, marked as such: names, people's own words and the law stay as they are, and are read aloud
rightly. One rule for every page, so that no template has to know what is Chinese.
"""

from __future__ import annotations

import re

from flask import Flask, Response

from web.language import current_language

CHINESE = "\u3400-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{CHINESE}](?:[^<>&A-Za-z]*[{CHINESE}])?[。！？；）》”]*")
"""From the first Chinese character to the last of a run of text, with figures and signs between."""
_PIECE = re.compile(
    r"<!--.*?-->|<(?P<whole>script|style|svg)\b.*?</(?P=whole)\s*>|<(?P<plain>title|textarea|option)\b[^>]*>"
    r"(?P<inner>[^<]*)</(?P=plain)\s*>|<(?P<marked>[a-z][a-z0-9]*)\b[^>]*\slang=[^>]*>[^<]*</(?P=marked)\s*>|<[^>]*>|[^<]+",
    re.DOTALL | re.IGNORECASE,
)
"""Comments; what is no text; what can hold text only; what is marked already; tags; text."""


def attach(app: Flask) -> None:
    """Mark what is Chinese on each English page."""

    @app.after_request
    def mark(response: Response) -> Response:
        if response.mimetype == "text/html" and not response.direct_passthrough and current_language() == "en":
            response.set_data(marked(response.get_data(as_text=True)))
        return response


def marked(html: str) -> str:
    """Return a page in which every run of Chinese characters is in an element with `lang="zh-CN"`."""
    return _PIECE.sub(_piece, html)


def _piece(found: re.Match[str]) -> str:
    text = found[0]
    if found["plain"] and found["plain"].lower() != "title":
        chinese = re.search(f"[{CHINESE}]", found["inner"])
        return re.sub(r"^<(\w+)", r'<\1 lang="zh-CN"', text, count=1) if chinese and " lang=" not in text else text
    if text.startswith("<"):
        return text
    return _RUN.sub(lambda run: f'<span lang="zh-CN">{run[0]}</span>', text)
