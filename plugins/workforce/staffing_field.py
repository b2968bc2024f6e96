"""The form field `grid_staffing`: who serves each new grid of a division, and the numbers to publish."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from engine.core_api import FormContext, FormField, Message, today
from plugins.grid_registry import api as grids
from plugins.workforce import staffing
from plugins.workforce.acting import acting_on
from plugins.workforce.contacts import PHONE_FIELDS
from plugins.workforce.coverage import predecessors_of
from plugins.workforce.posted import printable


def _read(component: Mapping[str, Any], posted: Any) -> dict[str, Any]:
    key, rows = component["key"], list[dict[str, Any]]()
    while f"{key}.grids.{len(rows)}.grid" in posted:
        at = f"{key}.grids.{len(rows)}"
        others = [*posted.getlist(f"{at}.others"), posted.get(f"{at}.another", "")]
        rows.append(
            {
                "grid": posted.get(f"{at}.grid", ""),
                "primary": posted.get(f"{at}.primary", ""),
                "others": list(dict.fromkeys(each for each in others if each)),
            }
        )
    return {name: printable(posted.get(f"{key}.{name}", "")) for name in PHONE_FIELDS} | {"grids": rows}


def load_staffing(component: Mapping[str, Any], raw: Any, context: FormContext) -> staffing.Staffing:
    """Return the answer in its shape; raise marshmallow's ValidationError, nested as the answer is."""
    answer = _shaped(raw)
    if answer is None:
        raise ValidationError([Message("格式不正确")])
    township, codes = _asked(context)
    faults = staffing.faults(context.session, township, codes, today(context.clock), answer)
    if faults:
        raise ValidationError(faults)
    return answer


def _shaped(raw: Any) -> staffing.Staffing | None:
    """Return an answer in its shape, whatever it says, or None for something else."""
    rows = raw.get("grids") if isinstance(raw, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return None
    shaped = [
        {"grid": str(row.get("grid") or ""), "primary": str(row.get("primary") or ""), "others": _texts(row)}
        for row in rows
    ]
    return {name: str(raw.get(name) or "").strip() for name in PHONE_FIELDS} | {"grids": shaped}


def _texts(row: Mapping[str, Any]) -> list[str]:
    others = row.get("others")
    return list(dict.fromkeys(map(str, others))) if isinstance(others, list) else []


def _asked(context: FormContext) -> tuple[str, list[str]]:
    """Return the township and the codes of the grids that the case's division has made."""
    proposal, applied = context.variables.get("proposal"), context.variables.get("applied")
    township = proposal.get("township") if isinstance(proposal, Mapping) else None
    created = applied.get("created") if isinstance(applied, Mapping) else None
    return str(township or context.org_unit), list(created or ())


def _view(component: Mapping[str, Any], value: Any, context: FormContext) -> dict[str, Any]:
    township, codes = _asked(context)
    day = today(context.clock)
    begin = staffing.proposed(context.session, township, codes, day)
    answer = _shaped(value) or begin
    given = {row["grid"]: row for row in answer["grids"]}
    stands = grids.standing(context.session, [row["grid"] for row in begin["grids"]])
    rows = []
    for row in begin["grids"]:
        grid = stands[row["grid"]]
        typed = given.get(grid.code, row)
        listed = list(dict.fromkeys([*row["others"], *typed["others"]]))
        rows.append({**typed, "grid": grid, "before": predecessors_of(context.session, grid), "listed": listed})
    return {
        "township": township,
        "answer": answer,
        "rows": rows,
        "workers": acting_on(context.session, township, day),
    }


STAFFING = FormField(
    type="grid_staffing", template="workforce/staffing_field.html", load=load_staffing, from_post=_read, view=_view
)
