"""The emergency bureau's plugin in its own process: the urgent path, and messages to a real duty system."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import couriers
from engine.advice import identify, suggest
from engine.application import Engine
from engine.clock import FixedClock
from engine.contents import deploy_content
from engine.hookspecs import Capability
from engine.outcome import Answered
from engine.plugin_health import survey
from engine.plugins.answers import IdentityFacts
from engine.plugins.host import PluginHost
from engine.plugins.process import NO_CASE
from engine.plugins.record import PluginState
from engine.plugins.sources import installed
from engine.services.deliveries import Place
from engine.tables.deliveries import Delivery
from engine.testing import drain
from engine.types import SYSTEM
from engine.vault import KEY_FILE, Vault
from tests.plugins.serving import engine_on, staff

NAME = "emergency"
SECRET = "a-secret-of-the-duty-room"
REPORT = {
    "no": "SJ-431103-20261201-00001",
    "grid": "431103001001-C001",
    "urgency": "emergency",
    "reported_at": "2026-12-01T09:00:00+08:00",
    "place": "望江小区3栋",
    "description": "燃气爆炸，有人被困",
}
STAFF = staff("he", "department_staff", "431103-EMB")
PLACE = Place("431103", "431103001", "/431100/431103/431103001/", None)


def grid(session: Session, org_path: str, code: str) -> dict[str, Any] | None:
    return {"code": code, "households": 310} if code == REPORT["grid"] else None


@dataclass
class DutySystem:
    """A duty system: what it was told, and what it answers next."""

    port: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?a=1"

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        key = request.headers.get("Idempotency-Key", "")
        expected = hmac.new(SECRET.encode(), key.encode() + b"." + body, hashlib.sha256).hexdigest()
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        if request.headers.get("X-OneGrid-Signature") != f"sha256={expected}" or request.path != "/hook?a=1":
            status = 401
        elif status == 200:
            self.told.append(json.loads(body))
            self.keys.append(key)
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(json.dumps({"receipt": f"R{len(self.told)}"}).encode())


@pytest.fixture
def duty_system() -> Iterator[DutySystem]:
    system = DutySystem()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            system.take(self)

        def do_HEAD(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *said: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    system.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield system
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def plugins() -> Iterator[PluginHost]:
    host = PluginHost()
    host.capabilities["grid:read"] = Capability("grid:read", "读取网格", {"grid.get": grid})
    host.load(["plugins.notifications"], [source for source in installed() if source.name == NAME])
    host.field_types = None  # the plugin of incidents, whose field its forms have, is not loaded here
    assert {record.name: record.reason for record in host.records} == {"notifications": "", NAME: ""}
    yield host
    host.close()


@pytest.fixture
def engine(sqlite: sa.Engine, plugins: PluginHost, clock: FixedClock, tmp_path: Path) -> Engine:
    built = engine_on(sqlite, plugins, clock)
    built.runtime = replace(built.runtime, vault=Vault(tmp_path / KEY_FILE))
    deploy_content(built, SYSTEM, NAME, "试行")
    couriers.collect(built)
    return built


@pytest.fixture
def connected(engine: Engine, duty_system: DutySystem) -> Engine:
    """The county has connected its duty system."""
    with engine.begin(SYSTEM) as work:
        work.settings.put(NAME, "url", duty_system.url, "431103")
        work.settings.put(NAME, "secret", SECRET, "431103")
    return engine


def start(engine: Engine, **changed: str) -> str:
    with engine.begin(SYSTEM) as work:
        variables = {"unit": "431103-EMB", "referral": REPORT | changed}
        key = "emergency-urgent_report"
        instance = work.instances.start(key, variables, business_key=REPORT["no"], org_unit="431103001").id
    drain(engine)
    return instance


def tasks(engine: Engine, instance: str) -> dict[str, str]:
    with engine.begin(SYSTEM, write=False) as work:
        return {each.element_id: each.id for each in work.tasks.of_instance(instance) if each.state == "open"}


def complete(engine: Engine, instance: str, element: str, **values: str) -> None:
    with engine.begin(STAFF) as work:
        work.tasks.complete(tasks(engine, instance)[element], values)
    drain(engine)


def variables(engine: Engine, instance: str) -> dict[str, Any]:
    with engine.begin(SYSTEM, write=False) as work:
        events = {event.event: event.detail for event in work.history.of(instance) if event.element_id == "take_over"}
        return dict(events["job.done"])


def test_the_urgent_path_finds_who_is_on_duty(engine: Engine) -> None:
    instance = start(engine)
    assert tasks(engine, instance).keys() == {"handle"}
    assert variables(engine, instance) == {
        "on_duty": "应急一组",
        "phone": "0746-0000001",
        "sign_by": "2026-12-01T09:30:00+08:00",
        "report_up": True,
        "instruction": "431103001001-C001（310户）：首接负责：接报单位先到场处置。",
    }


def test_a_grid_that_nobody_knows_keeps_no_emergency_waiting(engine: Engine) -> None:
    instance = start(engine, grid="431103001001-C999")
    assert variables(engine, instance)["instruction"].startswith("431103001001-C999（登记册中没有，请核实）")


def test_what_is_not_urgent_is_handled_as_usual(engine: Engine) -> None:
    instance = start(engine, urgency="normal")
    assert tasks(engine, instance).keys() == {"ordinary"}
    complete(engine, instance, "ordinary", result="explained", measures="现场核实，系施工烟尘")
    with engine.begin(SYSTEM, write=False) as work:
        assert work.instances.get(instance).end_event == "done_ordinary"


def test_without_a_duty_system_the_notice_is_on_the_page_alone(engine: Engine) -> None:
    start(engine)
    with engine.begin(SYSTEM, write=False) as work:
        assert work.session.scalars(sa.select(Delivery)).all() == []


def test_a_notice_to_the_bureau_reaches_its_duty_system_signed_and_once(
    connected: Engine, duty_system: DutySystem
) -> None:
    start(connected)
    assert duty_system.told == []
    assert couriers.deliver(connected) == 1
    assert couriers.deliver(connected) == 0
    [told] = duty_system.told
    assert (told["what"], told["county"]) == ("message", "431103")
    assert told["content"]["subject"] == "突发事件：望江小区3栋"
    assert told["content"]["body"] == "燃气爆炸，有人被困。值班：应急一组 0746-0000001"
    assert duty_system.keys == [told["content"]["id"]]
    with connected.begin(SYSTEM, write=False) as work:
        assert work.session.scalars(sa.select(Delivery.receipt)).all() == ["R1"]


def test_a_duty_system_that_is_busy_is_asked_again_when_it_says(
    connected: Engine, duty_system: DutySystem, clock: FixedClock
) -> None:
    duty_system.answers = [(503, {"Retry-After": "90"}), (302, {"Location": "http://elsewhere.example"})]
    start(connected)
    for moved, attempts in ((0, 1), (89, 0), (1, 1), (4, 0), (11, 1), (1000, 0)):
        clock.advance(timedelta(seconds=moved))
        assert couriers.deliver(connected) == attempts
    assert len(duty_system.told) == 1


def test_the_end_of_a_case_is_told_in_its_turn(connected: Engine, duty_system: DutySystem) -> None:
    instance = start(connected)
    complete(connected, instance, "handle", measures="已疏散，停气", over="yes")
    assert couriers.collect(connected) == 1
    couriers.deliver(connected)
    assert [told["what"] for told in duty_system.told] == ["message", "instance.ended"]
    assert duty_system.told[1]["content"]["business_key"] == REPORT["no"]


def test_its_words_and_its_sign_on_are_heard(engine: Engine) -> None:
    found = suggest(engine, {"text": "三楼燃气爆炸，有人被困"}, PLACE)
    assert {each.about: each.value for each in found} == {
        "category": "431103-EMB-012",
        "urgency": "emergency",
        "department": "EMB",
    }
    with engine.begin(SYSTEM) as work:
        work.settings.put(NAME, "issuer", "https://sso.emb.example")
    claims = {"employee_no": "7", "name": "何队", "dept": "应急管理局", "duties": ["值班长"]}
    assert identify(engine, "https://sso.emb.example", claims) == IdentityFacts("7", "何队", "EMB", ("值班长",))
    assert identify(engine, "https://sso.emb.example", claims | {"dept": "公安局"}) is None


def test_health_says_whether_the_duty_system_answers(engine: Engine, duty_system: DutySystem) -> None:
    def health(**settings: str) -> list[tuple[str, bool]]:
        answer = engine.plugins.call(NAME, "onegrid_health", {}, 5, {**NO_CASE, "settings": settings})
        assert isinstance(answer, Answered)
        return [(check["detail"], check["ok"]) for check in answer.value]

    assert health() == [("没有填写地址，不发送", True)]
    assert health(url=duty_system.url) == [("HTTP 204", True)]
    assert health(url="http://127.0.0.1:1/") == [
        ("the duty room's system cannot be reached: ConnectionRefusedError", False)
    ]


def test_its_record_is_ready_and_its_content_without_fault(engine: Engine) -> None:
    record = next(each for each in engine.plugins.records if each.name == NAME)
    assert (record.state, record.title, list(record.findings)) == (PluginState.READY, "应急 · 应急管理", [])


def test_the_doctor_asks_with_the_settings_of_the_installation(engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        work.settings.put(NAME, "url", "http://127.0.0.1:1/")
    with engine.begin(SYSTEM, write=False) as work:
        health = next(each for each in survey(engine.plugins, work, ask=True) if each.name == NAME)
    assert [remark.code for remark in health.remarks] == ["check"]
    assert "ConnectionRefusedError" in health.remarks[0].message_zh
