"""Reports that a department's plugin declares as data, over its own tables: `reports/*.json` of its content.

The host shows them; no code of the department runs for it. What a report may show is a table that the plugin declares.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.plugins.checks import Unfit
from engine.plugins.content import Content
from engine.plugins.own_tables import OwnTable

FOLDER = "reports"
Words = Mapping[str, str]
"""A text by language: `zh` and `en`."""

Rows = Callable[[int], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column that is shown. `words`: value → what people read in its place."""

    name: str
    title: Words
    words: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report of a plugin.

    Attributes:
        plugin, department: whose it is.
        name: of its file, without the ending.
        title: shown to people.
        table: one of the plugin's own.
        place: the column that says the place of a row, by which the host decides who may see it.
        columns: shown, in this order.
        count: the column by whose values rows are counted, or empty.
        groups: candidate groups beside the department's own staff that may see it.
        rows: gives the table's rows, at most so many.
    """

    plugin: str
    department: str
    name: str
    title: Words
    table: str
    place: str
    columns: Sequence[ReportColumn]
    count: str
    groups: frozenset[str]
    rows: Rows | None = field(default=None, compare=False, repr=False)


def reports_of(plugin: str, department: str, content: Content, tables: Sequence[OwnTable]) -> list[OwnReport]:
    """Return the reports of a plugin's content; raise Unfit for one that is wrong, with its file and what is."""
    columns = {table.name: {column.name for column in table.columns} for table in tables}
    found = []
    for path, data in content.of(FOLDER).items():
        try:
            found.append(_read(plugin, department, path, json.loads(data), columns))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unfit("content", f"{path}: {type(error).__name__}: {error}") from error
    return found


def _read(plugin: str, department: str, path: str, data: Any, tables: Mapping[str, set[str]]) -> OwnReport:
    table = data["table"]
    if table not in tables:
        raise ValueError(f"the plugin has no table {table!r}; it has {', '.join(sorted(tables)) or 'none'}")
    shown = [
        ReportColumn(
            each["name"],
            _words(each["title"]),
            {str(value): _words(words) for value, words in each.get("words", {}).items()},
        )
        for each in data["columns"]
    ]
    named = [data["place"], *(each.name for each in shown), *filter(None, [data.get("count", "")])]
    if unknown := sorted(set(named) - tables[table]):
        raise ValueError(f"table {table} has no column {', '.join(unknown)}")
    name = path.rpartition("/")[2].partition(".")[0]
    groups = frozenset(str(group) for group in data.get("groups", ()))
    title = _words(data["title"])
    return OwnReport(plugin, department, name, title, table, data["place"], shown, data.get("count", ""), groups)


def _words(data: Mapping[str, Any]) -> Words:
    return {"zh": str(data["zh"]), "en": str(data["en"])}
