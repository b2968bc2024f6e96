"""Steps of those who try to change grids in any other way than by an approved division."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pytest_bdd import parsers, then, when
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.bundle import Bundle
from engine.errors import DeploymentRefused, GuardRefused
from engine.types import SYSTEM
from features.steps.world import World

COLUMNS = "(code, community, township, kind, setting, valid_from, created_revision)"
VALUES = "('431103001001-C777', '431103001001', '431103001', 'comprehensive', 'urban', '2026-12-01', 1)"
INSERT = f"INSERT INTO grid {COLUMNS} VALUES {VALUES}"  # noqa: S608  constants


@when(parsers.parse("有人试图{attempt}"))
def somebody_tries(world: World, attempt: str) -> None:
    try:
        ATTEMPTS[attempt](world)
    except (GuardRefused, SQLAlchemyError, sqlite3.Error) as refusal:
        world.refusal = refusal
    else:
        world.refusal = None


@then("写入被拒绝")
def the_write_is_refused(world: World) -> None:
    # a connection of somebody else's meets the database's own triggers, which ask a function that only ours has
    reasons = ("只有经审核批准的网格划分才能变更网格", "onegrid_open_room")
    assert any(reason in str(world.refusal) for reason in reasons), world.refusal


def _add_in_session(world: World) -> None:
    from plugins.grid_registry.tables import Grid

    with world.engine.begin(SYSTEM) as work:
        work.session.add(
            Grid(
                code="431103001001-C777",
                community="431103001001",
                township="431103001",
                kind="comprehensive",
                setting="urban",
                valid_from=date(2026, 12, 1),
                created_revision=1,
            )
        )


def _rename_in_session(world: World) -> None:
    from plugins.grid_registry.tables import GridVersion

    with world.engine.begin(SYSTEM) as work:
        work.session.scalars(sa.select(GridVersion).limit(1)).one().name = "另一个名称"


def _delete_in_bulk(world: World) -> None:
    from plugins.grid_registry.tables import Grid

    with world.engine.begin(SYSTEM) as work:
        work.session.execute(sa.delete(Grid))


def _insert_by_statement(world: World) -> None:
    with Session(world.database) as session:
        session.execute(sa.text(INSERT))
        session.commit()


def _move_by_statement(world: World) -> None:
    with world.database.begin() as connection:
        connection.exec_driver_sql("UPDATE grid_unit_membership SET grid_code = '431103001001-C001'")


def _drop_trigger(world: World) -> None:
    with world.database.connect() as connection:
        name = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'grid' LIMIT 1"
        ).scalar_one()
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.commit()


def _write_from_outside(world: World) -> None:
    outside = sqlite3.connect(str(world.database.url.database))
    try:
        with outside:
            outside.execute(INSERT)
    finally:
        outside.close()


ATTEMPTS: dict[str, Callable[[World], Any]] = {
    "在会话中新增一个网格": _add_in_session,
    "在会话中改动网格的名称": _rename_in_session,
    "批量删除网格": _delete_in_bulk,
    "用原始语句插入网格": _insert_by_statement,
    "用原始语句改动单元的归属": _move_by_statement,
    "删除保护触发器": _drop_trigger,
    "另开一个连接直接写数据库": _write_from_outside,
}


# -- another process -------------------------------------------------------------------------------------------------

OTHER_PROCESS = Path(__file__).with_name("another_process.bpmn.txt")


@when(parsers.parse("设计人员部署一个调用“{handler}”的其他流程"))
def another_process_is_deployed(world: World, handler: str) -> None:
    drawn = OTHER_PROCESS.read_text(encoding="utf-8").replace("HANDLER", handler)
    bundle = Bundle("shortcut", {"shortcut.bpmn": drawn.encode()})
    with pytest.raises(DeploymentRefused) as refused, world.engine.begin(SYSTEM) as work:
        work.definitions.deploy(bundle, "试一试")
    world.findings = refused.value.findings


@then(parsers.parse("部署被拒绝，指出元素“{element}”只能在“{process}”中使用"))
def the_process_is_refused(world: World, element: str, process: str) -> None:
    found = [finding for finding in world.findings if finding.element_id == element]
    assert any(process in finding.message_zh for finding in found), [str(finding) for finding in world.findings]
