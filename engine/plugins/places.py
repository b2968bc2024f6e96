"""Plugins outside of the host's own environment: virtual environments, folders of packages, and projects as written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from engine.plugins.sources import GROUP, Find, Source, installed, installed_in


def finding_in(places: Iterable[Path]) -> Find:
    """Return what finds the plugins installed in the host's environment and those at the places."""
    known = tuple(places)
    return lambda: [*installed(), *(source for place in known for source in sources_at(place))]


def sources_at(place: Path) -> list[Source]:
    """Return the plugins at a place.

    Args:
        place: a virtual environment, whose own Python runs its plugins; a folder that `pip install --target` has
            filled; a project folder with a pyproject.toml, for its author; or a folder of such. One that is missing
            has no plugins.
    """
    if (place / "pyvenv.cfg").is_file():
        return _in_environment(place)
    if (place / "pyproject.toml").is_file():
        return _in_project(place)
    if not place.is_dir() or any(place.glob("*.dist-info")):
        return installed_in(place)
    return [source for each in sorted(place.iterdir()) if each.is_dir() for source in _below(each)]


def _below(place: Path) -> list[Source]:
    """Return the plugins of one place within a folder; deeper ones are not looked for."""
    if (place / "pyvenv.cfg").is_file() or (place / "pyproject.toml").is_file() or any(place.glob("*.dist-info")):
        return sources_at(place)
    return []


def _in_environment(place: Path) -> list[Source]:
    python = place / "bin" / "python"
    sites = sorted((place / "lib").glob("python*/site-packages"))
    return [replace(source, site=None, python=str(python)) for site in sites for source in installed_in(site)]


def _in_project(place: Path) -> list[Source]:
    """Return the plugins that a project declares, run from where they are written. A broken file declares none."""
    try:
        project = tomllib.loads((place / "pyproject.toml").read_text()).get("project", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return []
    points = project.get("entry-points", {}).get(GROUP, {})
    site = place / "src" if (place / "src").is_dir() else place
    name, version = str(project.get("name", "")), str(project.get("version", ""))
    return [Source(plugin, str(module), name, version, site) for plugin, module in sorted(points.items())]
