"""The pages of incidents for officials, over HTTP: who sees what, what is taken, and what stays hidden."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from engine.application import Engine
from engine.passwords import hash_password
from engine.tables.people import OrgUnit, Person, PersonPost
from engine.types import SYSTEM
from plugins.incidents import api
from plugins.incidents.reporters import Reporter
from plugins.incidents.reporting import Report, report
from plugins.incidents.routes_list import _cell
from plugins.incidents.tables import Incident
from tests.plugins.grid_registry.town import OTHER, TOWNSHIP, URBAN
from tests.plugins.incidents import test_routes_public as public
from tests.web.conftest import PASSWORD, Settings, Visitor
from web.app import create_app
from web.assets_manifest import Assets

engine = public.engine
UMB = "431103-UMB"
PEOPLE = {
    "worker": ("grid_worker", TOWNSHIP),
    "clerk": ("township_clerk", TOWNSHIP),
    "agency": ("agency_clerk", "431103"),
    "stranger": ("township_clerk", OTHER),
    "staff": ("department_staff", UMB),
}
ROLES = ("visitor", *PEOPLE)
ALL = {**dict.fromkeys(ROLES, 200), "visitor": 302}
HERE = {**dict.fromkeys(ROLES, 404), "visitor": 302, "clerk": 200, "agency": 200}
ROWS: dict[tuple[str, str], dict[str, int]] = {
    ("GET", "/incidents"): ALL,
    ("GET", "/incidents/export.csv"): {**ALL, "worker": 403, "staff": 403},
    ("GET", "/incidents/supervision"): {**ALL, "worker": 403, "clerk": 403, "stranger": 403, "staff": 403},
    ("GET", "/incidents/report"): {**ALL, "agency": 403, "staff": 403},
    ("POST", "/incidents/report"): {**ALL, "agency": 403, "staff": 403, "worker": 422, "clerk": 422, "stranger": 422},
    ("GET", "/incidents/NO"): HERE,
    ("GET", "/incidents/NO/advice"): HERE,
    ("GET", "/incidents/NO/photos/x"): {**dict.fromkeys(ROLES, 404), "visitor": 302},
    ("POST", "/incidents/NO/supplement"): {**HERE, "clerk": 422, "agency": 422},
    ("POST", "/incidents/NO/reporter"): {**HERE, "clerk": 422, "agency": 422},
    ("POST", "/incidents/NO/referrals/NO-1/extension"): {**HERE, "clerk": 422, "agency": 422},
}
SCRIPTS = ("incidents/assets/locate", "grid_registry/assets/map")
_DRAWN = io.BytesIO()
Image.new("RGB", (8, 8), "red").save(_DRAWN, "PNG")
PICTURE = _DRAWN.getvalue()
FILLED = {"title": "路边有积水", "description": "雨后积水", "latitude": "26.4415", "longitude": "111.6015"}


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, password_hash: str) -> Flask:
    with engine.begin(SYSTEM) as work:
        path = work.session.get_one(OrgUnit, "431103").path
        unit = OrgUnit(code=UMB, name="城管局", kind="department", parent_code="431103", path=f"{path}{UMB}/")
        work.session.add(unit)
        work.session.flush()
        for login, (group, code) in PEOPLE.items():
            work.session.add(Person(id=login, login=login, name=login, password_hash=password_hash))
            work.session.flush()
            post = PersonPost(id=login, person_id=login, group=group, org_unit=code, valid_from=date(2026, 1, 1))
            work.session.add(post)
    manifest = tmp_path / "manifest.json"
    scripts = {f"../../plugins/{name}.js": name.replace("/assets", "") for name in SCRIPTS}
    entries = {"src/shell/main.js": "shell", **scripts}
    chunks = (f'"{path}": {{"file": "a.js", "name": "{name}", "isEntry": true}}' for path, name in entries.items())
    manifest.write_text("{" + ", ".join(chunks) + "}")
    return create_app(engine, Settings(), Assets(manifest))


@pytest.fixture
def no(engine: Engine) -> str:
    told = Reporter("张某", "13900001234")
    at = {"latitude": 26.4415, "longitude": 111.6015}
    with engine.begin(SYSTEM) as work:
        return report(work, Report("井盖缺失", "夜里看不清", "梅湾路12号", "431103", reporter=told, **at)).no


def browser(app: Flask, login: str) -> Visitor:
    visitor = Visitor(app.test_client())
    if login != "visitor":
        assert visitor.log_in(login).status_code == 302
    return visitor


@pytest.mark.parametrize("role", ROLES)
def test_the_role_gets_what_its_row_says(app: Flask, no: str, role: str) -> None:
    visitor = browser(app, role)
    for (method, rule), row in ROWS.items():
        path = rule.replace("NO", no)
        answer = visitor.get(path) if method == "GET" else visitor.post(path, {"idempotency_key": "key-of-matrix"})
        assert answer.status_code == row[role], (method, path, answer.text[:500])


def test_a_report_is_taken_in_once_with_its_grid(app: Flask, engine: Engine) -> None:
    visitor = browser(app, "worker")
    answers = [
        visitor.post("/incidents/report", {**FILLED, "idempotency_key": "key-of-form", "seed": "5eed" * 8})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    receipts = {found for answer in answers for found in re.findall(r"data-receipt>(\w+)<", answer.text)}
    assert len(receipts) == 1
    with engine.begin(SYSTEM, write=False) as work:
        (incident,) = work.session.scalars(sa.select(Incident)).all()
        assert (incident.channel, incident.grid, incident.township) == ("worker", f"{URBAN}-C001", TOWNSHIP)
        no = incident.no
        assert api.of_receipt(work, receipts.pop()) == no
    assert f'href="/incidents/{no}"' in answers[0].text


def test_a_unit_that_was_chosen_places_it_wherever_the_phone_is(app: Flask, engine: Engine) -> None:
    visitor = browser(app, "clerk")
    units = re.findall(r'<option value="(\S+-U\d+)">([^<]+)<', visitor.get("/incidents/report").text)
    code, name = units[0]
    elsewhere = {**FILLED, "latitude": "27.9", "longitude": "112.9", "unit": code, "seed": "5eed" * 8}
    told = {**elsewhere, "place": "三单元一楼", "idempotency_key": "key-of-form-1"}
    assert visitor.post("/incidents/report", told).status_code == 200
    with engine.begin(SYSTEM, write=False) as work:
        (incident,) = work.session.scalars(sa.select(Incident)).all()
        assert (incident.grid, incident.place) == (f"{URBAN}-C001", f"{name} 三单元一楼")
    long = {**elsewhere, "place": "楼" * 200, "idempotency_key": "key-of-form-2"}
    assert 'id="place-error"' in visitor.post("/incidents/report", long).text


def test_nothing_typed_is_lost(app: Flask) -> None:
    answer = browser(app, "worker").post(
        "/incidents/report", {**FILLED, "title": "井", "idempotency_key": "key-1234", "seed": "5eed" * 8}
    )
    assert answer.status_code == 422
    assert 'id="title-error"' in answer.text
    assert "雨后积水" in answer.text
    assert "26.4415" in answer.text


def test_the_reporter_is_masked_until_the_platform_says_why(app: Flask, no: str) -> None:
    visitor = browser(app, "clerk")
    assert "13900001234" not in visitor.get(f"/incidents/{no}").text
    assert "13900001234" not in visitor.get("/incidents/export.csv").text
    assert visitor.post(f"/incidents/{no}/reporter", {"reason": ""}).status_code == 422
    assert "13900001234" in visitor.post(f"/incidents/{no}/reporter", {"reason": "回访核实情况"}).text
    page = visitor.get(f"/incidents/{no}").text
    assert "回访核实情况" in page
    assert "13900001234" not in page


def test_filters_and_the_empty_state(app: Flask, no: str) -> None:
    visitor = browser(app, "agency")
    assert no in visitor.get("/incidents?search=井盖&urgency=normal").text
    for nothing in ("search=路灯", "overdue=1", "state=closed", "department=431103-UMB", "item=431103-UMB-001"):
        page = visitor.get(f"/incidents?{nothing}").text
        assert "没有符合条件的事件" in page
        assert not re.search(rf"/incidents/{no}\b", page)


def test_photos_go_with_the_report_and_stay_after_a_fault(app: Flask) -> None:
    visitor = browser(app, "worker")
    key = {"idempotency_key": "key-of-form-with-photos", "seed": "5eed" * 8}
    photo = {"photos": (io.BytesIO(PICTURE), "photo.png")}
    again = visitor.post("/incidents/report", {**FILLED, **key, "title": "井", **photo})
    assert again.status_code == 422
    (kept,) = re.findall(r'name="photos" value="(\w+)"', again.text)
    answer = visitor.post("/incidents/report", {**FILLED, **key, "photos": kept})
    assert answer.status_code == 200
    (page,) = (visitor.get(link).text for link in re.findall(r'href="(/incidents/SJ[^"]+)"', answer.text))
    assert f"/attachments/{kept}" in page
    assert visitor.get(f"/attachments/{kept}").status_code == 200


def test_the_platform_adds_what_it_was_told_and_all_who_deal_with_it_can_see_it(app: Flask, no: str) -> None:
    visitor = browser(app, "agency")
    added = visitor.post(
        f"/incidents/{no}/supplement", {"text": "井盖在对面草丛里", "idempotency_key": "key-of-adding"}
    )
    assert added.status_code == 302
    page = browser(app, "clerk").get(f"/incidents/{no}").text
    assert "井盖在对面草丛里" in page
    assert "<circle" in page, "the place is on the map of its grid"


def test_photos_go_with_what_is_added_and_whoever_deals_with_it_sees_them(app: Flask, no: str) -> None:
    told = {"text": "井盖在对面草丛里，见照片", "idempotency_key": "key-of-adding-a-photo"}
    visitor, path = browser(app, "clerk"), f"/incidents/{no}/supplement"
    again = visitor.post(path, {**told, "text": "嗯", "photos": (io.BytesIO(PICTURE), "井盖.png")})
    assert again.status_code == 422
    (kept,) = re.findall(r'name="photos" value="(\w+)"', again.text)
    assert [visitor.post(path, {**told, "photos": kept}).status_code for _ in range(2)] == [302, 302]
    reader = browser(app, "agency")
    page = reader.get(f"/incidents/{no}").text
    assert page.count("井盖在对面草丛里，见照片") == 1
    photo = f"/incidents/{no}/photos/{kept}"
    assert photo in page
    assert [reader.get(f"{photo}{size}").status_code for size in ("", "?size=small")] == [200, 200]
    assert [browser(app, who).get(photo).status_code for who in ("stranger", "staff")] == [404, 404]


def test_what_is_wrong_is_said_in_the_readers_language(app: Flask) -> None:
    visitor = browser(app, "worker")
    visitor.get("/language/en")
    answer = visitor.post("/incidents/report", {**FILLED, "title": "井", "idempotency_key": "key-of-english-form"})
    assert "The title has 2 to 80 characters" in answer.text
    nowhere = {**FILLED, "latitude": "", "longitude": "", "idempotency_key": "key-of-english-form-2"}
    assert "Say where it is" in visitor.post("/incidents/report", nowhere).text


@pytest.mark.parametrize("begins", ["=1+1", "＝1+1", "+1", "－1", "@x", "\u3000=1", "|x", "%x"])
def test_no_cell_of_the_table_is_a_formula(begins: str) -> None:
    assert _cell(begins) == f"'{begins}"
    assert _cell("井盖=缺失") == "井盖=缺失"
