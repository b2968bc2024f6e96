"""Divisions hidden in plain data: shapes written as text, grids that nobody registered, and groupings of places.

Names and types are checked when a plugin is loaded (`tables_check.py`); this looks at what is in the columns. It points
at what a person should look at, and proves nothing.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plugins.grid_registry.codes import GRID_CODE

SAMPLE: Final = 200
"""Characters of a value that are kept to be shown."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What was found in one column. `kind`: shape, unknown_grid, places, grouping or unreadable; `count`: values."""

    table: str
    column: str
    kind: str
    count: int
    sample: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry knows: codes of grids that ever were, codes and names of units."""

    grids: Collection[str]
    units: Collection[str]


_WKT: Final = re.compile(r"\b(multi)?(polygon|linestring|surface|curve)\s*(z|m|zm)?\s*\(", re.IGNORECASE)
_GEOJSON: Final = re.compile(r'"(coordinates|rings|paths)"\s*:\s*\[|"type"\s*:\s*"(Multi)?(Polygon|LineString)"')
_WKB: Final = re.compile(r"^(00|01)(000000)?(02|03|05|06)(000000|000020)?[0-9a-f]{40,}$", re.IGNORECASE)
_PAIR: Final = re.compile(r"\d{2,3}\.\d{3,}\s*[,;，；\s]\s*-?\d{1,3}\.\d{3,}")
_CORNERS: Final = 3
_BASE64: Final = re.compile(r"^[A-Za-z0-9+/]{40,}={0,2}$")


def is_shape(value: str) -> bool:
    """Return whether a text says a shape: WKT, GeoJSON, WKB in hexadecimal, or three positions; in base64 too."""
    if _WKT.search(value) or _GEOJSON.search(value) or _WKB.match(value) or len(_PAIR.findall(value)) >= _CORNERS:
        return True
    if not _BASE64.match(value):
        return False
    try:
        inner = b64decode(value, validate=True)
    except (NotBase64, ValueError):
        return False
    return is_shape(inner.decode("latin-1")) or bool(_WKB.match(inner.hex()))


_SEPARATED: Final = re.compile(r"[、,，;；/|\n]+")
_PLACE: Final = re.compile(
    r"(路|街|巷|里|弄|苑|园|村|组|小区|社区|大道|广场|\d+[号栋幢])(\s*(以?[东南西北](侧|段)?|全段|两侧))?$"
)
_PLACES: Final = 4


def is_list_of_places(value: str) -> bool:
    """Return whether a text lists four streets, compounds or houses at least: an area in all but name."""
    parts = [part.strip() for part in _SEPARATED.split(value) if part.strip()]
    return len(parts) >= _PLACES and sum(bool(_PLACE.search(part)) for part in parts) >= 0.8 * len(parts)


def look(table: str, rows: Sequence[Row], known: Known) -> list[Hidden]:
    """Return what looks like a division in some rows of a table, in the order of its columns."""
    columns = list(rows[0]) if rows else []
    found = [hidden for column in columns for hidden in _of_column(table, column, rows, known)]
    return found + list(_groupings(table, columns, rows, known))


def _of_column(table: str, column: str, rows: Sequence[Row], known: Known) -> Iterator[Hidden]:
    texts = [text for row in rows if (text := _text(row[column]))]
    tests: tuple[tuple[str, Callable[[str], object]], ...] = (
        ("shape", is_shape),
        ("places", is_list_of_places),
        ("unknown_grid", lambda text: GRID_CODE.fullmatch(text) and text not in known.grids),
    )
    for kind, is_so in tests:
        hits = [text for text in texts if is_so(text)]
        if hits:
            yield Hidden(table, column, kind, len(hits), hits[0][:SAMPLE])


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return "" if value is None or isinstance(value, bool) else str(value)


_FEWEST_PLACES: Final = 6
_AGREEMENT: Final = 0.95


def _groupings(table: str, columns: Sequence[str], rows: Sequence[Row], known: Known) -> Iterator[Hidden]:
    """Yield columns whose few values put places into groups: each place always in the same, several in each."""
    registered = {*known.grids, *known.units}
    for place in columns:
        named = [row for row in rows if _text(row[place]) in registered]
        if len(named) < max(_FEWEST_PLACES, len(rows) // 2):
            continue
        for column in columns:
            if column != place and (sample := _grouping(named, place, column)):
                yield Hidden(table, column, "grouping", len(named), sample[:SAMPLE])


def _grouping(rows: Sequence[Row], place: str, column: str) -> str:
    """Return how a column groups places, as text; empty when it does not."""
    values: dict[str, list[str]] = {}
    for row in rows:
        values.setdefault(_text(row[place]), []).append(_text(row[column]))
    groups: dict[str, set[str]] = {}
    agreeing = 0
    for where, said in values.items():
        most = max(set(said), key=said.count)
        agreeing += said.count(most)
        groups.setdefault(most, set()).add(where)
    few = 2 <= len(groups) <= len(values) // 2
    if len(values) < _FEWEST_PLACES or not few or "" in groups or agreeing < _AGREEMENT * len(rows):
        return ""
    return "; ".join(f"{value}: {'、'.join(sorted(places)[:3])}…" for value, places in sorted(groups.items())[:4])
