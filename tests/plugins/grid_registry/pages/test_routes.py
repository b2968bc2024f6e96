"""The pages of grid division, as a person reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.application import Engine
from engine.clock import FixedClock
from engine.types import SYSTEM
from plugins.grid_registry import api
from tests.plugins.grid_registry.pages.conftest import (
    COMMUNITY,
    EAST,
    OTHER,
    TOWNSHIP,
    UNDIVIDED,
    WEST,
    Browser,
    actor,
    complete,
    plan_of,
)


def instance_id(engine: Engine) -> str:
    with engine.begin(SYSTEM, write=False) as work:
        (instance,) = work.instances.page()
        return instance.id


def test_the_township_page_shows_communities_grids_figures_and_verdicts(divided: Engine, clerk: Browser) -> None:
    page = clerk.get("/grids").text
    for text in ("梅湾街道", "清桥社区", "西网格", "660 户 · 1980 人", "规模过大，建议拆分", "1栋", "新建划分方案"):
        assert text in page


def test_units_in_no_grid_are_named_as_such(divided: Engine, clerk: Browser) -> None:
    page = clerk.get("/grids").text
    assert "未划入网格的单元" in page
    assert "21栋" in page


def test_the_drawing_of_the_server_is_there_for_those_without_script(divided: Engine, clerk: Browser) -> None:
    page = clerk.get("/grids").text
    assert '<svg class="drawing"' in page
    assert "style=" not in page


def test_the_day_before_the_division_there_were_no_grids(divided: Engine, clerk: Browser) -> None:
    page = clerk.get("/grids?as_of=2026-11-30").text
    assert "2026-11-30 的网格" in page
    assert "西网格" not in page


def test_a_day_that_is_none_is_named_and_the_present_shown(divided: Engine, clerk: Browser) -> None:
    page = clerk.get("/grids?as_of=morgen").text
    assert "不是有效的日期" in page
    assert "西网格" in page


def test_demo_data_say_that_they_are_invented(divided: Engine, clerk: Browser) -> None:
    assert "均为虚构" in clerk.get("/grids").text


def test_a_township_without_units_says_what_to_do(engine: Engine, as_person: Any) -> None:
    assert "这里还没有网格单元" in as_person("stranger").get("/grids").text


def test_county_staff_switch_between_townships(divided: Engine, as_person: Any) -> None:
    reviewer = as_person("reviewer")
    assert "菱角山街道" in reviewer.get("/grids").text
    assert "这里还没有网格单元" in reviewer.get(f"/grids?township={OTHER}").text


def test_county_staff_cannot_start_a_proposal(divided: Engine, as_person: Any) -> None:
    reviewer = as_person("reviewer")
    assert "新建划分方案" not in reviewer.get("/grids").text
    assert reviewer.post("/grids/proposals/new", {"township": TOWNSHIP}).status_code == 403


def test_someone_without_any_township_is_told_so(engine: Engine, as_person: Any) -> None:
    assert "没有可查看的乡镇" in as_person("nobody").get("/grids").text


@pytest.mark.parametrize(
    "path",
    [
        f"/grids?township={TOWNSHIP}",
        f"/grids/map.json?township={TOWNSHIP}",
        f"/grids/{WEST}",
        "/grids/proposals/HF-431103001-2026-001",
    ],
)
def test_what_belongs_to_another_township_does_not_exist(divided: Engine, as_person: Any, path: str) -> None:
    assert as_person("stranger").get(path).status_code == 404


def test_a_visitor_without_a_login_is_sent_to_it(app: Any) -> None:
    answer = Browser(app.test_client()).get("/grids")
    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]


def test_the_map_gives_each_unit_with_its_grid_and_each_outline(divided: Engine, clerk: Browser) -> None:
    answer = clerk.get(f"/grids/map.json?township={TOWNSHIP}").json
    of = {feature["properties"]["code"]: feature["properties"] for feature in answer["units"]["features"]}
    assert of[f"{COMMUNITY}-U001"]["grid"] == WEST
    assert of[f"{COMMUNITY}-U009"]["label"] == "2"
    assert of[f"{UNDIVIDED}-U021"]["pattern"] is None
    assert {feature["properties"]["code"] for feature in answer["grids"]["features"]} == {WEST, EAST}


def test_a_grid_names_the_proposal_and_the_instance_that_made_it(divided: Engine, clerk: Browser) -> None:
    page = clerk.get(f"/grids/{WEST}").text
    assert "HF-431103001-2026-001" in page
    assert f"/instances/{instance_id(divided)}" in page
    assert "2026-12-01 起生效" in page
    assert "李审" in page


def test_an_unknown_grid_is_not_found(divided: Engine, clerk: Browser) -> None:
    assert clerk.get("/grids/431103001001-C999").status_code == 404


def test_a_new_proposal_leads_to_its_task(divided: Engine, clerk: Browser) -> None:
    answer = clerk.post("/grids/proposals/new", {"township": TOWNSHIP})
    assert answer.status_code == 302
    page = clerk.get(answer.headers["Location"]).text
    assert 'value="add:split"' in page
    assert 'name="base_revision" value="1"' in page


def test_the_list_of_proposals_shows_where_each_stands(divided: Engine, as_person: Any) -> None:
    page = as_person("reviewer").get("/grids/proposals").text
    assert "HF-431103001-2026-001" in page
    assert "已生效" in page


def test_a_reader_of_english_is_told_in_english_where_a_proposal_stands(divided: Engine, as_person: Any) -> None:
    reviewer = as_person("reviewer")
    reviewer.client.set_cookie("onegrid_language", "en")
    for page in (f"/grids?township={TOWNSHIP}", "/grids/proposals", "/grids/proposals/HF-431103001-2026-001"):
        told = reviewer.get(page).text
        assert "In force" in told
        assert "已生效" not in told


def test_a_stranger_sees_no_proposals_of_others(divided: Engine, as_person: Any) -> None:
    page = as_person("stranger").get("/grids/proposals").text
    assert "HF-431103001" not in page
    assert "还没有划分方案" in page


def test_the_page_of_a_proposal_shows_before_after_and_reasons(divided: Engine, clerk: Browser) -> None:
    page = clerk.get("/grids/proposals/HF-431103001-2026-001").text
    for text in ("划分后", "首次划分", "规模过大，建议拆分", "片区尚未交付", "须县级负责人专项审定"):
        assert text in page


def test_a_proposal_that_is_not_filled_in_yet_says_so(engine: Engine, clerk: Browser) -> None:
    clerk.post("/grids/proposals/new", {"township": TOWNSHIP})
    page = clerk.get("/grids/proposals/HF-431103001-2026-001").text
    assert "方案还没有填报完成" in page
    assert "/tasks/" in page


def test_english_is_spoken_to_who_chose_it(divided: Engine, clerk: Browser) -> None:
    clerk.client.set_cookie("onegrid_language", "en")
    answer = clerk.post("/grids/preview", json={"township": TOWNSHIP, "changes": [split(range(7), range(0))]})
    messages = [finding["message"] for finding in answer.json["findings"]]
    assert messages
    assert all(message.isascii() for message in messages)


def split(first: range, second: range, justification: str = "") -> dict[str, Any]:
    def part(name: str, numbers: range) -> dict[str, Any]:
        return {
            "name": name,
            "kind": "comprehensive",
            "setting": "urban",
            "unit_ids": [f"{COMMUNITY}-U{number + 1:03d}" for number in numbers],
            "justification": justification,
        }

    return {"op": "split", "grid": WEST, "parts": [part("西一", first), part("西二", second)]}


def ask(browser: Browser, *changes: dict[str, Any]) -> Any:
    answer = browser.post("/grids/preview", json={"township": TOWNSHIP, "changes": list(changes)})
    assert answer.status_code == 200
    return answer.json


def test_a_preview_gives_figures_and_verdict_of_each_part(divided: Engine, clerk: Browser) -> None:
    seen = ask(clerk, split(range(3), range(3, 7)))
    assert [grid["field"] for grid in seen["grids"]] == ["changes.0.parts.0", "changes.0.parts.1"]
    assert "310 户 · 930 人" in seen["grids"][0]["html"]
    assert "符合标准" in seen["grids"][0]["html"]
    assert "西一 310 户 · 930 人 符合标准" in seen["summary"]


def test_a_preview_asks_for_reasons_where_the_rule_does(divided: Engine, clerk: Browser) -> None:
    seen = ask(clerk, split(range(2), range(2, 7)))
    assert [grid["required"] for grid in seen["grids"]] == [True, True]
    wanted = [finding["field"] for finding in seen["findings"]]
    assert "changes.0.parts.0.justification" in wanted


def test_given_reasons_are_not_asked_for_again(divided: Engine, clerk: Browser) -> None:
    seen = ask(clerk, split(range(2), range(2, 7), "按道路自然分界，便于管理。"))
    assert [finding for finding in seen["findings"] if finding["field"].endswith("justification")] == []


def test_a_preview_names_units_left_out_at_their_field(divided: Engine, clerk: Browser) -> None:
    seen = ask(clerk, split(range(3), range(3, 6)))
    assert any(finding["field"].startswith("changes.0") for finding in seen["findings"])


def test_a_preview_reproaches_nobody_with_what_is_still_blank(divided: Engine, clerk: Browser) -> None:
    assert ask(clerk, {"op": "merge"})["findings"] == []


@pytest.mark.parametrize("body", [None, [], {}, {"township": TOWNSHIP}, {"township": TOWNSHIP, "changes": "x"}])
def test_a_preview_of_something_else_is_refused(divided: Engine, clerk: Browser, body: Any) -> None:
    assert clerk.post("/grids/preview", json=body).status_code == 400


def test_a_preview_of_another_township_does_not_exist(divided: Engine, as_person: Any) -> None:
    answer = as_person("stranger").post("/grids/preview", json={"township": TOWNSHIP, "changes": []})
    assert answer.status_code == 404


def test_a_preview_without_the_token_is_refused(divided: Engine, clerk: Browser) -> None:
    answer = clerk.client.post("/grids/preview", json={"township": TOWNSHIP, "changes": []})
    assert answer.status_code in (400, 403)


def test_the_script_gets_the_editor_with_the_pressed_button_done(divided: Engine, clerk: Browser) -> None:
    fields = {"key": "changes", "changes.township": TOWNSHIP, "changes.do": "add:split", "draft_url": "/tasks/7/draft"}
    page = clerk.post("/grids/editor", fields).text
    assert "拆分网格" in page
    assert 'formaction="/tasks/7/draft"' in page
    assert "<html" not in page


def test_a_retired_grid_keeps_its_page(divided: Engine, clerk: Browser, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1))
    divide_again(divided)
    page = clerk.get(f"/grids/{WEST}").text
    assert "已撤销" in page
    assert f"{COMMUNITY}-C003" in page


def divide_again(engine: Engine) -> None:
    with engine.begin(actor("clerk")) as work:
        api.register_proposal(work, TOWNSHIP)
    complete(engine, "clerk", plan_of([split(range(3), range(3, 7))], 1))
    complete(engine, "leader", {"decision": "submit", "statement": True})
    complete(engine, "reviewer", {"checks": ["boundary_clear"], "conclusion": "approve"})
