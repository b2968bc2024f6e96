"""Inbox, instances, operations, health, and what every answer carries."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask

from engine.application import Engine
from engine.clock import FixedClock
from engine.jobs.table_queue import drain
from engine.tables.instances import ProcessInstance
from engine.tables.tasks import UserTask
from engine.types import SYSTEM, new_id
from tests.web.conftest import Visitor, open_task
from tests.web.test_task_pages import GOOD
from web.assets_manifest import Assets, AssetsMissing
from web.pages import inbox, instances
from web.security import POLICY


def copy_tasks(engine: Engine, task_id: str, number: int) -> None:
    with engine.begin(SYSTEM) as work:
        row = work.session.get_one(UserTask, task_id)
        values = {column.key: getattr(row, column.key) for column in sa.inspect(UserTask).columns}
        for position in range(number):
            moved = {"id": new_id(), "title": f"第{position:03}件", "created_at": row.created_at + timedelta(minutes=1)}
            work.session.add(UserTask(**{**values, **moved}))


def test_the_inbox_shows_what_the_reader_may_do(as_person: Any, task_id: str) -> None:
    assert "采石申请 7" in as_person("clerk").get("/tasks").text
    assert "没有待办任务" in as_person("stranger").get("/tasks").text


def test_the_inbox_tells_overdue_in_words_and_colour(
    as_person: Any, engine: Engine, instance: ProcessInstance, task_id: str, clock: FixedClock
) -> None:
    as_person("clerk").post(f"/tasks/{task_id}", GOOD)
    open_task(engine, instance.id)
    assert "剩余 1 天" in as_person("reviewer").get("/tasks").text
    clock.advance(timedelta(days=2, hours=3))
    assert '<span class="mark mark-late">已超期 1 天</span>' in as_person("reviewer").get("/tasks").text


def test_the_inbox_can_show_only_what_one_has_claimed(clerk: Visitor, task_id: str) -> None:
    assert "没有您认领的任务" in clerk.get("/tasks?mine=1").text
    clerk.post(f"/tasks/{task_id}/claim")
    assert "采石申请 7" in clerk.get("/tasks?mine=1").text


def test_the_inbox_pages_by_key_without_gaps_or_repeats(clerk: Visitor, engine: Engine, task_id: str) -> None:
    copy_tasks(engine, task_id, inbox.PAGE + 5)
    seen: list[str] = []
    address: str | None = "/tasks"
    while address:
        html = clerk.get(address).text
        seen += [part.split('"')[0] for part in html.split('stretched-link" href="')[1:]]
        following = html.split('">后面的待办')[0].rpartition('href="')[2] if "后面的待办" in html else None
        address = following.replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == inbox.PAGE + 6


def test_htmx_gets_the_rows_alone(clerk: Visitor, task_id: str) -> None:
    rows = clerk.get("/tasks", headers={"HX-Request": "true"}).text
    assert "采石申请 7" in rows
    assert '<span class="mark" id="inbox-count" hx-swap-oob="true" aria-label="共 1 件">1</span>' in rows
    assert "<html" not in rows


def test_what_follows_from_something_done_is_soon_in_the_inbox(clerk: Visitor, task_id: str) -> None:
    assert "load delay" not in clerk.get("/tasks").text
    with clerk.client.session_transaction() as session:
        session["_flashes"] = [("success", "已办结")]
    assert 'hx-trigger="load delay:2s, every 20s"' in clerk.get("/tasks").text


def test_the_list_of_instances_is_of_the_readers_territory(as_person: Any, instance: ProcessInstance) -> None:
    assert "采石申请 7" in as_person("reviewer").get("/instances").text
    assert "还没有办件" in as_person("stranger").get("/instances").text


def test_the_list_is_searched_and_filtered(clerk: Visitor, instance: ProcessInstance) -> None:
    assert "采石申请 7" in clerk.get("/instances?search=S-7").text
    assert "没有符合条件的办件" in clerk.get("/instances?search=100%25").text
    assert "采石申请 7" in clerk.get("/instances?milestone=填写").text
    assert "没有符合条件的办件" in clerk.get("/instances?milestone=已办结").text


def test_the_list_of_instances_pages_by_key(clerk: Visitor, engine: Engine, clock: FixedClock) -> None:
    for number in range(instances.PAGE + 1):
        clock.advance(timedelta(minutes=1))
        with engine.begin(SYSTEM) as work:
            variables = {"unit": "111", "above": "11", "number": str(number)}
            work.instances.start("stones", variables, business_key=f"S-{number}", org_unit="111")
    html = clerk.get("/instances").text
    assert html.count("stretched-link") == instances.PAGE
    older = html.split('">更早的办件')[0].rpartition('href="')[2]
    assert clerk.get(older).text.count("stretched-link") == 1


def test_the_history_says_who_when_what_and_why(
    clerk: Visitor, as_person: Any, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    clerk.post(f"/tasks/{task_id}", {**GOOD, "tools": ["hammer", "wedge"], "promise": "true"})
    review = open_task(engine, instance.id)
    as_person("reviewer").post(
        f"/tasks/{review}", {"conclusion": "approve", "opinion": "同意开采", "idempotency_key": "review-key"}
    )
    html = clerk.get(f"/instances/{instance.id}").text
    for shown in (
        "办结：审核申请",
        "赵审核",
        "同意开采",
        "结论：</span>同意",
        "自动完成：清点石料",
        "锤、楔",
        "流程已于 2026-12-01 09:00 结束",
    ):
        assert shown in html
    assert '<span class="mark mark-done">已办结</span>' in html


def test_the_diagram_shows_where_the_tokens_are(
    clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    clerk.post(f"/tasks/{task_id}", GOOD)
    html = clerk.get(f"/instances/{instance.id}").text
    assert '"count": {"count": 1, "label": ' in html
    assert '"state": "running"' in html
    xml = clerk.get(f"/instances/{instance.id}/diagram.bpmn")
    assert xml.mimetype == "application/xml"
    assert xml.data == (Path(__file__).parent / "processes/stones/stones.bpmn").read_bytes()


def test_a_message_is_offered_to_its_senders_and_carries_the_reason(
    clerk: Visitor, as_person: Any, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    clerk.post(f"/tasks/{task_id}", GOOD)
    drain(engine)
    path = f"/instances/{instance.id}"
    assert "确认：撤回" in clerk.get(path).text
    assert "确认：撤回" not in as_person("reviewer").get(path).text
    refused = as_person("reviewer").post(
        f"{path}/messages/withdraw", {"reason": "不要", "idempotency_key": "key-reviewer"}
    )
    assert refused.status_code == 409
    assert clerk.post(f"{path}/messages/withdraw", {"reason": " ", "idempotency_key": "key-empty"}).status_code == 302
    assert "请填写理由" in clerk.get(path).text
    sent = clerk.post(f"{path}/messages/withdraw", {"reason": "石头没了", "idempotency_key": "key-withdraw"})
    assert sent.location == path
    html = clerk.get(path).text
    assert "收到：撤回" in html
    assert "石头没了" in html
    assert "已撤回" in html


def test_a_dead_job_is_shown_to_the_operator_who_revives_it(
    clerk: Visitor, as_person: Any, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    clerk.post(f"/tasks/{task_id}", {**GOOD, "stones.0.name": "坏"})
    drain(engine)
    assert "多次失败，等待运维处理" in clerk.get(f"/instances/{instance.id}").text
    operator = as_person("operator")
    html = operator.get("/operations").text
    assert "plugin_stones.count_stones" in html
    assert "可用" in html
    job_id = html.split("/operations/jobs/")[1].split("/")[0]
    assert operator.post(f"/operations/jobs/{job_id}/revive").status_code == 302
    assert "没有停摆的作业" in operator.get("/operations").text
    assert operator.post(f"/operations/jobs/{job_id}/revive").status_code == 404


def test_health_needs_no_login(visitor: Visitor) -> None:
    answer = visitor.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "workers": 0}


def test_health_says_when_the_database_is_gone(visitor: Visitor, engine: Engine, tmp_path: Path) -> None:
    engine.database.dispose()
    (tmp_path / "onegrid.sqlite").unlink()
    (tmp_path / "onegrid.sqlite").mkdir()
    answer = visitor.get("/healthz")
    assert answer.status_code == 503


def test_every_answer_carries_the_security_headers(visitor: Visitor) -> None:
    for path in ("/login", "/nowhere", "/healthz", "/static/icon.svg"):
        headers = visitor.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
    assert "unsafe" not in POLICY


def test_pages_are_not_kept_and_hashed_files_for_ever(clerk: Visitor, app: Flask) -> None:
    assert clerk.get("/tasks").headers["Cache-Control"] == "no-store"
    with app.test_request_context("/static/dist/assets/shell-1.js"):
        response = app.process_response(app.response_class("x"))
        assert "immutable" in response.headers["Cache-Control"]


def test_no_page_has_inline_scripts_or_styles(clerk: Visitor, instance: ProcessInstance, task_id: str) -> None:
    for path in ("/tasks", f"/tasks/{task_id}", "/instances", f"/instances/{instance.id}"):
        html = clerk.get(path).text
        assert " style=" not in html
        assert "<style" not in html
        assert " onclick=" not in html
        assert html.count("<script") == html.count('<script type="module" src=')


def test_a_fault_of_ours_shows_a_number_and_no_trace(clerk: Visitor) -> None:
    answer = clerk.post("/stones/broken")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "1234" not in answer.text
    assert "Traceback" not in answer.text


def test_an_unknown_address_says_what_to_do(clerk: Visitor) -> None:
    answer = clerk.get("/nowhere")
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_a_plugins_page_has_its_place_in_the_menu_of_its_group(as_person: Any) -> None:
    clerk, reviewer = as_person("clerk"), as_person("reviewer")
    assert "李经办" in clerk.get("/stones/").text
    assert 'href="/stones/"' in clerk.get("/tasks").text
    assert 'href="/stones/"' not in reviewer.get("/tasks").text


def test_a_read_only_post_takes_no_write_lock(clerk: Visitor) -> None:
    assert clerk.post("/stones/preview").text == "False"


def test_entries_bring_their_styles_and_shared_chunks(app: Flask, assets: Assets) -> None:
    with app.test_request_context():
        tags = str(assets.tags("shell"))
        assert tags.splitlines() == [
            '<link rel="stylesheet" href="/static/dist/assets/shell-1.css">',
            '<link rel="stylesheet" href="/static/dist/assets/a-1.css">',
            '<link rel="modulepreload" href="/static/dist/assets/a-1.js">',
            '<script type="module" src="/static/dist/assets/shell-1.js"></script>',
        ]
        with pytest.raises(AssetsMissing, match="npm"):
            assets.tags("stones/none")


def test_unbuilt_assets_say_how_to_build_them(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="make run"):
        Assets(tmp_path / "manifest.json").tags("shell")


def test_a_new_build_is_used_without_a_restart(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    built = Assets(path)
    with app.test_request_context():
        for number, file in enumerate(("old.js", "new.js"), start=1):
            path.write_bytes(orjson.dumps({"m": {"name": "shell", "isEntry": True, "file": file}}))
            os.utime(path, ns=(number, number))
            assert file in built.tags("shell")


def test_the_page_of_a_case_says_what_a_value_was_before(engine: Engine, clerk: Visitor) -> None:
    variables = {"unit": "111", "above": "11", "number": "8", "application": {"purpose": "铺路"}}
    with engine.begin(SYSTEM) as work:
        case = work.instances.start("stones", variables, business_key="S-8", org_unit="111").id
    clerk.post(f"/tasks/{open_task(engine, case)}", GOOD)
    assert f"铺路 → {GOOD['purpose']}" in clerk.get(f"/instances/{case}").text


def test_a_dead_job_is_skipped_after_a_look_at_what_follows(
    clerk: Visitor, as_person: Any, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    clerk.post(f"/tasks/{task_id}", {**GOOD, "stones.0.name": "坏"})
    drain(engine)
    operator = as_person("operator")
    job_id = operator.get("/operations").text.split("/operations/jobs/")[1].split("/")[0]
    page = f"/operations/jobs/{job_id}"
    assert "BAD_STONE" in operator.get(page).text
    given = {"outputs": '{"number": 3}', "reason": "人工清点", "idempotency_key": "key-of-skipping"}
    html = operator.post(f"{page}/preview", given).text
    assert "确认跳过" in html
    assert "人工清点" in html
    assert operator.get(page).status_code == 200  # nothing has happened
    for wrong in ({"outputs": "[1]"}, {"outputs": "{"}, {"outputs": '{"colour": 1}'}, {"reason": " "}):
        refused = operator.post(f"{page}/skip", {**given, **wrong})
        assert refused.status_code == 200
        assert "alert-danger" in refused.text
    assert operator.post(f"{page}/skip", given).status_code == 302
    assert operator.get(page).status_code == 404
    history = clerk.get(f"/instances/{instance.id}").text
    assert "运维跳过" in history
    assert "人工清点" in history
