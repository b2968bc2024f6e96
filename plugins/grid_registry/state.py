"""A township as the registry has it: now, on a day, or after a revision. Read only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import NotFound, OrgUnit
from plugins.grid_registry.model import Community, Unit
from plugins.grid_registry.tables import (
    Grid,
    GridUnit,
    GridUnitMembership,
    GridVersion,
    InForce,
    RegistryRevision,
)

SETTING_OF = {"community": "urban", "village": "rural"}
"""The default setting by the kind of committee: 居委会 urban, 村委会 rural (SPEC 6.1)."""


@dataclass(frozen=True, slots=True)
class HeldGrid:
    """A grid as held in a state: its own data and its units' codes, sorted."""

    code: str
    name: str
    kind: str
    setting: str
    community: str
    valid_from: date
    valid_to: date | None
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """The proposal behind a revision, and the day it took effect."""

    proposal_no: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class EndedGrid:
    """A grid that is not in force any more: its last name, its kind, and what ended it."""

    name: str
    kind: str
    by: Decided


@dataclass(frozen=True, slots=True)
class State:
    """A township's communities, units and grids, by code.

    Attributes:
        revision: the highest revision of the whole registry that the state includes; a new plan's base.
        changed: community → the last revision that changed any grid of it.
        retired: the township's grids that are not in force any more.
        decided: what is behind the revisions of `changed`, by number.
    """

    township: str
    name: str
    revision: int
    communities: Mapping[str, Community]
    units: Mapping[str, Unit]
    grids: Mapping[str, HeldGrid]
    retired: Mapping[str, EndedGrid]
    changed: Mapping[str, int]
    decided: Mapping[int, Decided]

    def units_of(self, community: str) -> list[Unit]:
        """Return the units of a community."""
        return [unit for unit in self.units.values() if unit.community == community]


@dataclass(frozen=True, slots=True)
class Moment:
    """Which state is asked for: the one in force on a day, the one after a revision, or the latest."""

    on: date | None = None
    revision: int | None = None

    def holds(self, row: type[InForce]) -> sa.ColumnElement[bool]:
        """Return the condition that a dated row is in force at the moment."""
        if self.on is not None:
            return sa.and_(row.valid_from <= self.on, sa.or_(row.valid_to.is_(None), row.valid_to > self.on))
        if self.revision is not None:
            return sa.and_(
                row.created_revision <= self.revision,
                sa.or_(row.ended_revision.is_(None), row.ended_revision > self.revision),
            )
        return row.ended_revision.is_(None)

    def named(self) -> sa.ColumnElement[bool]:
        """Return the condition that a grid's name was given by the moment."""
        if self.on is not None:
            return GridVersion.valid_from <= self.on
        return GridVersion.revision <= self.revision if self.revision is not None else sa.true()


LATEST = Moment()


def load(session: Session, township: str, moment: Moment = LATEST) -> State:
    """Return the state of a township at a moment. Raises NotFound for a code that is no township."""
    row = session.get(OrgUnit, township)
    if row is None or row.kind != "township":
        raise NotFound(township=township)
    communities = _communities(session, township)
    membership = _membership(session, communities, moment)
    grids = _grids(session, township, membership, moment)
    changed = _changed(session, communities)
    return State(
        township=township,
        name=row.name,
        revision=last_revision(session) if moment.revision is None else moment.revision,
        communities=communities,
        units=_units(session, communities, membership, moment),
        grids=grids,
        retired=_retired(session, township, grids),
        changed=changed,
        decided=_decided(session, changed.values()),
    )


def last_revision(session: Session) -> int:
    """Return the number of the last revision of the registry; 0 before the first."""
    return session.scalar(sa.select(sa.func.max(RegistryRevision.number))) or 0


def unit_of(row: GridUnit, grid: str | None) -> Unit:
    """Return a unit's row as a value, with the grid it belongs to at the moment asked about."""
    return Unit(
        code=row.code,
        community=row.community,
        type=row.type,
        institution=row.institution,
        name=row.name,
        address=row.address,
        households=row.households,
        population=row.population,
        population_as_of=row.population_as_of,
        geometry=row.geometry,
        synthetic=row.synthetic,
        grid=grid,
    )


def names(session: Session, codes: Sequence[str], moment: Moment) -> dict[str, str]:
    """Return the names that grids bear at a moment."""
    select = (
        sa.select(GridVersion.grid_code, GridVersion.name)
        .where(GridVersion.grid_code.in_(codes), moment.named())
        .order_by(GridVersion.revision)
    )
    return {code: name for code, name in session.execute(select)}  # the last one given stays


def _communities(session: Session, township: str) -> dict[str, Community]:
    select = (
        sa.select(OrgUnit).where(OrgUnit.parent_code == township, OrgUnit.kind.in_(SETTING_OF)).order_by(OrgUnit.code)
    )
    return {row.code: Community(row.code, row.name, SETTING_OF[row.kind]) for row in session.scalars(select)}


def _membership(session: Session, communities: Mapping[str, Any], moment: Moment) -> dict[str, str]:
    """Return unit → grid."""
    select = (
        sa.select(GridUnitMembership.unit_code, GridUnitMembership.grid_code)
        .join(GridUnit, GridUnit.code == GridUnitMembership.unit_code)
        .where(GridUnit.community.in_(communities), moment.holds(GridUnitMembership))
    )
    return {unit: grid for unit, grid in session.execute(select)}


def _units(
    session: Session, communities: Mapping[str, Any], membership: Mapping[str, str], moment: Moment
) -> dict[str, Unit]:
    select = sa.select(GridUnit).where(GridUnit.community.in_(communities)).order_by(GridUnit.code)
    if moment.on is not None:
        select = select.where(
            GridUnit.valid_from <= moment.on, sa.or_(GridUnit.valid_to.is_(None), GridUnit.valid_to > moment.on)
        )
    else:
        select = select.where(GridUnit.valid_to.is_(None))
    return {row.code: unit_of(row, membership.get(row.code)) for row in session.scalars(select)}


def _grids(session: Session, township: str, membership: Mapping[str, str], moment: Moment) -> dict[str, HeldGrid]:
    """Return the grids in force."""
    rows = session.scalars(sa.select(Grid).where(Grid.township == township, moment.holds(Grid)).order_by(Grid.code))
    held = {row.code: row for row in rows}
    units: dict[str, list[str]] = {}
    for unit, grid in sorted(membership.items()):
        units.setdefault(grid, []).append(unit)
    called = names(session, list(held), moment)
    return {
        code: HeldGrid(
            code=code,
            name=called.get(code, code),
            kind=row.kind,
            setting=row.setting,
            community=row.community,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            units=tuple(units.get(code, ())),
        )
        for code, row in held.items()
    }


def _retired(session: Session, township: str, held: Mapping[str, HeldGrid]) -> dict[str, EndedGrid]:
    """Return the grids that have ended and are not among those held."""
    select = (
        sa.select(Grid.code, Grid.kind, RegistryRevision.proposal_no, RegistryRevision.effective_on)
        .join(RegistryRevision, RegistryRevision.number == Grid.ended_revision)
        .where(Grid.township == township)
        .order_by(Grid.code)
    )
    ended = [row for row in session.execute(select) if row.code not in held]
    called = names(session, [row.code for row in ended], LATEST)
    return {
        row.code: EndedGrid(called.get(row.code, row.code), row.kind, Decided(row.proposal_no, row.effective_on))
        for row in ended
    }


def _decided(session: Session, revisions: Iterable[int]) -> dict[int, Decided]:
    select = sa.select(RegistryRevision).where(RegistryRevision.number.in_(set(revisions)))
    return {row.number: Decided(row.proposal_no, row.effective_on) for row in session.scalars(select)}


def _changed(session: Session, communities: Mapping[str, Any]) -> dict[str, int]:
    """Return community → last revision in which a grid of it began, ended, was renamed or gained or lost a unit."""
    begun = sa.select(Grid.community, sa.func.max(Grid.created_revision), sa.func.max(Grid.ended_revision))
    named = sa.select(Grid.community, sa.func.max(GridVersion.revision)).join(
        GridVersion, GridVersion.grid_code == Grid.code
    )
    moved = sa.select(
        Grid.community,
        sa.func.max(GridUnitMembership.created_revision),
        sa.func.max(GridUnitMembership.ended_revision),
    ).join(GridUnitMembership, GridUnitMembership.grid_code == Grid.code)
    last = dict.fromkeys(communities, 0)
    for select in (begun, named, moved):
        for community, *revisions in session.execute(
            select.where(Grid.community.in_(communities)).group_by(Grid.community)
        ):
            last[community] = max(last[community], *(number or 0 for number in revisions))
    return last
