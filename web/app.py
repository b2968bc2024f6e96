"""The Flask application: the shell's own pages and those of the plugins, around one engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from flask import Flask
from flask_babel import lazy_gettext

from engine.access import DESIGNER, OPERATOR
from engine.trial.judging import Judges
from web import (
    auth,
    db,
    errors,
    formats,
    language,
    logs,
    mixed_text,
    programs,
    security,
    unstorable,
    worker_api,
)
from web.assets_manifest import Assets
from web.pages import (
    attachments,
    calendar,
    health,
    inbox,
    instance_repair,
    instances,
    login,
    operations,
    plugin_settings,
    plugins,
    repair,
    studio,
    studio_calls,
    task,
)
from web.parts import MenuEntry, WebPart
from web.plugin_words import in_plugins_words
from web.request import Shell, current_actor
from web.strict_json import StrictJSON
from web.texts import worded

if TYPE_CHECKING:
    from engine.application import Engine

LARGEST_POST = 4 * 1024 * 1024
"""Bytes. The largest form is a list of some thousand short fields."""


class WebSettings(Protocol):
    """What the web needs of `web.config.Settings`."""

    @property
    def secret_key(self) -> str:
        """Signs the cookie that holds the CSRF token."""
        ...

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are sent over HTTPS only."""
        ...

    @property
    def processes(self) -> Path:
        """The folder of the process folders: the studio says what differs from it."""
        ...


SHELL = (
    WebPart(login.pages),
    WebPart(health.pages),
    WebPart(inbox.pages, [MenuEntry(lazy_gettext("待办"), "inbox.show")]),
    WebPart(task.pages),
    WebPart(attachments.pages),
    WebPart(instances.pages, [MenuEntry(lazy_gettext("办件"), "instances.show_list")]),
)
OPERATIONS = WebPart(operations.pages, [MenuEntry(lazy_gettext("运维"), "operations.show", frozenset({OPERATOR}))])

STUDIO = (
    WebPart(studio.pages, [MenuEntry(lazy_gettext("流程设计"), "studio.show", frozenset({DESIGNER, OPERATOR}))]),
    WebPart(studio_calls.calls),
)

WORKER_API = WebPart(worker_api.calls, programs=True)

REPAIR = (WebPart(repair.pages), WebPart(instance_repair.pages), WebPart(calendar.pages))

PLUGINS = (WebPart(plugins.pages), WebPart(plugin_settings.pages))


def create_app(engine: Engine, settings: WebSettings, assets: Assets | None = None) -> Flask:
    """Return the application that serves this engine.

    Args:
        engine: built with its plugins loaded; guards are already attached to its database.
        settings: the process' settings.
        assets: the built files of the browser; default: those in `web/static/dist`.
    """
    app = Shell("web")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_POST,
        MAX_FORM_PARTS=20_000,
        SESSION_COOKIE_NAME="onegrid_form",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
    )
    app.json = StrictJSON(app)
    app.extensions["onegrid"] = engine
    app.extensions[studio_calls.JUDGES] = Judges()
    app.config[studio.FOLDER] = settings.processes
    db.attach(app, engine.database)
    language.attach(app)
    logs.attach(app)
    security.attach(app)
    errors.attach(app)
    unstorable.attach(app)
    mixed_text.attach(app)
    parts = [*SHELL, *_parts_of_plugins(engine), *STUDIO, OPERATIONS, *REPAIR, *PLUGINS, WORKER_API]
    for_programs = programs.attach(app, [part for part in parts if part.programs])
    auth.protect(app, frozenset(part.blueprint.name for part in parts if part.public), for_programs)
    for part in parts:
        app.register_blueprint(part.blueprint)
    _prepare_templates(app, parts, assets or Assets())
    return app


def _parts_of_plugins(engine: Engine) -> list[WebPart]:
    return [part for parts in engine.plugins.hook.onegrid_blueprints() for part in parts]


def _prepare_templates(app: Flask, parts: Sequence[WebPart], assets: Assets) -> None:
    banners = [part.banner for part in parts if part.banner is not None]
    menu = [(entry, part.public) for part in parts for entry in part.menu]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(moment=formats.moment, day=formats.day, plain=formats.plain)
    app.jinja_env.filters.update(bracketed=formats.bracketed, worded=worded, plugin_words=in_plugins_words)
    app.jinja_env.globals.update(vite=assets.tags, languages=language.LANGUAGES)

    @app.context_processor
    def shared() -> dict[str, Any]:
        actor = current_actor()
        return {
            "actor": actor,
            "banners": banners if actor.name else [],
            "menu": [entry for entry, public in menu if (public or actor.name) and entry.shown_to(actor)],
            "language": language.current_language(),
        }
