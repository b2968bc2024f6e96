"""What each operation does to the registry, and that a change is all or nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import GuardRefused, NotFound
from plugins.grid_registry import api, changes
from plugins.grid_registry.tables import Grid, GridLineage, GridUnitMembership, GridVersion, RegistryRevision
from tests.plugins.grid_registry.town import OTHER, SECOND, TOWNSHIP, URBAN, Town, codes, creating, unit

C1, C2, OTHER_GRID = f"{URBAN}-C001", f"{URBAN}-C002", f"{SECOND}-C001"


def split(grid: str, *parts: list[int], **own: Any) -> dict[str, Any]:
    return {
        "op": "split",
        "grid": grid,
        "parts": [
            {
                "name": f"新网格{index}",
                "kind": "comprehensive",
                "setting": "urban",
                "unit_ids": codes(URBAN, *numbers),
                "justification": "",
                **own,
            }
            for index, numbers in enumerate(parts, 1)
        ],
    }


def merge(*grids: str) -> dict[str, Any]:
    return {"op": "merge", "grids": list(grids), "name": "合并网格", "kind": "comprehensive", "setting": "urban"}


def units_of(town: Town) -> dict[str, tuple[str, ...]]:
    return {code: grid.units for code, grid in town.state().grids.items()}


def lineage(town: Town) -> set[tuple[str, str]]:
    with Session(town.database) as session:
        return {(row.predecessor, row.successor) for row in session.scalars(sa.select(GridLineage))}


def everything(town: Town) -> list[list[tuple[Any, ...]]]:
    """All rows of the registry."""
    with Session(town.database) as session:
        tables = (Grid, GridVersion, GridLineage, GridUnitMembership, RegistryRevision)
        return [sorted(map(tuple, session.execute(sa.select(table.__table__))), key=repr) for table in tables]


def test_the_first_division_makes_grids_numbered_by_community_and_kind(both: Town) -> None:
    both.units(unit(URBAN, 1), unit(URBAN, 2), unit(URBAN, 3, type="institution", institution="school"))
    school = creating(URBAN, [3], kind="exclusive")[0] | {"name": "学校网格"}
    applied = both.divide([*creating(URBAN, [1], [2]), school])
    assert applied == changes.Applied(1, [C1, C2, f"{URBAN}-E001"], [])
    assert units_of(both) == {
        C1: tuple(codes(URBAN, 1)),
        C2: tuple(codes(URBAN, 2)),
        f"{URBAN}-E001": tuple(codes(URBAN, 3)),
    }


def test_a_split_retires_the_grid_and_makes_its_parts(both_settled: Town) -> None:
    applied = both_settled.divide([split(C1, [1, 2], [3, 4])])
    assert applied == changes.Applied(2, [f"{URBAN}-C003", f"{URBAN}-C004"], [C1])
    assert units_of(both_settled)[f"{URBAN}-C004"] == tuple(codes(URBAN, 3, 4))
    assert lineage(both_settled) == {(C1, f"{URBAN}-C003"), (C1, f"{URBAN}-C004")}


def test_a_merge_retires_the_grids_and_makes_one_of_all_their_units(both_settled: Town) -> None:
    applied = both_settled.divide([merge(C1, C2)])
    assert applied == changes.Applied(2, [f"{URBAN}-C003"], [C1, C2])
    assert units_of(both_settled)[f"{URBAN}-C003"] == tuple(codes(URBAN, 1, 2, 3, 4, 5, 6))
    assert lineage(both_settled) == {(C1, f"{URBAN}-C003"), (C2, f"{URBAN}-C003")}


def test_moved_units_leave_both_grids_in_force(both_settled: Town) -> None:
    move = {"op": "move_units", "unit_ids": codes(URBAN, 4), "from": C1, "to": C2, "justification": ""}
    assert both_settled.divide([move]) == changes.Applied(2, [], [])
    assert units_of(both_settled)[C1] == tuple(codes(URBAN, 1, 2, 3))
    assert units_of(both_settled)[C2] == tuple(codes(URBAN, 4, 5, 6))
    assert lineage(both_settled) == set()


def test_another_kind_is_another_grid_with_the_code_of_its_kind(both_settled: Town) -> None:
    change = {"op": "change_kind", "grid": C2, "kind": "exclusive", "justification": "理由"}
    assert both_settled.divide([change]) == changes.Applied(2, [f"{URBAN}-E001"], [C2])
    grid = both_settled.state().grids[f"{URBAN}-E001"]
    assert (grid.kind, grid.name, grid.units) == ("exclusive", "第2网格", tuple(codes(URBAN, 5, 6)))


def test_a_rename_keeps_the_grid_and_its_old_name(both_settled: Town) -> None:
    assert both_settled.divide([{"op": "rename", "grid": C1, "name": "滨江网格"}]) == changes.Applied(2, [], [])
    with Session(both_settled.database) as session:
        detail = api.grid(session, C1)
    assert detail.grid.name == "滨江网格"
    assert [(name.name, name.revision) for name in detail.names] == [("第1网格", 1), ("滨江网格", 2)]


def test_a_retired_grid_gives_its_units_to_its_successors(both_settled: Town) -> None:
    retire = {"op": "retire", "grid": C2, "successors": dict.fromkeys(codes(URBAN, 5, 6), C1), "justification": ""}
    assert both_settled.divide([retire]) == changes.Applied(2, [], [C2])
    assert units_of(both_settled)[C1] == tuple(codes(URBAN, 1, 2, 3, 4, 5, 6))
    assert lineage(both_settled) == {(C2, C1)}


def test_a_code_is_never_given_twice(settled: Town) -> None:
    settled.divide([merge(C1, C2)])
    applied = settled.divide([split(f"{URBAN}-C003", [1, 2, 3], [4, 5, 6])])
    assert applied.created == [f"{URBAN}-C004", f"{URBAN}-C005"]


def test_which_grid_a_unit_belonged_to_on_a_day_always_has_an_answer(settled: Town) -> None:
    settled.clock.advance(timedelta(days=9))
    settled.divide([split(C1, [1, 2], [3, 4])])
    with Session(settled.database) as session:
        asked = {day: api.grid_of_unit(session, codes(URBAN, 3)[0], date(2026, 12, day)) for day in (1, 9, 10, 31)}
        assert api.grid_of_unit(session, codes(URBAN, 3)[0], date(2026, 11, 30)) is None
        picture = api.township_picture(session, TOWNSHIP, date(2026, 12, 9))
    assert asked == {1: C1, 9: C1, 10: f"{URBAN}-C004", 31: f"{URBAN}-C004"}
    assert [grid.code for grid in picture.grids] == [C1, C2, OTHER_GRID]


def test_two_changes_on_one_day_leave_the_later_one_in_force(settled: Town) -> None:
    settled.divide([merge(C1, C2)])
    with Session(settled.database) as session:
        assert api.grid_of_unit(session, codes(URBAN, 1)[0], date(2026, 12, 1)) == f"{URBAN}-C003"


def test_every_grid_names_the_proposal_and_the_instance_that_made_and_ended_it(settled: Town) -> None:
    settled.divide([split(C1, [1, 2], [3, 4])])
    with Session(settled.database) as session:
        detail = api.grid(session, C1)
        assert detail.retired_by is not None
        assert detail.created_by.proposal_no == "HF-431103001-2026-001"
        assert detail.retired_by.proposal_no == "HF-431103001-2026-002"
        instance = api.proposal(session, "HF-431103001-2026-002").instance_id
    assert detail.retired_by.process_instance_id == instance
    assert [(signed.step, signed.actor_id) for signed in detail.retired_by.signatures] == [
        ("sign", "leader"),
        ("review", "reviewer"),
    ]
    assert (detail.grid.status, detail.grid.population) == ("retired", 1200)
    assert detail.successors == (f"{URBAN}-C003", f"{URBAN}-C004")


def test_a_plan_on_a_stale_base_is_refused_and_changes_nothing(both_settled: Town) -> None:
    first = both_settled.sign(both_settled.propose(both_settled.plan([split(C1, [1, 2], [3, 4])])))
    second = both_settled.sign(both_settled.propose(both_settled.plan([merge(C1, C2)])))
    both_settled.apply(first)
    before = everything(both_settled)
    with pytest.raises(changes.Conflict) as conflict:
        both_settled.apply(second)
    assert {finding.code for finding in conflict.value.findings} >= {"BASE_STALE", "GRID_RETIRED"}
    assert everything(both_settled) == before


def test_a_plan_is_not_stale_through_changes_in_another_community(settled: Town) -> None:
    here = settled.sign(settled.propose(settled.plan([split(C1, [1, 2], [3, 4])])))
    settled.divide([{"op": "rename", "grid": OTHER_GRID, "name": "亭前网格"}])
    assert settled.apply(here).retired == [C1]


def test_a_plan_is_not_applied_before_its_day(settled: Town) -> None:
    tomorrow = settled.clock.now().date() + timedelta(days=1)
    no = settled.sign(settled.propose(settled.plan([merge(C1, C2)], effective_date=tomorrow)))
    with pytest.raises(changes.Conflict, match="未到"):
        settled.apply(no)


def test_a_plan_applied_late_is_in_force_from_its_day(settled: Town) -> None:
    day = settled.clock.now().date() + timedelta(days=1)
    no = settled.sign(settled.propose(settled.plan([merge(C1, C2)], effective_date=day)))
    settled.clock.advance(timedelta(days=5))
    settled.apply(no)
    assert settled.state().grids[f"{URBAN}-C003"].valid_from == day


def test_a_plan_is_applied_once(settled: Town) -> None:
    no = settled.sign(settled.propose(settled.plan([merge(C1, C2)])))
    first = settled.apply(no)
    before = everything(settled)
    assert settled.apply(no) == first
    assert everything(settled) == before


def test_an_unsigned_plan_is_not_applied(settled: Town) -> None:
    no = settled.propose(settled.plan([merge(C1, C2)]))
    with pytest.raises(GuardRefused, match="未经审签"):
        settled.apply(no)


def test_one_person_cannot_both_sign_and_review(settled: Town) -> None:
    no = settled.sign(settled.propose(settled.plan([merge(C1, C2)])), leader="same", reviewer="same")
    with pytest.raises(GuardRefused, match="同一人"):
        settled.apply(no)


def test_signatures_on_an_earlier_version_of_the_plan_do_not_count(settled: Town) -> None:
    no = settled.sign(settled.propose(settled.plan([merge(C1, C2)])))
    settled.clock.advance(timedelta(minutes=1))
    with settled.session() as session:
        settled.check(session, no, settled.plan([split(C1, [1, 2], [3, 4])]))
    with pytest.raises(GuardRefused, match="未经审签"):
        settled.apply(no)
    assert settled.apply(settled.sign(no)).retired == [C1]


def test_a_plan_that_was_returned_is_not_applied(settled: Town) -> None:
    no = settled.propose(settled.plan([merge(C1, C2)]))
    settled.complete(no, "sign", "leader", decision="submit")
    settled.complete(no, "review", "reviewer", conclusion="return", opinion="请补充理由")
    with pytest.raises(GuardRefused):
        settled.apply(no)


def test_a_process_instance_applies_its_own_proposal_only(settled: Town) -> None:
    mine = settled.sign(settled.propose(settled.plan([merge(C1, C2)])))
    other = settled.sign(settled.propose(settled.plan([split(C1, [1, 2], [3, 4])])))
    with pytest.raises(NotFound), settled.context(mine) as context:
        changes.apply(context, other)


def test_a_township_cannot_divide_another_ones_grids(settled: Town) -> None:
    no = settled.sign(settled.propose(settled.plan([merge(C1, C2)]), OTHER))
    with pytest.raises(changes.Conflict) as conflict:
        settled.apply(no)
    assert "GRID_UNKNOWN" in {finding.code for finding in conflict.value.findings}


def test_a_failure_half_way_leaves_nothing(settled: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    no = settled.sign(settled.propose(settled.plan([split(C1, [1, 2], [3, 4])])))
    before = everything(settled)

    def fail(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(changes, "_memberships", fail)
    with pytest.raises(OSError, match="disk"):
        settled.apply(no)
    assert everything(settled) == before
