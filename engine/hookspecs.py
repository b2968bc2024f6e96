"""The hooks the engine calls on plugins, documented one by one in plugins/README.md.

All carry the prefix `onegrid_`. None is firstresult, historic or a wrapper: no plugin may order or override another.
A department's plugin implements DEPARTMENT_HOOKS only; the others are for core plugins, which are trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import click
    import sqlalchemy as sa

    from engine.declaration import Handler, SchemaLike
    from engine.forms import FormField
    from engine.plugins.answers import Channel, Hint, IdentityFacts, Subscription
    from engine.plugins.context import Context
    from engine.plugins.own_tables import OwnTable
    from engine.wording import Wording
    from engine.work import Work

PROJECT = "onegrid"
PREFIX = "onegrid_"
API_VERSION = "1.0"

MAX_LANES = 4
"""Processes of one plugin in one worker. As many tickets of a department are run at a time by a worker."""

DEPARTMENT_HOOKS = frozenset(
    {
        *("onegrid_plugin", "onegrid_handlers", "onegrid_models", "onegrid_content", "onegrid_health"),
        *("onegrid_channels", "onegrid_subscriptions", "onegrid_hints", "onegrid_identity"),
    }
)
"""What a department's plugin may implement. It runs in the plugin's process: `engine/plugins/hooks.py` says how."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """Who a plugin is.

    Attributes:
        name: lower_case, the first part of its handlers' ids.
        title: shown to people.
        api: the versions of the plugin API it works with, e.g. `>=1.0,<2`.
        department: code of the department whose plugin it is, e.g. `UMB`; empty for a core plugin.
        uses: capabilities its handlers may ask for, e.g. `grid:read`.
        lanes: how many processes it may have at a time when its queue grows, in each worker; 1 to MAX_LANES.
        settings: marshmallow schema or fields by name; what an administrator sets for it, `Secret` fields included.
    """

    name: str
    title: str
    api: str
    department: str = ""
    uses: frozenset[str] = frozenset()
    settings: SchemaLike | None = None
    lanes: int = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One answer of `onegrid_health`.

    Attributes:
        name: what was looked at, shown to the operator.
        ok: whether it is well.
        detail: what was found; no secrets.
        hint: what the operator can do about it.
    """

    name: str
    ok: bool
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Capability:
    """A right to ask the host questions, granted to a handler that names it in `uses`. There are no rights to write.

    Attributes:
        name: `subject:verb`, e.g. `grid:read`.
        title: what it allows, shown to the administrator.
        questions: `subject.question`, e.g. `grid.get`, → function(session, org_path, *arguments). `org_path` is
            the place in the tree of the case the handler works for, `/431100/431103/`: an answer must keep to it
            where the subject demands it. The answer is anything orjson can write, dataclasses included.
    """

    name: str
    title: str
    questions: Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Models:
    """The tables that a department's plugin owns.

    Attributes:
        metadata: SQLAlchemy's MetaData. All names begin with the plugin's; a column that says a place refers to the one
            registry, e.g. `ForeignKey("grid.code")`.
        migrations: the folder of its Alembic version files.
    """

    metadata: object
    migrations: Traversable | Path | str


@dataclass(frozen=True, slots=True)
class DatabaseRules:
    """What PostgreSQL's logins may do with a plugin's tables, where the installation has roles.

    Attributes:
        tables: table → what the application's login may do with it beside SELECT, e.g. `INSERT`, or nothing. Tables
            that nobody names may be written.
        doors: signatures of functions that the reserved login alone may call.
        shared: table or view → what a department's own login may do with it, e.g. `SELECT`, `REFERENCES (code)`.
        statements: what a superuser runs once a set-up, e.g. event triggers; each may be run again.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    doors: tuple[str, ...] = ()
    shared: Mapping[str, str] = field(default_factory=dict)
    statements: tuple[str, ...] = ()


@hookspec
def onegrid_plugin() -> PluginInfo:  # type: ignore[empty-body]  # a specification has no body
    """Return who the plugin is. Required; called first."""


@hookspec
def onegrid_handlers() -> list[Handler]:  # type: ignore[empty-body]  # as above
    """Return the task handlers that the plugin declares with @handler."""


@hookspec
def onegrid_content() -> Traversable:  # type: ignore[empty-body]  # as above
    """Return the folder of the plugin's content, e.g. `importlib.resources.files(package) / "content"`."""


@hookspec
def onegrid_channels() -> list[Channel]:  # type: ignore[empty-body]  # as above
    """Return the ways by which the plugin brings messages to people."""


@hookspec
def onegrid_subscriptions() -> list[Subscription]:  # type: ignore[empty-body]  # as above
    """Return the events that the plugin wants to hear of, each made by `on`."""


@hookspec
def onegrid_hints(report: Mapping[str, Any], ctx: Context) -> list[Hint]:  # type: ignore[empty-body]  # as above
    """Return suggestions about a report that has come in; called with a time limit of two seconds."""


@hookspec
def onegrid_identity(issuer: str, claims: Mapping[str, Any], ctx: Context) -> IdentityFacts | None:
    """Return what the claims of a department's sign-on say, or None when they are none of the plugin's."""


@hookspec
def onegrid_health(ctx: Context) -> list[Check]:  # type: ignore[empty-body]  # as above
    """Look whether what the plugin depends on is there; called with a time limit of a few seconds."""


@hookspec
def onegrid_form_fields() -> list[FormField]:  # type: ignore[empty-body]  # as above
    """Return the kinds of form field that the plugin adds to the standard ones. Core plugins only."""


@hookspec
def onegrid_capabilities() -> list[Capability]:  # type: ignore[empty-body]  # as above
    """Return the questions that the plugin answers to departments' handlers. Core plugins only."""


@hookspec
def onegrid_models() -> Models:  # type: ignore[empty-body]  # as above
    """Return the tables that the plugin owns, in a database of its own. Departments only: core plugins share ours."""


@hookspec
def onegrid_table_rules(plugin: str, tables: Sequence[OwnTable]) -> list[str]:  # type: ignore[empty-body]  # as above
    """Return what is wrong with a department's tables, one sentence each. Core plugins only."""


@hookspec
def onegrid_database_rules() -> DatabaseRules:  # type: ignore[empty-body]  # as above
    """Return what PostgreSQL's logins may do with the plugin's tables. Core plugins only."""


@hookspec
def onegrid_guards(engine: sa.Engine) -> None:
    """Attach the guards of the plugin's tables to a database engine that has just been made. Core plugins only."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What hangs on a thing of another plugin, for whoever is about to change that thing.

    Attributes:
        code: of the thing.
        message_zh, message_en: what hangs on it and what becomes of that, a sentence each.
    """

    code: str
    message_zh: str
    message_en: str


@hookspec
def onegrid_attached(work: Work, kind: str, codes: Sequence[str]) -> list[Attached]:  # type: ignore[empty-body]  # as above
    """Return what of the plugin hangs on things of another, of a kind, by their codes. Core plugins only."""


@hookspec
def onegrid_candidates(work: Work, instance_id: str, element: str, people: Sequence[str]) -> list[Attached]:  # type: ignore[empty-body]  # as above
    """Return what whoever hands over a case's task should know of people who may get it, by their ids. Core only."""


@hookspec
def onegrid_names(work: Work, codes: Sequence[str]) -> Mapping[str, Wording]:  # type: ignore[empty-body]  # as above
    """Return code → name of what the plugin keeps among the codes, in one statement at most. Core plugins only."""


@hookspec
def onegrid_participants() -> list[str]:  # type: ignore[empty-body]  # as above
    """Return the candidate groups whose posts see the cases they take part in, not all of their unit. Core only."""


@hookspec
def onegrid_upkeep(work: Work) -> None:
    """Do what is to be done as time passes, in the transaction of `work`; called every minute. Core plugins only."""


@hookspec
def onegrid_cli(group: click.Group) -> None:
    """Add commands to the `onegrid` command. Core plugins only."""
