"""A grid worker reports with the phone in the hand: what it is, a photo, where one stands; then what became of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect
from shapely.geometry import shape

from engine.application import Engine
from engine.testing import drain
from engine.types import SYSTEM
from plugins.grid_registry.api import township_picture
from plugins.incidents.tables import Incident
from plugins.workforce.api import grids_of, worker_of_person
from tests.plugins.demo.site import county, plugins, served

__all__ = ["county", "plugins"]

pytestmark = pytest.mark.browser

TOWNSHIP = "431103001"
WORKER = "mw.worker1"
ITEM = "431103-UMB-006"
WIDTH = 360


def standing_place(engine: Engine) -> tuple[str, float, float]:
    """Return a grid that the worker serves, and a point in it."""
    with engine.begin(SYSTEM, write=False) as work:
        worker = worker_of_person(work.session, f"demo.{WORKER}")
        assert worker
        (code, *_) = grids_of(work.session, worker, engine.clock.now().date())
        picture = township_picture(work.session, TOWNSHIP)
        outline = next(each.geometry for each in picture.units if each.grid == code and each.geometry)
        point = shape(outline).representative_point()
        return code, point.y, point.x


@pytest.fixture
def phone(browser: Browser, county: tuple[Engine, str]) -> Iterator[Page]:
    """The worker's phone, logged in, in one of the worker's grids."""
    engine, password = county
    _grid, latitude, longitude = standing_place(engine)
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 740},
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",
        geolocation={"latitude": latitude, "longitude": longitude},
        permissions=["geolocation"],
    )
    page = context.new_page()
    with served(engine) as site:
        page.goto(f"{site}/login?next=/incidents/report")
        page.get_by_label("账号").fill(WORKER)
        page.get_by_label("密码").fill(password)
        page.get_by_role("main").get_by_role("button", name="登录").click()
        page.wait_for_url("**/incidents/report")
        yield page
        context.close()


def photo() -> bytes:
    drawn = io.BytesIO()
    picture = Image.new("RGB", (1600, 1200), "#9fb3c8")
    ImageDraw.Draw(picture).rectangle((400, 300, 1200, 900), fill="#b04a3a")
    picture.save(drawn, "JPEG")
    return drawn.getvalue()


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than the phone."""
    return int(page.evaluate("document.documentElement.scrollWidth")) - WIDTH


def test_a_worker_reports_with_a_photo_from_where_the_worker_stands(phone: Page, county: tuple[Engine, str]) -> None:
    engine, _password = county
    assert sideways(phone) <= 0
    fill_in_all_but_the_title(phone)
    phone.get_by_role("button", name="上报", exact=True).click()
    expect(phone.get_by_role("alert").first).to_contain_text("标题")
    expect(phone.get_by_label("具体情况", exact=True)).to_have_value("3单元一到四楼都有")
    expect(phone.locator("[data-file]")).to_contain_text("楼道.jpg")
    expect(phone.locator("[data-locate-said]")).to_have_text("已附上您现在的位置。")
    assert sideways(phone) <= 0

    phone.get_by_label("什么问题").fill("楼道里贴满小广告")
    phone.get_by_role("button", name="上报", exact=True).click()
    page = phone.get_by_role("main")
    expect(page.locator("[data-receipt]")).to_have_text(re.compile(r"[0-9a-f]{16}"))
    assert sideways(phone) <= 0
    drain(engine)
    no, *became = taken_in(engine)
    assert became == [standing_place(engine)[0], "self_handling"]
    expect(page).to_contain_text(no)

    there = phone.get_by_role("link", name="查看事件").get_attribute("href")
    phone.get_by_role("link", name="再报一件").click()
    expect(phone.get_by_label("具体情况", exact=True)).to_have_value("")  # of the one before nothing is left
    phone.goto(phone.url.replace("/incidents/report", str(there)))
    phone.wait_for_url(f"**/incidents/{no}")
    expect(page).to_contain_text("网格员自行处置")
    small = page.get_by_role("link", name="楼道.jpg").locator("img")
    expect(small).to_be_visible()
    assert small.evaluate("e => e.complete && e.naturalWidth > 0")
    assert sideways(phone) <= 0


def fill_in_all_but_the_title(phone: Page) -> None:
    phone.get_by_label("事项").select_option(ITEM)
    expect(phone.locator("#item-limits")).to_contain_text("网格员可以自行处置")
    phone.get_by_label("具体情况", exact=True).fill("3单元一到四楼都有")
    phone.get_by_label("照片").set_input_files({"name": "楼道.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    phone.get_by_role("button", name="附上我现在的位置").click()
    expect(phone.locator("[data-locate-said]")).to_have_text("已附上您现在的位置。")


def taken_in(engine: Engine) -> tuple[str, str | None, str]:
    """Return number, grid and state of the one incident that there is."""
    with engine.begin(SYSTEM, write=False) as work:
        (incident,) = work.session.scalars(sa.select(Incident)).all()
        return incident.no, incident.grid, incident.state
