"""The two form fields of the grid division's forms: the editor of changes, and the reviewer's before and after.

Both are drawn by the server and work without JavaScript; `assets/` makes them quicker to use.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from engine.core_api import FormContext, FormField, NotFound, today
from plugins.grid_registry import api
from plugins.grid_registry.changes_view import change_views, problems_at
from plugins.grid_registry.difference_view import difference_view
from plugins.grid_registry.editor import OPERATIONS, Posted, read, tidy
from plugins.grid_registry.plan_shape import load_changes

BASE = "base_revision"
"""The field that the editor carries along unseen; what is said of it stands at the head of the editor."""


def _load(component: Mapping[str, Any], raw: Any, context: FormContext) -> Any:
    """Return the changes in their full shape; raises marshmallow's ValidationError, nested as the data is."""
    return load_changes(raw)


def _from_post(component: Mapping[str, Any], posted: Posted) -> list[dict[str, Any]]:
    return read(str(component["key"]), posted)


def _view_changes(component: Mapping[str, Any], value: Any, context: FormContext) -> dict[str, Any]:
    township = _proposal(context).get("township") or context.org_unit
    return changes_field(str(component["key"]), value, api.township_picture(context.session, township))


def changes_field(key: str, value: Any, picture: api.TownshipPicture) -> dict[str, Any]:
    """Return what the template of the changes editor needs: also for the piece of page that buttons ask for."""
    changes = change_views(tidy(value), picture, key)
    paths = {key, BASE}.union(*(change.paths for change in changes))
    return {
        "picture": picture,
        "changes": changes,
        "operations": OPERATIONS,
        "problems": partial(problems_at, paths),
    }


def _view_difference(component: Mapping[str, Any], value: Any, context: FormContext) -> dict[str, Any]:
    """Return before and after of the plan last checked; `difference` is None when there is none yet."""
    no = str(_proposal(context).get("no") or "")
    verdicts = context.variables.get("verdicts") or ()
    try:
        difference = api.difference(context.session, no, verdicts)
        proposal = api.proposal(context.session, no)
    except NotFound:
        return {"difference": None}
    return difference_view(difference, proposal) | {"today": today(context.clock)}


def _proposal(context: FormContext) -> Mapping[str, Any]:
    proposal = context.variables.get("proposal")
    return proposal if isinstance(proposal, Mapping) else {}


GRID_CHANGES = FormField(
    type="grid_changes",
    template="grid_registry/changes_field.html",
    load=_load,
    from_post=_from_post,
    view=_view_changes,
)
"""The changes editor: its value is the plan's list of changes."""

GRID_DIFFERENCE = FormField(
    type="grid_difference",
    template="grid_registry/difference_field.html",
    load=None,
    from_post=lambda component, posted: None,
    view=_view_difference,
)
"""Before and after, for reading only."""

FIELDS = [GRID_CHANGES, GRID_DIFFERENCE]
