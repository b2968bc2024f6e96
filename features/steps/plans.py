"""How a clerk fills in a plan: the form's own fields, and the editor of changes with its buttons. No steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from engine.clock import TIMEZONE
from features.steps.browser import Form, Page, Value
from features.steps.world import CLERK, Case, World

if TYPE_CHECKING:
    from plugins.grid_registry import api

REASON = "二期住户陆续入住，户数和人口明显增加，一名网格员难以覆盖，需要调整。"
JUSTIFICATION = "以主干道为界，楼栋相连，居民已按此习惯办事，便于服务。"
PARTS = ("甲", "乙")

Typed = dict[str, Value]


def start(world: World) -> Case:
    """Start a proposal from the page of grids, as the clerk of the sub-district."""
    page = world.browser(CLERK).open("/grids").form("新建划分方案").press("新建划分方案")
    link = page.fact("办件").find("a")
    return Case(no=link.text, path=link.get("href"))


def today(world: World) -> date:
    return world.clock.now().astimezone(TIMEZONE).date()


def general(world: World, effective: date | None = None) -> Typed:
    """Return what is filled in beside the changes."""
    on = effective or today(world)
    return {
        "reason_type": "demolition_or_population_change",
        "reason_text": REASON,
        "effective_date": on.isoformat(),
    }


def add(page: Page, operation: str) -> Page:
    return page.form("提交").press_value("changes.do", f"add:{operation}")


def halves(grid: api.Grid, units: dict[str, api.Unit]) -> dict[str, str]:
    """Return for each unit of a grid the part, 0 or 1, so that both become about equally large."""
    sums, parts = [0, 0], {}
    for code in sorted(grid.unit_codes, key=lambda code: -units[code].population):
        part = sums.index(min(sums))
        sums[part] += units[code].population
        parts[code] = str(part)
    return parts


def smallest_apart(grid: api.Grid, units: dict[str, api.Unit]) -> dict[str, str]:
    """Return for each unit of a grid the part, so that the second gets the smallest unit alone."""
    least = min((code for code in grid.unit_codes), key=lambda code: units[code].population)
    return {code: "1" if code == least else "0" for code in grid.unit_codes}


Share = Callable[["api.Grid", "dict[str, api.Unit]"], dict[str, str]]


def split(
    world: World, code: str, *, share: Share = halves, justification: str = JUSTIFICATION, effective: date | None = None
) -> Form:
    """Fill in a split of one grid into two, button by button; return the form, not sent yet. `world.case` keeps it."""
    page = add(world.task(CLERK), "split")
    page = page.form("提交").fill({"changes.0.grid": code}).press_value("changes.do", "show")
    picture = world.picture()
    grid = next(grid for grid in picture.grids if grid.code == code)
    parts = share(grid, {unit.code: unit for unit in picture.units})
    typed: Typed = general(world, effective) | {"changes.0.grid": code}
    typed |= {f"changes.0.unit.{unit}": part for unit, part in parts.items()}
    for number, letter in enumerate(PARTS):
        typed |= {
            f"changes.0.parts.{number}.name": f"{grid.name}{letter}",
            f"changes.0.parts.{number}.kind": "comprehensive",
            f"changes.0.parts.{number}.justification": justification,
        }
    world.case.grid, world.case.typed = code, dict(typed)
    return page.form("提交").fill(typed)


def merge(world: World, codes: tuple[str, ...]) -> Form:
    """Fill in a merge of grids; return the form, not sent yet."""
    page = add(world.task(CLERK), "merge")
    typed: Typed = general(world) | {
        "changes.0.grids": list(codes),
        "changes.0.name": "合并后的网格",
        "changes.0.kind": "comprehensive",
        "changes.0.justification": JUSTIFICATION,
    }
    world.case.merged, world.case.typed = codes, dict(typed)
    return page.form("提交").fill(typed)


def rename(world: World, code: str, name: str) -> Form:
    """Fill in another name for one grid; return the form, not sent yet."""
    page = add(world.task(CLERK), "rename")
    typed: Typed = general(world) | {"changes.0.grid": code, "changes.0.name": name}
    world.case.typed = dict(typed)
    return page.form("提交").fill(typed)


def submit(form: Form) -> Page:
    return form.press("提交")


# -- which grids -----------------------------------------------------------------------------------------------------


def oversized(world: World) -> str:
    """Return the grid that the size rule wants to be split."""
    found = [code for code, verdict in world.verdicts().items() if verdict.verdict == "SUGGEST_SPLIT"]
    assert found, "the demo has no oversized grid"
    return found[0]


def conforming(world: World) -> list[api.Grid]:
    """Return the comprehensive grids within the standard that have several units, the largest first."""
    verdicts = world.verdicts()
    found = [
        grid for grid in world.picture().grids if verdicts[grid.code].verdict == "CONFORMS" and len(grid.unit_codes) > 1
    ]
    return sorted(found, key=lambda grid: -grid.population)


def small_neighbours(world: World) -> tuple[str, ...]:
    """Return the grids of one community that the size rule wants to be merged."""
    small = {code for code, verdict in world.verdicts().items() if verdict.verdict == "SUGGEST_MERGE"}
    grids = [grid for grid in world.picture().grids if grid.code in small]
    found = tuple(grid.code for grid in grids if grid.community == grids[0].community)
    assert len(found) == 2, f"the demo has the small neighbours {found}"
    return found


def in_days(world: World, days: int) -> date:
    return today(world) + timedelta(days=days)
