"""Hints and identity: asked of plugins in their processes, and what they may not say is dropped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.advice import identify, suggest
from engine.application import Engine
from engine.clock import FixedClock
from engine.plugins.answers import IdentityFacts
from engine.services.deliveries import Place
from engine.types import SYSTEM
from engine.vault import KEY_FILE, Vault
from tests.engine.plugins.workshop import PLUGIN, install, load
from tests.plugins.serving import engine_on

SOURCE = (Path(__file__).parents[1] / "plugins" / "listening.py.txt").read_text()
SURE = """
@hookimpl
def onegrid_hints(report, ctx):
    return [Hint("urgency", "high", 0.9, "有明火"), Hint("category", "fire", 0.3, "像火情")]
"""
PLACE = Place("431103", "431103001", "/431100/431103/431103001/", None)


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock, tmp_path: Path) -> Iterator[Engine]:
    install(tmp_path, "listening", SOURCE)
    install(tmp_path, "sure", PLUGIN.format(name="sure") + SURE)
    install(tmp_path, "twin", SOURCE.replace('"listening"', '"twin"'))
    host = load(tmp_path)
    assert [record.reason for record in host.records] == [""] * 3
    built = engine_on(sqlite, host, clock)
    built.runtime = replace(built.runtime, vault=Vault(tmp_path / KEY_FILE))
    for name in ("listening", "twin"):
        put(built, name, "path", str(tmp_path / "told"))
    put(built, "listening", "issuer", "https://sso.example")
    yield built
    host.close()


def put(engine: Engine, plugin: str, key: str, text: str) -> None:
    with engine.begin(SYSTEM) as work:
        work.settings.put(plugin, key, text)


def suggested(engine: Engine, text: str, seconds: float = 2.0) -> list[tuple[str, str, float, list[str]]]:
    found = suggest(engine, {"text": text}, PLACE, seconds)
    return [(each.about, each.value, each.score, [reason for _, reason in each.reasons]) for each in found]


SURE_ALONE = [("urgency", "high", 0.9, ["有明火"]), ("category", "fire", 0.3, ["像火情"])]


def test_hints_of_all_plugins_are_merged_by_score(engine: Engine) -> None:
    here = "在 431103001"
    assert suggested(engine, "another") == [
        ("urgency", "high", 0.9, ["有明火", here, here]),
        ("department", "TST", 0.4, ["归我们", "归我们"]),
        ("category", "fire", 0.3, ["像火情"]),
    ]


@pytest.mark.parametrize("text", ["broken", "nonsense", "nothing"])
def test_a_plugin_that_breaks_or_talks_nonsense_is_left_out(engine: Engine, text: str) -> None:
    assert suggested(engine, text) == SURE_ALONE


def test_one_that_is_late_is_left_out(engine: Engine) -> None:
    began = time.monotonic()
    assert suggested(engine, "slow", 0.5) == SURE_ALONE
    assert time.monotonic() - began < 1.5


def test_one_that_is_off_in_the_county_is_not_asked(engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        work.switches.turn("sure", "431103", on=False, reason="试")
    assert suggested(engine, "nothing") == []


def test_the_registered_plugin_says_who_somebody_is(engine: Engine) -> None:
    claims = {"sub": "p7", "name": "何队"}
    assert identify(engine, "https://sso.example", claims) == IdentityFacts("p7", "何队", "TST", ("中队长",))
    assert identify(engine, "https://other.example", claims) is None


@pytest.mark.parametrize("claims", [{}, {"sub": "raise"}, {"sub": "other"}])
def test_facts_that_are_missing_or_of_another_department_are_dropped(engine: Engine, claims: dict[str, str]) -> None:
    assert identify(engine, "https://sso.example", claims) is None


def test_two_plugins_for_one_issuer_are_none(engine: Engine) -> None:
    put(engine, "twin", "issuer", "https://sso.example")
    assert identify(engine, "https://sso.example", {"sub": "p7", "name": "何队"}) is None
