"""What no database keeps is refused where it comes in, with the name of the field; never a fault of ours."""

from __future__ import annotations

import sqlite3
from urllib.parse import quote

import orjson
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.web.conftest import Visitor
from tests.web.test_task_pages import GOOD

NUL = "井\0盖"


@pytest.mark.parametrize("path", ["/tasks?after=a%00b", "/instances?search=%00", "/instances?before=%00&search=x"])
def test_an_argument_of_an_address_with_nul_is_named(clerk: Visitor, path: str) -> None:
    page = clerk.get(path)
    assert page.status_code == 400
    assert f"“{path.partition('?')[2].partition('=')[0]}”" in page.text


def test_an_address_with_nul_is_none(clerk: Visitor) -> None:
    page = clerk.get("/tasks/" + quote(NUL))
    assert page.status_code == 400
    assert "“网址”" in page.text


def test_a_posted_field_with_nul_is_named_to_people_and_to_programs(visitor: Visitor) -> None:
    page = visitor.post("/login", {"login": NUL, "password": "x"})
    assert page.status_code == 400
    assert "“login”" in page.text
    told = visitor.post("/login", {"pass\0word": "x"}, headers={"Accept": "application/json"})
    assert (told.status_code, told.json["code"], told.json["field"]) == (400, "text.unstorable", "password")


def test_the_form_of_a_task_says_it_at_its_field_and_keeps_what_was_typed(clerk: Visitor, task_id: str) -> None:
    page = clerk.post(f"/tasks/{task_id}", {**GOOD, "remark": NUL, "purpose": "东河石头"})
    assert page.status_code == 422
    assert "含有无法保存的字符" in page.text
    assert "东河石头" in page.text


@pytest.mark.parametrize(
    "body",
    [
        b'{"purpose": "\\ud800"}',
        b'{"purpose": ' + b"[" * 100_000 + b"}",
        b'{"a":' * 300 + b"1" + b"}" * 300,
        b'{"purpose": NaN}',
        b"[",
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("place", ["", "/draft"])
def test_json_that_could_not_be_kept_is_refused(clerk: Visitor, task_id: str, place: str, body: bytes) -> None:
    headers = {"X-CSRFToken": clerk.token(), "Idempotency-Key": "k" * 16, "Accept": "application/json"}
    told = clerk.client.post(f"/tasks/{task_id}{place}", data=body, content_type="application/json", headers=headers)
    assert told.status_code == 400, told.text
    assert orjson.loads(told.data)["code"] == "http.400"


def test_a_number_longer_than_databases_have_is_a_large_number(clerk: Visitor, task_id: str) -> None:
    headers = {"X-CSRFToken": clerk.token(), "Idempotency-Key": "k" * 16, "Accept": "application/json"}
    body = b'{"purpose": 123456789012345678901234567890}'
    options = {"data": body, "content_type": "application/json", "headers": headers}
    assert clerk.client.post(f"/tasks/{task_id}", **options).status_code == 422
    assert clerk.client.post(f"/tasks/{task_id}/draft", **options).status_code == 200


@pytest.mark.parametrize("json", [True, False])
def test_without_room_or_database_it_is_said_that_nothing_was_kept(
    app: Flask, clerk: Visitor, monkeypatch: pytest.MonkeyPatch, json: bool
) -> None:
    def full() -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setitem(app.view_functions, "inbox.show", full)
    answer = clerk.get("/tasks", headers={"Accept": "application/json"} if json else {})
    assert answer.status_code == 503
    assert "没有保存" in (answer.json["detail"] if json else answer.text)
