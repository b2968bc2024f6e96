"""Repairing an instance in the browser: looked at first, made with a reason, kept in the history, for operators."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.application import Engine
from engine.jobs.table_queue import drain
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM
from tests.web.conftest import Visitor
from tests.web.test_task_pages import GOOD
from web.history_view import in_words
from web.language import COOKIE

NAMES = ("孙运维", "采石申请", "中文", "石料", "填写", "青石", "坏", "清点", "结论", "办结", "已撤回", "修路", "秤")
KEY = {"idempotency_key": "key-of-repair"}


@pytest.fixture
def operator(as_person: Any) -> Visitor:
    browser: Visitor = as_person("operator")
    return browser


@pytest.fixture
def path(instance: ProcessInstance) -> str:
    return f"/instances/{instance.id}/repair"


@pytest.fixture
def dead(clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str) -> str:
    """The id of a job whose handler fails: the instance waits for it."""
    clerk.post(f"/tasks/{task_id}", {**GOOD, "stones.0.name": "坏"})
    drain(engine)
    with engine.begin(SYSTEM, write=False) as work:
        return next(job.id for job in work.jobs.of_instance(instance.id) if job.state == "dead")


def variables(engine: Engine, instance: ProcessInstance) -> dict[str, Any]:
    with engine.begin(SYSTEM, write=False) as work:
        return work.repair.variables(instance.id)


def waiting(engine: Engine, instance: ProcessInstance) -> list[str]:
    with engine.begin(SYSTEM, write=False) as work:
        return [each.element_id for each in work.repair.waiting(instance.id)]


def last(engine: Engine, instance: ProcessInstance, event: str) -> tuple[str, Any]:
    """Return who wrote the last event of this kind, and its detail."""
    with engine.begin(SYSTEM, write=False) as work:
        found = [row for row in work.history.of(instance.id) if row.event == event][-1]
        return found.actor_name, found.detail


def test_the_way_there_is_shown_to_operators_alone(clerk: Visitor, operator: Visitor, path: str) -> None:
    page = path.removesuffix("/repair")
    assert f'href="{path}"' in operator.get(page).text
    assert f'href="{path}"' not in clerk.get(page).text
    assert clerk.get(path).status_code == 403


def test_a_variable_is_edited_after_a_look_at_the_result(
    operator: Visitor, engine: Engine, instance: ProcessInstance, path: str
) -> None:
    posted = {"assignments": 'number = 9\nnote = "新的"'}
    before = variables(engine, instance)
    shown = operator.post(f"{path}/edit/preview", posted)
    assert shown.status_code == 200
    text = re.sub(r"\s+", " ", shown.text)
    assert '<th scope="row"><code>number</code></th><td data-label="现在"><code>&#34;7&#34;</code>' in text
    assert '<td data-label="之后"><code>9</code>' in text
    assert variables(engine, instance) == before
    done = operator.post(f"{path}/edit", {**posted, **KEY, "reason": "录错了"})
    assert (done.status_code, done.location) == (302, path.removesuffix("/repair"))
    assert variables(engine, instance) == {**before, "number": 9, "note": "新的"}
    assert last(engine, instance, "variables.edited") == ("孙运维", {"reason": "录错了"})
    assert "录错了" in operator.get(path.removesuffix("/repair")).text


def test_what_is_confirmed_is_what_was_looked_at(operator: Visitor, path: str) -> None:
    shown = operator.post(f"{path}/edit/preview", {"assignments": 'note = "<b>"', "removed": ["above", "number"]}).text
    form = shown.split(f'action="{path}/edit"')[1].split("</form>")[0]
    assert re.findall(r'name="removed" value="(\w+)"', form) == ["above", "number"]
    assert 'name="assignments" value="note = &#34;&lt;b&gt;&#34;"' in form


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"assignments": "number"}, "名称 = FEEL 表达式"),
        ({"assignments": "number = 待定"}, "文字要加双引号"),
        ({"assignments": "number = (1"}, "语法错误"),
        ({"removed": "nobody"}, "没有变量“nobody”"),
        ({}, "请写出要修改的变量"),
    ],
)
def test_what_cannot_be_done_is_said_and_what_was_typed_stays(
    operator: Visitor, engine: Engine, instance: ProcessInstance, path: str, posted: dict[str, str], said: str
) -> None:
    before = variables(engine, instance)
    for answer in (
        operator.post(f"{path}/edit/preview", posted),
        operator.post(f"{path}/edit", {**posted, **KEY, "reason": "试试"}),
    ):
        assert (answer.status_code, said in answer.text) == (422, True), answer.text[:3000]
        assert posted.get("assignments", "") in answer.text
    assert variables(engine, instance) == before


def test_without_a_reason_nothing_is_done(
    operator: Visitor, engine: Engine, instance: ProcessInstance, path: str
) -> None:
    answer = operator.post(f"{path}/cancel", {**KEY, "reason": "  "})
    assert (answer.status_code, "请填写理由" in answer.text) == (422, True)
    assert waiting(engine, instance) == ["apply"]


def test_a_dead_job_is_tried_again(
    operator: Visitor, engine: Engine, instance: ProcessInstance, path: str, dead: str
) -> None:
    page = operator.get(path).text
    assert "停摆" in page
    assert "BAD_STONE" in page
    assert operator.post(f"{path}/retry/preview", {"place": dead}).status_code == 200
    assert operator.post(f"{path}/retry", {**KEY, "place": dead, "reason": "机器修好了"}).status_code == 302
    assert last(engine, instance, "job.revived") == ("孙运维", {"reason": "机器修好了"})
    assert "已重新排队，结果见本页" in operator.get(path).text  # it may fail again: nothing is repaired yet
    again = operator.post(f"{path}/retry", {"place": dead, "reason": "再来", "idempotency_key": "another-key"})
    assert again.status_code == 422


def test_a_step_is_skipped_with_outputs_given_by_hand(
    operator: Visitor, engine: Engine, instance: ProcessInstance, path: str, dead: str
) -> None:
    posted = {"place": dead, "outputs": '{"number": 3}'}
    shown = operator.post(f"{path}/skip/preview", posted).text
    assert "审核申请 · 等待办理" in shown.split("结果预览")[1].split("</table>")[0]
    assert operator.post(f"{path}/skip", {**posted, **KEY, "reason": "手工清点"}).status_code == 302
    assert waiting(engine, instance)[0] == "review"
    assert variables(engine, instance)["counted"] == {"number": 3}


def test_outputs_that_do_not_fit_are_refused_with_the_fields(
    operator: Visitor, path: str, task_id: str, dead: str
) -> None:
    assert operator.post(f"{path}/skip/preview", {"place": dead, "outputs": "nonsense"}).status_code == 422
    refused = operator.post(f"{path}/skip/preview", {"place": dead, "outputs": '{"number": "many"}'})
    assert (refused.status_code, "不符合处理程序的声明" in refused.text) == (422, True)


def test_a_token_is_moved_and_the_same_request_twice_moves_it_once(
    operator: Visitor, engine: Engine, instance: ProcessInstance, path: str, task_id: str
) -> None:
    posted = {"place": task_id, "target": "review"}
    shown = operator.post(f"{path}/move/preview", posted).text.split("结果预览")[1].split("</table>")[0]
    assert shown.index("填写申请 · 等待办理") < shown.index("审核申请 · 等待办理")
    for _ in range(2):
        done = operator.post(f"{path}/move", {**posted, **KEY, "reason": "已有书面申请"})
        assert done.status_code == 302
    assert waiting(engine, instance)[0] == "review"
    with engine.begin(SYSTEM, write=False) as work:
        assert [row.event for row in work.history.of(instance.id)].count("token.moved") == 1


def test_a_token_cannot_be_moved_to_where_none_enters(operator: Visitor, path: str, task_id: str) -> None:
    refused = operator.post(f"{path}/move/preview", {"place": task_id, "target": "withdraw"})
    assert (refused.status_code, "没有单独的令牌进入它" in refused.text) == (422, True)


def test_an_instance_is_cancelled_and_cannot_be_repaired_any_more(
    operator: Visitor, engine: Engine, instance: ProcessInstance, path: str
) -> None:
    assert "已取消" in operator.post(f"{path}/cancel/preview").text
    assert operator.post(f"{path}/cancel", {**KEY, "reason": "重复申请"}).status_code == 302
    assert last(engine, instance, "instance.cancelled") == ("孙运维", {"reason": "重复申请"})
    assert operator.get(path).status_code == 409
    assert f'href="{path}"' not in operator.get(path.removesuffix("/repair")).text


def test_an_act_that_is_none_is_not_found(operator: Visitor, path: str) -> None:
    assert operator.post(f"{path}/destroy/preview").status_code == 404


def test_the_page_speaks_english(operator: Visitor, path: str, dead: str) -> None:
    operator.client.set_cookie(COOKIE, "en")
    for answer in (operator.get(path), operator.post(f"{path}/edit/preview", {"assignments": "number = 9"})):
        html = answer.text
        assert "Repair" in html
        for name in NAMES:
            html = html.replace(name, "")
        assert not re.findall("[\u3400-\u9fff]+", html)


def test_people_read_what_went_wrong_in_words_and_operators_the_error(
    clerk: Visitor, operator: Visitor, instance: ProcessInstance, dead: str
) -> None:
    page = f"/instances/{instance.id}"
    assert "BAD_STONE" not in clerk.get(page).text
    assert "处理程序出错" in clerk.get(page).text
    assert "BAD_STONE" in operator.get(page).text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("RetryLater: 对方系统正在维护", "对方系统正在维护"),
        ("工作程序“w”没有在时限内报告结果", "工作程序“w”没有在时限内报告结果"),
        ("ValidationError: {'数量': []}", None),
        ("took longer than 30 s and was stopped", None),
        ("", None),
    ],
)
def test_errors_for_programmers_are_not_shown_to_others(app: Any, error: str, said: str | None) -> None:
    with app.test_request_context():
        assert in_words(error) == (said or "处理程序出错；技术细节由运维人员查看。")
