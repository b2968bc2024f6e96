"""The page of an instance while it runs: what stands on its diagram, what it calls, and how it is followed."""

from __future__ import annotations

import html
import re
from typing import Any

import orjson
import pytest
from flask import Flask

from engine.application import Engine
from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.jobs.table_queue import drain
from engine.tables.history import HistoryEvent
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM, Actor, Post
from tests.engine.bpmn.drawing import (
    MESSAGES,
    call,
    catch,
    draw,
    each,
    end,
    inner,
    message,
    parallel,
    props,
    start,
    timer,
    user,
)
from tests.web.conftest import Counter, Visitor
from tests.web.test_task_pages import GOOD
from web.history_view import told
from web.language import COOKIE

LANE = props(group="clerk", unit='"111"')


def begin(engine: Engine, items: list[str]) -> str:
    """Start a case that does many things at once, in part by another process, once for each item."""
    many = each("items", "item", "signed", "signature")
    calls = each("items", "one", "helped", "help")
    calling = call("call", "helping").replace("</bpmn:callActivity>", f"{calls}</bpmn:callActivity>")
    drawn = draw(
        parallel("fork"),
        user("sign", inside=many),
        catch("pause", timer("P3D")),
        catch("heard", message("m")),
        calling,
        inner("around", start("begun"), user("within"), end("finished"), flows="begun>within within>finished"),
        flows="s>fork fork>sign fork>pause fork>heard fork>call fork>around sign>e pause>e heard>e call>e around>e",
        lane=LANE,
        more=MESSAGES,
    )
    files = {
        "helping.bpmn": draw(user("help"), flows="s>help help>e", lane=LANE).replace(b'id="p"', b'id="helping"'),
        "asking.bpmn": drawn.replace(b'id="p"', b'id="asking"'),
    }
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("asking", files), "测试")
    with engine.begin(SYSTEM) as work:
        return work.instances.start("asking", {"items": items}, business_key=None, org_unit="111").id


def tokens(page: str) -> dict[str, dict[str, Any]]:
    found = re.search(r"data-diagram-tokens='([^']*)'", page)
    assert found
    read: dict[str, dict[str, Any]] = orjson.loads(html.unescape(found[1]))
    return read


def test_every_kind_of_waiting_is_said_at_its_element(engine: Engine, as_person: Any) -> None:
    instance = begin(engine, ["a", "b", "c"])
    page = as_person("operator").get(f"/instances/{instance}").text
    found = {element: (each["state"], each["count"], each["word"]) for element, each in tokens(page).items()}
    assert found["sign"] == ("waiting", 3, "待办")
    assert found["pause"] == ("waiting", 1, "等到时间")
    assert found["heard"] == ("waiting", 1, "等待消息")
    assert found["call"] == ("inside", 3, "进行中")
    assert found["around"] == ("inside", 1, "进行中")
    assert found["within"] == ("waiting", 1, "待办")
    assert "等到 2026-12-04 09:00" in tokens(page)["pause"]["label"]
    assert "等待的消息与信号：heard (withdraw)" in page


def test_a_called_process_is_opened_from_the_page(engine: Engine, as_person: Any) -> None:
    instance = begin(engine, ["a", "b"])
    operator = as_person("operator")
    outer = tokens(operator.get(f"/instances/{instance}").text)
    assert "help" not in outer
    inside = operator.get(outer["call"]["href"]).text
    assert tokens(inside)["help"]["count"] == 2
    drawing = re.search(r'data-diagram="([^"]*)"', inside)
    assert drawing
    assert b'id="helping"' in operator.get(html.unescape(drawing[1])).data
    for path in ("", "/progress", "/diagram.bpmn"):
        assert operator.get(f"/instances/{instance}{path}?inside=nothing").status_code == 404


def test_what_was_decided_in_a_called_process_is_told_in_its_words(engine: Engine, as_person: Any) -> None:
    choice = {"type": "radio", "key": "decision", "label": "决定", "values": [{"value": "grant", "label": "同意"}]}
    counted = '=if 1 > 2 then [] else [{value: "all", label: "全部"}]'
    other = {"type": "radio", "key": "extent", "label": "范围", "valuesExpression": counted}
    form = orjson.dumps({"type": "default", "id": "decide", "schemaVersion": 19, "components": [choice, other]})
    spoken = {"messages": [{"name": "withdraw", "title": {"zh": "撤回", "en": "Withdrawn"}, "direction": "in"}]}
    lane = props(group="clerk", unit='"111"')
    deciding = draw(
        user("decide", form="decide"),
        catch("heard", message("m")),
        flows="s>decide decide>heard heard>e",
        lane=lane,
        more=MESSAGES,
    )
    files = {
        "helping.bpmn": deciding.replace(b'id="p"', b'id="helping"'),
        "asking.bpmn": draw(call("call", "helping"), flows="s>call call>e", lane=lane).replace(
            b'id="p"', b'id="asking"'
        ),
        "decide.form.json": form,
        "messages.json": orjson.dumps(spoken),
    }
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("asking", files), "测试")
    with engine.begin(SYSTEM) as work:
        instance = work.instances.start("asking", {}, business_key=None, org_unit="111").id
        task = work.tasks.of_instance(instance)[0].id
    clerk = Actor("clerk", "办事员", posts=(Post("clerk", "111", "/1/11/111/"),))
    with engine.begin(clerk) as work:
        work.tasks.complete(task, {"decision": "grant", "extent": "all"})
    page = as_person("operator").get(f"/instances/{instance}").text
    assert re.search(r"决定：</span>\s*同意", page)
    assert re.search(r"范围：</span>\s*全部", page)


def test_a_message_is_told_by_its_title(engine: Engine, app: Flask) -> None:
    spoken = {"messages": [{"name": "withdraw", "title": {"zh": "撤回", "en": "Withdrawal"}, "direction": "in"}]}
    drawn = draw(catch("heard", message("m")), flows="s>heard heard>e", more=MESSAGES)
    files = {"asking.bpmn": drawn.replace(b'id="p"', b'id="asking"'), "messages.json": orjson.dumps(spoken)}
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("asking", files), "测试")
    with engine.begin(SYSTEM) as work:
        definition = work.definitions.of(work.definitions.latest("asking").id)
    event = HistoryEvent(event="message.received", element_id="heard", element_name="withdraw", actor_id="x", detail={})
    for language, said in (("zh", "收到：撤回"), ("en", "Withdrawal")):
        with app.test_request_context(headers={"Cookie": f"{COOKIE}={language}"}):
            assert said in told(definition, event, {}, operator=False).what


def test_repetitions_tell_how_many_are_done_and_passes_are_counted(engine: Engine, as_person: Any) -> None:
    instance = begin(engine, ["a", "b", "c"])
    with engine.begin(SYSTEM, write=False) as work:
        first = next(task.id for task in work.tasks.of_instance(instance) if task.element_id == "sign")
    assert as_person("clerk").post(f"/tasks/{first}", {"idempotency_key": "key-of-sign"}).status_code == 302
    page = as_person("operator").get(f"/instances/{instance}").text
    assert tokens(page)["sign"]["count"] == 2
    assert tokens(page)["sign"]["passed"] == 1
    assert "等待办理 2 件，已办结 1 件" in page


def test_nothing_new_is_said_in_short(
    engine: Engine, instance: ProcessInstance, task_id: str, clerk: Visitor, counter: Counter, clock: FixedClock
) -> None:
    path = f"/instances/{instance.id}/progress"
    first = clerk.get(path)
    etag = first.headers["ETag"]
    counter.statements.clear()
    again = clerk.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert len(counter.statements) <= 6, counter.statements
    assert f'data-newer="{etag.strip(chr(34))}"' in clerk.get(f"/instances/{instance.id}").text

    clerk.post(f"/tasks/{task_id}", GOOD)
    changed = clerk.get(path, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag
    drain(engine)
    assert clerk.get(path, headers={"If-None-Match": changed.headers["ETag"]}).status_code == 200


def test_the_page_asks_no_more_of_a_large_case(engine: Engine, as_person: Any, counter: Counter) -> None:
    operator = as_person("operator")
    asked = []
    for size in (2, 40):
        instance = begin(engine, [str(number) for number in range(size)])
        operator.get(f"/instances/{instance}")  # definitions are parsed once a process
        counter.statements.clear()
        assert operator.get(f"/instances/{instance}").status_code == 200
        asked.append(len(counter.statements))
    assert asked[0] == asked[1] <= 12, counter.statements


def test_a_dead_step_is_tried_again_from_the_page(
    engine: Engine, instance: ProcessInstance, task_id: str, clerk: Visitor, as_person: Any
) -> None:
    clerk.post(f"/tasks/{task_id}", {**GOOD, "stones.0.name": "坏"})
    drain(engine)
    operator = as_person("operator")
    path = f"/instances/{instance.id}"
    page = operator.get(path).text
    assert tokens(page)["count"]["state"] == "dead"
    assert "BAD_STONE" in page
    assert re.search(r"已尝试 \d+ 次", page)
    seen_by_others = clerk.get(path).text
    assert "BAD_STONE" not in seen_by_others
    assert "确认重试" not in seen_by_others

    job = re.search(r'name="place" value="([^"]+)"', page)
    assert job
    form = {"place": job[1], "idempotency_key": "key-of-retry", "reason": "秤修好了"}
    assert operator.post(f"{path}/repair/retry", {**form, "reason": ""}).status_code == 422
    assert operator.post(f"{path}/repair/retry", form).location == path
    page = operator.get(path).text
    assert "重新排队" in page
    assert "秤修好了" in page
    assert tokens(page)["count"]["state"] == "running"


@pytest.mark.parametrize("role", ["clerk", "operator"])
def test_a_case_that_has_ended_is_followed_no_more(
    engine: Engine, instance: ProcessInstance, as_person: Any, role: str
) -> None:
    with engine.begin(SYSTEM) as work:
        work.instances.cancel(instance.id, "不办了")
    assert 'data-live="false"' in as_person(role).get(f"/instances/{instance.id}").text
