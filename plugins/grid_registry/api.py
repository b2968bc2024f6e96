"""The registry's door for everybody else: questions about grids, and the one way to start changing them, a proposal.

Nothing here writes a grid. `changes.py` does, called by the process `grid-division` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine.core_api import Work
from plugins.grid_registry.model import (
    Community,
    Difference,
    Filing,
    Finding,
    GeoJson,
    Grid,
    GridDetail,
    Name,
    Preview,
    Proposal,
    ResultingGrid,
    Revision,
    Signature,
    TownshipPicture,
    Unit,
    Verdict,
)


def township_picture(session: Session, township: str, as_of: date | None = None) -> TownshipPicture:
    """Return the township's communities, units and grids in force on a day, or as they stand now. Raises NotFound."""
    raise NotImplementedError


def grid(session: Session, code: str) -> GridDetail:
    """Return one grid, in force or retired, with its history. Raises NotFound."""
    raise NotImplementedError


def grid_of_unit(session: Session, unit: str, on: date) -> str | None:
    """Return the code of the grid that the unit belonged to on that day (I18), or None."""
    raise NotImplementedError


def check_plan(session: Session, township: str, plan: Mapping[str, Any], today: date) -> list[Finding]:
    """Return what the structural check has to say of a plan; `today` decides whether the effective date is past."""
    raise NotImplementedError


def preview(work: Work, township: str, plan: Mapping[str, Any]) -> Preview:
    """Return what a plan would give, with the verdicts of the size rule of the `grid-division` process now deployed.

    The plan may be half filled in: what is missing is left out of the grids and named in the findings.
    """
    raise NotImplementedError


def difference(session: Session, proposal_no: str, verdicts: Sequence[Mapping[str, Any]] = ()) -> Difference:
    """Return before and after of the proposal's last checked plan, also long after it was applied.

    Args:
        verdicts: the process variable `verdicts`, one for each resulting grid, in order; empty for none.
    Raises:
        NotFound: no such proposal, or nothing was checked yet.
    """
    raise NotImplementedError


def proposal(session: Session, no: str) -> Proposal:
    """Return one proposal. Raises NotFound. Not scoped: callers check the instance with `work.instances.get`."""
    raise NotImplementedError


def proposals(session: Session, org_path: str, limit: int = 100) -> list[Proposal]:
    """Return the proposals of the townships below an org path, the latest first."""
    raise NotImplementedError


def register_proposal(work: Work, township: str) -> str:
    """Start a grid-division process for a township; return the proposal's number `HF-<township>-<year>-<seq>`.

    Raises:
        Forbidden: the actor is not a clerk of this township (I19).
        NotFound: no such township.
    """
    raise NotImplementedError


__all__ = [
    "Community",
    "Difference",
    "Filing",
    "Finding",
    "GeoJson",
    "Grid",
    "GridDetail",
    "Name",
    "Preview",
    "Proposal",
    "ResultingGrid",
    "Revision",
    "Signature",
    "TownshipPicture",
    "Unit",
    "Verdict",
    "check_plan",
    "difference",
    "grid",
    "grid_of_unit",
    "preview",
    "proposal",
    "proposals",
    "register_proposal",
    "township_picture",
]
