"""The reader's language: Chinese unless chosen otherwise. No texts; those are in `web/translations` and the bundles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, g, request
from flask_babel import Babel, get_locale

from web import programs

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from web.sessions import Login

COOKIE = "onegrid_language"
LANGUAGES: Mapping[str, str] = {"zh": "中文", "en": "English"}
TRANSLATIONS = Path(__file__).parent / "translations"


def attach(app: Flask) -> None:
    """Let the application speak the reader's language."""
    Babel(
        app,
        default_locale="zh",
        default_timezone="Asia/Shanghai",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=choose,
    )


def choose() -> str:
    """Return the language of this request: the one switched to, else the person's own, else Chinese.

    A program says in Accept-Language what its readers understand.
    """
    if programs.asks():
        return request.accept_languages.best_match(LANGUAGES) or "zh"
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    login: Login | None = g.get("login")
    return login.locale if login and login.locale in LANGUAGES else "zh"


def current_language() -> str:
    """Return `zh` or `en`."""
    locale = get_locale()
    return str(locale.language) if locale else "zh"


def translated(definition: Definition, text: str) -> str:
    """Return a text of a diagram or form in the reader's language, as its bundle translates it."""
    if current_language() == "zh" or not text:
        return text
    return definition.translations.get(text, text)
