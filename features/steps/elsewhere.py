"""Steps of a department's own system, which is not in Python: it speaks to the worker API as any program does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pytest_bdd import given, parsers, then, when

from engine.types import SYSTEM
from features.steps.world import COUNTY, OPERATOR, Case, World

PLUGIN, PROCESS, TOPIC = "public_security", "public_security-domestic_violence", "public_security.record_case"
GRID = "431103001001-C001"
AT = "2026-12-01T22:31:00+08:00"


@dataclass
class Program:
    """One program of the far system.

    Attributes:
        job: what it fetched last.
        said: what it reported last, and how the host answered: the status, and the problem's code.
    """

    world: World
    token: str
    name: str
    job: dict[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    answer: tuple[int, str] = (0, "")

    def fetch(self) -> bool:
        wish = {"worker": self.name, "topics": [{"topic": TOPIC}]}
        answer = self._post("/jobs/fetch", wish)
        assert answer.status_code == 200, answer.text
        self.job = next(iter(answer.get_json()), {})
        return bool(self.job)

    def report(self, number: str) -> None:
        self.said = {"case_number": number, "recorded_at": AT}
        self.say_again()

    def say_again(self) -> None:
        held = {"worker": self.name, "lock_token": self.job["lock_token"]}
        answer = self._post(f"/jobs/{self.job['id']}/complete", {**held, "outputs": self.said})
        self.answer = answer.status_code, (answer.get_json(silent=True) or {}).get("code", "")

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.world.app.test_client().post(f"/worker/v1{path}", json=body, headers=headers)


@given("公安的流程已部署")
def deployed(world: World) -> None:
    from engine.contents import deploy_content

    deploy_content(world.engine, SYSTEM, PLUGIN, "试用")


def token(world: World, county: str | None = None) -> str:
    with world.engine.begin(SYSTEM) as work:
        return work.worker_tokens.create(PLUGIN, "警情系统", lifetime=timedelta(days=90), county=county).secret


@given("公安的警情系统有一个令牌", target_fixture="program")
def program(world: World) -> Program:
    return Program(world, token(world), "program-1")


@given("网格员上报的一起疑似家庭暴力已转公安")
def referred(world: World) -> None:
    referral = {"no": "SJ-1", "place": "梅湾街道望江小区3栋", "grid": GRID, "description": "听到打骂和呼救"}
    with world.engine.begin(SYSTEM) as work:
        unit = f"{COUNTY}-PSB"
        given_ = {"unit": unit, "referral": referral}
        instance = work.instances.start(PROCESS, given_, business_key="SJ-1", org_unit=unit)
        world.case = Case("SJ-1", f"/instances/{instance.id}")
    world.settle()


def waits_at(world: World) -> list[str]:
    world.settle()
    with world.reading() as work:
        return [each.name for each in work.repair.waiting(world.case.path.rpartition("/")[2])]


@then("案件在等公安的系统登记")
def waits_for_the_far_system(world: World) -> None:
    assert waits_at(world) == ["登记警情"]


@then(parsers.parse("案件在等公安承办人员“{step}”"))
def waits_for_staff(world: World, step: str) -> None:
    assert waits_at(world) == [step]


@when(parsers.re("警情系统领取作业并报告警情编号“(?P<number>.*)”"))
def fetches_and_reports(program: Program, number: str) -> None:
    assert program.fetch()
    program.report(number)


@when("警情系统领取了作业")
@when("警情系统领取作业后再无音信")
def fetches(program: Program) -> None:
    assert program.fetch()


@when("警情系统没有收到回音，又报告了一次", target_fixture="first_answer")
def says_it_again(program: Program) -> tuple[int, str]:
    first = program.answer
    program.say_again()
    return first


@then("得到的答复与第一次相同")
def same_answer(program: Program, first_answer: tuple[int, str]) -> None:
    assert program.answer == first_answer == (204, "")


@then(parsers.parse("得到的答复是“{code}”"))
def answered(program: Program, code: str) -> None:
    assert program.answer[1] == code


@when("办理时限和重试间隔已过")
def time_is_over(world: World) -> None:
    world.wait(timedelta(hours=1))
    world.engine.tend()
    world.wait(timedelta(hours=1))


@when(parsers.parse("警情系统的另一个程序领取作业并报告警情编号“{number}”"))
def another_program(world: World, program: Program, number: str) -> None:
    other = Program(world, program.token, "program-2")
    assert other.fetch()
    other.report(number)
    assert other.answer == (204, "")


@when(parsers.parse("先前的程序这时才报告“{number}”"))
@when(parsers.parse("警情系统改正后报告“{number}”"))
def reports(program: Program, number: str) -> None:
    program.report(number)


@when("案件被取消")
def cancelled(world: World) -> None:
    with world.engine.begin(SYSTEM) as work:
        work.instances.cancel(world.case.path.rpartition("/")[2], "误报")


@when("只有零陵区权限的令牌来领取", target_fixture="found")
def the_neighbours_token(world: World) -> bool:
    return Program(world, token(world, "431102"), "program-9").fetch()


@then("什么也没有领到")
def nothing_was_found(found: bool) -> None:
    assert not found


@then(parsers.parse("案件里的警情编号是“{number}”"))
def the_case_has(world: World, number: str) -> None:
    world.settle()
    with world.reading() as work:
        case = work.repair.variables(world.case.path.rpartition("/")[2])["case"]
    assert case["case_number"] == number


def done_by(world: World) -> list[str]:
    with world.reading() as work:
        events = work.history.of(world.case.path.rpartition("/")[2])
        return [row.actor_name for row in events if row.event == "job.done" and row.element_name == "登记警情"]


@then("办理历史里“登记警情”只办结了一次")
def done_once(world: World) -> None:
    assert len(done_by(world)) == 1


@then(parsers.parse("运维人员在办理历史里看到“{step}”由“{who}”完成"))
def the_history_says(world: World, step: str, who: str) -> None:
    page = world.case_page(OPERATOR)
    assert who in page.text
    assert step in page.text
    assert done_by(world) == [who]
