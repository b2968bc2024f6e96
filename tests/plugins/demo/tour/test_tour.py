"""The ten minutes of the README, walked in browsers as they are written, and the README held to them.

With `--pictures` the same walk takes the pictures that the README shows.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from features.steps.world import World
from tests.plugins.demo.tour.board import add_step
from tests.plugins.demo.tour.readme import steps_of_the_readme
from tests.plugins.demo.tour.walk import Person, Walk
from web.assets_manifest import MANIFEST
from web.pages.studio_calls import JUDGES

pytestmark = pytest.mark.browser

DIVISION = "HF-431103001-2026-002"
ITEM = "占道堆物、乱搭建巡查上报（只能上报）"
FIRST, SECOND = "人行道堆放建材", "早点摊占道"


@pytest.fixture
def walk(world: World, browser: Browser, pytestconfig: pytest.Config) -> Iterator[Walk]:
    """The demo county, served, as `make run` leaves it; the clock stands still at Tuesday, 1 December 2026."""
    if not MANIFEST.exists() and os.environ.get("ONEGRID_REQUIRE_BROWSER") != "1":
        pytest.skip("the browser's files are not built (npm run build in web/assets)")
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    password = (world.settings.home / "demo-password").read_text(encoding="utf-8").strip()
    walk = Walk(browser, f"http://127.0.0.1:{server.server_port}", password, world.clock.now(), world.settle)
    walk.pictures = pytestconfig.getoption("pictures")
    yield walk
    walk.close()
    server.shutdown()
    thread.join()
    server.server_close()
    world.app.extensions[JUDGES].close()


def test_the_tour_of_the_readme(walk: Walk) -> None:
    a_grid_is_divided(walk)
    the_division_is_signed(walk)
    the_division_is_approved(walk)
    receipt = something_is_reported(walk, FIRST)
    the_department_handles_it(walk)
    it_is_verified(walk)
    the_resident_is_told(walk, receipt)
    an_item_is_to_leave_the_catalogue(walk)
    the_diagram_is_changed(walk)
    a_new_case_goes_the_new_way(walk)

    told = steps_of_the_readme()
    assert len(told) == len(walk.steps)
    for number, (said, walked) in enumerate(zip(told, walk.steps, strict=True), 1):
        assert said.accounts == walked.accounts, f"step {number} of the README names other people"
        assert said.words - walked.words == set(), f"step {number} of the README says what nobody met"


# -- three people divide a grid ----------------------------------------------------------------------------------------


def a_grid_is_divided(walk: Walk) -> None:
    walk.step()
    clerk = walk.person("mw.clerk")
    clerk.menu("网格划分")
    clerk.see("望江网格", "620 户", "规模过大，建议拆分")
    clerk.send("新建划分方案")
    clerk.choose("划分（调整）原因", "拆迁或人口变化")
    clerk.fill("理由", "二期住户陆续入住，户数和人口明显增加，一名网格员难以覆盖，需要调整。")
    clerk.fill("生效日期", walk.now.date().isoformat())
    clerk.press("拆分网格")
    clerk.choose("要拆分的网格", "望江网格 · 综合网格 · 620 户 · 2050 人")
    for unit in ("望江花苑三期", "滨河里", "渡口新村"):
        clerk.see(unit)
        clerk.main.get_by_role("row").filter(has_text=unit).locator("label").last.click()
    clerk.see("300 户 · 983 人", "320 户 · 1067 人", "符合标准")
    clerk.send("提交")
    clerk.see("待乡镇审签")


def the_division_is_signed(walk: Walk) -> None:
    walk.step()
    leader = walk.person("mw.leader")
    leader.open_task(DIVISION, "乡镇审签并报送")
    leader.tick("同意并报县级审核")
    leader.tick("本方案结合实际、科学合理")
    leader.send("提交")


def the_division_is_approved(walk: Walk) -> None:
    walk.step()
    reviewer = walk.person("lst.reviewer1")
    reviewer.open_task(DIVISION, "县级审核")
    reviewer.see("划分前", "划分后", "核查事项")
    for check in ("边界清楚", "规模符合标准，或者理由充分", "与相邻乡镇（街道）不重叠", "网格员配备有安排"):
        reviewer.tick(check)
    reviewer.tick("同意")
    reviewer.send("提交")
    reviewer.menu("网格划分")
    reviewer.see("望江网格（一）", "望江网格（二）")
    clerk = walk.person("mw.clerk")
    clerk.menu("办件")
    clerk.follow(DIVISION)
    clerk.see("已生效", "自动完成：城管调整巡查安排")
    clerk.see("城管调整巡查安排")
    clerk.picture("case", whole="[data-diagram][data-ready]")
    clerk.open_task(DIVISION, "配备网格员并公示")
    clerk.see("接续 望江网格", "主责网格员")
    clerk.send("提交")
    clerk.menu("我在哪个网格")


# -- a worker reports, a department deals with it, somebody else verifies ----------------------------------------------


def something_is_reported(walk: Walk, what: str) -> str:
    walk.step()
    worker = walk.person("mw.worker1", phone=True)
    return report(worker, what)


def report(worker: Person, what: str) -> str:
    worker.menu("上报事件")
    worker.choose("事项", ITEM)
    worker.fill("什么问题", what)
    worker.fill("具体情况", "占用半幅人行道，行人绕行机动车道。")
    worker.choose("小区、楼栋、村组或者单位", "清溪临街楼")
    worker.picture("phone")
    worker.send("上报")
    worker.see("清溪网格", "只能上报，由冷水滩区城市管理和综合执法局依法处理。", "回执号")
    return worker.main.locator("[data-receipt]").inner_text()


def the_department_handles_it(walk: Walk) -> None:
    walk.step()
    bureau = walk.person("lst.umb")
    bureau.open_task(FIRST, "签收或者申请退回")
    bureau.tick("签收")
    bureau.send("提交")
    bureau.open_task(FIRST, "现场检查")
    bureau.tick("堆放物料")
    bureau.tick("初次")
    bureau.fill("当事人", "不明")
    bureau.note("不明")
    bureau.fill("检查情况", "约三立方米建材。")
    bureau.send("提交")
    bureau.open_task(FIRST, "劝导、当场清除")
    bureau.tick("已清除")
    bureau.fill("劝导情况", "当事人当场搬离。")
    bureau.send("提交")


def it_is_verified(walk: Walk) -> None:
    walk.step()
    worker = walk.person("mw.worker1", phone=True)
    worker.open_task(FIRST, "核查")
    worker.tick("通过")
    worker.send("提交")


def the_resident_is_told(walk: Walk, receipt: str) -> None:
    walk.step()
    resident = walk.passer_by(phone=True)
    resident.go("/report")
    resident.follow("凭回执号查看进展")
    resident.fill("回执号", receipt)
    resident.send("查看")
    resident.see("清溪临街楼", "占道物品已清除。")
    resident.tick("解决了")
    resident.choose("评分（1 最低，5 最高）", "5")
    resident.send("提交评价")
    resident.see("感谢您的评价。")


# -- a department applies ----------------------------------------------------------------------------------------------


def an_item_is_to_leave_the_catalogue(walk: Walk) -> None:
    walk.step()
    bureau = walk.person("lst.hud")
    bureau.menu("事项申请")
    bureau.choose("申请种类", "退出")
    bureau.choose("调整、退出、续期的事项", "燃气使用安全隐患发现")
    bureau.send("新建申请")
    bureau.choose("退出原因", "情况变化")
    bureau.fill("说明", "改由燃气经营企业入户安检，网格员不再上报。")
    bureau.send("提交")
    bureau.see("形式审查")
    bureau.menu("事项清单")
    bureau.see("27 个事项")


# -- a designer changes the diagram ------------------------------------------------------------------------------------


def the_diagram_is_changed(walk: Walk) -> None:
    walk.step()
    designer = walk.person("lst.designer")
    designer.menu("流程设计")
    designer.follow("事件上报、转办")
    add_step(designer)


def a_new_case_goes_the_new_way(walk: Walk) -> None:
    walk.step()
    report(walk.person("mw.worker1", phone=True), SECOND)
    leader = walk.person("mw.leader")
    leader.menu("通知")
    leader.see(f"新事件：{SECOND}")
    leader.note("新事件：…")
    designer = walk.person("lst.designer")
    designer.menu("流程设计")
    designer.see("运行中", "第 1 版 1 件", "第 2 版 1 件")
    designer.see("第 1 版", "第 2 版")
