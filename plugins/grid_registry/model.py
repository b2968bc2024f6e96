"""The shapes in which the registry answers: frozen, plain values, no rows. No behaviour beyond adding up.

Geometry is GeoJSON in WGS 84 (`{"type": "Polygon", "coordinates": …}`, longitude first), or None where none is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

GeoJson = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the structural check has to say of a plan.

    Attributes:
        field: dotted path into the plan, e.g. `changes.0.parts.1.unit_ids` or `effective_date`.
        severity: `error` sends the plan back, `warning` is shown.
        code: stable, e.g. `UNIT_ORPHANED`.
        rule: the invariant of SPEC 6.3 behind it, e.g. `I5`; empty when there is none.
    """

    field: str
    severity: str
    code: str
    rule: str
    message_zh: str
    message_en: str

    def as_json(self) -> dict[str, str]:
        """Return the finding as it travels in process variables."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Community:
    """A community or an administrative village. `setting` is urban or rural, the default for its grids."""

    code: str
    name: str
    setting: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A grid unit: the atom that is distributed among grids.

    Attributes:
        type: residential_compound, building, street_segment, natural_village, villager_group or institution.
        institution: school, hospital, park, enterprise, public_institution, office_building, market, other; or empty.
        grid: code of the grid it belongs to at the time asked about, or None.
        synthetic: True for demo data: neither the figures nor the outline are real.
    """

    code: str
    community: str
    type: str
    institution: str
    name: str
    address: str
    households: int
    population: int
    population_as_of: date
    geometry: GeoJson | None
    synthetic: bool
    grid: str | None


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid at the time asked about. `boundary` is the union of its units' outlines.

    Attributes:
        kind: comprehensive or exclusive.
        setting: urban or rural.
        status: active or retired.
        valid_from, valid_to: first day in force, first day no longer (None: without end).
        institution: what the size rule takes it for: none, compound, school, hospital, park, enterprise, …
    """

    code: str
    name: str
    kind: str
    setting: str
    community: str
    status: str
    valid_from: date
    valid_to: date | None
    households: int
    population: int
    institution: str
    unit_codes: tuple[str, ...]
    boundary: GeoJson | None


@dataclass(frozen=True, slots=True)
class TownshipPicture:
    """All that a township has. `revision` is what a new plan takes as its `base_revision`.

    `retired` has the last names of its grids that are not in force any more, by code.
    """

    township: str
    name: str
    as_of: date | None
    revision: int
    communities: tuple[Community, ...]
    units: tuple[Unit, ...]
    grids: tuple[Grid, ...]
    retired: Mapping[str, str] = field(default_factory=dict)

    @property
    def synthetic(self) -> bool:
        """Whether anything shown is demo data."""
        return any(unit.synthetic for unit in self.units)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a plan: `step` is the element of the process (sign, review, decide)."""

    step: str
    actor_id: str
    actor_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """One applied division: what made or retired a grid. `applied_at` is aware, UTC."""

    number: int
    proposal_no: str
    process_instance_id: str
    effective_on: date
    applied_at: datetime
    plan_digest: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name a grid has borne since a day."""

    name: str
    valid_from: date
    revision: int


@dataclass(frozen=True, slots=True)
class GridDetail:
    """One grid with its units, names, lineage and the revisions that made and retired it."""

    grid: Grid
    units: tuple[Unit, ...]
    names: tuple[Name, ...]
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]
    created_by: Revision
    retired_by: Revision | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the size rule (decision `grid_size_check`, SPEC 9 D1) says of one resulting grid."""

    suggested_kind: str
    verdict: str
    justification_required: bool
    review_level: str
    explanation_zh: str
    explanation_en: str


@dataclass(frozen=True, slots=True)
class ResultingGrid:
    """A grid as it would be after a plan.

    Attributes:
        field: dotted path of the change or part in the plan that makes it.
        code: the code of a grid that goes on, or of one already created by the plan; else None.
        predecessors: codes of the grids it comes from (itself, for a grid that goes on).
        reasons: whether a justification is given.
        verdict: None when the size rule was not asked.
    """

    field: str
    code: str | None
    name: str
    kind: str
    setting: str
    community: str
    households: int
    population: int
    institution: str
    reasons: bool
    justification: str
    unit_codes: tuple[str, ...]
    predecessors: tuple[str, ...]
    boundary: GeoJson | None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan would give: the resulting grids with the size rule's verdicts, and the check's findings."""

    grids: tuple[ResultingGrid, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A proposal's before and after, for the grids it touches.

    `before` and `after` are GeoJSON FeatureCollections, one feature a grid; properties: code (None for a new grid that
    is not in force yet), name, kind, setting, households, population, community, change (retired, changed, created,
    renamed).
    `lineage` holds (index into before_grids, index into after_grids).
    """

    proposal_no: str
    before: GeoJson
    after: GeoJson
    before_grids: tuple[Grid, ...]
    after_grids: tuple[ResultingGrid, ...]
    lineage: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """The filing of an applied division with the city (R23). `remark` is recorded or query."""

    receipt_no: str
    remark: str
    note: str
    filed_at: datetime
    filed_by: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A division proposal. `plan`, `findings` and `checked_at` are of the last plan that was checked; None before.

    `milestone` and `state` are the process instance's: where it stands, and active, completed or cancelled. The diagram
    of `definition_id` has the milestone's translations.
    """

    no: str
    township: str
    township_name: str
    county: str
    instance_id: str
    definition_id: str
    created_at: datetime
    created_by: str
    state: str
    milestone: str
    plan: Mapping[str, Any] | None
    plan_digest: str | None
    base_revision: int | None
    effective_date: date | None
    checked_at: datetime | None
    findings: Sequence[Mapping[str, str]]
    revision: int | None
    filing: Filing | None
