"""Events and messages reach a plugin's process: after the transaction, at least once, in order per case, retried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import couriers
from engine.application import Engine
from engine.errors import Forbidden, NotFound
from engine.plugin_health import survey
from engine.plugins.host import PluginHost
from engine.plugins.listening import channel_function
from engine.services.deliveries import Letter, Place
from engine.tables.deliveries import Delivery
from engine.tables.plugins import PluginEvent
from engine.types import SYSTEM
from engine.vault import KEY_FILE, Vault
from tests.engine.plugins.workshop import install, load
from tests.fixtures.house import House

SOURCE = (Path(__file__).parents[1] / "plugins" / "listening.py.txt").read_text()
PLACE = Place("1-a", "1-a", "/1/1-a/", "A-1")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("site")
    install(site, "listening", SOURCE)
    return site


@pytest.fixture
def host(site: Path) -> Iterator[PluginHost]:
    host = load(site)
    assert [record.reason for record in host.records] == [""]
    yield host
    host.close()


@dataclass
class Listener:
    """The house with the plugin listening, and what it wrote down."""

    house: House
    path: Path

    @property
    def engine(self) -> Engine:
        return self.house.engine

    def told(self) -> list[list[Any]]:
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def how(self, word: str) -> None:
        Path(f"{self.path}.how").write_text(word)

    def collect(self) -> int:
        return couriers.collect(self.engine)

    def deliver(self) -> int:
        return couriers.deliver(self.engine)

    def rows(self) -> list[tuple[str, int, str | None, str | None]]:
        with self.engine.begin(SYSTEM, write=False) as work:
            rows = work.session.scalars(sa.select(Delivery).order_by(Delivery.id))
            return [(row.state, row.attempt, row.last_error, row.receipt) for row in rows]

    def post(self, number: int = 1) -> None:
        with self.engine.begin(SYSTEM) as work:
            payload = {"id": str(number), "subject": f"第{number}号"}
            work.deliveries.add(
                Letter("listening", channel_function("pager"), f"m{number}", str(number), payload), PLACE
            )


@pytest.fixture
def listener(house: House, host: PluginHost, tmp_path: Path) -> Listener:
    plugins = house.engine.plugins
    plugins._departments = host._departments
    house.engine.runtime = replace(house.engine.runtime, vault=Vault(tmp_path / KEY_FILE))
    with house.engine.begin(SYSTEM) as work:
        work.settings.put("listening", "path", str(tmp_path / "told"))
    return Listener(house, tmp_path / "told")


def bought(listener: Listener) -> str:
    """Start a purchase and complete two of its tasks."""
    instance = listener.house.start()
    listener.house.complete(instance, listener.house.clerk)
    listener.house.complete(instance, listener.house.reviewer)
    return instance


def test_a_plugin_hears_of_what_happens_from_when_it_listens(listener: Listener) -> None:
    bought(listener)
    assert (listener.collect(), listener.deliver()) == (0, 0)
    instance = bought(listener)
    assert (listener.collect(), listener.collect()) == (2, 0)
    assert listener.told() == []
    assert (listener.deliver(), listener.deliver()) == (2, 0)
    told = listener.told()
    assert [each[:3] for each in told] == [
        ["task.completed", "ask", instance],
        ["task.completed", "review", instance],
    ]
    keys = "business_key county element element_name event at instance_id org_unit process"
    assert told[0][3] == sorted(keys.split())
    assert told[0][4] == 1
    assert told[0][5].startswith("1-a:")
    assert told[0][6] == "1-a"
    assert {state for state, *_ in listener.rows()} == {"done"}


def test_a_filter_is_kept(listener: Listener) -> None:
    listener.collect()
    with listener.engine.begin(SYSTEM) as work:
        for unit in ("1-a", "1-b"):
            work.instances.start("purchase", {"thing": "椅子", "office": unit}, business_key=None, org_unit=unit)
    assert (listener.collect(), listener.deliver()) == (1, 1)
    assert [(each[0], each[1], each[5]) for each in listener.told()] == [("instance.started", "purchase", "1-b")]


def test_a_failure_is_tried_again_and_what_is_behind_it_in_its_case_waits(listener: Listener) -> None:
    listener.collect()
    first, second = bought(listener), bought(listener)
    listener.collect()
    listener.how("fail")
    assert listener.deliver() == 2  # the first event of each case; the second waits behind it
    assert [row[:3] for row in listener.rows()] == [
        ("waiting", 1, "RetryLater: far system busy"),
        ("waiting", 0, None),
        ("waiting", 1, "RetryLater: far system busy"),
        ("waiting", 0, None),
    ]
    assert listener.deliver() == 0
    listener.how("")
    listener.house.clock.advance(timedelta(seconds=61))
    assert listener.deliver() == 4
    told = [(each[2], each[1], each[4]) for each in listener.told()]
    for instance in (first, second):
        assert [(element, attempt) for who, element, attempt in told if who == instance] == [("ask", 2), ("review", 1)]


def exhaust(listener: Listener) -> int:
    """Let a delivery use up its attempts; return its id."""
    listener.collect()
    bought(listener)
    listener.collect()
    listener.how("give_up")
    for _ in range(3):
        listener.deliver()
        listener.house.clock.advance(timedelta(hours=1))
    assert [row[:2] for row in listener.rows()] == [("dead", 3), ("waiting", 0)]
    assert listener.deliver() == 0
    with listener.engine.begin(SYSTEM, write=False) as work:
        return work.deliveries.open()[0].id


def test_one_that_is_dead_holds_up_its_case_until_a_person_tries_it_again(listener: Listener) -> None:
    dead = exhaust(listener)
    with pytest.raises(Forbidden), listener.engine.begin(listener.house.clerk) as work:
        work.deliveries.revive(dead)
    with listener.engine.begin(SYSTEM) as work:
        work.deliveries.revive(dead)
    listener.how("")
    assert listener.deliver() == 2
    assert [each[1] for each in listener.told()] == ["ask", "review"]
    with pytest.raises(NotFound), listener.engine.begin(SYSTEM) as work:
        work.deliveries.revive(dead)


def test_one_that_is_given_up_lets_its_case_go_on(listener: Listener) -> None:
    dead = exhaust(listener)
    with listener.engine.begin(SYSTEM) as work:
        work.deliveries.drop(dead)
    listener.how("")
    assert listener.deliver() == 1
    assert [each[1] for each in listener.told()] == ["review"]
    with listener.engine.begin(SYSTEM, write=False) as work:
        assert work.session.scalars(sa.select(PluginEvent.event)).all()[-1] == "delivery.dropped"


def test_a_plugin_that_dies_costs_an_attempt(listener: Listener) -> None:
    listener.collect()
    bought(listener)
    listener.collect()
    listener.how("die")
    listener.deliver()
    assert listener.rows()[0][:3] == ("waiting", 1, "the plugin's process broke off: the process ended")


def test_a_plugin_that_is_off_in_the_county_spends_no_attempt(listener: Listener) -> None:
    listener.collect()
    bought(listener)
    listener.collect()
    with listener.engine.begin(SYSTEM) as work:
        work.switches.turn("listening", "1-a", on=False, reason="检修")
    assert listener.deliver() == 0
    assert [row[:2] for row in listener.rows()] == [("waiting", 0)] * 2
    with listener.engine.begin(SYSTEM) as work:
        work.switches.turn("listening", "1-a", on=True, reason="修好")
    listener.house.clock.advance(timedelta(seconds=31))
    assert listener.deliver() == 2


def test_a_message_is_delivered_with_a_receipt(listener: Listener) -> None:
    listener.post()
    assert listener.deliver() == 1
    assert listener.told() == [["message", "第1号", 1, "m1", "1-a"]]
    assert listener.rows() == [("done", 0, None, "R-1")]


def test_a_message_that_was_not_promised_is_not_sent(listener: Listener) -> None:
    letter = Letter("listening", channel_function("pager"), "m", "1", {})
    with listener.engine.begin(SYSTEM, write=False) as work:
        work.deliveries.add(letter, PLACE)
    assert (listener.deliver(), listener.rows()) == (0, [])


def test_a_delivery_that_another_worker_makes_is_left_to_it(listener: Listener) -> None:
    listener.post()
    taken = couriers._take(listener.engine, "listening", couriers.functions(_record(listener)))
    assert taken is not None
    assert listener.deliver() == 0
    listener.house.clock.advance(timedelta(seconds=33))  # that worker died: its lease is over
    assert listener.deliver() == 1


def _record(listener: Listener) -> Any:
    return next(record for record in listener.engine.plugins.records if record.name == "listening")


def test_what_was_made_long_ago_is_deleted(listener: Listener) -> None:
    listener.post()
    listener.deliver()
    listener.house.clock.advance(timedelta(days=29))
    listener.engine.tend()
    assert len(listener.rows()) == 1
    listener.house.clock.advance(timedelta(days=2))
    listener.engine.tend()
    assert listener.rows() == []


def test_workers_carry_by_themselves(listener: Listener) -> None:
    listener.collect()
    bought(listener)
    running = couriers.Couriers(listener.engine)
    running.start()
    for _ in range(100):
        if len(listener.told()) == 2 or listener.engine.stopping.wait(0.1):
            break
    listener.engine.stopping.set()
    running.stop()
    assert len(listener.told()) == 2


def test_operators_hear_of_what_cannot_be_delivered(listener: Listener) -> None:
    exhaust(listener)
    with listener.engine.begin(SYSTEM, write=False) as work:
        health = next(each for each in survey(listener.engine.plugins, work) if each.name == "listening")
    assert not health.ok
    assert "1 项事件或消息无法送达，见 onegrid plugins deliveries" in [each.message_zh for each in health.remarks]
