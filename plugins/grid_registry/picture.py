"""Pictures of the registry for people: a township with its grids, one grid with its history. Read only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import NotFound
from plugins.grid_registry import geometry
from plugins.grid_registry.model import Grid, GridDetail, Name, Revision, Signature, TownshipPicture, Unit
from plugins.grid_registry.size import figures
from plugins.grid_registry.state import LATEST, HeldGrid, Moment, load
from plugins.grid_registry.tables import Grid as GridRow
from plugins.grid_registry.tables import GridLineage, GridUnitMembership, GridVersion, RegistryRevision


def township_picture(session: Session, township: str, as_of: date | None = None) -> TownshipPicture:
    """Return the township's communities, units and grids in force on a day, or as they stand now. Raises NotFound."""
    state = load(session, township, Moment(on=as_of) if as_of else LATEST)
    return TownshipPicture(
        township=state.township,
        name=state.name,
        as_of=as_of,
        revision=state.revision,
        communities=tuple(state.communities.values()),
        units=tuple(state.units.values()),
        grids=tuple(grid_value(held, state.units) for held in state.grids.values()),
        retired={code: ended.name for code, ended in state.retired.items()},
    )


def grid_value(held: HeldGrid, units: Mapping[str, Unit], *, retired: bool = False) -> Grid:
    """Return a held grid with its figures and its boundary."""
    own = [units[code] for code in held.units if code in units]
    added = figures(own)
    return Grid(
        code=held.code,
        name=held.name,
        kind=held.kind,
        setting=held.setting,
        community=held.community,
        status="retired" if retired else "active",
        valid_from=held.valid_from,
        valid_to=held.valid_to,
        households=added.households,
        population=added.population,
        institution=added.institution,
        unit_codes=held.units,
        boundary=geometry.union(unit.geometry for unit in own),
    )


def grid(session: Session, code: str) -> GridDetail:
    """Return one grid, in force or retired, with its history; a retired one as it was at its end. Raises NotFound."""
    row = session.get(GridRow, code)
    if row is None:
        raise NotFound(grid=code)
    ended = row.ended_revision
    state = load(session, row.township, LATEST if ended is None else Moment(revision=ended - 1))
    held = state.grids[code]
    versions = session.scalars(
        sa.select(GridVersion).where(GridVersion.grid_code == code).order_by(GridVersion.revision)
    )
    lineage = session.scalars(
        sa.select(GridLineage)
        .where(sa.or_(GridLineage.predecessor == code, GridLineage.successor == code))
        .order_by(GridLineage.predecessor, GridLineage.successor)
    ).all()
    return GridDetail(
        grid=grid_value(held, state.units, retired=ended is not None),
        units=tuple(state.units[unit] for unit in held.units if unit in state.units),
        names=tuple(Name(version.name, version.valid_from, version.revision) for version in versions),
        predecessors=tuple(line.predecessor for line in lineage if line.successor == code),
        successors=tuple(line.successor for line in lineage if line.predecessor == code),
        created_by=_revision(session.get_one(RegistryRevision, row.created_revision)),
        retired_by=_revision(session.get_one(RegistryRevision, ended)) if ended is not None else None,
    )


def grid_of_unit(session: Session, unit: str, on: date) -> str | None:
    """Return the code of the grid that the unit belonged to on that day (I18), or None."""
    select = sa.select(GridUnitMembership.grid_code).where(
        GridUnitMembership.unit_code == unit, Moment(on=on).holds(GridUnitMembership)
    )
    return session.scalars(select).one_or_none()


def _revision(row: RegistryRevision) -> Revision:
    return Revision(
        number=row.number,
        proposal_no=row.proposal_no,
        process_instance_id=row.process_instance_id,
        effective_on=row.effective_on,
        applied_at=row.applied_at,
        plan_digest=row.plan_digest,
        signatures=tuple(
            Signature(each["step"], each["actor_id"], each["actor_name"], datetime.fromisoformat(each["at"]))
            for each in row.signatures
        ),
    )
