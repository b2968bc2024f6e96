"""Random plans on random divisions: a plan is applied whole or not at all, and the grids go on dividing the units."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engine.clock import TIMEZONE, FixedClock
from engine.db import connect
from plugins.grid_registry import api, changes
from plugins.grid_registry.outcome import outcome_of
from plugins.grid_registry.plan import read
from plugins.grid_registry.state import State
from plugins.grid_registry.tables import Grid, GridUnitMembership, RegistryRevision
from tests.plugins.grid_registry.town import SECOND, URBAN, Town, creating, unit

SIZES = {URBAN: 6, SECOND: 3}
RESULT = {"kind": "comprehensive", "setting": "urban", "justification": ""}
MORNING = datetime(2026, 12, 1, 9, 0, tzinfo=TIMEZONE)

Draw = Callable[[st.SearchStrategy[Any]], Any]


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a town with two communities, of three grids and of two."""
    path = tmp_path_factory.mktemp("partition") / "town.sqlite"
    shutil.copyfile(sqlite_template, path)
    engine = connect(f"sqlite:///{path}")
    town = Town(engine, FixedClock(MORNING))
    town.units(*(unit(community, n) for community, size in SIZES.items() for n in range(1, size + 1)))
    town.divide([*creating(URBAN, [1, 2], [3, 4], [5, 6]), *creating(SECOND, [1, 2], [3])])
    engine.dispose()
    return path


@contextmanager
def town_from(template: Path) -> Iterator[Town]:
    """A town of one's own for one example."""
    path = template.with_name("example.sqlite")
    shutil.copyfile(template, path)
    engine = connect(f"sqlite:///{path}")
    try:
        yield Town(engine, FixedClock(MORNING), build=False)
    finally:
        engine.dispose()
        for rest in template.parent.glob("example.sqlite*"):  # a log left behind would be read into the next copy
            rest.unlink()


def seldom(draw: Draw) -> bool:
    return bool(draw(st.integers(0, 6)) == 6)


def drawn_split(draw: Draw, state: State, grid: str) -> dict[str, Any]:
    parts: list[list[str]] = [[], []]
    for code in state.grids[grid].units:
        parts[draw(st.integers(0, 1))].append(code)
    if seldom(draw):
        parts[0].append(draw(st.sampled_from(sorted(state.units))))  # most likely a unit too many
    named = [{**RESULT, "name": draw(NAMES), "unit_ids": part} for part in parts if part]
    return {"op": "split", "grid": grid, "parts": named}


def drawn_neighbour(draw: Draw, state: State, grid: str) -> str:
    """Another grid of the same community; now and then any grid."""
    near = [each.code for each in state.grids.values() if each.community == state.grids[grid].community]
    others = [code for code in near if code != grid] or near
    chosen: str = draw(st.sampled_from(sorted(state.grids) if seldom(draw) else others))
    return chosen


def drawn_move(draw: Draw, state: State, grid: str) -> dict[str, Any]:
    some = sorted(state.units) if seldom(draw) else list(state.grids[grid].units)
    units = draw(st.lists(st.sampled_from(some), min_size=1, max_size=2, unique=True))
    return {"op": "move_units", "unit_ids": units, "from": grid, "to": drawn_neighbour(draw, state, grid)}


def drawn_change(draw: Draw, state: State) -> dict[str, Any]:
    """A change that is mostly sensible, so that both applied and refused plans come up."""
    grid = draw(st.sampled_from(sorted(state.grids)))
    op = draw(st.sampled_from(["split", "merge", "move_units", "change_kind", "rename", "retire"]))
    match op:
        case "split":
            return drawn_split(draw, state, grid)
        case "merge":
            grids = [grid, drawn_neighbour(draw, state, grid)]
            return {"op": op, "grids": grids, "name": draw(NAMES), **RESULT}
        case "move_units":
            return drawn_move(draw, state, grid)
        case "change_kind":
            return {"op": op, "grid": grid, "kind": draw(st.sampled_from(["comprehensive", "exclusive"]))}
        case "rename":
            return {"op": op, "grid": grid, "name": draw(NAMES)}
        case _:
            target = drawn_neighbour(draw, state, grid)
            return {"op": op, "grid": grid, "successors": dict.fromkeys(state.grids[grid].units, target)}


NAMES = st.text("甲乙丙丁戊己庚辛壬癸", min_size=3, max_size=6)


def drawn_changes(draw: Draw, state: State) -> list[dict[str, Any]]:
    return [drawn_change(draw, state) for _ in range(draw(st.sampled_from([1, 1, 2])))]


def rows(town: Town) -> list[Any]:
    with Session(town.database) as session:
        tables = (Grid, GridUnitMembership, RegistryRevision)
        return [sorted(map(repr, session.execute(sa.select(table.__table__)))) for table in tables]


def open_memberships(town: Town) -> Counter[str]:
    with Session(town.database) as session:
        select = sa.select(GridUnitMembership.unit_code).where(GridUnitMembership.ended_revision.is_(None))
        return Counter(session.scalars(select))


def assert_divided(town: Town, state: State) -> None:
    """I4, I5, I7: every unit is in exactly one grid, every grid has a unit, and lies in one community."""
    assert open_memberships(town) == Counter(dict.fromkeys(state.units, 1))
    assert all(grid.units for grid in state.grids.values())
    assert all(each.community == state.grids[each.grid or ""].community for each in state.units.values())


def assert_as_promised(before: State, asked: list[Any], after: State) -> None:
    """What the check looked at is what was written."""
    promised = outcome_of(read({"changes": asked}), before).owners(before)
    assert promised.keys() == after.units.keys()
    for code, owners in promised.items():
        assert len(owners) == 1
        assert owners[0].startswith("changes.") or owners[0] == after.units[code].grid


def assert_accounted_for(town: Town, before: State, after: State, applied: changes.Applied) -> None:
    """What went is named and can still be seen as it was."""
    assert before.grids.keys() - after.grids.keys() == set(applied.retired)
    assert after.grids.keys() - before.grids.keys() == set(applied.created)
    with Session(town.database) as session:
        for code in applied.retired:
            detail = api.grid(session, code)
            assert detail.grid.unit_codes == before.grids[code].units
            assert detail.successors


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_plan_is_applied_whole_or_not_at_all_and_the_units_stay_divided(template: Path, data: st.DataObject) -> None:
    with town_from(template) as town:
        for _ in range(data.draw(st.integers(1, 4))):
            state, before = town.state(), rows(town)
            asked = drawn_changes(data.draw, state)
            no = town.sign(town.propose(town.plan(asked)))
            try:
                applied = town.apply(no)
            except changes.Conflict:
                event("refused")
                assert rows(town) == before  # I8
                continue
            event("applied")
            after = town.state()
            assert_divided(town, after)
            assert_as_promised(state, asked, after)
            assert_accounted_for(town, state, after, applied)


@given(data=st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_of_two_plans_on_one_base_in_one_community_at_most_one_is_applied(template: Path, data: st.DataObject) -> None:
    with town_from(template) as town:
        state = town.state()
        asked = [drawn_changes(data.draw, state) for _ in range(2)]
        numbers = [town.sign(town.propose(town.plan(each))) for each in asked]
        touched = [outcome_of(read({"changes": each}), state).communities(state) for each in asked]
        applied = [was_applied(town, no) for no in numbers]
        event(f"{applied.count(True)} applied")
        if touched[0] & touched[1]:
            assert applied.count(True) <= 1


def was_applied(town: Town, no: str) -> bool:
    try:
        town.apply(no)
    except changes.Conflict:
        return False
    return True
