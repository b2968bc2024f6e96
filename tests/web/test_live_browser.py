"""Following an instance in a browser: it changes under the reader's eyes, and what they type stays."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page, Response, expect

from engine.application import Engine
from engine.bundle import Bundle, read_bundle
from engine.clock import FixedClock
from engine.jobs.table_queue import drain
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM
from tests.web.test_access_matrix import bring_to_review
from tests.web.test_browser import complaints, log_in, pytestmark, site

__all__ = ["complaints", "pytestmark", "site"]


def test_what_others_do_is_seen_without_a_reload_and_what_is_typed_stays(
    page: Page,
    site: str,
    app: Flask,
    engine: Engine,
    instance: ProcessInstance,
    task_id: str,
    complaints: list[str],
) -> None:
    answers: list[int] = []

    def heard(response: Response) -> None:
        if response.url.endswith("/progress"):
            answers.append(response.status)

    bring_to_review(app, engine, task_id, broken=True)
    page.on("response", heard)
    log_in(page, site, "operator")
    page.goto(f"{site}/instances/{instance.id}")
    expect(page.locator('[data-element-id="count"].token-dead')).to_be_visible()
    expect(page.locator(".token-badge-dead")).to_have_text("停摆")
    page.get_by_text("重试", exact=True).first.click()
    page.get_by_label("理由").fill("秤修好了")
    with page.expect_response(lambda response: response.status == 304):
        pass  # nothing is new yet
    assert isinstance(engine.clock, FixedClock)
    engine.clock.advance(timedelta(minutes=2))  # deadlines are told in minutes
    with page.expect_response(lambda response: response.url.endswith("/progress") and response.status == 200):
        pass
    expect(page.get_by_label("理由")).to_have_value("秤修好了")
    expect(page.get_by_label("理由")).to_be_focused()

    with engine.begin(SYSTEM) as work:
        (dead,) = work.jobs.dead()
        work.jobs.revive(dead.id, "别人先试")
    expect(page.get_by_text("别人先试")).to_be_visible(timeout=10_000)
    expect(page.locator('[data-element-id="count"].token-running')).to_be_visible()
    drain(engine)
    expect(page.locator('[data-element-id="count"].token-dead')).to_be_visible(timeout=10_000)
    assert set(answers) <= {200, 304}
    assert 304 in answers
    assert complaints == []


def test_the_diagram_and_the_history_point_at_each_other(
    page: Page, site: str, app: Flask, engine: Engine, instance: ProcessInstance, task_id: str, complaints: list[str]
) -> None:
    bring_to_review(app, engine, task_id, broken=False)
    log_in(page, site, "clerk")
    page.goto(f"{site}/instances/{instance.id}")
    page.locator("#history").get_by_role("button", name="办结：填写申请").click()
    expect(page.locator('[data-element-id="apply"].in-focus')).to_be_visible()
    expect(page.locator("#history li.in-focus")).to_contain_text("填写申请")
    page.locator('[data-element-id="count"]').first.click(force=True)
    expect(page.locator("#history li.in-focus")).to_contain_text("清点石料")
    assert complaints == []


def test_a_case_that_rests_hidden_is_not_asked_for(page: Page, site: str, instance: ProcessInstance) -> None:
    log_in(page, site, "clerk")
    page.add_init_script("Object.defineProperty(document, 'visibilityState', {get: () => window.seen ?? 'hidden'})")
    page.goto(f"{site}/instances/{instance.id}")
    expect(page.locator("[data-diagram][data-ready]")).to_be_visible()
    asked = "performance.getEntriesByType('resource').filter(e => e.name.endsWith('/progress')).length"
    assert page.evaluate(asked) == 0
    with page.expect_response("**/progress"):
        page.evaluate("window.seen = 'visible'; document.dispatchEvent(new Event('visibilitychange'))")


def test_two_versions_are_drawn_beside_each_other(page: Page, site: str, engine: Engine, complaints: list[str]) -> None:
    with engine.begin(SYSTEM) as work:
        files = dict(work.versions.files(work.versions.one("stones").deployment.id))
        text = files["stones.bpmn"].decode()
        files["stones.bpmn"] = text.replace('name="填写申请"', 'name="填写采石申请"').encode()
        work.definitions.deploy(Bundle("stones", files), "改名")
    log_in(page, site, "operator")
    page.goto(f"{site}/studio/stones/compare?old=1&new=2")
    expect(page.locator("[data-compare][data-ready]")).to_be_visible()
    for side in ("old", "new"):
        canvas = page.locator(f'[data-canvas="{side}"]')
        expect(canvas.locator('[data-element-id="apply"].change-changed')).to_be_visible()
        expect(canvas.locator(".change-badge")).to_have_text("修改")
    page.get_by_role("button", name="填写采石申请").click()
    expect(page.locator('[data-canvas="new"] [data-element-id="apply"].in-focus')).to_be_visible()
    assert complaints == []


def test_a_diagram_too_large_for_a_sheet_is_printed_on_several(page: Page, site: str, engine: Engine) -> None:
    folder = Path(__file__).parent / "processes" / "stones"
    bundle = read_bundle(folder)
    drawn = bundle.files["stones.bpmn"].decode()
    wide = re.sub(r'(?<= x=")(\d+)', lambda found: str(int(found[1]) * 5), drawn)
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("stones", {**bundle.files, "stones.bpmn": wide.encode()}), "测试")
    values = {"unit": "111", "above": "11", "number": "8"}
    with engine.begin(SYSTEM) as work:
        large = work.instances.start("stones", values, business_key="S-8", org_unit="111").id
    log_in(page, site, "clerk")
    page.goto(f"{site}/instances/{large}")
    expect(page.locator("[data-diagram][data-ready]")).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    sheets = page.locator(".sheet")
    assert sheets.count() > 1
    assert all(sheets.nth(number).locator(".djs-shape").count() for number in range(sheets.count()))
    assert page.locator(".sheet .sheet-key").count() == sheets.count()  # where on the whole this one is
    assert page.locator(".sheet-frames rect").count() == 2 * sheets.count()
    expect(sheets.first).to_be_hidden()  # on the screen
    page.emulate_media(media="print")
    expect(sheets.first).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert sheets.count() == 0
    assert page.locator(".sheet-frames").count() == 0
