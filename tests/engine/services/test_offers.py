"""Departments' processes are found by what they say they are for."""

from __future__ import annotations

import pytest

from engine.bundle import Bundle
from engine.hookspecs import PluginInfo
from engine.types import SYSTEM
from tests.engine.bpmn.drawing import draw, props, user
from tests.fixtures.house import House

LANE = props(group="clerk", unit='"1-a"')
PLUGINS = {
    "fire": PluginInfo("fire", "消防", ">=1.0,<2", department="FIR"),
    "water": PluginInfo("water", "水务", ">=1.0,<2", department="WTR"),
}


def deploy(house: House, key: str, owner: str, serves: str, *, node: str = "a") -> None:
    process = props(serves=serves, inputs="unit, referral") if serves else ""
    content = draw(user(node, variable="handling"), flows=f"s>{node} {node}>e", lane=LANE, process=process).decode()
    files = {f"{key}.bpmn": content.replace('<bpmn:process id="p"', f'<bpmn:process id="{key}"').encode()}
    with house.engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle(key, files), "试用", owner)


def found(house: House, value: str, department: str = "FIR", county: str = "1-a") -> str | None:
    with house.engine.begin(SYSTEM, write=False) as work:
        return work.offers.find(department, county, "serves", value)


@pytest.fixture
def offering(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(house.engine.plugins, "info", PLUGINS.get)
    deploy(house, "fire-second", "fire", "FIR-002")
    deploy(house, "fire-drill", "fire", "FIR-001, FIR-002")
    deploy(house, "water-leak", "water", "FIR-001")
    deploy(house, "own", "", "FIR-003")
    return house


def test_a_process_is_found_by_its_property_and_its_department(offering: House) -> None:
    assert found(offering, "FIR-001") == "fire-drill"
    assert found(offering, "FIR-002") == "fire-drill", "the first key of several"
    assert found(offering, "FIR-001", "WTR") == "water-leak"
    assert found(offering, "FIR") is None, "a whole value, not a part of one"
    assert found(offering, "FIR-003") is None, "the installation's own is nobody's offer"


def test_the_newest_version_alone_counts(offering: House) -> None:
    deploy(offering, "fire-drill", "fire", "", node="b")
    assert found(offering, "FIR-001") is None
    assert found(offering, "FIR-002") == "fire-second"


def test_what_is_switched_off_or_gone_offers_nothing(offering: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with offering.engine.begin(SYSTEM) as work:
        work.switches.turn("fire", "1-a", on=False, reason="停用")
    assert found(offering, "FIR-001") is None
    assert found(offering, "FIR-001", county="1-b") == "fire-drill"
    monkeypatch.setattr(offering.engine.plugins, "info", {}.get)
    assert found(offering, "FIR-001", county="1-b") is None
