"""The folders of `processes/` beside what is deployed: which the studio or somebody else has gone beyond.

A start deploys what is new in the folders, and never takes back what was deployed since; see the README's decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from engine.bundle import Bundle, read_bundle
from engine.tables.definitions import Origin

if TYPE_CHECKING:
    from engine.work import Work


class Standing(StrEnum):
    """How a folder compares with what is deployed of it.

    NEW: never seen like this, and only files were deployed so far; CURRENT: deployed; PASSED: was deployed once, and
    something else since; APART: changed in the folder, and changed in the studio as well.
    """

    NEW = "new"
    CURRENT = "current"
    PASSED = "passed"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it is on disk. `drawn`: what is deployed now came from the studio."""

    bundle: Bundle
    standing: Standing
    drawn: bool

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.bundle.name


def bundles(processes: Path) -> Iterator[Bundle]:
    """Give the folders that hold anything to deploy, by name."""
    for folder in sorted(path for path in processes.iterdir() if path.is_dir()):
        bundle = read_bundle(folder)
        if bundle.files:
            yield bundle


def look_at(work: Work, bundle: Bundle) -> Folder:
    """Return how a folder compares with what is deployed."""
    deployed = work.definitions.deployments(bundle.name)
    drawn = bool(deployed) and deployed[0].origin == Origin.STUDIO
    if deployed and deployed[0].digest == bundle.digest:
        return Folder(bundle, Standing.CURRENT, drawn)
    if any(each.digest == bundle.digest for each in deployed):
        return Folder(bundle, Standing.PASSED, drawn)
    return Folder(bundle, Standing.APART if drawn else Standing.NEW, drawn)
