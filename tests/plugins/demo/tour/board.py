"""The tour's change of a diagram: one step of a plugin's handler more, drawn, filled in, checked and deployed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.plugins.demo.tour.walk import Person

FLOW = "flow_start_locate"
"""The arrow that leaves the start event 发现上报."""
CHECKED = 60_000
"""Milliseconds in which all scenarios of the process are played, on a busy machine too."""

SHOW = "id => document.getElementById('studio').studio.tabs.shown.show(id)"
MIDDLE = """id => {
    const line = document.querySelector(`.djs-connection[data-element-id="${id}"] .djs-visual > path`);
    const {x, y} = line.getPointAtLength(line.getTotalLength() / 2);
    const {a, b, c, d, e, f} = line.getScreenCTM();
    return [a * x + c * y + e, b * x + d * y + f];
}"""


def add_step(designer: Person) -> None:
    """Draw a reminder of the township's leader after the start of an incident, and deploy it."""
    board = designer.page
    expect(board.locator("#studio")).to_have_attribute("data-ready", "true")
    drop(designer, "提醒", "发现上报", FLOW)
    enter(designer, "岗位", "group", "township_leader")
    enter(designer, "标题", "subject", '"新事件：" + incident.title')
    enter(designer, "内容", "body", "incident.place")
    designer.press("检查")
    expect(board.locator("section [data-findings-state]")).to_contain_text("0 个错误", timeout=CHECKED)
    designer.note("0 个错误")
    designer.picture("studio")
    designer.press("部署…")
    designer.fill("改了什么、为什么", "新事件先告知街道负责人")
    designer.note("部署")
    board.get_by_role("button", name="部署", exact=True).click()
    expect(board.get_by_text("已部署为第 2 版")).to_be_visible(timeout=CHECKED)
    designer.note("已部署为第 2 版")
    designer.follow("各版本")


def drop(designer: Person, title: str, source: str, flow: str) -> None:
    """Create a handler's step by its title, and drop it on the flow that leaves an element."""
    board = designer.page
    board.evaluate(SHOW, flow)
    expect(board.locator(".djs-label, .djs-element").filter(has_text=source).first).to_be_visible()
    designer.note(source, title)
    designer.press("新建元素")
    board.locator(".djs-popup-search input").fill(title)
    board.locator(".djs-popup-results .entry").filter(has=board.get_by_text(title, exact=True)).click()
    x, y = board.evaluate(MIDDLE, flow)
    board.mouse.move(x - 30, y - 30)
    board.mouse.move(x, y, steps=5)
    board.mouse.click(x, y)
    board.keyboard.press("Enter")  # the name may stay


def enter(designer: Person, label: str, parameter: str, text: str) -> None:
    """Enter a parameter: a constant as it is, anything else as an expression."""
    entry = designer.page.locator(f"[data-entry-id=parameter-{parameter}]")
    expect(entry).to_contain_text(label)
    designer.note("ƒx")
    expression = entry.locator(".value-mode[aria-pressed=false]")
    if not text.isidentifier() and expression.count():
        expression.click()
    entry.get_by_role("textbox").fill(text)
    designer.note(label, text)
