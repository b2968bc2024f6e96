"""The registry's door for everybody else: questions about grids, and the one way to start changing them, a proposal.

Nothing here writes a grid. `changes.py` does, called by the process `grid-division` alone.
"""

from plugins.grid_registry.difference import difference
from plugins.grid_registry.drawing import Drawing
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
from plugins.grid_registry.picture import grid, grid_of_unit, township_picture
from plugins.grid_registry.place import grid_at
from plugins.grid_registry.place_map import place_map, township_map
from plugins.grid_registry.plans import proposal, proposals, register_proposal
from plugins.grid_registry.preview import preview, verdicts
from plugins.grid_registry.reach import divided as divided_townships
from plugins.grid_registry.standing import GridStanding, heirs, standing, standing_in
from plugins.grid_registry.units import NewUnit, UnitsRefused, register_units

__all__ = [
    "Community",
    "Difference",
    "Drawing",
    "Filing",
    "Finding",
    "GeoJson",
    "Grid",
    "GridDetail",
    "GridStanding",
    "Name",
    "NewUnit",
    "Preview",
    "Proposal",
    "ResultingGrid",
    "Revision",
    "Signature",
    "TownshipPicture",
    "Unit",
    "UnitsRefused",
    "Verdict",
    "difference",
    "divided_townships",
    "grid",
    "grid_at",
    "grid_of_unit",
    "heirs",
    "place_map",
    "preview",
    "proposal",
    "proposals",
    "register_proposal",
    "register_units",
    "standing",
    "standing_in",
    "township_map",
    "township_picture",
    "verdicts",
]
