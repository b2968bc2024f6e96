"""What is remembered of plugins: breakers, switches, settings, what operators did, and what workers report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base
from engine.tables.history import BIG

NAME = 64
"""Characters of a plugin's name."""


class PluginBreaker(Base):
    """How a plugin has been doing, for all workers. No row: nothing is known against it.

    `failures` counts those since the last success. `retry_at` is set while the breaker is open; from then on one job is
    let through, and nobody else's until `probe_until`. `trips` counts openings since the last success.
    """

    __tablename__ = "plugin_breaker"

    plugin: Mapped[str] = mapped_column(sa.String(NAME), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    trips: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    probe_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    last_failure_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]


class PluginSwitch(Base):
    """Whether a plugin is used in a county; county "" stands for all that have no row of their own."""

    __tablename__ = "plugin_switch"

    plugin: Mapped[str] = mapped_column(sa.String(NAME), primary_key=True)
    county: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    enabled: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)
    actor_name: Mapped[str] = mapped_column(sa.String(100))
    changed_at: Mapped[datetime]


class PluginSetting(Base):
    """A value that an operator set for a plugin: in a county, or with "" for all that have none of their own.

    `value` is `{"is": JSON}`; a secret is in `sealed` instead, encrypted by `engine.vault`.
    """

    __tablename__ = "plugin_setting"

    plugin: Mapped[str] = mapped_column(sa.String(NAME), primary_key=True)
    county: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(NAME), primary_key=True)
    value: Mapped[dict[str, Any] | None]
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    changed_by: Mapped[str] = mapped_column(sa.String(100))
    changed_at: Mapped[datetime]


class PluginEvent(Base):
    """Something that an operator did to a plugin, or that its breaker did by itself. Rows never change."""

    __tablename__ = "plugin_event"
    __table_args__ = (sa.Index("ix_plugin_event_plugin", "plugin", "id"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    plugin: Mapped[str] = mapped_column(sa.String(NAME))
    county: Mapped[str] = mapped_column(sa.String(20), default="")
    event: Mapped[str] = mapped_column(sa.String(40))
    actor_id: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(100))
    reason: Mapped[str] = mapped_column(sa.Text, default="")


class PluginReport(Base):
    """What one worker, by its place, last said of a plugin in it: state, version, processes, for people to read."""

    __tablename__ = "plugin_report"

    worker: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    plugin: Mapped[str] = mapped_column(sa.String(NAME), primary_key=True)
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
