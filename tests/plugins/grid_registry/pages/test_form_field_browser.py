"""The changes editor and the maps in a real browser: live figures, moving units, undo, the phone, the policy."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from engine.application import Engine
from tests.plugins.grid_registry.pages.conftest import PASSWORD, TOWNSHIP, WEST, Settings
from web.app import create_app
from web.assets_manifest import MANIFEST

pytestmark = pytest.mark.browser


@pytest.fixture
def site(divided: Engine) -> Iterator[str]:
    """The address of the application with the built assets."""
    if not MANIFEST.exists() and os.environ.get("ONEGRID_REQUIRE_BROWSER") != "1":
        pytest.skip("the browser's files are not built (npm run build in web/assets)")
    server = make_server("127.0.0.1", 0, create_app(divided, Settings()), threaded=True)
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


def log_in(page: Page, site: str) -> None:
    page.goto(f"{site}/login")
    page.fill("[name=login]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("main").locator("button[type=submit]").click()
    page.wait_for_url("**/tasks")


def split_started(page: Page, site: str) -> None:
    """Start a proposal and choose the western grid to be split."""
    log_in(page, site)
    page.goto(f"{site}/grids")
    page.get_by_role("button", name="新建划分方案").click()
    page.locator("button[value='add:split']").click()
    page.get_by_label("要拆分的网格").select_option(WEST)
    expect(page.locator(".unit-map path[role=button]")).to_have_count(7)


def figures(page: Page, part: int) -> str:
    return f"[data-figures='changes.0.parts.{part}']"


def test_units_move_on_the_map_by_keyboard_and_the_figures_follow(page: Page, site: str, complaints: list[str]) -> None:
    split_started(page, site)
    expect(page.locator(figures(page, 0))).to_have_text("660 户 · 1980 人")
    expect(page.locator("[data-result='changes.0.parts.1']")).to_contain_text("空网格")
    for number in range(3):
        page.locator(".unit-map path[role=button]").nth(number).focus()
        page.keyboard.press("Enter")
    expect(page.locator(figures(page, 1))).to_have_text("310 户 · 930 人")
    expect(page.locator("[data-result='changes.0.parts.1']")).to_contain_text("符合标准")
    expect(page.locator("[data-summary]")).to_contain_text("310 户")
    assert complaints == []


def test_a_reason_is_asked_for_when_the_rule_wants_one_and_no_sooner(page: Page, site: str) -> None:
    split_started(page, site)
    reason = page.locator("[name='changes.0.parts.1.justification']")
    for number in range(3):
        page.locator(f"tr[data-unit$='U00{number + 1}'] input[value='1']").check()
    expect(reason).to_be_hidden()
    page.locator("tr[data-unit$='U003'] input[value='0']").check()
    expect(reason).to_be_visible()
    expect(reason).to_have_attribute("aria-required", "true")
    reason.fill("按道路自然分界，便于管理。")
    expect(page.locator("[data-problems='changes.0.parts.1.justification']")).to_be_hidden()


def test_undo_takes_back_one_step_and_keeps_the_rest(page: Page, site: str) -> None:
    split_started(page, site)
    name = page.locator("[name='changes.0.parts.0.name']")
    name.fill("西一网格")
    page.locator("tr[data-unit$='U001'] input[value='1']").check()
    page.get_by_role("button", name="撤销上一步").click()
    expect(page.locator("tr[data-unit$='U001'] input[value='0']")).to_be_checked()
    expect(name).to_have_value("西一网格")
    page.get_by_role("button", name="撤销上一步").click()
    expect(name).to_have_value("西网格（一）")


def test_a_click_on_a_unit_leads_to_its_grid_in_the_list(page: Page, site: str, complaints: list[str]) -> None:
    log_in(page, site)
    page.goto(f"{site}/grids?township={TOWNSHIP}")
    unit = page.locator(".map-live path[role=button]").first
    expect(unit).to_have_attribute("aria-label", "1栋 · 100 户，300 人 · 1 西网格")
    unit.click()
    expect(page.locator(f"#g-{WEST}")).to_have_class("grid-row is-picked")
    assert complaints == []


def test_the_editor_fits_a_phone(phone: Page, site: str) -> None:
    split_started(phone, site)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    small = phone.eval_on_selector_all(
        "[data-changes-editor] button:visible, [data-changes-editor] select:visible",
        "all => all.filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)",
    )
    assert small == []
