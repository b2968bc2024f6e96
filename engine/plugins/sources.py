"""Where departments' plugins are found: entry points of installed distributions. Nothing is imported here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points
from pathlib import Path

GROUP = "onegrid.plugins"

Find = Callable[[], Iterable["Source"]]
"""Finds the plugins that are there now."""


@dataclass(frozen=True, slots=True)
class Source:
    """An entry point that names a department's plugin.

    Attributes:
        name: the entry point's name, which must be the plugin's.
        module: what the plugin's own process imports, e.g. `onegrid_urban_management.plugin`.
        distribution, version: which installed package says so.
        site: a folder of packages for this plugin alone, added to its process's path; None: the host's own.
        python: the interpreter that runs it, the host's or that of a virtual environment of its own.
        database: the address of the plugin's own database, where it owns tables; told over the pipe alone.
    """

    name: str
    module: str
    distribution: str = ""
    version: str = ""
    site: Path | None = None
    python: str = sys.executable
    database: str | None = field(default=None, repr=False, compare=False)


def installed() -> list[Source]:
    """Return the plugins installed in the host's environment, in the order of their names."""
    # entry_points() lists an editable installation once; distributions() would give it twice
    return _sorted(_source(point, point.dist) for point in entry_points(group=GROUP))


def installed_in(site: Path) -> list[Source]:
    """Return the plugins that are installed in a folder (`pip install --target`), in the order of their names."""
    return _sorted(
        _source(point, distribution, site)
        for distribution in distributions(path=[str(site)])
        for point in distribution.entry_points.select(group=GROUP)
    )


def finding(sources: Iterable[Source] | Find) -> Find:
    """Return what finds them: itself, or what gives the same ones each time."""
    if callable(sources):
        return sources
    known = tuple(sources)
    return lambda: known


def _source(point: EntryPoint, distribution: Distribution | None, site: Path | None = None) -> Source:
    name, version = (distribution.name, distribution.version) if distribution else ("", "")
    return Source(point.name, point.value, name, version, site)


def _sorted(sources: Iterable[Source] | Iterator[Source]) -> list[Source]:
    return sorted(sources, key=lambda source: (source.name, source.distribution))
