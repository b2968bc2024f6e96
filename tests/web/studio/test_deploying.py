"""Deploying what was drawn: with a reason, through the whole gate, on the version that it began with, once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from engine.application import Engine
from engine.tables.instances import ProcessInstance
from engine.trial.judging import Judges
from engine.trial.pool import Limits
from engine.types import SYSTEM
from tests.web.studio.conftest import Designer
from web.pages.studio_calls import JUDGES


def renamed(
    designer: Designer, before: str = 'name="填写申请"', after: str = 'name="填写采石申请"'
) -> dict[str, str | None]:
    text = designer.text("stones.bpmn")
    assert before in text
    return {"stones.bpmn": text.replace(before, after)}


def test_a_change_becomes_the_next_version_with_its_reason(designer: Designer, engine: Engine) -> None:
    answer = designer.deploy(renamed(designer), "名称说清楚一些")

    assert answer.status_code == 201
    assert answer.json == {"version": 2, "url": "/studio/stones"}
    found = designer.bundle()
    assert (found["version"], found["deployed"]["by"], found["deployed"]["reason"]) == (2, "周画图", "名称说清楚一些")
    with engine.begin(SYSTEM, write=False) as work:
        assert work.definitions.current("stones").element("apply").name == "填写采石申请"


def test_cases_stay_on_the_version_they_began_with(
    designer: Designer, engine: Engine, instance: ProcessInstance
) -> None:
    answer = designer.deploy(renamed(designer))
    assert answer.status_code == 201, answer.text

    with engine.begin(SYSTEM) as work:
        begun = work.instances.start(
            "stones", {"unit": "111", "above": "11", "number": "8"}, business_key="S-8", org_unit="111"
        )
        work.session.flush()
        versions = {
            each.business_key: work.definitions.of(each.definition_id).element("apply").name
            for each in (work.instances.get(instance.id), begun)
        }
    assert versions == {"S-7": "填写申请", "S-8": "填写采石申请"}
    html = designer.get("/studio/stones/versions").text
    assert html.count("运行中 1，共 1") == 2
    assert "第 1 版 1 件" in designer.get("/studio/").text


def test_the_same_request_twice_deploys_once(designer: Designer) -> None:
    changes = renamed(designer)
    first, second = (designer.deploy(changes) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json == {"version": 2, "url": "/studio/stones"}
    assert designer.bundle()["version"] == 2


def test_somebody_was_faster(designer: Designer, master: Designer) -> None:
    designer.send("PUT", "/studio/stones/draft", {"files": renamed(designer), "base_version": 1})
    master.deploy(renamed(master, after='name="写申请"'), "先改这一步")

    answer = designer.deploy(renamed(designer, before='name="写申请"'))

    assert answer.status_code == 409
    assert (answer.json["code"], answer.json["by"], answer.json["version"]) == ("version.superseded", "吴掌门", 2)
    assert answer.json["at"]
    assert designer.bundle()["draft"]["files"]  # nothing that was drawn is lost


def test_a_fault_is_refused_and_names_its_element(designer: Designer) -> None:
    answer = designer.deploy(renamed(designer, 'id="plugin_stones.count_stones"', 'id="plugin_stones.count_pebbles"'))

    assert answer.status_code == 422
    fault = next(each for each in answer.json["findings"] if each["code"] == "handler.unknown")
    assert (fault["element"], fault["file"], fault["severity"]) == ("count", "stones.bpmn", "error")
    assert "count_pebbles" in fault["message"]
    assert fault["hint"]
    assert designer.bundle()["version"] == 1


def test_check_says_the_same_without_deploying(designer: Designer) -> None:
    sound = designer.send("POST", "/studio/stones/check", {"files": renamed(designer)})
    assert [each for each in sound.json["findings"] if each["severity"] == "error"] == []
    broken = renamed(designer, 'value="application.stones"', 'value="application."')
    found = designer.send("POST", "/studio/stones/check", {"files": broken}).json["findings"]
    assert any(each["element"] == "count" and each["severity"] == "error" for each in found)


def test_a_scenario_of_the_bundle_is_played(designer: Designer) -> None:
    scenario = "# language: zh-CN\n功能: 采石\n  场景: 不对\n    假如没有这样的一步\n"
    found = designer.send("POST", "/studio/stones/check", {"files": {"scenarios/a.feature": scenario}}).json["findings"]
    assert [(each["file"], each["severity"]) for each in found if each["severity"] == "error"] == [
        ("scenarios/a.feature", "error")
    ]


@pytest.mark.parametrize("reason", ["", "  短 "])
def test_a_reason_is_asked_for(designer: Designer, reason: str) -> None:
    answer = designer.deploy(renamed(designer), reason)
    assert (answer.status_code, answer.json["code"]) == (422, "reason.missing")


@pytest.mark.parametrize(
    "files",
    [
        {"../stones.bpmn": "x"},
        {"/etc/stones.bpmn": "x"},
        {"stones.exe": "x"},
        {"a/b/c/d.bpmn": "x"},
        {"stones.bpmn": "x" * (1 << 20) + "y"},
        {"stones.bpmn": 7},
        [],
    ],
)
def test_files_that_are_none_are_refused(designer: Designer, files: Any) -> None:
    for path in ("draft", "check"):
        method = "PUT" if path == "draft" else "POST"
        answer = designer.send(method, f"/studio/stones/{path}", {"files": files, "base_version": 1})
        assert (answer.status_code, answer.json["code"]) == (422, "files.invalid")


def test_an_endless_scenario_is_stopped(designer: Designer, app: Flask) -> None:
    impatient = app.extensions[JUDGES] = Judges(Limits(seconds=0.001))
    found = designer.send("POST", "/studio/stones/check", {"files": {}}).json["findings"]
    impatient.close()
    assert [each["code"] for each in found] == ["check.time-limit"]


def test_who_comes_while_others_are_checked_is_told_to_wait(designer: Designer, app: Flask) -> None:
    impatient = app.extensions[JUDGES] = Judges(patience=0.01)
    with impatient._turn:
        answer = designer.send("POST", "/studio/stones/check", {"files": {}})
    assert (answer.status_code, answer.json["code"]) == (503, "try-again")
    assert designer.send("POST", "/studio/stones/check", {"files": {}}).status_code == 200
    impatient.close()
