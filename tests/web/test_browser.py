"""What only a browser shows: scripts under the strict policy, rows, focus, drafts, following an instance, the phone."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from engine.application import Engine
from engine.jobs.table_queue import drain
from engine.tables.instances import ProcessInstance
from tests.web.conftest import PASSWORD, Settings
from web.app import create_app
from web.assets_manifest import MANIFEST

pytestmark = pytest.mark.browser


@pytest.fixture
def site(engine: Engine) -> Iterator[str]:
    """The address of the application with the built assets."""
    if not MANIFEST.exists() and os.environ.get("ONEGRID_REQUIRE_BROWSER") != "1":
        pytest.skip("the browser's files are not built (npm run build in web/assets)")
    application: Flask = create_app(engine, Settings())
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complains of: scripts that fail, and what the policy refuses."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda line: heard.append(line.text) if "Content Security Policy" in line.text else None)
    return heard


def log_in(page: Page, site: str, login: str) -> None:
    page.goto(f"{site}/login")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url("**/tasks")


def names_of(page: Page) -> list[str]:
    names: list[str] = page.eval_on_selector_all(
        "[data-row-list] input:not([type=hidden])", "all => all.map(e => e.name)"
    )
    return names


def test_a_form_is_filled_in_with_rows_conditions_and_a_draft(
    page: Page, site: str, task_id: str, complaints: list[str]
) -> None:
    log_in(page, site, "clerk")
    page.goto(f"{site}/tasks/{task_id}")
    reason = page.get_by_label("紧急原因")
    expect(reason).to_be_hidden()
    page.get_by_label("紧急", exact=True).check()
    expect(reason).to_be_visible()

    add = page.get_by_role("button", name="增加一项")
    for weight in ("1", "2", "3"):
        add.click()
        page.locator("[data-row]").last.get_by_label("重量").fill(weight)
    page.locator("[data-row]").nth(1).get_by_role("button", name="删除").click()
    assert names_of(page) == ["stones.0.name", "stones.0.weight", "stones.1.name", "stones.1.weight"]
    expect(page.locator('[name="stones.1.weight"]')).to_have_value("3")

    expect(page.locator("[data-draft-state]")).to_have_text("草稿已自动保存")
    page.reload()
    expect(page.locator('[name="stones.1.weight"]')).to_have_value("3")
    assert complaints == []


def test_faults_take_the_focus_and_lead_to_their_fields(
    page: Page, site: str, task_id: str, complaints: list[str]
) -> None:
    log_in(page, site, "clerk")
    page.goto(f"{site}/tasks/{task_id}")
    page.get_by_role("button", name="提交").last.click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="石料种类：必填项").click()
    expect(page.get_by_label("石料种类")).to_be_focused()
    assert complaints == []


def test_the_instance_is_followed_until_it_rests(
    page: Page, site: str, engine: Engine, instance: ProcessInstance, task_id: str, complaints: list[str]
) -> None:
    log_in(page, site, "clerk")
    page.goto(f"{site}/tasks/{task_id}")
    page.get_by_label("用途").fill("修路")
    page.get_by_label("石料种类").select_option("granite")
    page.get_by_role("button", name="提交").last.click()
    page.wait_for_url(f"**/instances/{instance.id}")
    expect(page.get_by_text("系统正在处理：清点石料")).to_be_visible()
    expect(page.locator('[data-element-id="count"].token-running')).to_be_visible()
    drain(engine)
    expect(page.get_by_text("系统正在处理")).to_have_count(0)
    expect(page.locator('[data-element-id="review"].token-waiting')).to_be_visible()
    expect(page.get_by_text("自动完成：清点石料")).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    assert complaints == []


def test_what_was_submitted_after_the_login_ran_out_comes_back(
    page: Page, site: str, task_id: str, engine: Engine, clock: Any
) -> None:
    log_in(page, site, "clerk")
    page.goto(f"{site}/tasks/{task_id}")
    page.get_by_label("用途").fill("修一条很长的路")
    page.context.clear_cookies(name="onegrid_login")
    page.get_by_role("button", name="提交").last.click()
    page.wait_for_url(re.compile("/login\\?next=/tasks/"))
    page.get_by_label("账号").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(f"**/tasks/{task_id}")
    expect(page.get_by_label("用途")).to_have_value("修一条很长的路")


def test_nothing_runs_off_a_phone(phone: Page, site: str, instance: ProcessInstance, task_id: str) -> None:
    log_in(phone, site, "clerk")
    for path in ("/tasks", f"/tasks/{task_id}", "/instances", f"/instances/{instance.id}"):
        phone.goto(f"{site}{path}")
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        small = phone.eval_on_selector_all(
            "main a.btn, main button:not(.what), main input:not([type=hidden]), .topbar nav a, .account a",
            """all => all.filter(e => e.checkVisibility() && e.type !== 'checkbox' && e.type !== 'radio'
                && !e.closest('.visually-hidden, .visually-hidden *') && !e.matches('#f-scale')
                && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)""",
        )
        assert small == [], path


def test_a_repair_is_made_on_a_phone(phone: Page, site: str, instance: ProcessInstance, task_id: str) -> None:
    log_in(phone, site, "operator")
    phone.goto(f"{site}/instances/{instance.id}")
    phone.get_by_role("link", name="修复").click()
    phone.get_by_label("新的值").fill("number = 9")
    phone.get_by_role("button", name="修改：查看结果").click()
    expect(phone.get_by_role("heading", name="结果预览：修改数据")).to_be_visible()
    phone.get_by_text("移到另一步骤").click()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = "all => all.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    assert phone.eval_on_selector_all("main .btn, main select, main textarea", small) == []
    phone.get_by_label("理由").fill("录错了")
    phone.get_by_role("button", name="确认：修改数据").click()
    phone.wait_for_url(f"{site}/instances/{instance.id}")
    expect(phone.get_by_text("录错了")).to_be_visible()
