"""The pages about workers, in a browser: who may see and do what, and what is never shown."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine.passwords import hash_password
from engine.tables.people import Person, PersonPost
from engine.types import SYSTEM
from tests.plugins.catalogue.test_register import POSTERS
from tests.plugins.grid_registry.town import OTHER, TOWNSHIP
from tests.plugins.workforce.office import C1, C2, DAY, PHONE, Office
from tests.plugins.workforce.test_roster_file import GOOD
from tests.web.conftest import PASSWORD, Settings, Visitor
from web.app import create_app
from web.assets_manifest import Assets

PEOPLE = {
    "clerk": ("township_clerk", TOWNSHIP),
    "leader": ("township_leader", TOWNSHIP),
    "agency": ("county_reviewer", "431103"),
    "stranger": ("township_clerk", OTHER),
    "staff": ("department_staff", "431103-UMB"),
    "worker": ("grid_worker", TOWNSHIP),
}
ROLES = ("visitor", *PEOPLE)
READING = {"visitor": 302, "clerk": 200, "leader": 200, "agency": 200, "stranger": 404, "staff": 404, "worker": 404}
KEEPING = {**READING, "leader": 403, "agency": 403}
ROWS: dict[tuple[str, str], dict[str, int]] = {
    ("GET", "/workforce"): {**READING, "stranger": 200},  # one's own township
    ("GET", "/workforce?township=T"): READING,
    ("GET", "/workforce/new?township=T"): KEEPING,
    ("GET", "/workforce/import?township=T"): KEEPING,
    ("GET", "/workforce/training?township=T"): READING,
    ("GET", "/workforce/training/X?township=T"): {**READING, "clerk": 404, "leader": 404, "agency": 404},
    ("GET", "/workforce/workers/W"): READING,
    ("POST", "/workforce/workers"): {**KEEPING, "clerk": 422},
    ("POST", "/workforce/workers/W/phone"): KEEPING,
    ("POST", "/workforce/workers/W/terms"): {**KEEPING, "clerk": 422},
    ("POST", "/workforce/workers/W/contact"): {**KEEPING, "clerk": 422},
    ("POST", "/workforce/workers/W/end"): {**KEEPING, "clerk": 422},
    ("POST", "/workforce/assignments"): {**KEEPING, "clerk": 422},
    ("POST", "/workforce/assignments/X/end"): {**KEEPING, "clerk": 422},
    ("POST", "/workforce/import"): {**KEEPING, "clerk": 422},
    ("POST", "/workforce/training"): {**KEEPING, "clerk": 422},
    ("POST", "/workforce/training/X"): {**KEEPING, "clerk": 404},
    ("POST", "/workforce/contact"): {**KEEPING, "clerk": 422},
    ("POST", "/workforce/policy"): {**READING, "clerk": 403, "leader": 403, "agency": 302},
}


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def app(office: Office, tmp_path: Path, password_hash: str) -> Flask:
    with office.engine.begin(SYSTEM) as work:
        for login, (group, unit) in PEOPLE.items():
            work.session.add(Person(id=login, login=login, name=login, password_hash=password_hash))
            work.session.flush()
            post = PersonPost(id=login, person_id=login, group=group, org_unit=unit, valid_from=date(2026, 1, 1))
            work.session.add(post)
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"src/shell/main.js": {"file": "assets/shell.js", "name": "shell", "isEntry": true}}')
    return create_app(office.engine, Settings(), Assets(manifest))


def browser(app: Flask, login: str) -> Visitor:
    visitor = Visitor(app.test_client())
    if login != "visitor":
        assert visitor.log_in(login).status_code == 302
    return visitor


def test_every_route_has_a_row(app: Flask) -> None:
    rules = {
        (method, re.sub(r"<\w+>", "_", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/workforce") and method in {"GET", "POST"}
    }
    rows = {(method, re.sub(r"\b[WX]\b", "_", path.partition("?")[0])) for method, path in ROWS}
    assert {(method, re.sub(r"(workers/_)/(terms|contact|end)$", r"\1/_", path)) for method, path in rows} == rules


@pytest.mark.parametrize(("method", "path"), ROWS)
def test_each_role_gets_what_its_row_says(app: Flask, office: Office, method: str, path: str) -> None:
    worker = office.engage()
    url = path.replace("=T", f"={TOWNSHIP}").replace("/W", f"/{worker}")
    answers = {}
    for role in ROLES:
        asked = browser(app, role)
        sent = {"township": TOWNSHIP, "worker": worker, "policy": "warn", "idempotency_key": "key-of-matrix"}
        answers[role] = (asked.get(url) if method == "GET" else asked.post(url, sent)).status_code
    assert answers == ROWS[method, path]


def fields(**own: Any) -> dict[str, Any]:
    terms = {"employment": "full_time", "role": "grid_worker", "employer": "township"}
    return {"township": TOWNSHIP, "idempotency_key": "key-of-test", "since": "2026-12-01", **terms, **own}


def test_the_telephone_is_masked_until_the_clerk_asks_and_that_is_in_the_log(app: Flask, office: Office) -> None:
    worker = office.engage()
    clerk = browser(app, "clerk")
    for path in ("/workforce", f"/workforce/workers/{worker}"):
        page = clerk.get(path).text
        assert "139****34" in page
        assert PHONE not in page
    assert PHONE in clerk.post(f"/workforce/workers/{worker}/phone").text
    page = browser(app, "agency").get(f"/workforce/workers/{worker}").text
    assert "clerk：查看电话" in page
    assert PHONE not in page


def test_a_form_sent_twice_engages_once(app: Flask) -> None:
    clerk = browser(app, "clerk")
    sent = fields(staff_no="A-01", name="何小满", phone=PHONE)
    first, second = (clerk.post("/workforce/workers", sent) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert clerk.get("/workforce").text.count("A-01") >= 1


def test_what_was_typed_stays_when_something_is_wrong(app: Flask) -> None:
    answer = browser(app, "clerk").post("/workforce/workers", fields(staff_no="A-01", name="何小满", phone="?"))
    assert answer.status_code == 422
    for text in ("何小满", "电话号码格式不正确", 'value="A-01"', "还没有提交"):
        assert text in answer.text


def test_a_life_in_the_pages(app: Flask, office: Office) -> None:
    clerk = browser(app, "clerk")
    where = clerk.post("/workforce/workers", fields(staff_no="A-01", name="何小满", phone=PHONE)).headers["Location"]
    worker = where.rpartition("/")[2]
    given = fields(worker=worker, grid=C1, primary="1", idempotency_key="key-of-grid")
    assert clerk.post("/workforce/assignments", given).status_code == 302
    again = clerk.post("/workforce/assignments", {**given, "idempotency_key": "key-of-again"})
    assert again.status_code == 422
    assert "已负责该网格" in again.text
    page = clerk.get("/workforce").text
    assert C2 in page
    assert f"lacking-{C1}" not in page
    (assignment,) = re.findall(r"/workforce/assignments/(\w+)/end", clerk.get(where).text)
    changed = clerk.post(
        f"{where}/terms", fields(employment="part_time", since="2026-12-05", idempotency_key="key-of-t")
    )
    assert changed.status_code == 302
    ended = {"worker": worker, "on": "2026-12-08", "idempotency_key": "key-of-end"}
    assert clerk.post(f"/workforce/assignments/{assignment}/end", ended).status_code == 302
    renamed = {"name": "何大满", "phone": "", "idempotency_key": "key-of-name"}
    assert clerk.post(f"{where}/contact", renamed).status_code == 302
    left = {"on": "2026-12-20", "reason": "合同到期", "idempotency_key": "key-of-left"}
    assert clerk.post(f"{where}/end", left).status_code == 302
    page = clerk.get(where).text
    for text in ("何大满", "兼职", "2026-12-01 至 2026-12-08 前", "2026-12-05 至 2026-12-20 前", "离任（合同到期）"):
        assert text in page


def test_a_training_in_the_pages(app: Flask, office: Office) -> None:
    worker = office.engage()
    clerk = browser(app, "clerk")
    held = {"title": "岁末培训", "held_on": DAY.isoformat(), "hours": "4", "items": [POSTERS.code]}
    where = clerk.post("/workforce/training", fields(**held)).headers["Location"]
    marks = {"workers": [worker], f"present.{worker}": "1", f"score.{worker}": "101"}
    wrong = clerk.post(where.partition("?")[0], fields(**marks, idempotency_key="key-of-wrong"))
    assert wrong.status_code == 422
    assert "分数应在0至100之间" in wrong.text
    marks[f"score.{worker}"] = "90"
    assert clerk.post(where.partition("?")[0], fields(**marks, idempotency_key="key-of-marks")).status_code == 302
    page = clerk.get(f"/workforce/workers/{worker}").text
    assert "岁末培训：到场 · 90 分" in page
    assert "1 / 1" in clerk.get(f"/workforce/training?township={TOWNSHIP}").text


def test_a_file_is_brought_in_and_its_findings_shown(app: Flask, office: Office) -> None:
    clerk = browser(app, "clerk")
    bad = GOOD.replace(",兼职,", ",零工,")
    answer = clerk.post("/workforce/import", fields(text=bad))
    assert answer.status_code == 422
    assert "第 3 行 · 专兼职：应为：专职、兼职" in re.sub(r"<[^>]+>", "", answer.text)
    file = (io.BytesIO(GOOD.encode("gb18030")), "workers.csv")
    assert clerk.post("/workforce/import", fields(file=file, idempotency_key="key-of-file")).status_code == 302
    page = clerk.get("/workforce").text
    assert "宁远" in page
    assert len(office.workers(C1)) == 1


def test_the_pages_are_english_too(app: Flask, office: Office) -> None:
    worker = office.engage()
    clerk = browser(app, "clerk")
    clerk.get("/language/en")
    assert "Grid workers" in clerk.get("/workforce").text
    answer = clerk.post(f"/workforce/workers/{worker}/end", {"on": "2026-11-01", "idempotency_key": "key-of-left"})
    assert "Must be after the day" in answer.text
