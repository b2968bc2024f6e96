"""The only writer of grids. It takes a proposal's number, never grids: what is written is what was signed.

Called by handlers.py alone (an import contract says so), inside the process `grid-division` alone (`only_in`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import HandlerContext, NotFound, today
from plugins.grid_registry import check
from plugins.grid_registry.door import apply_plan
from plugins.grid_registry.gate import REGISTRY, opened
from plugins.grid_registry.model import Finding, Signature
from plugins.grid_registry.outcome import outcome_of
from plugins.grid_registry.plan import read
from plugins.grid_registry.plans import last_plan, of_instance
from plugins.grid_registry.signatures import signatures
from plugins.grid_registry.state import State, last_revision, load
from plugins.grid_registry.tables import (
    DivisionPlan,
    DivisionProposal,
    Grid,
    GridLineage,
    GridUnitMembership,
    GridVersion,
    RegistryRevision,
)
from plugins.grid_registry.writes import writes_of

_TURN = 0x0E1D_6121
"""Key of the PostgreSQL advisory lock of whoever writes a revision."""

_OTHER_OUTCOME = Finding(
    "changes",
    "error",
    "OUTCOME_CHANGED",
    "I3",
    "按现状，这一方案写入的内容与校验、审签时的不同。",
    "As things stand now, the plan would write something else than what was checked and signed.",
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
    if writes_of(session, outcome_of(read(plan.plan), state)) != plan.writes:
        raise Conflict([_OTHER_OUTCOME])
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return _applied(session, apply_plan(connection, proposal_no, context.clock.now()))
    return _applied(session, _write(context, proposal, plan, signed))


def _take_turn(session: Session) -> None:
    """Let one revision be written at a time: each checks against what the one before has left."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_TURN)))


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


def _write(context: HandlerContext, proposal: DivisionProposal, plan: DivisionPlan, signed: list[Signature]) -> int:
    """Write a plan's rows as one revision; return its number."""
    session, writes = context.session, plan.writes
    revision = RegistryRevision(
        number=last_revision(session) + 1,
        township=proposal.township,
        proposal_no=proposal.no,
        process_instance_id=context.instance_id,
        effective_on=plan.effective_on,
        applied_at=context.clock.now(),
        plan_digest=plan.digest,
        signatures=[{**asdict(each), "at": each.at.isoformat()} for each in signed],
    )
    with opened(session, REGISTRY):
        session.add(revision)
        session.flush()
        _end(session, writes, revision)
        _insert(session, Grid, [_grid(made, revision) for made in writes["made"]])
        names = {made["code"]: made["name"] for made in writes["made"]} | writes["renamed"]
        versions = [{"grid_code": code, "name": name, **_of(revision)} for code, name in names.items()]
        _insert(session, GridVersion, versions)
        _insert(session, GridUnitMembership, _memberships(writes, revision))
        lineage = [{"predecessor": old, "successor": new, **_of(revision)} for old, new in writes["lineage"]]
        _insert(session, GridLineage, lineage)
    return revision.number


def _of(revision: RegistryRevision) -> dict[str, Any]:
    return {"revision": revision.number, "valid_from": revision.effective_on}


def _end(session: Session, writes: Mapping[str, Any], revision: RegistryRevision) -> None:
    ended = {"valid_to": revision.effective_on, "ended_revision": revision.number}
    moved = [move["unit"] for move in writes["moves"]]
    left = sa.or_(GridUnitMembership.grid_code.in_(writes["retired"]), GridUnitMembership.unit_code.in_(moved))
    session.execute(
        sa.update(GridUnitMembership).where(left, GridUnitMembership.ended_revision.is_(None)).values(ended)
    )
    session.execute(sa.update(Grid).where(Grid.code.in_(writes["retired"])).values(ended))


def _insert(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        columns = table.__table__.columns.keys()
        session.execute(sa.insert(table), [{name: row[name] for name in columns if name in row} for row in rows])


def _begun(revision: RegistryRevision) -> dict[str, Any]:
    return {
        "valid_from": revision.effective_on,
        "valid_to": None,
        "created_revision": revision.number,
        "ended_revision": None,
    }


def _grid(made: Mapping[str, Any], revision: RegistryRevision) -> dict[str, Any]:
    own = {name: made[name] for name in ("code", "community", "kind", "setting")}
    return {**own, "township": revision.township, **_begun(revision)}


def _memberships(writes: Mapping[str, Any], revision: RegistryRevision) -> list[dict[str, Any]]:
    pairs = [(unit, made["code"]) for made in writes["made"] for unit in made["units"]]
    pairs += [(move["unit"], move["grid"]) for move in writes["moves"]]
    return [{"unit_code": unit, "grid_code": grid, **_begun(revision)} for unit, grid in pairs]
