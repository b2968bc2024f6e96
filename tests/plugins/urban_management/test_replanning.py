"""The bureau's handler, in its own process, asked by a process of the engine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.application import Engine
from engine.clock import FixedClock
from engine.hookspecs import Capability
from engine.plugins.host import PluginHost
from engine.plugins.record import PluginState
from engine.plugins.sources import installed
from tests.plugins.serving import Served, engine_on

NAME = "urban_management"
GRIDS = {
    "431103001001-C008": ("urban", 301, ["锦绣家园一期", "锦绣家园二期", "梅湾路东", "梅湾路西"]),
    "431103001001-C009": ("urban", 300, ["翠竹苑", "滨江里", "永州大道"]),
}
CHANGE = {
    "proposal_no": '"HF-431103001-2026-001"',
    "created": '["431103001001-C008", "431103001001-C009"]',
    "retired": '["431103001001-C001"]',
}


def grid(session: Session, org_path: str, code: str) -> dict[str, Any] | None:
    if code not in GRIDS or not org_path.startswith("/431100/431103/"):
        return None
    setting, households, units = GRIDS[code]
    return {"code": code, "kind": "comprehensive", "setting": setting, "households": households, "units": units}


@pytest.fixture
def plugins() -> Iterator[PluginHost]:
    host = PluginHost()
    host.capabilities["grid:read"] = Capability("grid:read", "读取网格", {"grid.get": grid})
    host.load((), [source for source in installed() if source.name == NAME])
    yield host
    host.close()


@pytest.fixture
def engine(sqlite: sa.Engine, plugins: PluginHost, clock: FixedClock) -> Engine:
    return engine_on(sqlite, plugins, clock)


def test_the_plugin_is_a_distribution_of_its_own_that_the_host_never_imports(plugins: PluginHost) -> None:
    record = plugins.records[0]
    assert (record.state, record.reason) == (PluginState.READY, "")
    assert (record.distribution, record.title, record.core) == ("onegrid-urban-management", "城管 · 城市管理", False)
    assert not {"onegrid_urban_management.plugin", "onegrid_urban_management.handlers"} & set(sys.modules)


def test_patrols_are_planned_for_every_new_grid(engine: Engine) -> None:
    served = Served(engine, "urban_management.replan_patrols", CHANGE)
    assert served.state == "completed"
    [(event, answer)] = served.events
    assert event == "job.done"
    assert [(r["grid"], r["patrol"], r["rounds"], r["minutes"]) for r in answer["routes"]] == [
        ("431103001001-C008", "UMB-431103001001-C008", 2, 82),
        ("431103001001-C009", "UMB-431103001001-C009", 1, 35),
    ]
    assert answer["routes"][1]["stops"] == ["翠竹苑", "滨江里", "永州大道"]
    assert answer["ended"] == ["431103001001-C001"]
    assert answer["summary"] == "为2个新网格安排巡查，每日3轮、共117分钟；停止1个撤销网格的巡查。"


def test_a_grid_the_registry_does_not_know_is_asked_for_again(engine: Engine) -> None:
    served = Served(engine, "urban_management.replan_patrols", CHANGE | {"created": '["431103001001-C999"]'})
    [(event, detail)] = served.events
    assert event == "job.failed"
    assert "431103001001-C999" in detail["error"]


def test_only_codes_of_grids_are_taken(engine: Engine) -> None:
    served = Served(engine, "urban_management.replan_patrols", CHANGE | {"created": '["东片区"]'})
    [(event, detail)] = served.events
    assert event == "job.dead"
    assert "不是网格编码" in detail["error"]


def test_without_the_capability_in_the_host_the_plugin_is_quarantined() -> None:
    host = PluginHost().load((), [source for source in installed() if source.name == NAME])
    assert host.records[0].reason == "it asks for 'grid:read', which nobody grants"
