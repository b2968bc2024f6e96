"""Proposals and their plans: numbering, starting, keeping each checked version, filing, listing. No grid is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import TIMEZONE, Forbidden, NotFound, OrgUnit, ProcessInstance, Work, below
from plugins.grid_registry.codes import next_proposal_no, proposal_prefix
from plugins.grid_registry.gate import PLANS, opened
from plugins.grid_registry.model import Filing, Finding, Proposal
from plugins.grid_registry.plan import digest, plain, read
from plugins.grid_registry.tables import DivisionPlan, DivisionProposal, FilingRecord, RegistryRevision

PROCESS = "grid-division"
CLERK = "township_clerk"


def register_proposal(work: Work, township: str) -> str:
    """Start a grid-division process for a township; return the proposal's number `HF-<township>-<year>-<seq>`.

    Raises:
        Forbidden: the actor is not a clerk of this township (I19).
        NotFound: no such township.
    """
    if not any(post.group == CLERK and post.org_unit == township for post in work.actor.posts):
        raise Forbidden(f"只有乡镇（街道）{township} 的经办人可以发起网格划分。", township=township)
    # the row lock makes two clerks of one township take their numbers one after the other
    unit = work.session.get(OrgUnit, township, with_for_update=True)
    if unit is None or unit.kind != "township":
        raise NotFound(township=township)
    now = work.clock.now()
    no = _next_no(work.session, township, now)
    county, city = _above(unit)
    places = {"township": township, "township_name": unit.name, "county": county, "city": city}
    variables = {"proposal": {"no": no, **places}}
    instance = work.instances.start(PROCESS, variables, business_key=no, org_unit=township)
    proposal = DivisionProposal(
        no=no,
        township=township,
        org_path=unit.path,
        process_instance_id=instance.id,
        created_at=now,
        created_by=work.actor.id,
        created_by_name=work.actor.name,
    )
    with opened(work.session, PLANS):
        work.session.add(proposal)
    return no


def _next_no(session: Session, township: str, now: datetime) -> str:
    year = now.astimezone(TIMEZONE).year
    prefix = proposal_prefix(township, year)
    taken = session.scalars(sa.select(DivisionProposal.no).where(DivisionProposal.no.startswith(prefix)))
    return next_proposal_no(township, year, taken)


def _above(township: OrgUnit) -> tuple[str, str]:
    """Return the codes of the township's county and city, from its path `/city/county/township/`."""
    city, county, *_ = township.path.strip("/").split("/")
    return county, city


def of_instance(session: Session, no: str, instance_id: str) -> DivisionProposal:
    """Return a proposal's row for the process instance that deals with it.

    Raises:
        NotFound: no such proposal, or another instance's: a process works on its own proposal only.
    """
    row = session.get(DivisionProposal, no)
    if row is None or row.process_instance_id != instance_id:
        raise NotFound(f"方案 {no} 不属于本流程。", proposal_no=no)
    return row


def last_plan(session: Session, no: str) -> DivisionPlan | None:
    """Return the last version of a proposal's plan that was checked."""
    select = (
        sa.select(DivisionPlan).where(DivisionPlan.proposal_no == no).order_by(DivisionPlan.version.desc()).limit(1)
    )
    return session.scalars(select).one_or_none()


def keep(
    session: Session,
    no: str,
    raw: Mapping[str, Any],
    findings: Sequence[Finding],
    grids: Sequence[Mapping[str, Any]],
    writes: Mapping[str, Any],
    at: datetime,
) -> None:
    """Keep a plan as it was checked, as the next version. `writes`: what applying it writes; empty when refused."""
    before = last_plan(session, no)
    plan = read(raw)
    with opened(session, PLANS):
        session.add(
            DivisionPlan(
                proposal_no=no,
                version=before.version + 1 if before else 1,
                plan=plain(raw),
                digest=digest(raw),
                base_revision=plan.base_revision,
                effective_on=plan.effective_on,
                findings=[finding.as_json() for finding in findings],
                grids=list(grids),
                writes=dict(writes),
                checked_at=at,
            )
        )


def file(session: Session, no: str, filing: Filing, by: str) -> None:
    """Record that an applied division was filed with the city (R23); `by` is the person's id.

    Raises:
        NotFound: the proposal was not applied.
    """
    if session.scalar(sa.select(RegistryRevision.number).where(RegistryRevision.proposal_no == no)) is None:
        raise NotFound(f"方案 {no} 尚未生效，不能备案。", proposal_no=no)
    with opened(session, PLANS):
        session.add(
            FilingRecord(
                proposal_no=no,
                receipt_no=filing.receipt_no,
                remark=filing.remark,
                note=filing.note,
                filed_at=filing.filed_at,
                filed_by=by,
                filed_by_name=filing.filed_by,
            )
        )


def proposal(session: Session, no: str) -> Proposal:
    """Return one proposal. Raises NotFound. Not scoped: callers check the instance with `work.instances.get`."""
    found = _proposals(session, DivisionProposal.no == no, 1)
    if not found:
        raise NotFound(proposal_no=no)
    return found[0]


def proposals(session: Session, org_path: str, limit: int = 100) -> list[Proposal]:
    """Return the proposals of the townships at or below an org path, the latest first."""
    return _proposals(session, below(DivisionProposal.org_path, org_path), limit)


def _proposals(session: Session, condition: sa.ColumnElement[bool], limit: int) -> list[Proposal]:
    last = (
        sa.select(DivisionPlan.proposal_no, sa.func.max(DivisionPlan.version).label("version"))
        .group_by(DivisionPlan.proposal_no)
        .subquery()
    )
    select = (
        sa.select(
            DivisionProposal,
            OrgUnit.name,
            ProcessInstance.definition_id,
            ProcessInstance.county,
            ProcessInstance.state,
            ProcessInstance.milestone,
            DivisionPlan,
            RegistryRevision.number,
            FilingRecord,
        )
        .join(OrgUnit, OrgUnit.code == DivisionProposal.township)
        .join(ProcessInstance, ProcessInstance.id == DivisionProposal.process_instance_id)
        .outerjoin(last, last.c.proposal_no == DivisionProposal.no)
        .outerjoin(
            DivisionPlan,
            sa.and_(DivisionPlan.proposal_no == last.c.proposal_no, DivisionPlan.version == last.c.version),
        )
        .outerjoin(RegistryRevision, RegistryRevision.proposal_no == DivisionProposal.no)
        .outerjoin(FilingRecord, FilingRecord.proposal_no == DivisionProposal.no)
        .where(condition)
        .order_by(DivisionProposal.created_at.desc(), DivisionProposal.no.desc())
        .limit(limit)
    )
    return [_proposal(*row) for row in session.execute(select)]


def _proposal(  # noqa: PLR0913, PLR0917  one argument a column of the select above
    row: DivisionProposal,
    township_name: str,
    definition_id: str,
    county: str,
    state: str,
    milestone: str,
    plan: DivisionPlan | None,
    revision: int | None,
    filed: FilingRecord | None,
) -> Proposal:
    return Proposal(
        no=row.no,
        township=row.township,
        township_name=township_name,
        county=county,
        instance_id=row.process_instance_id,
        definition_id=definition_id,
        created_at=row.created_at,
        created_by=row.created_by_name,
        state=state,
        milestone=milestone,
        plan=plan.plan if plan else None,
        plan_digest=plan.digest if plan else None,
        base_revision=plan.base_revision if plan else None,
        effective_date=plan.effective_on if plan else None,
        checked_at=plan.checked_at if plan else None,
        findings=plan.findings if plan else (),
        revision=revision,
        filing=Filing(filed.receipt_no, filed.remark, filed.note, filed.filed_at, filed.filed_by_name)
        if filed
        else None,
    )
