"""The operations pages of plugins: how they are doing in words, and what an operator can do about it."""

from __future__ import annotations

from typing import Any

from engine.application import Engine
from engine.jobs.queue import REPLAY
from engine.services.held import Hold
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM, JobState
from tests.web.conftest import Visitor
from tests.web.test_task_pages import GOOD

PAGE = "/operations/plugins/lamps"


def break_down(engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        for _ in range(5):
            work.breakers.failed("lamps", "ConnectionError: 没有应答")


def test_the_page_says_what_is_wrong_and_the_overview_too(as_person: Any, engine: Engine) -> None:
    break_down(engine)
    with engine.begin(SYSTEM) as work:
        facts = {"state": "ready", "stage": "", "reason": "", "version": "1.4", "lanes": 1, "most_lanes": 2}
        facts |= {"restarts": 3, "kills": 4, "import_seconds": 0.1, "warnings": [], "checks": []}
        work.plugin_figures.report("w0", {"lamps": facts})
    operator = as_person("operator")
    for path in ("/operations", PAGE):
        html = operator.get(path).text
        assert "未安装" in html
        assert "熔断：ConnectionError: 没有应答" in html
    assert "w0" in html
    assert "1.4" in html
    assert operator.get("/operations/plugins/plugin_stones").status_code == 200
    assert operator.get("/operations/plugins/nobody").status_code == 404


def test_an_operator_switches_reloads_and_closes_with_a_reason(as_person: Any, engine: Engine) -> None:
    break_down(engine)
    operator: Visitor = as_person("operator")
    assert operator.post(f"{PAGE}/switch", {"on": "0", "county": "11", "reason": "升级"}).status_code == 302
    assert operator.post(f"{PAGE}/reload", {"reason": "新版本"}).status_code == 302
    assert operator.post(f"{PAGE}/breaker", {"reason": "已核实"}).status_code == 302
    html = operator.get(PAGE).text
    for text in ("已停用：11", "升级", "新版本", "已核实", "孙运维"):
        assert text in html
    with engine.begin(SYSTEM, write=False) as work:
        assert not work.switches.is_on("lamps", "11")
        assert work.switches.is_on("lamps", "12")
        assert work.plugin_log.newest("reload").keys() == {"lamps"}
        assert work.breakers.all()["lamps"].retry_at is None
    assert operator.post(f"{PAGE}/switch", {"on": "1", "county": "11", "reason": "好了"}).status_code == 302
    assert "已停用：11" not in operator.get(PAGE).text


def test_what_cannot_be_done_is_said(as_person: Any, engine: Engine) -> None:
    break_down(engine)
    operator: Visitor = as_person("operator")
    assert operator.post(f"{PAGE}/switch", {"on": "0", "reason": " "}).status_code == 422
    assert operator.post(f"{PAGE}/switch", {"on": "0", "county": "111", "reason": "试"}).status_code == 404
    core = operator.post("/operations/plugins/plugin_stones/switch", {"on": "0", "reason": "试"})
    assert (core.status_code, "没有这个部门插件" in core.text) == (404, True)


def test_who_waits_for_a_case_is_told_that_it_is_kept(
    clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    clerk.post(f"/tasks/{task_id}", GOOD)
    for hold, words in ((Hold.BREAKER, "暂时没有响应"), (Hold.DISABLED, "暂停使用"), (Hold.MISSING, "没有接入")):
        with engine.begin(SYSTEM) as work:
            (job,) = [job for job in work.jobs.of_instance(instance.id) if job.state == JobState.WAITING]
            job.held = hold
        html = clerk.get(f"/instances/{instance.id}").text
        assert f"{words}" in html
        assert "已妥善保存" in html


def test_a_case_that_a_replay_holds_can_be_looked_at(
    clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    clerk.post(f"/tasks/{task_id}", GOOD)
    with engine.begin(SYSTEM) as work:
        (job,) = [job for job in work.jobs.of_instance(instance.id) if job.state == JobState.WAITING]
        job.held = REPLAY
    page = clerk.get(f"/instances/{instance.id}")
    assert (page.status_code, "重试" in page.text) == (200, False)
