"""The auditor's page of what looks like a division of a department's own."""

from __future__ import annotations

from typing import Any

import pytest

from engine.application import Engine
from engine.types import SYSTEM
from plugins.grid_registry.hidden import Hidden
from plugins.grid_registry.watch import _note, findings

PAGE = "/grids/findings"


@pytest.fixture
def found(engine: Engine) -> str:
    """The id of a finding."""
    with engine.begin(SYSTEM) as work:
        hidden = Hidden("police_record", "note", "shape", 3, "POLYGON((<b>1</b> 1,2 2,3 3))")
        return _note(work.session, "police", hidden, work.clock.now())


def test_the_auditor_sees_what_was_found_and_reviews_it_with_a_reason(
    as_person: Any, engine: Engine, found: str
) -> None:
    auditor = as_person("auditor")
    page = auditor.get(PAGE)
    assert "police_record.note" in page.text
    assert "以文字保存的图形" in page.text
    assert "POLYGON((&lt;b&gt;1" in page.text
    refused = auditor.post(f"{PAGE}/{found}/review", {"reason": " "})
    assert refused.status_code == 422
    assert "请写明核查结论和理由。" in refused.text
    assert auditor.post(f"{PAGE}/{found}/review", {"reason": "已责令删除"}).status_code == 302
    page = auditor.get(PAGE)
    assert "已责令删除（沈明察 · " in page.text
    assert "<textarea" not in page.text
    with engine.begin(SYSTEM, write=False) as work:
        (told,) = findings(work.session)
    assert told.review is not None


@pytest.mark.parametrize("login", ["clerk", "leader", "reviewer", "governor", "nobody"])
def test_nobody_else_sees_or_reviews_it(as_person: Any, found: str, login: str) -> None:
    person = as_person(login)
    assert person.get(PAGE).status_code == 403
    assert person.post(f"{PAGE}/{found}/review", {"reason": "没事"}).status_code == 403
    assert "另行划分线索" not in person.get("/tasks").text


def test_a_visitor_is_sent_to_log_in(app: Any, found: str) -> None:
    assert app.test_client().get(PAGE).status_code == 302


def test_an_empty_page_says_so(as_person: Any) -> None:
    assert "没有线索" in as_person("auditor").get(PAGE).text


def test_a_finding_that_is_not_there(as_person: Any) -> None:
    assert as_person("auditor").post(f"{PAGE}/none/review", {"reason": "没事"}).status_code == 404
