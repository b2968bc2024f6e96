"""Opening an archive that anybody may have made: its members, as its manifest lists them, or the first thing wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from zipfile import ZipFile

import orjson

from engine.archive import layout
from engine.errors import EngineError

MOST_MEMBERS: Final = 10_000
MOST_BYTES: Final = 2 << 30
"""More than that, unpacked, is no archive of one instance."""


class ArchiveFault(EngineError):
    """档案有误。"""

    code = "archive.fault"
    member: str


@dataclass(frozen=True)
class Opened:
    """An archive whose members are those that its manifest lists, byte for byte."""

    manifest: dict[str, Any]
    members: dict[str, bytes]

    def json(self, member: str) -> Any:
        """Return what a member says; raise ArchiveFault when it is no JSON."""
        return _json(member, self.members[member])

    def lines(self, member: str) -> list[Any]:
        """Return what each line of a member says; raise ArchiveFault when one is no JSON."""
        lines = self.members[member].splitlines()
        return [_json(f"{member}:{number}", line) for number, line in enumerate(lines, 1)]


def opened(archive: ZipFile) -> Opened:
    """Return the members of an archive; raise ArchiveFault when they are not those of the manifest."""
    _bounded(archive)
    manifest = _manifest(archive)
    known = manifest["members"]
    found = set(archive.namelist()) - {layout.MANIFEST}
    for name in sorted({*known, *layout.MEMBERS} - found):
        raise ArchiveFault(f"缺少文件 {name} / is missing: {name}", member=name)
    for name in sorted(found - set(known)):
        raise ArchiveFault(f"清单中没有文件 {name} / is not in the manifest: {name}", member=name)
    return Opened(manifest, {name: _member(archive, name, known[name]) for name in known})


def _bounded(archive: ZipFile) -> None:
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > MOST_BYTES:
        raise ArchiveFault("文件过多或过大 / too many or too large members", member="")
    for name, times in Counter(info.filename for info in infos).items():
        if times > 1:
            raise ArchiveFault(f"文件 {name} 出现多次 / is there twice: {name}", member=name)


def _manifest(archive: ZipFile) -> dict[str, Any]:
    if layout.MANIFEST not in archive.namelist():
        raise ArchiveFault("不是 OneGrid 的档案：没有清单 / no archive of OneGrid: no manifest", member=layout.MANIFEST)
    manifest = _json(layout.MANIFEST, archive.read(layout.MANIFEST))
    if manifest["format"] != layout.FORMAT:
        raise ArchiveFault(f"格式 {manifest['format']} 未知 / unknown format", member=layout.MANIFEST)
    return dict(manifest)


def _member(archive: ZipFile, name: str, known: dict[str, Any]) -> bytes:
    content = archive.read(name)
    if len(content) != known["size"] or sha256(content).hexdigest() != known["sha256"]:
        raise ArchiveFault(f"文件 {name} 与清单中的摘要不符 / is not what the manifest says: {name}", member=name)
    return content


def _json(member: str, content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except ValueError as error:
        raise ArchiveFault(f"{member} 不是 JSON / is no JSON: {error}", member=member) from error
