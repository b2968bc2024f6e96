"""What is checked together: a file with what lies beside it, or a folder that is one bundle."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.bpmn.guard import MAX_BYTES
from engine.bundle import KINDS, Bundle

MOST_DIAGRAMS = 20
"""More diagrams in a folder are a collection of files, not a bundle."""

MOST_BESIDE = 60
"""Other files of a folder that are read beside a diagram."""


class Unreadable(Exception):
    """The file cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Files checked together.

    Attributes:
        path: the file or folder, as findings name it.
        files: name in the bundle → path, of what is judged.
        beside: of what is only referred to: decisions, forms, called processes.
    """

    path: str
    files: dict[str, str]
    beside: dict[str, str]

    def bundle(self) -> Bundle:
        """Read the files; raise Unreadable."""
        found = {name: read(Path(path)) for name, path in self.files.items()}
        for name, path in self.beside.items():
            try:
                found.setdefault(name, read(Path(path)))
            except Unreadable:
                continue  # whoever needs it will say that it is missing
        return Bundle(Path(self.path).name, found)


def units(path: Path) -> Iterator[Unit]:
    """Give the units of a path. A file is taken for BPMN whatever its name, unless it is a decision, form or text."""
    if not path.is_dir():
        yield _file(path, path.parent)
        return
    folders = [Path(folder) for folder, _, _ in sorted(os.walk(path))]
    direct = {folder: _deployable(folder) for folder in folders}
    seen: set[Path] = set()
    for folder in folders:
        if folder in seen or not direct[folder]:
            continue
        inner = [other for other in folders if other == folder or folder in other.parents]
        files = [file for other in inner for file in direct[other]]
        if sum(file.name.endswith(".bpmn") for file in files) <= MOST_DIAGRAMS:
            seen.update(inner)
            yield Unit(str(folder), {file.relative_to(folder).as_posix(): str(file) for file in files}, {})
        else:
            seen.add(folder)
            yield from (_file(file, folder) for file in direct[folder] if file.name.endswith(".bpmn"))


def beside(path: Path) -> dict[str, str]:
    """Return what lies in the folder of a diagram and may be referred to; nothing when there is very much of it."""
    others = [file for file in _deployable(path.parent) if file != path]
    diagrams = [file for file in others if file.name.endswith(".bpmn")]
    kept = [file for file in others if file not in diagrams or len(diagrams) < MOST_DIAGRAMS]
    return {file.name: str(file) for file in kept} if len(kept) <= MOST_BESIDE else {}


def read(path: Path) -> bytes:
    """Return a file's content, cut after what the guard accepts; raise Unreadable."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("not a regular file")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(str(error)) from error


def _file(path: Path, folder: Path) -> Unit:
    name = path.name if path.name.endswith(KINDS) else f"{path.name}.bpmn"
    return Unit(str(path), {name: str(path)}, beside(path) if folder.is_dir() else {})


def _deployable(folder: Path) -> list[Path]:
    try:
        found = [entry for entry in os.scandir(folder) if entry.name.endswith(KINDS)]
        return sorted(Path(entry.path) for entry in found if entry.is_file())
    except OSError:
        return []
