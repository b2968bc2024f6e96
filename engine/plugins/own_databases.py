"""Giving a department's plugin the database of its own: checked as declared, migrated, checked as it is then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pluggy

from engine.outcome import Failed
from engine.plugins.checks import Unfit
from engine.plugins.content import Content
from engine.plugins.models import MIGRATE
from engine.plugins.own_reports import OwnReport, reports_of
from engine.plugins.own_tables import OwnTable, faults
from engine.plugins.process import NO_CASE, no_questions
from engine.plugins.record import PluginRecord

HOOK = "onegrid_models"
MIGRATION_SECONDS = 120.0


class OwnDatabases(Protocol):
    """Where departments' plugins keep their tables. Made by the composition root."""

    def address(self, plugin: str) -> str:
        """Return the address of a plugin's database, made if need be; raise Unfit when nobody has set it up."""
        ...

    def tables(self, plugin: str) -> Sequence[OwnTable]:
        """Return what the database really holds: a plugin is not believed what it says of it."""
        ...

    def names(self) -> Sequence[str]:
        """Return the names of all plugins that have a database, whether they are loaded or not."""
        ...

    def rows(self, plugin: str, table: str, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return rows of a plugin's table, at most `limit`. Long texts are cut off; read only."""
        ...


def check_declared(record: PluginRecord, hook: pluggy.HookRelay) -> None:
    """Raise Unfit for a plugin that declares tables which a department may not own."""
    if HOOK in record.hooks:
        check_tables(record.name, record.declared[HOOK], hook)
    declared_reports(record)


def declared_reports(record: PluginRecord) -> list[OwnReport]:
    """Return the reports that a plugin declares; raise Unfit for one that is wrong."""
    content, tables = record.declared.get("onegrid_content"), record.declared.get(HOOK, ())
    department = record.info.department if record.info else ""
    return reports_of(record.name, department, content, tables) if isinstance(content, Content) else []


def check_tables(plugin: str, tables: Sequence[OwnTable], hook: pluggy.HookRelay) -> None:
    """Raise Unfit for tables that a department may not own, with all there is to say of them."""
    shared = [
        f"{table}.{column.strip()}"
        for rules in hook.onegrid_database_rules()
        for table, verbs in rules.shared.items()
        if verbs.startswith("REFERENCES")
        for column in verbs.partition("(")[2].rstrip(")").split(",")
    ]
    found = faults(plugin, tables, shared)
    found += [text for texts in hook.onegrid_table_rules(plugin=plugin, tables=tables) for text in texts]
    if found:
        raise Unfit("models", "; ".join(dict.fromkeys(found)))


def settle(record: PluginRecord, databases: OwnDatabases, hook: pluggy.HookRelay) -> None:
    """Check a plugin's tables, give it its database and bring that up to date, in its process.

    Raises:
        Unfit: it has none, its migrations fail, or they make what it may not own.
    """
    check_declared(record, hook)
    if HOOK not in record.hooks or record.process is None:
        return
    record.process.own(databases.address(record.name))
    answer = record.process.call(MIGRATE, {}, NO_CASE, MIGRATION_SECONDS, no_questions)
    if isinstance(answer, Failed):
        raise Unfit("migrate", answer.message, answer.trace)
    found = databases.tables(record.name)
    check_tables(record.name, found, hook)
    if missing := {table.name for table in record.declared[HOOK]} - {table.name for table in found}:
        raise Unfit("migrate", f"its migrations do not make {', '.join(sorted(missing))}")
