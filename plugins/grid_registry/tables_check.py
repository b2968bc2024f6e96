"""No separate grids in departments' tables: what a table or column may not be, by name, type and reference.

Asked of what a plugin declares, and of what its database holds once it is migrated. On PostgreSQL an event trigger says
the same (`rights.py`); what a plain text hides is looked for every night (`hidden.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from engine.core_api import OwnColumn, OwnTable
from plugins.grid_registry.likenesses import GRID, SHAPE, SPATIAL, TABLE

REGISTRY: Final = frozenset({"grid.code", "public.grid.code"})


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\m", r"\b").replace(r"\M", r"\b"), re.IGNORECASE)


_TABLE, _SHAPE, _SPATIAL, _GRID = map(_compiled, (TABLE, SHAPE, SPATIAL, GRID))


def check(plugin: str, tables: Sequence[OwnTable]) -> list[str]:
    """Return what is wrong with a department's tables, one sentence each, Chinese and English."""
    return [text for table in tables for text in _of_table(plugin, table)]


def _of_table(plugin: str, table: OwnTable) -> Iterator[str]:
    if _TABLE.search(table.name.removeprefix(f"{plugin}_")):
        yield (
            f"数据表 {table.name} 像是另行划分的网格，请以外键引用网格登记册"
            f" / table {table.name} looks like a division of its own: refer to the one registry instead"
        )
    for column in table.columns:
        yield from _of_column(table, column)


def _of_column(table: OwnTable, column: OwnColumn) -> Iterator[str]:
    where = f"{table.name}.{column.name}"
    if _SHAPE.search(column.name) or _SPATIAL.search(column.type):
        yield (
            f"字段 {where}（{column.type}）保存图形，图形只在网格登记册里"
            f" / column {where} ({column.type}) holds a shape; only the registry holds shapes"
        )
    if _GRID.search(column.name) and not any(each.target in REGISTRY for each in column.references):
        yield (
            f"字段 {where} 指网格，却没有引用网格登记册的外键"
            f" / column {where} names a grid without a foreign key to grid.code"
        )
