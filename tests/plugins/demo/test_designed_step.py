"""The designer's page does what it is for: a department's step is added to the referral of incidents, and run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from shapely.geometry import shape

from engine.application import Engine
from engine.testing import drain
from engine.types import SYSTEM
from plugins.grid_registry.tables import GridUnit
from plugins.incidents.api import Report, report
from tests.plugins.demo.site import county, plugins, served

__all__ = ["county", "plugins"]

pytestmark = pytest.mark.browser

STARTS = re.compile(r"^( *)(\S+) 流程启动$", re.MULTILINE)
PATROL = """{0}假如 处理器“public_security.dispatch_patrol”总是返回：
{0}  \"\"\"
{0}  {{"unit": "巡逻一组", "minutes": 10}}
{0}  \"\"\"
{0}{1} 流程启动"""


@pytest.fixture
def board(page: Page, county: tuple[Engine, str]) -> Iterator[Page]:
    """The process on the drawing board of the demo's designer."""
    engine, password = county
    with served(engine) as site:
        page.goto(f"{site}/login?next=/studio/incident-referral")
        page.get_by_label("账号").fill("lst.designer")
        page.get_by_label("密码").fill(password)
        page.get_by_role("main").get_by_role("button", name="登录").click()
        page.wait_for_url("**/studio/incident-referral")
        expect(page.locator("#studio")).to_have_attribute("data-ready", "true")
        yield page


def test_a_departments_step_is_added_to_the_referral_of_incidents(board: Page, county: tuple[Engine, str]) -> None:
    put_on_flow(board, "gapxl", "flow_facts_decide_routing")
    expect(board.get_by_label("处理器")).to_have_value("public_security.dispatch_patrol")
    fill(board, "report_no", "incident.no")
    fill(board, "grid", "located.grid")
    fill(board, "at", "now()")
    board.locator("[data-entry-id=parameter-urgency] select").select_option("high")

    say_in_the_scenarios(board)
    board.get_by_role("button", name="检查").click()
    expect(board.locator("section [data-findings-state]")).to_contain_text("0 个错误", timeout=30_000)

    board.get_by_role("button", name="部署…").click()
    board.get_by_label("改了什么、为什么").fill("每件上报先派巡逻警力看一眼")
    board.get_by_role("button", name="部署", exact=True).click()
    expect(board.get_by_text("已部署为第 2 版")).to_be_visible(timeout=30_000)
    assert patrol_of_a_case(county[0]).keys() == {"unit", "minutes"}


def say_in_the_scenarios(board: Page) -> None:
    """A new handler is one whose answer the scenarios of the process do not know yet."""
    for tab in board.get_by_role("tab", name="scenarios/").all():
        tab.click()
        text = board.get_by_role("textbox", name="scenarios/")
        if "流程是“incident-referral”" in text.input_value():
            text.fill(STARTS.sub(lambda found: PATROL.format(*found.groups()), text.input_value()))


def fill(board: Page, parameter: str, text: str) -> None:
    """Enter an expression for a parameter, which a constant would do for as well."""
    entry = board.locator(f"[data-entry-id=parameter-{parameter}]")
    for constant in entry.locator(".value-mode[aria-pressed=false]").all():
        constant.click()
    entry.locator("textarea").fill(text)


def put_on_flow(board: Page, handler: str, flow: str) -> None:
    """Create a handler's step by the first letters of its title, and drop it on a flow."""
    board.evaluate("id => document.getElementById('studio').studio.tabs.shown.show(id)", flow)
    board.locator(".djs-palette [data-action=create]").click()
    board.locator(".djs-popup-search input").fill(handler)
    board.locator(".djs-popup-results .entry").first.click()
    box = board.locator(f'.djs-connection[data-element-id="{flow}"]').bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    board.mouse.move(x - 30, y - 30)
    board.mouse.move(x, y, steps=5)
    board.mouse.click(x, y)
    board.keyboard.press("Enter")  # the name may stay


def patrol_of_a_case(engine: Engine) -> Any:
    """Report something inside of a grid, and return what the new step brought into its case."""
    with engine.begin(SYSTEM) as work:
        unit = work.session.scalars(sa.select(GridUnit).where(GridUnit.geometry.is_not(None))).first()
        assert unit
        point = shape(unit.geometry).representative_point()
        where = {"latitude": point.y, "longitude": point.x, "county": unit.community[:6]}
        case = report(work, Report(title="人行道堆放建材", description="占用人行道", place="路口", **where)).instance_id
    drain(engine)
    with engine.begin(SYSTEM, write=False) as work:
        return work.repair.variables(case)["dispatch_patrol"]
