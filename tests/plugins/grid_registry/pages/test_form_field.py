"""The changes editor and the before-and-after inside the task's form, without a line of JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from engine.application import Engine
from engine.core_api import drain
from plugins.grid_registry import api
from tests.plugins.grid_registry.pages.conftest import COMMUNITY, TOWNSHIP, WEST, Browser, actor, complete, unit_code

REASONS = "按道路自然分界，便于管理。"


@pytest.fixture
def task(divided: Engine, clerk: Browser) -> str:
    """The path of the clerk's task: a second proposal, not filled in yet."""
    path: str = clerk.post("/grids/proposals/new", {"township": TOWNSHIP}).headers["Location"]
    return path


def posted(browser: Browser, path: str, fields: dict[str, Any], button: str = "") -> MultiDict[str, Any]:
    """Return fields with what every form posts, as the browser would send them."""
    page = browser.get(path).text
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("idempotency_key", "base_revision")}
    values = MultiDict({name: found[1] for name, found in hidden.items() if found})
    values.update(
        {
            "reason_type": "demolition_or_population_change",
            "reason_text": "新楼交付，户数增加，一名网格员难以覆盖。",
            "effective_date": "2026-12-01",
        }
    )
    values.update(fields)
    if button:
        values["changes.do"] = button
    return values


def split_fields(first: range, justification: str = "") -> dict[str, str]:
    fields = {"changes.0.op": "split", "changes.0.grid": WEST, "changes.0.shown": WEST}
    for number, name in enumerate(("西一网格", "西二网格")):
        path = f"changes.0.parts.{number}"
        fields |= {f"{path}.name": name, f"{path}.kind": "comprehensive", f"{path}.setting": "urban"}
        fields[f"{path}.justification"] = justification
    return fields | {f"changes.0.unit.{unit_code(n)}": "0" if n in first else "1" for n in range(7)}


def test_the_editor_stands_where_its_buttons_lead_back_to(task: str, clerk: Browser) -> None:
    answer = clerk.post(f"{task}/draft", posted(clerk, task, {}, "add:rename"))
    assert answer.headers["Location"].endswith("#f-changes")
    assert 'id="f-changes"' in clerk.get(task).text


def press(browser: Browser, task: str, fields: dict[str, str], button: str) -> str:
    answer = browser.post(f"{task}/draft", posted(browser, task, fields, button))
    assert answer.status_code == 302
    return browser.get(task).text


def checked(page: str, name: str, value: str) -> bool:
    return bool(re.search(rf'name="{re.escape(name)}" value="{value}" checked', page))


def test_an_empty_editor_offers_every_operation(task: str, clerk: Browser) -> None:
    page = clerk.get(task).text
    assert "还没有调整内容" in page
    for op in ("split", "merge", "move_units", "create", "change_kind", "rename", "retire"):
        assert f'value="add:{op}"' in page


def test_an_added_split_asks_for_its_grid_first(task: str, clerk: Browser) -> None:
    page = press(clerk, task, {}, "add:split")
    assert 'name="changes.0.grid"' in page
    assert "西网格" in page
    assert "changes.0.parts" not in page


def test_a_chosen_grid_brings_its_units_all_in_the_first_part(task: str, clerk: Browser) -> None:
    page = press(clerk, task, {"changes.0.op": "split", "changes.0.grid": WEST, "changes.0.shown": ""}, "show")
    assert checked(page, f"changes.0.unit.{unit_code(0)}", "0")
    assert "西网格（一）" in page
    assert "660 户 · 1980 人" in page


def test_what_was_typed_survives_adding_a_part(task: str, clerk: Browser) -> None:
    page = press(clerk, task, split_fields(range(3), REASONS), "part:0")
    assert 'value="西一网格"' in page
    assert REASONS in page
    assert checked(page, f"changes.0.unit.{unit_code(5)}", "1")
    assert 'name="changes.0.parts.2.name"' in page
    assert "新楼交付" in page


@pytest.mark.parametrize(
    ("op", "fields", "shown"),
    [
        ("merge", {}, 'name="changes.0.grids"'),
        ("move_units", {"from": WEST}, f'name="changes.0.unit_ids" value="{COMMUNITY}-U001"'),
        ("create", {"community": "431103001002"}, 'value="431103001002-U021"'),
        ("change_kind", {"grid": WEST}, 'name="changes.0.kind" value="exclusive" checked'),
        ("rename", {}, 'name="changes.0.name"'),
        ("retire", {"grid": WEST}, f'name="changes.0.successor.{COMMUNITY}-U001"'),
    ],
)
def test_each_operation_has_its_fields(task: str, clerk: Browser, op: str, fields: dict[str, str], shown: str) -> None:
    named = {f"changes.0.{name}": value for name, value in fields.items()}
    assert shown in press(clerk, task, {"changes.0.op": op} | named, "show")


@pytest.mark.parametrize("submit", [False, True])
def test_a_split_whose_grid_is_gone_keeps_what_was_typed(
    divided: Engine, task: str, clerk: Browser, *, submit: bool
) -> None:
    gone = "431103002001-C001"
    fields = split_fields(range(3), REASONS) | {"changes.0.grid": gone, "changes.0.shown": gone}
    if submit:
        clerk.post(task, posted(clerk, task, fields))
        drain(divided)
        page = clerk.get(open_task(clerk)).text
    else:
        page = press(clerk, task, fields, "show")
    assert f'<option value="{gone}" selected>' in page
    assert 'value="西一网格"' in page
    assert page.count(REASONS) == 2
    assert checked(page, f"changes.0.unit.{unit_code(1)}", "0")
    assert checked(page, f"changes.0.unit.{unit_code(5)}", "1")


def test_choosing_another_grid_instead_of_one_that_is_gone_keeps_names_and_reasons(task: str, clerk: Browser) -> None:
    fields = split_fields(range(3), REASONS) | {"changes.0.shown": "431103002001-C001"}
    page = press(clerk, task, fields, "show")
    assert 'value="西一网格"' in page
    assert page.count(REASONS) == 2
    assert checked(page, f"changes.0.unit.{unit_code(5)}", "0")


def test_the_names_proposed_for_one_grid_do_not_stay_when_another_is_chosen(task: str, clerk: Browser) -> None:
    fields = split_fields(range(7)) | {"changes.0.grid": f"{COMMUNITY}-C002", "changes.0.parts.0.name": "西网格（一）"}
    page = press(clerk, task, fields, "show")
    assert 'value="东网格（一）"' in page


@pytest.mark.parametrize(
    ("op", "chosen"), [("retire", "grid"), ("move_units", "from"), ("change_kind", "grid"), ("rename", "grid")]
)
def test_every_change_whose_grid_is_gone_keeps_what_was_typed(task: str, clerk: Browser, op: str, chosen: str) -> None:
    gone = f"{COMMUNITY}-C009"
    fields = {"changes.0.op": op, f"changes.0.{chosen}": gone, "changes.0.shown": gone}
    fields |= {"changes.0.name": "新名", "changes.0.justification": REASONS, "changes.0.unit_ids": unit_code(1)}
    page = press(clerk, task, fields | {f"changes.0.successor.{unit_code(1)}": WEST}, "show")
    assert f'<option value="{gone}" selected>' in page
    assert ("新名" if op == "rename" else REASONS) in page
    if op == "retire":
        assert re.search(rf'<option value="{WEST}" selected>', page)
    if op == "move_units":
        assert checked(page, "changes.0.unit_ids", unit_code(1))


def test_a_blank_name_is_asked_for_at_its_field_and_nothing_is_lost(task: str, clerk: Browser) -> None:
    fields = split_fields(range(3), REASONS) | {"changes.0.parts.1.name": ""}
    page = clerk.post(task, posted(clerk, task, fields)).text
    at_name = page.split('data-problems="changes.0.parts.1.name"')[1].split("</ul>")[0]
    assert "<li" in at_name
    assert 'value="西一网格"' in page
    assert REASONS in page


def test_a_proposal_without_changes_is_asked_for_them(task: str, clerk: Browser) -> None:
    page = clerk.post(task, posted(clerk, task, {})).text
    assert "<li" in page.split('data-problems="changes"')[1].split("</ul>")[0]


def test_a_missing_reason_comes_back_at_its_field(divided: Engine, task: str, clerk: Browser) -> None:
    assert clerk.post(task, posted(clerk, task, split_fields(range(2)))).status_code == 302
    drain(divided)
    page = clerk.get(open_task(clerk)).text
    at_reason = page.split('data-problems="changes.0.parts.0.justification"')[1].split("</ul>")[0]
    assert "<li" in at_reason
    assert 'value="西一网格"' in page


def test_a_plan_that_comes_back_is_based_on_what_the_page_shows_now(divided: Engine, task: str, clerk: Browser) -> None:
    clerk.post(task, posted(clerk, task, split_fields(range(2)) | {"base_revision": "0"}))
    drain(divided)
    assert 'name="base_revision" value="1"' in clerk.get(open_task(clerk)).text


def test_the_reviewer_sees_before_and_after_with_verdicts_and_reasons(
    divided: Engine, task: str, clerk: Browser, as_person: Any
) -> None:
    clerk.post(task, posted(clerk, task, split_fields(range(2), REASONS)))
    drain(divided)
    complete(divided, "leader", {"decision": "submit", "statement": True})
    reviewer = as_person("reviewer")
    page = reviewer.get(open_task(reviewer, "县级审核")).text
    for text in (
        "划分前",
        "划分后",
        "西网格",
        "西一网格",
        "210 户",
        "450",
        "偏离标准",
        REASONS,
        "新楼交付",
        "2026-12-01",
    ):
        assert text.replace(" 户", "") in page
    assert page.count('<svg class="drawing"') == 2


def test_a_colleague_without_the_task_can_read_but_not_edit(task: str, as_person: Any) -> None:
    page = as_person("leader").get(task).text
    assert "data-changes-editor" not in page


def test_a_division_done_without_script_makes_the_grids(divided: Engine, task: str, clerk: Browser) -> None:
    clerk.post(task, posted(clerk, task, split_fields(range(3))))
    drain(divided)
    complete(divided, "leader", {"decision": "submit", "statement": True})
    complete(divided, "reviewer", {"checks": ["boundary_clear"], "conclusion": "approve"})
    with divided.begin(actor("clerk"), write=False) as work:
        names = {grid.name for grid in api.township_picture(work.session, TOWNSHIP).grids}
    assert names == {"西一网格", "西二网格", "东网格"}


def open_task(browser: Browser, step: str = "填报划分方案") -> str:
    row = re.compile(rf'href="(/tasks/[0-9a-f]{{32}})"(?:(?!</tr>).)*{step}', re.DOTALL)
    found = row.search(browser.get("/tasks").text)
    assert found
    return found[1]
