"""Registering grid units: the atoms that grids are made of. It makes no grid and changes none.

A unit is base data, like a house number. Which grid it belongs to is the division's business alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from plugins.grid_registry import geometry
from plugins.grid_registry.gate import UNITS, opened
from plugins.grid_registry.tables import GridUnit

TYPES: Final = (
    "residential_compound",
    "building",
    "street_segment",
    "natural_village",
    "villager_group",
    "institution",
)
CODE: Final = re.compile(r"(?P<community>\d{12})-U(?P<number>\d{3})")


class UnitsRefused(Exception):
    """Units that cannot be registered: a bad code or type, a code already taken, or outlines that overlap."""


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be registered; `geometry` is a GeoJSON polygon in WGS 84. See model.Unit for the rest."""

    code: str
    type: str
    institution: str
    name: str
    address: str
    households: int
    population: int
    population_as_of: date
    population_source: str
    geometry: Mapping[str, Any] | None
    synthetic: bool
    valid_from: date

    @property
    def community(self) -> str:
        """The community that the code names."""
        return self.code[:12]


def register_units(session: Session, units: Sequence[NewUnit]) -> None:
    """Register units, all of them or none.

    Raises:
        UnitsRefused: a code or type is wrong, a code is taken, or two units of a community overlap (I6).
    """
    for unit in units:
        _refuse_malformed(unit)
    communities = {unit.community for unit in units}
    present = session.scalars(sa.select(GridUnit).where(GridUnit.community.in_(communities))).all()
    count = Counter([*(row.code for row in present), *(unit.code for unit in units)])
    twice = sorted(code for code, times in count.items() if times > 1)
    if twice:
        raise UnitsRefused(f"单元编码已被使用：{'、'.join(twice)}")
    _refuse_overlaps([*present, *units])
    with opened(session, UNITS):
        session.add_all(_row(unit) for unit in units)


def _refuse_malformed(unit: NewUnit) -> None:
    if not CODE.fullmatch(unit.code):
        raise UnitsRefused(f"单元编码 {unit.code} 不合规则：12 位村（社区）代码-U 加 3 位数字")
    if unit.type not in TYPES or (unit.type == "institution") != bool(unit.institution):
        raise UnitsRefused(f"单元 {unit.code} 的类别不对：{unit.type} {unit.institution}")


def _refuse_overlaps(units: Sequence[GridUnit | NewUnit]) -> None:
    for community in sorted({unit.community for unit in units}):
        outlines = {unit.code: unit.geometry for unit in units if unit.community == community}
        found = geometry.overlaps(outlines)
        if found:
            raise UnitsRefused("单元范围重叠：" + "；".join(f"{first} 与 {second}" for first, second in found))


def _row(unit: NewUnit) -> GridUnit:
    west, south, east, north = geometry.bounds(unit.geometry)
    return GridUnit(
        code=unit.code,
        community=unit.community,
        type=unit.type,
        institution=unit.institution,
        name=unit.name,
        address=unit.address,
        households=unit.households,
        population=unit.population,
        population_as_of=unit.population_as_of,
        population_source=unit.population_source,
        geometry=dict(unit.geometry) if unit.geometry is not None else None,
        west=west,
        south=south,
        east=east,
        north=north,
        synthetic=unit.synthetic,
        valid_from=unit.valid_from,
    )
