"""The structural check of a plan (SPEC 6.3: I4-I8, I19): every rule of `rules/`, one by one. No size rule here.

All rules run, so that the clerk sees all there is to mend at once. A blank field is named by the plan's shape alone;
the other rules pass over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from plugins.grid_registry.model import Finding
from plugins.grid_registry.plan import read
from plugins.grid_registry.rules import distribution, likeness, references, remainder, whole
from plugins.grid_registry.rules.case import ERROR, Case
from plugins.grid_registry.state import State

Rule = Callable[[Case], Iterator[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    whole.shape,
    whole.effective_date,
    whole.base_is_current,
    references.grids_exist,
    references.units_exist,
    references.community_exists,
    distribution.each_grid_ends_once,
    distribution.each_grid_is_renamed_once,
    distribution.each_unit_goes_to_one_grid,
    distribution.units_come_from_their_grid,
    distribution.new_grids_take_free_units,
    remainder.all_units_are_distributed,
    remainder.no_unit_stays_outside,
    remainder.no_grid_is_emptied,
    likeness.within_one_community,
    likeness.setting_is_chosen,
    likeness.something_changes,
    likeness.names_differ,
    whole.units_do_not_overlap,
)


def check(raw: Mapping[str, Any], state: State, today: date) -> list[Finding]:
    """Return what there is to say of a plan against a state; errors first, then in the order of the rules.

    `today` is the day of the place on which the effective date must not be past.
    """
    case = Case(raw, read(raw), state, today)
    findings = [finding for rule in RULES for finding in rule(case)]
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.severity != ERROR)


def refuses(findings: list[Finding]) -> bool:
    """Return whether any of the findings sends the plan back."""
    return any(finding.severity == ERROR for finding in findings)
