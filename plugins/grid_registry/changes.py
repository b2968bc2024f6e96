"""The only writer of grids. It takes a proposal's number, never grids: what is written is what was signed.

Called by handlers.py alone (an import contract says so), inside the process `grid-division` alone (`only_in`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import HandlerContext, NotFound, today
from plugins.grid_registry import check
from plugins.grid_registry.codes import next_grid_codes
from plugins.grid_registry.gate import REGISTRY, opened
from plugins.grid_registry.model import Finding
from plugins.grid_registry.outcome import Made, Outcome, outcome_of
from plugins.grid_registry.plan import read
from plugins.grid_registry.plans import last_plan, of_instance
from plugins.grid_registry.signatures import signatures
from plugins.grid_registry.state import State, last_revision, load
from plugins.grid_registry.tables import (
    DivisionPlan,
    Grid,
    GridLineage,
    GridUnitMembership,
    GridVersion,
    RegistryRevision,
)


class Conflict(Exception):
    """The plan does not fit the registry any more; `findings` say where."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("；".join(finding.message_zh for finding in findings))
        self.findings = list(findings)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a revision made and ended: codes of grids."""

    revision: int
    created: list[str]
    retired: list[str]


def apply(context: HandlerContext, proposal_no: str) -> Applied:
    """Write a signed plan to the registry, all of it or nothing (I8). A plan that was applied is not applied again.

    Raises:
        Conflict: grids changed since the plan was drafted, or its day has not come.
        GuardRefused: the plan was not signed by two persons.
        NotFound: the proposal is not this instance's, or has no plan.
    """
    session = context.session
    _take_turn(session)
    proposal = of_instance(session, proposal_no, context.instance_id)
    done = session.scalars(sa.select(RegistryRevision).where(RegistryRevision.proposal_no == proposal_no)).one_or_none()
    if done is not None:
        return _applied(session, done.number)
    plan = last_plan(session, proposal_no)
    if plan is None:
        raise NotFound(proposal_no=proposal_no)
    signed = signatures(context, plan)
    state = load(session, proposal.township)
    _refuse_conflict(plan, state, today(context.clock))
    revision = RegistryRevision(
        number=last_revision(session) + 1,
        township=proposal.township,
        proposal_no=proposal_no,
        process_instance_id=context.instance_id,
        effective_on=plan.effective_on,
        applied_at=context.clock.now(),
        plan_digest=plan.digest,
        signatures=[
            {"step": each.step, "actor_id": each.actor_id, "actor_name": each.actor_name, "at": each.at.isoformat()}
            for each in signed
        ],
    )
    with opened(session, REGISTRY):
        session.add(revision)
        session.flush()
        _write(session, revision, state, outcome_of(read(plan.plan), state))
    return _applied(session, revision.number)


def _take_turn(session: Session) -> None:
    """Let one revision be written at a time: each checks against what the one before has left."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.exec_driver_sql("LOCK TABLE registry_revision IN SHARE ROW EXCLUSIVE MODE")


def _refuse_conflict(plan: DivisionPlan, state: State, day: date) -> None:
    """Check once more, against what is in force now. That the effective date is past by now is no conflict."""
    findings = check.check(plan.plan, state, today=plan.effective_on or day)
    if plan.effective_on is not None and plan.effective_on > day:
        findings.append(
            Finding(
                "effective_date",
                "error",
                "DATE_NOT_COME",
                "I18",
                f"生效日期 {plan.effective_on} 未到。",
                f"The effective date {plan.effective_on} has not come yet.",
            )
        )
    if check.refuses(findings):
        raise Conflict(findings)


def _applied(session: Session, number: int) -> Applied:
    created = session.scalars(sa.select(Grid.code).where(Grid.created_revision == number).order_by(Grid.code))
    retired = session.scalars(sa.select(Grid.code).where(Grid.ended_revision == number).order_by(Grid.code))
    return Applied(number, list(created), list(retired))


def _write(session: Session, revision: RegistryRevision, state: State, outcome: Outcome) -> None:
    ended = {"valid_to": revision.effective_on, "ended_revision": revision.number}
    moved = {unit for code in outcome.retired for unit in state.grids[code].units}
    moved |= {move.unit for move in outcome.moves}
    session.execute(
        sa.update(GridUnitMembership)
        .where(GridUnitMembership.unit_code.in_(moved), GridUnitMembership.ended_revision.is_(None))
        .values(ended)
    )
    session.execute(sa.update(Grid).where(Grid.code.in_(outcome.retired)).values(ended))
    codes = _codes(session, outcome.made)
    _insert(session, Grid, [_grid(made, code, revision) for made, code in zip(outcome.made, codes, strict=True)])
    names = {code: made.name for made, code in zip(outcome.made, codes, strict=True)}
    names |= {code: name for code, (_, name) in outcome.renamed.items()}
    _insert(
        session,
        GridVersion,
        [
            {"grid_code": code, "revision": revision.number, "name": name, "valid_from": revision.effective_on}
            for code, name in names.items()
        ],
    )
    _insert(session, GridUnitMembership, _memberships(outcome, codes, revision))
    _insert(session, GridLineage, _lineage(outcome, codes, revision))


def _insert(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(sa.insert(table), rows)


def _codes(session: Session, made: Sequence[Made]) -> list[str]:
    """Return a new code for each grid made, in order."""
    given: list[str] = []
    for grid in made:
        ever = session.scalars(sa.select(Grid.code).where(Grid.community == grid.community))
        given += next_grid_codes(grid.community, grid.kind, [*ever, *given], 1)
    return given


def _begun(revision: RegistryRevision) -> dict[str, Any]:
    return {
        "valid_from": revision.effective_on,
        "valid_to": None,
        "created_revision": revision.number,
        "ended_revision": None,
    }


def _grid(made: Made, code: str, revision: RegistryRevision) -> dict[str, Any]:
    return {
        "code": code,
        "community": made.community,
        "township": revision.township,
        "kind": made.kind,
        "setting": made.setting,
        **_begun(revision),
    }


def _memberships(outcome: Outcome, codes: Sequence[str], revision: RegistryRevision) -> list[dict[str, Any]]:
    pairs = [(unit, code) for made, code in zip(outcome.made, codes, strict=True) for unit in made.units]
    pairs += [(move.unit, move.target) for move in outcome.moves]
    return [{"unit_code": unit, "grid_code": grid, **_begun(revision)} for unit, grid in pairs]


def _lineage(outcome: Outcome, codes: Sequence[str], revision: RegistryRevision) -> list[dict[str, Any]]:
    pairs = {(old, code) for made, code in zip(outcome.made, codes, strict=True) for old in made.predecessors}
    return [
        {"predecessor": old, "successor": new, "revision": revision.number}
        for old, new in sorted(pairs | outcome.lineage)
    ]
