"""The content of a plugin: files in a fixed layout, read in the plugin's process and kept by the host as data."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import Any

from engine.duty_calendar import DutyCalendar
from engine.hookspecs import PluginInfo

FOLDERS: Mapping[str, tuple[str, ...]] = {
    "processes": (".bpmn",),
    "decisions": (".dmn",),
    "forms": (".form.json",),
    "messages": ("messages.json",),
    "catalogue": (".json", ".toml"),
    "calendars": (".toml",),
    "reports": (".json",),
    "i18n": (".i18n.json",),
    "scenarios": (".feature",),
    "docs": (".md",),
}
"""Folder → how the names of its files end. Nothing else may be in it, and there are no folders in folders."""

DEPLOYED = ("processes", "decisions", "forms", "messages", "i18n", "scenarios")
"""The folders whose files are deployed together, as one bundle."""

FILE_LIMIT = 1 << 20
TOTAL_LIMIT = 4 << 20
COUNT_LIMIT = 300
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}(\.[A-Za-z0-9]{1,8}){1,2}")


@dataclass(frozen=True)
class Content:
    """Files by `folder/name`, e.g. `{"processes/emergency_patrol.bpmn": b"…"}`, in the order of their paths."""

    files: Mapping[str, bytes]

    def of(self, *folders: str) -> dict[str, bytes]:
        """Return the files of folders, by path."""
        return {path: data for path, data in self.files.items() if path.partition("/")[0] in folders}

    @cached_property
    def translations(self) -> Mapping[str, str]:
        """Chinese → English, out of the files in `i18n`."""
        found: dict[str, str] = {}
        for data in self.of("i18n").values():
            found |= json.loads(data)
        return found

    @property
    def digest(self) -> str:
        """The SHA-256 of names and contents."""
        digest = hashlib.sha256()
        for path, data in self.files.items():
            digest.update(f"{path}\0{len(data)}\0".encode())
            digest.update(data)
        return digest.hexdigest()


def describe_content(_info: PluginInfo, folder: Any, _functions: object) -> dict[str, str]:
    """Read a plugin's folder; return path → base64 of the file.

    Raises:
        TypeError: not a folder.
        ValueError: a name, a size or a file that is not taken.
    """
    if not isinstance(folder, Traversable) or not folder.is_dir():
        raise TypeError(f"onegrid_content returns a folder, not {folder!r}")
    read: dict[str, bytes] = {}
    for path, file in _walk(folder):
        _check_path(path)
        with file.open("rb") as stream:
            read[path] = stream.read(FILE_LIMIT + 1)
        _check_size(path, read)
        _check_form(path, read[path])
    return {path: b64encode(data).decode() for path, data in sorted(read.items())}


def restore_content(_info: PluginInfo, described: Any) -> Content:
    """Return the content that a plugin's process told of; raise TypeError or ValueError for what is none."""
    files: dict[str, bytes] = {}
    for path, data in sorted(dict(described).items()):
        _check_path(path)
        files[path] = b64decode(data, validate=True)
        _check_size(path, files)
        _check_form(path, files[path])
    return Content(files)


def _walk(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.name.startswith((".", "__")):
            continue  # what an editor or the import system leaves behind
        if entry.is_file():
            raise ValueError(f"{entry.name}: files belong into one of the folders {', '.join(FOLDERS)}")
        for file in entry.iterdir():
            if not file.name.startswith((".", "__")):
                yield f"{entry.name}/{file.name}", file


def _check_path(path: str) -> None:
    folder, _, name = path.partition("/")
    if folder not in FOLDERS:
        raise ValueError(f"{path}: there is no folder {folder!r}; the folders are {', '.join(FOLDERS)}")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{path}: a name is made of letters, digits, _ and -, with its ending")
    if not name.endswith(FOLDERS[folder]):
        raise ValueError(f"{path}: a file of {folder}/ ends with {' or '.join(FOLDERS[folder])}")


def _check_size(path: str, files: Mapping[str, bytes]) -> None:
    if len(files[path]) > FILE_LIMIT:
        raise ValueError(f"{path}: more than {FILE_LIMIT} bytes")
    if len(files) > COUNT_LIMIT or sum(map(len, files.values())) > TOTAL_LIMIT:
        raise ValueError(f"more than {COUNT_LIMIT} files or {TOTAL_LIMIT} bytes in all")


def _check_form(path: str, data: bytes) -> None:
    """Raise ValueError for a file that is not of the kind its name says. Diagrams are for the deploy gate."""
    readers: dict[str, Callable[[str], object]] = {".json": json.loads, ".toml": tomllib.loads, ".md": str}
    reader = DutyCalendar.read if path.startswith("calendars/") else readers.get(path[path.rindex(".") :])
    if reader is None:
        return
    try:
        reader(data.decode())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
