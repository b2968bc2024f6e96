"""The handlers in the engine: who may draw them, and what happens when two cases want the same grids at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import FixedClock
from engine.core_api import drain
from engine.errors import DeploymentRefused, Forbidden, NotFound
from engine.plugins.host import PluginHost
from engine.types import SYSTEM, Actor, Post
from plugins.grid_registry import api, changes
from tests.plugins.grid_registry.town import TOWNSHIP, URBAN, Town, codes, creating, unit
from tests.plugins.serving import Served, engine_on

ROOT = Path(__file__).parents[3]
C1, C2 = f"{URBAN}-C001", f"{URBAN}-C002"
RESULT = {"kind": "comprehensive", "setting": "urban", "justification": "结合实际情况"}


@pytest.fixture(scope="module")
def plugins() -> Iterator[PluginHost]:
    host = PluginHost().load(strict=True)
    yield host
    host.close()


@pytest.mark.parametrize("handler", ["check_plan", "apply_plan", "record_filing"])
def test_no_other_process_may_draw_the_registrys_handlers(
    sqlite: sa.Engine, plugins: PluginHost, clock: FixedClock, handler: str
) -> None:
    with pytest.raises(DeploymentRefused) as refused:
        Served(engine_on(sqlite, plugins, clock), f"grid_registry.{handler}", {"proposal_no": '"HF-1"'})
    assert "handler.only-in" in {finding.code for finding in refused.value.findings}


def test_two_plans_applied_at_once_on_one_base_give_one_revision(both_settled: Town) -> None:
    split = {
        "op": "split",
        "grid": C1,
        "parts": [
            {**RESULT, "name": "甲", "unit_ids": codes(URBAN, 1, 2)},
            {**RESULT, "name": "乙", "unit_ids": codes(URBAN, 3, 4)},
        ],
    }
    merge = {"op": "merge", "grids": [C1, C2], "name": "丙", **RESULT}
    numbers = [both_settled.sign(both_settled.propose(both_settled.plan([change]))) for change in (split, merge)]
    together = Barrier(2)

    def apply(no: str) -> bool:
        together.wait(10)
        try:
            both_settled.apply(no)
        except changes.Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(apply, numbers)) == [False, True]
    state = both_settled.state()
    assert state.revision == 2
    assert all(each.grid in state.grids for each in state.units.values())


# -- through the whole process ---------------------------------------------------------------------------------------

PATH = f"/431100/431103/{TOWNSHIP}/"
CLERK = Actor("clerk", "经办", posts=(Post("township_clerk", TOWNSHIP, PATH),))
LEADER = Actor("leader", "负责人", posts=(Post("township_leader", TOWNSHIP, PATH),))
REVIEWER = Actor("reviewer", "审核", posts=(Post("county_reviewer", "431103", "/431100/431103/"),))
HEAD = Actor("head", "县级负责人", posts=(Post("county_leader", "431103", "/431100/431103/"),))
PEOPLE = {"propose": CLERK, "sign": LEADER, "review": REVIEWER, "decide": HEAD}
CHECKS = ["boundary_clear", "size_standard", "exclusive_criterion", "no_overlap", "staffing"]
YES = {
    "sign": {"decision": "submit", "statement": True},
    "review": {"checks": CHECKS, "conclusion": "approve"},
    "decide": {"conclusion": "approve", "opinion": "情况属实，理由充分，同意所报方案。"},
}


class Office:
    """The real process over a township of four units in two grids, and those who act in it."""

    def __init__(self, database: sa.Engine, plugins: PluginHost, clock: FixedClock) -> None:
        town = Town(database, clock)
        town.units(*(unit(URBAN, number, households=110, population=380) for number in range(1, 5)))
        town.divide(creating(URBAN, [1, 2], [3, 4]))
        self.clock = clock
        self.engine = Engine(database, plugins, clock=clock)
        with self.engine.begin(SYSTEM) as work:
            work.definitions.deploy(read_bundle(ROOT / "processes" / "grid_division"), "测试")

    def start(self) -> str:
        with self.engine.begin(CLERK) as work:
            return api.register_proposal(work, TOWNSHIP)

    def proposal(self, no: str) -> api.Proposal:
        with self.engine.begin(SYSTEM, write=False) as work:
            return api.proposal(work.session, no)

    def open(self, no: str) -> dict[str, Any]:
        """Open tasks of the case: element → (id, data)."""
        instance = self.proposal(no).instance_id
        with self.engine.begin(SYSTEM, write=False) as work:
            return {
                task.element_id: (task.id, task.data)
                for task in work.tasks.of_instance(instance)
                if task.state == "open"
            }

    def do(self, no: str, step: str, **values: Any) -> None:
        """Complete a step, and let the machine do its part."""
        with self.engine.begin(PEOPLE[step]) as work:
            work.tasks.complete(self.open(no)[step][0], {**YES.get(step, {}), **values})
        drain(self.engine)

    def propose(self, no: str, *changes: Any, days: int = 3) -> None:
        with self.engine.begin(SYSTEM, write=False) as work:
            base = api.township_picture(work.session, TOWNSHIP).revision
        self.do(
            no,
            "propose",
            reason_type="other",
            reason_text="根据工作需要适时调整网格，结合实际、科学合理地划分。",
            effective_date=(self.clock.now().date() + timedelta(days=days)).isoformat(),
            base_revision=base,
            changes=list(changes),
        )

    def approve(self, no: str) -> None:
        for step in ("sign", "review", "decide"):
            if step in self.open(no):
                self.do(no, step)

    def pass_days(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))
        drain(self.engine)


@pytest.fixture
def office(sqlite: sa.Engine, plugins: PluginHost, clock: FixedClock) -> Office:
    return Office(sqlite, plugins, clock)


MERGE = {"op": "merge", "grids": [C1, C2], "name": "合并网格", **RESULT}


def test_a_plan_that_was_overtaken_comes_back_to_the_clerk_with_the_findings(office: Office) -> None:
    first, second = office.start(), office.start()
    office.propose(first, {"op": "rename", "grid": C1, "name": "滨江网格"})
    office.propose(second, MERGE, days=4)
    for no in (first, second):
        office.approve(no)
    office.pass_days(3)
    assert office.proposal(first).milestone == "已生效"
    office.pass_days(1)
    assert office.proposal(second).milestone == "填报"
    data = office.open(second)["propose"][1]
    assert "BASE_STALE" in {finding["code"] for finding in data["findings"]}
    # the same plan on the present base goes through
    office.propose(second, MERGE)
    office.approve(second)
    office.pass_days(4)
    assert office.proposal(second).revision == 3


def test_a_grid_division_takes_effect_on_its_day_and_not_before(office: Office) -> None:
    no = office.start()
    office.propose(no, MERGE, days=3)
    office.approve(no)
    office.pass_days(2)
    assert (office.proposal(no).milestone, office.proposal(no).revision) == ("已批准待生效", None)
    office.pass_days(1)
    assert (office.proposal(no).milestone, office.proposal(no).revision) == ("已生效", 2)


def test_a_faulty_plan_comes_back_and_is_kept_as_it_was_checked(office: Office) -> None:
    no = office.start()
    office.propose(no, {"op": "rename", "grid": f"{URBAN}-C555", "name": "某网格"})
    assert "propose" in office.open(no)
    assert {finding["field"] for finding in office.proposal(no).findings} == {"changes.0.grid"}


def test_only_a_clerk_of_the_township_starts_a_proposal(office: Office) -> None:
    for actor in (
        LEADER,
        REVIEWER,
        Actor("x", "x", posts=(Post("township_clerk", "431103002", "/431100/431103/431103002/"),)),
    ):
        with pytest.raises(Forbidden), office.engine.begin(actor) as work:
            api.register_proposal(work, TOWNSHIP)
    nowhere = Actor("y", "y", posts=(Post("township_clerk", URBAN, f"{PATH}{URBAN}/"),))
    with pytest.raises(NotFound), office.engine.begin(nowhere) as work:
        api.register_proposal(work, URBAN)


def test_a_preview_says_what_the_size_rule_of_the_deployed_process_says(office: Office) -> None:
    with office.engine.begin(CLERK, write=False) as work:
        preview = api.preview(work, TOWNSHIP, {"base_revision": 1, "changes": [MERGE, {"op": "rename", "grid": C1}]})
        standing = api.verdicts(work, api.township_picture(work.session, TOWNSHIP).grids)
    merged = preview.grids[0]
    assert (merged.households, merged.population) == (440, 1520)
    assert merged.verdict is not None
    assert (merged.verdict.verdict, merged.verdict.review_level) == ("JUSTIFY", "county_reviewer")
    assert {finding.code for finding in preview.findings} >= {"INCOMPLETE", "DATE_MISSING", "GRID_TOUCHED_TWICE"}
    assert {code: said.verdict for code, said in standing.items()} == {C1: "CONFORMS", C2: "CONFORMS"}


def test_a_preview_of_a_half_filled_plan_judges_what_is_chosen(office: Office) -> None:
    parts = [{"name": "", "kind": "comprehensive", "setting": "urban", "unit_ids": codes(URBAN, 1)}, {}]
    with office.engine.begin(CLERK, write=False) as work:
        preview = api.preview(work, TOWNSHIP, {"changes": [{"op": "split", "grid": C1, "parts": parts}]})
    assert [grid.population for grid in preview.grids] == [380, 0]
    assert [grid.verdict is None for grid in preview.grids] == [False, True]


def test_without_a_deployed_process_there_are_no_verdicts(
    sqlite: sa.Engine, plugins: PluginHost, clock: FixedClock
) -> None:
    engine = engine_on(sqlite, plugins, clock)
    with engine.begin(CLERK, write=False) as work:
        assert api.verdicts(work, []) == {}
        assert api.preview(work, TOWNSHIP, {"changes": []}).grids == ()
