"""A bundle: the files of one folder of `processes/`, as deployed together. No parsing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KINDS = (".bpmn", ".dmn", ".form.json", ".i18n.json", ".feature", "messages.json")
"""What is deployed. A README or a picture beside them is not part of the definition."""


@dataclass(frozen=True)
class Bundle:
    """Files by their path inside the folder, e.g. `{"grid_division.bpmn": b"…", "propose.form.json": b"…"}`."""

    name: str
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The SHA-256 of names and contents: equal bundles are the same deployment."""
        digest = hashlib.sha256()
        for path in sorted(self.files):
            digest.update(f"{path}\0{len(self.files[path])}\0".encode())
            digest.update(self.files[path])
        return digest.hexdigest()


def read_bundle(folder: Path) -> Bundle:
    """Read the deployable files of a folder, sub-folders included."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name.endswith(KINDS))
    return Bundle(folder.name, {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
