"""The history of PostgreSQL lies in one partition a month of `at`, in UTC; rows of a month without one in the default.

A partition is guarded twice: by the triggers of the table that it belongs to, which PostgreSQL hands down for rows, and
by one of its own, for TRUNCATE of it alone and for the day somebody detaches it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

PREFIX: Final = "history_event_"
"""How the names of the partitions begin."""
DEFAULT: Final = f"{PREFIX}rest"

_PLAIN: Final = "history_event_plain"

PARTITIONED: Final = (
    # a key must hold what decides the partition: `id` and (`county`, `seq`) stay unique by the sequence and the head
    f"ALTER TABLE history_event RENAME TO {_PLAIN}",
    f"CREATE TABLE history_event (LIKE {_PLAIN} INCLUDING DEFAULTS) PARTITION BY RANGE (at)",
    "ALTER SEQUENCE history_event_id_seq OWNED BY history_event.id",
    f"DROP TABLE {_PLAIN}",
    "ALTER TABLE history_event ADD CONSTRAINT pk_history_event PRIMARY KEY (id, at)",
    "ALTER TABLE history_event ADD CONSTRAINT uq_history_event_county UNIQUE (county, seq, at)",
    "ALTER TABLE history_event ADD CONSTRAINT fk_history_event_instance_id_process_instance"
    " FOREIGN KEY (instance_id) REFERENCES process_instance (id)",
    "ALTER TABLE history_event ADD CONSTRAINT fk_history_event_definition_id_process_definition"
    " FOREIGN KEY (definition_id) REFERENCES process_definition (id)",
    "CREATE INDEX ix_history_event_instance_id ON history_event (instance_id, id)",
    f"CREATE TABLE {DEFAULT} PARTITION OF history_event DEFAULT",
)
"""Statements that make the empty table, as SQLAlchemy creates it, a partitioned one."""


def kept(partition: str) -> str:
    """Return the statement that guards a partition for itself; `onegrid_append_only` must be there."""
    return (
        f"CREATE TRIGGER {partition}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {partition}"
        " FOR EACH STATEMENT EXECUTE FUNCTION onegrid_append_only()"
    )


def partition_of(month: datetime) -> str:
    """Return the name of the partition of a moment's month, e.g. `history_event_2026_11`."""
    return f"{PREFIX}{month.astimezone(UTC):%Y_%m}"


def month_of(moment: datetime) -> datetime:
    """Return when the moment's month begins, in UTC."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(month: datetime) -> datetime:
    """Return when the month after begins."""
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def month_ddl(month: datetime) -> list[str]:
    """Return the statements that add a month's partition.

    It is made beside the table and then attached: that way nobody who reads or writes the history has to wait.
    """
    name = partition_of(month)
    bounds = f"FROM ('{month.isoformat()}') TO ('{next_month(month).isoformat()}')"
    return [
        f"CREATE TABLE {name} (LIKE history_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        kept(name),
        f"ALTER TABLE history_event ATTACH PARTITION {name} FOR VALUES {bounds}",
    ]
