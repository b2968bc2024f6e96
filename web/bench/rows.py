"""Rows by the million, made inside the database: instances with an open task each, and their history.

The history is no valid chain: its digests have the right length and say nothing. Each would have to be calculated from
the one before, in Python, for SQLite has no SHA-256: minutes for ten million rows that only stand in the way here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

CHUNK = 250_000
UNITS = 1000
SINCE = datetime(2026, 1, 1, tzinfo=UTC)

Say = Callable[[str], None]

# {id}: 32 digits, {task}: as many for a task, {at}: SINCE and i seconds, {unit}: a tenth of all in unit 1;
# every 10,000th task is claimed
INSTANCES = """INSERT INTO process_instance (id, definition_id, definition_key, title, org_unit, org_path, county,
  state, milestone, state_blob, version, started_by, started_at)
SELECT {id}, :definition, 'bench-linear', 'title', {unit}, '/1/', '1', 'active', '', {blob}, 1, 'bench', {at} FROM n"""
TASKS = """INSERT INTO user_task (id, instance_id, definition_id, element_id, name, title, form, candidate_group,
  org_unit, assignee, state, data, created_at)
SELECT {task}, {id}, :definition, 'task0', 'task', 'title', 'note', CASE i % 3 WHEN 2 THEN 'lead' ELSE 'staff' END,
  {unit}, CASE WHEN i % 10000 = 0 THEN 'bench' END, 'open', '{{"title": "A modest proposal", "note": ""}}', {at}
FROM n"""
HISTORY = """INSERT INTO history_event (county, seq, instance_id, definition_id, at, actor_id, actor_name, event,
  element_id, element_name, token_id, detail, changes, salt, content_digest, digest)
SELECT '1', i + 1, {owner}, :definition, {at}, 'bench', 'bench', 'task.completed', 'task0', 'task', {task},
  '{{"note": "done"}}', '{{}}', {salt}, {digest}, {digest} FROM n"""

COUNTING = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "
WORDS = {
    "sqlite": {
        "id": "printf('%032d', i)",
        "task": "printf('1%031d', i)",
        "owner": "printf('%032d', i % :instances)",
        "at": "strftime('%Y-%m-%d %H:%M:%S.000000', :since + i, 'unixepoch')",
        "unit": "CASE WHEN i % 10 = 0 THEN '1' ELSE CAST(i % :units + 2 AS TEXT) END",
        "blob": "x'00'",
        "salt": "zeroblob(16)",
        "digest": "zeroblob(32)",
    },
    "postgresql": {
        "id": "lpad(i::text, 32, '0')",
        "task": "'1' || lpad(i::text, 31, '0')",
        "owner": "lpad((i % :instances)::text, 32, '0')",
        "at": "to_timestamp(:since + i)",
        "unit": "CASE WHEN i % 10 = 0 THEN '1' ELSE (i % :units + 2)::text END",
        "blob": "'\\x00'::bytea",
        "salt": "decode(repeat('00', 16), 'hex')",
        "digest": "decode(repeat('00', 32), 'hex')",
    },
}
"""How each database says it."""


def generate(database: sa.Engine, definition_id: str, tasks: int, history: int, say: Say) -> None:
    """Add `tasks` instances with an open task each, and `history` events spread over them; one transaction a chunk.

    References are not checked while they are added: they point to rows of the same loop.
    The history is for reading: its digests are none, no head leads to it, and `onegrid audit verify` would say so.
    """
    facts = {"definition": definition_id, "instances": tasks, "units": UNITS, "since": int(SINCE.timestamp())}
    for what, statement, count in (
        ("instances", INSTANCES, tasks),
        ("tasks", TASKS, tasks),
        ("history", HISTORY, history),
    ):
        for first, last in chunks(count):
            with _unchecked(database) as connection:
                _insert(connection, statement, facts, first, last)
            say(f"{what} {last + 1:,} / {count:,}")
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE")


def chunks(count: int, size: int = CHUNK) -> Iterator[tuple[int, int]]:
    """Yield first and last number of each part of range(count)."""
    for first in range(0, count, size):
        yield first, min(first + size, count) - 1


@contextmanager
def _unchecked(database: sa.Engine) -> Iterator[sa.Connection]:
    """Give a transaction that checks no reference."""
    if database.dialect.name == "postgresql":
        with database.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
        return
    with database.connect() as connection:
        # on the driver's connection: SQLite ignores it within a transaction
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            yield connection
        connection.connection.cursor().execute("PRAGMA foreign_keys = ON")


def _insert(connection: sa.Connection, statement: str, facts: dict[str, object], first: int, last: int) -> None:
    words = WORDS[connection.dialect.name]
    head, _, select = statement.format(**words).partition("\nSELECT")
    counting = COUNTING.format(first=first, last=last)
    used = {name: value for name, value in facts.items() if f":{name}" in statement.format(**words)}
    connection.execute(sa.text(f"{head}\n{counting}SELECT{select}"), used)
