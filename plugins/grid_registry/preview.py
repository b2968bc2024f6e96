"""What a plan would give, with the size rule's verdicts, while it is being written. Read only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.core_api import NotFound, Work, today
from plugins.grid_registry.check import check
from plugins.grid_registry.model import Grid, Preview, Verdict
from plugins.grid_registry.outcome import outcome_of
from plugins.grid_registry.plan import read
from plugins.grid_registry.plans import PROCESS
from plugins.grid_registry.size import DECISION, Judge, judged, renamed, resulting, verdict
from plugins.grid_registry.state import load


def preview(work: Work, township: str, plan: Mapping[str, Any]) -> Preview:
    """Return what a plan would give, with the verdicts of the size rule of the `grid-division` process now deployed.

    The plan may be half filled in: what is missing is left out of the grids and named in the findings.
    """
    state = load(work.session, township)
    outcome = outcome_of(read(plan), state)
    grids = resulting(outcome, state)
    judge = _judge(work)
    return Preview(
        grids=(*(judged(grids, judge) if judge else grids), *renamed(outcome, state)),
        findings=tuple(check(plan, state, today(work.clock))),
    )


def verdicts(work: Work, grids: Iterable[Grid]) -> dict[str, Verdict]:
    """Return grid code → what the size rule now deployed says of a grid as it stands; empty when none is deployed."""
    judge = _judge(work)
    if judge is None:
        return {}
    return {grid.code: verdict(judge(_facts(grid))) for grid in grids}


def _facts(grid: Grid) -> dict[str, Any]:
    return {
        "kind": grid.kind,
        "setting": grid.setting,
        "households": grid.households,
        "population": grid.population,
        "institution": grid.institution,
        "reasons": False,
    }


def _judge(work: Work) -> Judge | None:
    """Return the deployed size rule, or None before the process is deployed."""
    try:
        decision = work.definitions.current(PROCESS).decisions[DECISION]
    except NotFound:
        return None
    now = work.clock.now()

    def judge(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        outputs: Mapping[str, Any] = decision.evaluate(work.feel, {"grid": facts}, now).value
        return outputs

    return judge
