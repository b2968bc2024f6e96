"""What tables and columns of a department would be a division of its own by: names and types, as regular expressions.

They are written so that Python and PostgreSQL read them alike: the check at load (`tables_check.py`) and the event
trigger (`rights.py`) say the same.
"""

from __future__ import annotations

from typing import Final

TABLE: Final = (
    "(^|_)(sub|micro|mini|own|dept)?_?"
    "(grids?|cells?|zones?|zonings?|boundar(y|ies)|polygons?|precincts?|districts?|sectors?|beats?|blocks?|subareas?"
    "|parcels?|wards?)($|_)"
    "|网格|格子|片区|分区|辖区|责任区|责任片|包片|边界|四至"
)
"""Names of tables that are a division. Not case-sensitive."""

SHAPE: Final = (
    "(^|_)(geom(etry|etries)?|geo_?json|wkt|wkb|boundar(y|ies)|polygons?|outlines?|perimeters?|vertices|vertex"
    "|coordinates?|coords|bbox|shapes?|rings?|extent|hull|geohash(es)?)($|_)"
    "|边界|范围|轮廓|坐标|四至|图形"
)
"""Names of columns that hold a shape. Not case-sensitive."""

SPATIAL: Final = (
    "geo(metry|graphy)|raster|polygon|linestring|multipoint|box2d|box3d|\\mpoint\\M|\\mpath\\M|\\mbox\\M|\\mcircle\\M"
    "|\\mlseg\\M|\\mline\\M|\\mcube\\M|(double precision|real|numeric|float[48]?|decimal)(\\(.*\\))?\\[\\]"
)
"""Types of columns that hold a shape, lists of numbers among them. `\\m` and `\\M`: a word's beginning and end."""

GRID: Final = "(^|_)grids?($|_)|网格"
"""Names of columns that say a grid: they must refer to the registry."""
