"""The pages of incidents that need no login: who may open them, what they take, and what they never show."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from engine.application import Engine
from engine.clock import FixedClock
from engine.plugins.host import PluginHost
from engine.types import SYSTEM
from plugins.incidents.supplements import supplements_of
from plugins.incidents.tables import Incident
from tests.plugins.grid_registry.conftest import settle
from tests.plugins.grid_registry.town import TOWNSHIP, URBAN, Town
from tests.plugins.incidents.desk import diagram
from tests.web.conftest import Settings, Visitor
from web import hookspecs
from web.app import create_app
from web.assets_manifest import Assets

REPORT = {
    "title": "井盖缺失",
    "township": TOWNSHIP,
    "place": "梅湾路12号",
    "description": "夜里看不清",
    "phone": "13900001234",
}
_DRAWN = io.BytesIO()
Image.new("RGB", (8, 8), "red").save(_DRAWN, "PNG")
PICTURE = _DRAWN.getvalue()
KEY = {"idempotency_key": "key-of-the-form", "seed": "5eed" * 8}


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock, tmp_path: Path) -> Engine:
    town = settle(Town(sqlite, clock))
    plugins = ["plugins.grid_registry", "plugins.notifications", "plugins.catalogue", "plugins.workforce"]
    host = PluginHost(hookspecs=(hookspecs,)).load([*plugins, "plugins.incidents"], (), strict=True)
    built = Engine(town.database, host, clock=clock, home=tmp_path)
    with built.begin(SYSTEM) as work:
        work.definitions.deploy(diagram(), "试用")
    return built


@pytest.fixture
def visitor(engine: Engine, tmp_path: Path) -> Visitor:
    manifest = tmp_path / "manifest.json"
    chunks = {"src/shell/main.js": '{"file": "a.js", "name": "shell", "isEntry": true}'}
    chunks |= {
        "../../plugins/incidents/assets/locate.js": '{"file": "b.js", "name": "incidents/locate", "isEntry": true}'
    }
    manifest.write_text("{" + ", ".join(f'"{name}": {chunk}' for name, chunk in chunks.items()) + "}")
    app: Flask = create_app(engine, Settings(), Assets(manifest))
    return Visitor(app.test_client())


def report(visitor: Visitor, **changed: Any) -> str:
    page = visitor.post("/report", {**REPORT, **KEY, **changed})
    assert page.status_code == 200
    found = re.search(r"data-receipt>(\w+)<", page.text)
    assert found
    return found[1]


def the_only(engine: Engine) -> Any:
    """The one incident that there is, as a row of its columns."""
    with engine.begin(SYSTEM, write=False) as work:
        return work.session.execute(sa.select(*Incident.__table__.columns)).one()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/report", 200),
        ("GET", "/report/status", 200),
        ("POST", "/report", 422),
        ("POST", "/report/status", 404),
        ("POST", "/report/rate", 404),
        ("POST", "/report/reopen", 404),
        ("POST", "/report/supplement", 404),
    ],
)
def test_anybody_may_open_them(visitor: Visitor, method: str, path: str, status: int) -> None:
    filled = {**KEY, "text": "晚上又积水了", "solved": "yes", "score": "5", "reason": "没有解决", "receipt": "0" * 16}
    answer = visitor.get(path) if method == "GET" else visitor.post(path, filled)
    assert answer.status_code == status


def test_a_report_is_taken_in_once_and_followed_by_its_receipt(visitor: Visitor, engine: Engine) -> None:
    receipt = report(visitor)
    assert report(visitor) == receipt
    incident = the_only(engine)
    assert (incident.channel, incident.township, incident.grid) == ("resident_portal", TOWNSHIP, None)
    page = visitor.post("/report/status", {"receipt": f" {receipt.upper()} "})
    assert page.status_code == 200
    assert "已收到，待受理" in page.text
    for hidden in ("13900001234", "夜里看不清"):
        assert hidden not in page.text


def test_the_receipt_is_kept_nowhere(visitor: Visitor, engine: Engine) -> None:
    """Not even in the answer that a form sent twice is told: the page says that nobody can look it up."""
    receipt = report(visitor)
    with engine.begin(SYSTEM, write=False) as work:
        for table in sa.inspect(work.session.connection()).get_table_names():
            kept = work.session.execute(sa.text(f'SELECT * FROM "{table}"')).all()  # noqa: S608  our own tables
            assert receipt not in str(kept), table
            assert KEY["seed"] not in str(kept), table


def test_a_form_without_its_seed_is_out_of_date(visitor: Visitor) -> None:
    answer = visitor.post("/report", {**REPORT, "idempotency_key": "key-of-the-form"})
    assert answer.status_code == 422
    assert "这张表单已经失效" in answer.text


def test_numbers_of_people_in_the_text_are_not_shown(visitor: Visitor) -> None:
    receipt = report(visitor, title="找王某１３９０００１２３４", place="梅湾路12号王某 139 0000 1234")
    page = visitor.post("/report/status", {"receipt": receipt})
    assert "梅湾路12号王某 ***" in page.text
    assert "找王某***" in page.text


def test_the_position_of_the_device_gives_the_grid(visitor: Visitor, engine: Engine) -> None:
    report(visitor, latitude="26.4415", longitude="111.6015")
    incident = the_only(engine)
    assert incident.grid == f"{URBAN}-C001"


@pytest.mark.parametrize("position", [("x", "1"), ("", ""), ("91", "10"), ("nan", "nan"), ("inf", "1")])
def test_a_position_that_is_none_is_left_out(visitor: Visitor, engine: Engine, position: tuple[str, str]) -> None:
    report(visitor, latitude=position[0], longitude=position[1])
    assert (the_only(engine).latitude, the_only(engine).longitude, the_only(engine).grid) == (None, None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "井"),
        ("title", "井" * 81),
        ("place", ""),
        ("description", "坏"),
        ("township", "431103"),
        ("phone", "1" * 31),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(visitor: Visitor, field: str, value: str) -> None:
    answer = visitor.post("/report", {**REPORT, **KEY, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    kept = {name: text for name, text in REPORT.items() if name not in {field, "township"}}
    assert all(text in answer.text for text in kept.values())


def test_what_nobody_asks_for_now_is_refused_and_said(visitor: Visitor) -> None:
    receipt = report(visitor)
    rated = visitor.post("/report/rate", {"receipt": receipt, "solved": "yes", "score": "5"})
    assert rated.status_code == 409
    assert visitor.post("/report/rate", {"receipt": receipt, "solved": "maybe", "score": "9"}).status_code == 422
    assert visitor.post("/report/reopen", {"receipt": receipt, "reason": "嗯"}).status_code == 422


def test_the_reporter_adds_what_has_become_known(visitor: Visitor, engine: Engine) -> None:
    receipt = report(visitor)
    told = {"receipt": receipt, "text": "晚上又积水了，电话13900001234", "idempotency_key": "key-of-adding"}
    assert visitor.post("/report/supplement", {**told, "text": "嗯"}).status_code == 422
    pages = [visitor.post("/report/supplement", told) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert "又积水了" not in pages[0].text, "others may see a receipt"
    with engine.begin(SYSTEM, write=False) as work:
        (added,) = supplements_of(work.session, work.session.scalars(sa.select(Incident.no)).one())
        assert (added.by, added.text) == ("", told["text"])


def test_photos_go_with_the_report_at_most_three_and_nobody_else_sees_them(visitor: Visitor, engine: Engine) -> None:
    key = {"idempotency_key": "key-of-form-with-photos", "seed": "a1" * 16}
    pictures = [(io.BytesIO(PICTURE), f"{number}.png") for number in range(4)]
    too_many = visitor.post("/report", {**REPORT, **key, "photos": pictures})
    assert too_many.status_code == 422
    kept = re.findall(r'name="photos" value="(\w+)"', too_many.text)
    assert len(kept) == 3
    answers = [visitor.post("/report", {**REPORT, **key, "photos": kept}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    with engine.begin(SYSTEM, write=False) as work:
        (media,) = work.session.scalars(sa.select(Incident.media)).all()
    assert [each["id"] for each in media] == kept
    (receipt,) = re.findall(r"data-receipt>(\w+)<", answers[0].text)
    assert "/attachments/" not in visitor.post("/report/status", {"receipt": receipt}).text
    assert visitor.get(f"/attachments/{kept[0]}").status_code in {302, 404}


def test_the_same_form_sent_twice_with_a_photo_is_one_report(visitor: Visitor, engine: Engine) -> None:
    key = {"idempotency_key": "key-of-form-sent-twice", "seed": "b2" * 16}
    sent = [visitor.post("/report", {**REPORT, **key, "photos": (io.BytesIO(PICTURE), "a.png")}) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert the_only(engine).media


def test_what_is_no_picture_is_not_taken(visitor: Visitor) -> None:
    key = {"idempotency_key": "key-of-form-with-a-text", "seed": "c3" * 16}
    refused = visitor.post("/report", {**REPORT, **key, "photos": (io.BytesIO(b"hello"), "a.txt")})
    assert refused.status_code == 422
    assert 'id="photos-error"' in refused.text
    assert REPORT["description"] in refused.text


def test_photos_go_with_what_the_reporter_adds_and_nobody_else_sees_them(visitor: Visitor, engine: Engine) -> None:
    receipt = report(visitor)
    told = {"receipt": receipt, "text": "晚上又积水了", "idempotency_key": "key-of-adding-photos"}
    pictures = [(io.BytesIO(PICTURE), f"{number}.png") for number in range(4)]
    too_many = visitor.post("/report/supplement", {**told, "photos": pictures})
    assert too_many.status_code == 422
    assert "晚上又积水了" in too_many.text
    kept = re.findall(r'name="photos" value="(\w+)"', too_many.text)
    assert len(kept) == 3
    assert visitor.post("/report/supplement", {**told, "photos": kept, "text": "嗯"}).status_code == 422
    pages = [visitor.post("/report/supplement", {**told, "photos": kept}) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert not any(each in page.text for page in pages for each in kept)
    assert visitor.get(f"/attachments/{kept[0]}").status_code in {302, 404}
    with engine.begin(SYSTEM, write=False) as work:
        no, instance = work.session.execute(sa.select(Incident.no, Incident.process_instance_id)).one()
        (added,) = supplements_of(work.session, no)
        assert [each["id"] for each in added.media] == kept
        assert {each["id"] for each in work.attachments.of(instance)} == set(kept)


def test_files_of_somebody_without_a_receipt_are_not_kept(visitor: Visitor, engine: Engine) -> None:
    sent = {"receipt": "0" * 16, "text": "晚上又积水了", "idempotency_key": "key-of-a-stranger"}
    assert visitor.post("/report/supplement", {**sent, "photos": (io.BytesIO(PICTURE), "a.png")}).status_code == 404
    with engine.begin(SYSTEM, write=False) as work:
        assert work.session.scalar(sa.text("SELECT count(*) FROM attachment")) == 0


def test_what_is_no_picture_is_not_added(visitor: Visitor) -> None:
    told = {"receipt": report(visitor), "text": "晚上又积水了", "idempotency_key": "key-of-adding-a-text"}
    refused = visitor.post("/report/supplement", {**told, "photos": (io.BytesIO(b"hello"), "a.txt")})
    assert refused.status_code == 422
    assert "晚上又积水了" in refused.text
