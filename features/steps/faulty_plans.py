"""Plans with one fault each: what a clerk may get wrong, what may change meanwhile, and what a program may send."""

from __future__ import annotations

from collections.abc import Callable

from features.steps import plans, reviewing
from features.steps.browser import Form
from features.steps.world import CLERK, RURAL_TOWNSHIP, World


def _unit_twice(world: World) -> Form:
    """A split, and in the same plan a move of one of the units to the grid next door."""
    form = plans.split(world, plans.oversized(world))
    page = form.press_value("changes.do", "add:move_units")
    page = page.form("提交").fill({"changes.1.from": world.case.grid}).press_value("changes.do", "show")
    neighbour = page.find("//select[@name='changes.1.to']/option[@value!='']")[0].get("value")
    unit = world.grid(world.case.grid).grid.unit_codes[0]
    moved = {"changes.1.unit_ids": [unit], "changes.1.to": neighbour}
    world.case.typed |= {**moved, "changes.1.from": world.case.grid}
    return page.form("提交").fill(moved)


def _unit_left_out(world: World) -> Form:
    form = plans.split(world, plans.oversized(world))
    left = f"changes.0.unit.{world.grid(world.case.grid).grid.unit_codes[0]}"
    del world.case.typed[left]
    return form.drop(left)


def _unit_unknown(world: World) -> Form:
    return plans.split(world, plans.oversized(world)).forge({"changes.0.unit.431103001001-U999": "1"})


def _base_stale(world: World) -> Form:
    """Another grid of the community is given another name while this plan is being written."""
    form = plans.split(world, plans.oversized(world))
    mine, community = world.case, world.grid(world.case.grid).grid.community
    other = next(grid for grid in plans.conforming(world) if grid.community == community)
    world.case = plans.start(world)
    plans.submit(plans.rename(world, other.code, f"{other.name}（新）"))
    reviewing.the_leader_signs(world)
    reviewing.the_reviewer_approves(world)
    assert world.grid(other.code).grid.name.endswith("（新）")
    world.before = world.grids()
    world.case = mine
    return form


def _grid_elsewhere(world: World) -> Form:
    form = plans.split(world, plans.oversized(world))
    foreign = world.picture(RURAL_TOWNSHIP).grids[0].code
    # the rows belong to a grid that the page does not offer, so they are not shown again
    world.case.typed = plans.general(world)
    return form.forge({"changes.0.grid": foreign, "changes.0.shown": foreign})


def _part_nameless(world: World) -> Form:
    form = plans.split(world, plans.oversized(world))
    world.case.typed["changes.0.parts.1.name"] = ""
    return form.fill({"changes.0.parts.1.name": ""})


def _nothing_changed(world: World) -> Form:
    world.case.typed = plans.general(world)
    return world.task(CLERK).form("提交").fill(world.case.typed)


def _reason_short(world: World) -> Form:
    form = plans.split(world, plans.oversized(world))
    world.case.typed["reason_text"] = "人多。"
    return form.fill({"reason_text": "人多。"})


FAULTS: dict[str, Callable[[World], Form]] = {
    "单元重复归属": _unit_twice,
    "遗漏单元": _unit_left_out,
    "含有不存在的单元": _unit_unknown,
    "基准版本已过时": _base_stale,
    "网格不在本辖区": _grid_elsewhere,
    "新网格没有名称": _part_nameless,
    "没有任何调整": _nothing_changed,
    "理由过短": _reason_short,
}
