"""The drawing board in a browser: a step is drawn, filled in, checked, deployed with a reason, and run through."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from engine.application import Engine
from engine.jobs.table_queue import drain
from engine.types import SYSTEM
from tests.web.conftest import PASSWORD, Settings, Visitor, open_task
from tests.web.studio.conftest import Designer
from tests.web.test_accessible import axe, faults
from web.app import create_app
from web.assets_manifest import MANIFEST
from web.pages.studio_calls import JUDGES

__all__ = ["axe"]

pytestmark = pytest.mark.browser

DIAGRAM = "async () => (await document.getElementById('studio').studio.tabs.shown.board.saveXML({format: true})).xml"
BADGE = ".finding-badge"


@pytest.fixture
def app(app: Flask, engine: Engine, folder: Path) -> Iterator[Flask]:
    """The application with the assets as they were built, and the designers of the room."""
    if not MANIFEST.exists() and os.environ.get("ONEGRID_REQUIRE_BROWSER") != "1":
        pytest.skip("the browser's files are not built (npm run build in web/assets)")
    built = create_app(engine, Settings(processes=folder))
    yield built
    built.extensions[JUDGES].close()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """Its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def board(page: Page, site: str, complaints: list[str]) -> Page:
    """The stones' process on the drawing board, checked."""
    open_board(page, site, "/studio/stones")
    expect(page.locator("section [data-findings-state]")).not_to_have_text("正在检查…")
    return page


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains of: scripts that fail, and what the policy refuses. None is expected."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda line: heard.append(line.text) if "Content Security Policy" in line.text else None)
    yield heard
    assert heard == []


def open_board(page: Page, site: str, path: str, login: str = "designer") -> None:
    page.goto(f"{site}/login")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url("**/tasks")
    page.goto(f"{site}{path}")
    expect(page.locator("#studio")).to_have_attribute("data-ready", "true")


def put_on_flow(page: Page, handler: str, flow: str) -> None:
    """Create a handler's step by the menu, and drop it on a flow."""
    page.locator(".djs-palette [data-action=create]").click()
    page.locator(".djs-popup-search input").fill(handler)
    page.locator(".djs-popup-results .entry").first.click()
    box = page.locator(f'[data-element-id="{flow}"]').bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 30, y - 30)
    page.mouse.move(x, y, steps=5)
    page.mouse.click(x, y)


def deploy(page: Page, reason: str) -> None:
    page.get_by_role("button", name="部署…").click()
    page.get_by_label("改了什么、为什么").fill(reason)
    page.get_by_role("button", name="部署", exact=True).click()


def test_a_handlers_step_is_drawn_undone_redone_checked_deployed_and_run(
    board: Page, engine: Engine, as_person: Any
) -> None:
    states = [board.evaluate(DIAGRAM)]
    put_on_flow(board, "sl", "f3")  # 石料, by its first letters
    expect(board.locator(".bio-properties-panel-header-type")).to_have_text("服务任务")
    board.keyboard.press("Escape")  # the name may stay
    states.append(board.evaluate(DIAGRAM))
    board.get_by_role("textbox", name="stones").fill("application.[")
    expect(board.locator(BADGE)).to_have_text("✕ 1")
    states.append(board.evaluate(DIAGRAM))

    board.locator("[data-findings] button").first.click()
    board.get_by_role("textbox", name="stones").fill("application.stones")
    expect(board.locator(BADGE)).to_have_count(0)
    expect(board.locator("section [data-findings-state]")).to_contain_text("0 个错误")
    states.append(board.evaluate(DIAGRAM))

    undo, redo = (board.get_by_role("button", name=name) for name in ("撤销", "重做"))
    for state in reversed(states[:-1]):
        undo.click()
        assert board.evaluate(DIAGRAM) == state
    expect(undo).to_be_disabled()
    for state in states[1:]:
        redo.click()
        assert board.evaluate(DIAGRAM) == state

    deploy(board, "审核前再清点一次")
    expect(board.get_by_text("已部署为第 2 版")).to_be_visible()
    board.get_by_role("link", name="打开新版本").click()
    expect(board.get_by_text("第 2 版")).to_be_visible()
    expect(board.get_by_text("清点石料")).to_have_count(2)
    assert number_counted(engine, as_person("clerk")) == 1


BOXES = """() => document.getElementById('studio').studio.tabs.shown.board.get('elementRegistry')
  .filter((e) => !e.waypoints && !e.labelTarget && e.parent)
  .map(({id, x, y, width, height}) => [id, x, y, width, height])"""


def test_a_step_on_a_short_flow_gets_room_and_takes_nobody_out_of_their_lane(board: Page) -> None:
    before = {id_: x for id_, x, *_ in board.evaluate(BOXES)}
    put_on_flow(board, "sl", "f3")
    board.keyboard.press("Escape")
    boxes = {id_: box for id_, *box in board.evaluate(BOXES)}
    (new,) = set(boxes) - set(before)
    x, y, width, height = boxes.pop(new)
    for other, (left, top, wide, high) in boxes.items():
        assert left >= x + width + 40 or left + wide + 40 <= x or top >= y + height or top + high <= y, other
    assert boxes["count"][0] == before["count"]
    assert boxes["review"][0] > before["review"]
    assert re.search(
        r'id="lane_reviewer"(?:(?!</bpmn:lane>).)*<bpmn:flowNodeRef>review<', board.evaluate(DIAGRAM), re.DOTALL
    )
    board.get_by_role("button", name="撤销").click()
    assert {id_: x for id_, x, *_ in board.evaluate(BOXES)} == before


def test_a_step_renamed_and_undone_is_as_it_was_to_the_byte(board: Page) -> None:
    before = board.evaluate(DIAGRAM)
    board.locator('[data-element-id="apply"]').first.click()
    board.locator(".bio-properties-panel-group-header-title", has_text="基本信息").click()
    board.get_by_label("名称").fill("填写采石申请")
    board.get_by_label("名称").blur()
    expect(board.get_by_role("button", name="撤销")).to_be_enabled()
    assert "<bpmndi:BPMNLabel />" not in board.evaluate(DIAGRAM)
    board.get_by_role("button", name="撤销").click()
    assert board.evaluate(DIAGRAM) == before


CHANGED = """async () => {
  const { studio } = document.getElementById('studio');
  await studio.gather();
  return Object.keys(studio.files.changes());
}"""


def test_a_step_deleted_and_undone_leaves_the_file_as_it_was(board: Page) -> None:
    board.locator('[data-element-id="count"]').first.click()
    board.keyboard.press("Delete")
    expect(board.locator('[data-element-id="count"]')).to_have_count(0)
    assert board.evaluate(CHANGED) == ["stones.bpmn"]
    board.get_by_role("button", name="撤销").click()
    assert board.evaluate(CHANGED) == []


def number_counted(engine: Engine, clerk: Visitor) -> Any:
    """Run a case of the newest version up to the review; return what the new step found."""
    with engine.begin(SYSTEM) as work:
        case = work.instances.start(
            "stones", {"unit": "111", "above": "11", "number": "9"}, business_key="S-9", org_unit="111"
        ).id
    entered = {"purpose": "修路", "kind": "granite", "stones.0.name": "青石", "idempotency_key": "key-of-the-form"}
    assert clerk.post(f"/tasks/{open_task(engine, case)}", entered).status_code == 302
    drain(engine)
    with engine.begin(SYSTEM, write=False) as work:
        return work.repair.variables(case)["count_stones"]["number"]


def test_a_file_beside_the_diagram_is_written_checked_and_kept_as_a_draft(board: Page) -> None:
    board.get_by_text("更多").click()
    board.get_by_role("button", name="新增文件…").click()
    board.get_by_label("文件名").fill("weigh.txt")
    board.get_by_role("button", name="新增", exact=True).click()
    assert "文件名须以" in board.get_by_label("文件名").evaluate("e => e.validationMessage")
    board.get_by_label("文件名").fill("weigh.form.json")
    board.get_by_role("button", name="新增", exact=True).click()
    form = board.get_by_role("textbox", name="weigh.form.json")
    form.fill('{\n  "type": "default",\n  "id": "weigh",\n  "components": []\n}')
    board.keyboard.press("Control+s")
    expect(board.locator("[data-draft-state]")).to_contain_text("草稿已保存")

    board.get_by_role("tab", name="stones.bpmn").click()
    board.locator("[data-findings] li", has_text="weigh.form.json:1").get_by_role("button").click()
    expect(form).to_be_focused()
    assert form.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == "{"
    board.reload()
    expect(board.get_by_text("已打开您")).to_be_visible()
    board.get_by_role("tab", name="weigh.form.json").click()
    expect(board.get_by_role("textbox", name="weigh.form.json")).to_have_value(re.compile("weigh"))


def test_who_was_slower_loses_nothing(board: Page, as_person: Any) -> None:
    board.locator('[data-element-id="apply"]').first.click()
    board.get_by_label("期限").select_option("working_days")
    other = Designer(as_person("master"))
    text = other.text("stones.bpmn").replace('name="办结"', 'name="全部办结"')
    assert other.deploy({"stones.bpmn": text}).status_code == 201

    deploy(board, "申请限五个工作日")
    expect(board.get_by_role("alert")).to_contain_text("您的修改仍在草稿中")
    expect(board.get_by_role("alert")).to_contain_text("吴掌门")
    assert "working days after(now(), 5)" in board.evaluate(DIAGRAM)

    with board.expect_popup() as compared:
        board.get_by_role("button", name="比较").click()
    expect(compared.value.get_by_text("全部办结").first).to_be_visible()
    board.get_by_role("button", name="在新版本上继续").click()
    expect(board.get_by_text("与对方的没有冲突")).to_be_visible()
    expect(board.locator(".djs-label, .djs-visual").get_by_text("全部办结")).to_be_visible()
    drawn = board.evaluate(DIAGRAM)
    assert "working days after(now(), 5)" in drawn
    assert "全部办结" in drawn

    board.get_by_role("button", name="退回原来的草稿").click()
    expect(board.get_by_text("草稿仍从第 1 版改起")).to_be_visible()
    board.reload()  # a draft of an older version says so, and is shown on what it began with
    expect(board.get_by_text("此后已部署第 2 版")).to_be_visible()
    expect(board.locator("[data-version-shown]")).to_have_text("第 1 版")
    assert "全部办结" not in board.evaluate(DIAGRAM)
    board.get_by_role("button", name="在新版本上继续").click()
    expect(board.locator("[data-version-shown]")).to_have_text("第 2 版")
    expect(board.locator("section [data-findings-state]")).to_contain_text("0 个错误")
    deploy(board, "申请限五个工作日")
    expect(board.get_by_text("已部署为第 3 版")).to_be_visible()


def test_what_is_drawn_outlives_the_login(board: Page, site: str) -> None:
    board.locator('[data-element-id="apply"]').first.click()
    board.context.clear_cookies()
    board.get_by_label("期限").select_option("working_days")
    board.keyboard.press("Control+s")
    expect(board.locator("[data-draft-state]")).to_contain_text("登录已过期")

    again = board.context.new_page()
    open_board(again, site, "/studio/stones")
    board.keyboard.press("Control+s")
    expect(board.locator("[data-draft-state]")).to_contain_text("草稿已保存")


def test_what_is_drawn_while_the_server_is_away_is_kept_when_it_is_back(board: Page) -> None:
    board.locator('[data-element-id="apply"]').first.click()
    board.context.set_offline(True)
    board.get_by_label("期限").select_option("working_days")
    board.keyboard.press("Control+s")
    expect(board.locator("[data-draft-state]")).to_contain_text("连不上服务器。这里的修改都还在")
    board.context.set_offline(False)
    expect(board.locator("[data-draft-state]")).to_contain_text("草稿已保存")
    expect(board.locator("section [data-findings-state]")).to_contain_text("0 个错误")


def test_the_board_has_no_obstacles(board: Page, axe: str) -> None:
    found = faults(board, axe)
    board.locator('[data-element-id="review"]').first.click()
    found += faults(board, axe)
    board.get_by_role("tab", name="messages.json").or_(board.get_by_role("tab", name="apply.form.json")).first.click()
    found += faults(board, axe)
    board.get_by_role("button", name="部署…").click()
    assert found + faults(board, axe) == []


def test_older_versions_and_phones_show_and_do_not_change(
    phone: Page, page: Page, site: str, designer: Designer
) -> None:
    text = designer.text("stones.bpmn").replace('name="填写申请"', 'name="填写采石申请"')
    assert designer.deploy({"stones.bpmn": text}).status_code == 201
    open_board(page, site, "/studio/stones?version=1")
    expect(page.get_by_text("填写申请", exact=True)).to_be_visible()
    expect(page.locator(".djs-palette")).to_have_count(0)
    expect(page.get_by_role("button", name="部署…")).to_have_count(0)
    expect(page.locator(".bjs-powered-by")).to_be_visible()

    phone.goto(f"{site}/studio/stones")
    expect(phone.get_by_text("手机上只能查看流程图")).to_be_visible()
    expect(phone.get_by_text("填写采石申请", exact=True)).to_be_visible()
    expect(phone.locator(".djs-palette")).to_have_count(0)
    expect(phone.get_by_role("button", name="部署…")).to_be_hidden()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


EVERYTHING = """async () => {
  const board = document.getElementById('studio').studio.tabs.shown.board;
  const get = (name) => board.get(name);
  const [modeling, selection, menu, canvas] = ['modeling', 'selection', 'popupMenu', 'canvas'].map(get);
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const root = canvas.getRootElement();
  const open = async (element, kind) => {
    menu.open(element, kind, {x: 0, y: 0});
    await frame();
    menu.close();
  };
  const plain = (words) => words.split(' ').map((word) => [word]);
  const typed = (place, words) => words.split(' ').map((word) => [place, word]);
  const kinds = [
    ...plain('Task UserTask ServiceTask ScriptTask BusinessRuleTask SendTask ReceiveTask ManualTask CallActivity'),
    ...plain('ExclusiveGateway ParallelGateway InclusiveGateway ComplexGateway EventBasedGateway'),
    ...plain('SubProcess AdHocSubProcess Transaction DataObjectReference DataStoreReference TextAnnotation Group'),
    ...plain('StartEvent IntermediateThrowEvent EndEvent'),
    ...typed('IntermediateCatchEvent', 'Message Timer Signal Conditional Link'),
    ...typed('EndEvent', 'Message Error Escalation Signal Terminate Compensate'),
  ];
  await open(root, 'bpmn-create');
  let x = 0;
  for (const [type, kind] of kinds) {
    const definition = kind && {eventDefinitionType: `bpmn:${kind}EventDefinition`};
    const shape = modeling.createShape({type: `bpmn:${type}`, ...definition}, {x: x += 120, y: 500}, root);
    selection.select(shape);
    board.get('contextPad').open(shape);
    await frame();
    await open(shape, 'bpmn-replace');
    await open(shape, 'bpmn-append');
  }
  for (const shape of board.get('elementRegistry').getAll()) {
    selection.select(shape);
    await frame();
  }
  return [...document.getElementById('studio').missingWords];
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_is_left_in_the_other_language(page: Page, site: str, complaints: list[str], language: str) -> None:
    open_board(page, site, "/studio/stones")
    if language == "en":
        page.get_by_role("link", name="English").click()
        page.goto(f"{site}/studio/stones")
        expect(page.locator("#studio")).to_have_attribute("data-ready", "true")
    assert page.evaluate(EVERYTHING) == []
