"""Doing a task in the browser: showing, completing, drafts, rows, conflicts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.application import Engine
from engine.jobs.table_queue import drain
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM
from tests.web.conftest import Counter, Visitor, open_task

GOOD = {"purpose": "修路", "kind": "granite", "stones.0.name": "青石", "idempotency_key": "key-of-the-form"}


def fields_of(html: str) -> set[str]:
    return set(re.findall(r'(?:input|select|textarea)[^>]* name="([^"]+)"', html))


def test_every_type_of_field_is_drawn_with_its_path_as_name(clerk: Visitor, task_id: str) -> None:
    html = clerk.get(f"/tasks/{task_id}").text
    expected = {"purpose", "remark", "carts", "kind", "hurry", "why_hurry", "tools", "colours", "promise", "day"}
    assert expected <= fields_of(html)
    assert "site.name" in fields_of(html)
    assert "stones.__row0__.weight" in fields_of(html)
    assert '<label for="f-scale">标尺 111</label>' in html
    assert 'value="2026-12-01"' in html, "the default of the date"


def test_completing_moves_on_and_lands_on_the_instance(
    clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    answer = clerk.post(f"/tasks/{task_id}", GOOD)
    assert answer.status_code == 302
    assert answer.location == f"/instances/{instance.id}"
    page = clerk.get(answer.location).text
    assert "已办结：填写申请" in page
    assert "系统正在处理：清点石料" in page
    assert 'data-every="1"' in page, "it is looked at each second while something moves"
    drain(engine)
    rest = clerk.get(f"/instances/{instance.id}/progress").text
    assert 'data-every="1"' not in rest
    assert "审核中" in rest


def test_a_completion_takes_few_statements_and_one_commit(clerk: Visitor, task_id: str, counter: Counter) -> None:
    token = clerk.token()
    clerk.client.post(f"/tasks/{task_id}/claim", data={"csrf_token": token})
    counter.statements.clear()
    counter.commits = 0
    answer = clerk.client.post(f"/tasks/{task_id}", data={**GOOD, "csrf_token": token})
    assert answer.status_code == 302
    asked = [statement for statement in counter.statements if not statement.startswith("BEGIN")]
    assert len(asked) <= 12, "\n".join(asked)
    assert counter.commits == 1


def test_a_double_submission_is_done_once_and_answered_twice(
    clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    first = clerk.post(f"/tasks/{task_id}", GOOD)
    second = clerk.post(f"/tasks/{task_id}", GOOD)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    with engine.begin(SYSTEM, write=False) as work:
        assert len(work.history.completions(instance.id, "apply")) == 1


def test_a_key_used_for_something_else_is_refused(clerk: Visitor, task_id: str) -> None:
    clerk.post(f"/tasks/{task_id}", GOOD)
    again = clerk.post(f"/tasks/{task_id}", {**GOOD, "purpose": "别的"})
    assert again.status_code == 422
    assert "别的" in again.text


def test_faults_are_shown_at_their_fields_and_nothing_typed_is_lost(clerk: Visitor, task_id: str) -> None:
    typed = {
        "purpose": "很" * 21,
        "carts": "十",
        "hurry": "yes",
        "tools": "wedge",
        "site.name": "后山",
        "stones.0.weight": "3",
        "scale": "长",
        "idempotency_key": "key-of-the-form",
    }
    answer = clerk.post(f"/tasks/{task_id}", typed)
    assert answer.status_code == 422
    html = answer.text
    for kept in (
        "很" * 21,
        'value="十"',
        'value="后山"',
        'value="3"',
        'value="长"',
        'value="wedge" checked',
        'value="yes" checked',
    ):
        assert kept in html
    assert '<a href="#f-purpose">用途：最多 20 个字</a>' in html
    assert '<a href="#f-stones.0.name">名称：必填项</a>' in html
    assert '<a href="#f-why_hurry">紧急原因：必填项</a>' in html
    assert '<div class="field-error" id="f-purpose-errors"><div>最多 20 个字</div></div>' in html
    assert "<b>标尺读数“长”不是数字</b>" in html, "a plugin's own field gets its errors"
    assert 'aria-describedby="f-purpose-hint f-purpose-errors"' in html


def test_a_task_done_by_a_colleague_says_by_whom_and_keeps_what_was_typed(
    clerk: Visitor, as_person: Any, task_id: str
) -> None:
    as_person("colleague").post(f"/tasks/{task_id}", GOOD)
    late = clerk.post(f"/tasks/{task_id}", {**GOOD, "purpose": "我写的", "idempotency_key": "another-key"})
    assert late.status_code == 409
    assert "该任务已由王同事于2026-12-01 09:00办结。" in late.text
    assert "我写的" in late.text
    assert "您填写的内容（未提交）" in late.text


def test_a_task_claimed_by_a_colleague_cannot_be_done(clerk: Visitor, as_person: Any, task_id: str) -> None:
    as_person("colleague").post(f"/tasks/{task_id}/claim")
    assert "该任务已由王同事认领，正在办理。" in clerk.get(f"/tasks/{task_id}").text
    assert clerk.post(f"/tasks/{task_id}", GOOD).status_code == 409
    as_person("colleague").post(f"/tasks/{task_id}/release")
    assert clerk.post(f"/tasks/{task_id}", GOOD).status_code == 302


def test_a_draft_comes_back_whole(clerk: Visitor, task_id: str) -> None:
    typed = {"purpose": "一半", "stones.0.name": "青石", "stones.1.weight": "不知", "day": "2026-12-24"}
    saved = clerk.post(f"/tasks/{task_id}/draft", typed, headers={"Accept": "application/json"})
    assert saved.json == {"saved": True}
    html = clerk.get(f"/tasks/{task_id}").text
    for kept in ('value="一半"', 'value="青石"', 'value="不知"', 'value="2026-12-24"', "已载入保存的草稿"):
        assert kept in html


def test_a_button_of_a_field_leads_back_to_that_field_and_saving_says_so(clerk: Visitor, task_id: str) -> None:
    path = f"/tasks/{task_id}/draft"
    for pressed in ({"_rows": "add:stones"}, {"_rows": "remove:stones.0"}, {"stones.do": "show"}):
        answer = clerk.post(path, {"stones.0.name": "甲"} | pressed)
        assert answer.headers["Location"] == f"/tasks/{task_id}#f-stones"
        assert "草稿已保存" not in clerk.get(f"/tasks/{task_id}").text
    assert 'id="f-stones"' in clerk.get(f"/tasks/{task_id}").text
    assert clerk.post(path, {}).headers["Location"] == f"/tasks/{task_id}"
    assert "草稿已保存" in clerk.get(f"/tasks/{task_id}").text


def test_rows_are_added_and_removed_without_scripts(clerk: Visitor, task_id: str) -> None:
    path = f"/tasks/{task_id}/draft"
    clerk.post(path, {"stones.0.name": "甲", "_rows": "add:stones"})
    html = clerk.get(f"/tasks/{task_id}").text
    assert 'name="stones.1.name"' in html
    clerk.post(path, {"stones.0.name": "甲", "stones.1.name": "乙", "_rows": "remove:stones.0"})
    html = clerk.get(f"/tasks/{task_id}").text
    assert 'value="乙"' in html
    assert 'value="甲"' not in html


def test_conditions_are_evaluated_by_the_server(clerk: Visitor, task_id: str) -> None:
    path = f"/tasks/{task_id}/hidden"
    assert clerk.post(path, {"hurry": "no"}).json == {"hidden": ["in_a_hurry", "why_hurry"]}
    assert clerk.post(path, {"hurry": "yes"}).json == {"hidden": []}
    html = clerk.get(f"/tasks/{task_id}").text
    for field in ("why_hurry", "in_a_hurry"):  # what only says something, too
        assert f'data-conditional="hidden" data-field="{field}"' in html


def test_a_returned_form_shows_what_was_sent_and_what_was_found(
    clerk: Visitor, as_person: Any, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    clerk.post(f"/tasks/{task_id}", {**GOOD, "stones.0.weight": "3"})
    review = open_task(engine, instance.id)
    as_person("reviewer").post(
        f"/tasks/{review}", {"conclusion": "return", "opinion": "太重", "idempotency_key": "key-of-review"}
    )
    html = clerk.get(f"/tasks/{open_task(engine, instance.id)}").text
    assert 'value="修路"' in html
    assert '<a href="#f-stones.0.weight">请复核重量</a>' in html
    assert '<div class="field-finding error">请复核重量</div>' in html
    assert "被退回" in html


def test_a_decision_of_an_earlier_round_is_not_filled_in_for_the_next_one(
    clerk: Visitor, as_person: Any, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    clerk.post(f"/tasks/{task_id}", {**GOOD, "stones.0.weight": "3"})
    reviewer = as_person("reviewer")
    first = open_task(engine, instance.id)
    reviewer.post(f"/tasks/{first}", {"conclusion": "return", "opinion": "太重", "idempotency_key": "key-of-review"})
    again = {**GOOD, "stones.0.weight": "2", "idempotency_key": "key-of-second-round"}
    clerk.post(f"/tasks/{open_task(engine, instance.id)}", again)
    html = reviewer.get(f"/tasks/{open_task(engine, instance.id)}").text
    assert 'value="return"' in html
    assert 'value="return" checked' not in html
    assert "太重" not in html


def test_a_program_gets_problem_json(clerk: Visitor, task_id: str) -> None:
    headers = {"Accept": "application/json", "X-CSRFToken": clerk.token(), "Idempotency-Key": "a-program-1"}
    answer = clerk.client.post(f"/tasks/{task_id}", json={"purpose": ""}, headers=headers)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json
    assert answer.json["code"] == "form.invalid"
    assert answer.json["errors"]["purpose"] == ["必填项"]


def test_a_form_without_a_key_is_refused(clerk: Visitor, task_id: str) -> None:
    assert clerk.post(f"/tasks/{task_id}", {"purpose": "修路"}).status_code == 400


@pytest.mark.parametrize("path", ["", "/draft", "/claim", "/release", "/hidden"])
def test_a_task_of_another_territory_does_not_exist(as_person: Any, task_id: str, path: str) -> None:
    stranger = as_person("stranger")
    assert stranger.get(f"/tasks/{task_id}").status_code == 404
    assert stranger.post(f"/tasks/{task_id}{path}", GOOD).status_code == 404


def test_who_may_see_but_not_do_gets_no_form(as_person: Any, task_id: str) -> None:
    operator = as_person("operator")
    html = operator.get(f"/tasks/{task_id}").text
    assert "该任务由其他岗位办理" in html
    assert 'name="purpose"' not in html
    assert operator.post(f"/tasks/{task_id}", GOOD).status_code == 404


def test_texts_of_the_bundle_are_translated(clerk: Visitor, task_id: str) -> None:
    client: FlaskClient = clerk.client
    client.get("/language/en")
    html = client.get(f"/tasks/{task_id}").text
    assert "Fill in the application" in html
    assert "Purpose" in html
    assert '<html lang="en">' in html
