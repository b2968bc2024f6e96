"""The township's clerk puts a point on the map: its grid is chosen and said before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from engine.application import Engine
from engine.testing import drain
from engine.types import SYSTEM
from plugins.incidents import api
from plugins.incidents.tables import Incident
from tests.plugins.demo.site import county, plugins, served

__all__ = ["county", "plugins"]

pytestmark = pytest.mark.browser

TOWNSHIP, CLERK = "431103001", "mw.clerk"


@pytest.fixture
def task(browser: Browser, county: tuple[Engine, str]) -> Iterator[Page]:
    """The task to locate an incident, on the clerk's screen."""
    engine, password = county
    with engine.begin(SYSTEM) as work:
        api.report(work, api.Report("路灯不亮", "夜里看不清", "梅湾路", "431103", township=TOWNSHIP))
    drain(engine)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    with served(engine) as site:
        page.goto(f"{site}/login?next=/tasks")
        page.fill("[name=login]", CLERK)
        page.fill("[name=password]", password)
        page.click("main button[type=submit]")
        page.click("tbody a")
        page.check("[name=decision][value=located]")
        yield page
        page.close()


def where(engine: Engine) -> tuple[str | None, float | None]:
    with engine.begin(SYSTEM, write=False) as work:
        grid, latitude = work.session.execute(sa.select(Incident.grid, Incident.latitude)).one()
        return grid, latitude


def test_the_grid_of_the_point_is_chosen_and_said_and_the_list_overrules(
    task: Page, county: tuple[Engine, str]
) -> None:
    unit, said = task.locator("[data-point-map] path.leaflet-interactive").nth(3), task.locator("[data-point-said]")
    expect(unit).to_be_visible()
    name = str(unit.get_attribute("aria-label")).partition(" · ")[2]
    unit.press("Enter")  # a key has no point
    expect(said).to_contain_text(f"所点的位置在{name}")
    by_key = task.input_value("[name=grid]")
    assert name in task.locator(f"[name=grid] option[value='{by_key}']").inner_text()
    assert task.input_value("[name='point.latitude']") == ""

    unit.click()
    assert (task.input_value("[name=grid]"), task.input_value("[name='point.latitude']") != "") == (by_key, True)
    other = task.locator("[name=grid] option").last.get_attribute("value")
    assert other not in {None, by_key}
    task.select_option("[name=grid]", other)
    assert task.input_value("[name='point.latitude']") == ""
    expect(said).to_be_empty()

    unit.click()
    task.click("main .btn-primary:has-text('提交')")
    task.wait_for_url("**/instances/**")
    drain(county[0])
    grid, latitude = where(county[0])
    assert grid == by_key
    assert latitude is not None
