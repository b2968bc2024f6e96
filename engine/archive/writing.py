"""Writing an archive: its members one after the other, and the manifest last, with their digests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from engine.anchors import FORMAT as ANCHORS_FORMAT
from engine.archive import layout
from engine.archive.layout import Contents, Making, Piece
from engine.chain import moment

Page = Callable[[Contents, Making], str]
"""What makes `index.html`."""

_BLOCK: Final = 2048
"""Links written at once."""


def write(file: Path, contents: Contents, making: Making, page: Page) -> str:
    """Write the archive; return the SHA-256 of the file, in hexadecimal. Raises FileExistsError."""
    with file.open("xb") as stream, ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        members = _Members(archive, making)
        members.add(layout.PAGE, [page(contents, making).encode()])
        members.add(layout.INSTANCE, [_json(contents.instance)])
        members.add(layout.HISTORY, [orjson.dumps(row) + b"\n" for row in contents.history])
        members.add(layout.CHAIN, [_json(_plain(contents.piece))])
        members.add(layout.LINKS, _blocks(contents.links))
        members.add(layout.ANCHORS, _anchors(contents))
        members.add(layout.DEFINITIONS, [_json(contents.definitions)])
        for member, definition_id, path in layout.members_of(contents.definitions):
            members.add(member, [contents.files[definition_id, path]])
        for name, rows in ((layout.TASKS, contents.tasks), (layout.JOBS, contents.jobs)):
            members.add(name, [_json(rows)])
        members.add(layout.MESSAGES, [_json(contents.messages)])
        members.add(layout.ATTACHMENTS, [_json(contents.attachments)])
        members.close(contents)
    return digest_of(file)


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


class _Members:
    """The members written so far, with size and digest."""

    def __init__(self, archive: ZipFile, making: Making) -> None:
        self._archive = archive
        self._making = making
        self._known: dict[str, dict[str, Any]] = {}

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a member."""
        digest, size = sha256(), 0
        info = ZipInfo(name, self._making.at.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED
        with self._archive.open(info, "w", force_zip64=True) as stream:
            for part in parts:
                stream.write(part)
                digest.update(part)
                size += len(part)
        self._known[name] = {"size": size, "sha256": digest.hexdigest()}

    def close(self, contents: Contents) -> None:
        """Write the manifest."""
        making = self._making
        manifest = {
            "format": layout.FORMAT,
            "instance": contents.instance["id"],
            "county": contents.piece.county,
            "full": making.full,
            "made_at": moment(making.at),
            "made_by": making.by,
            "reason": making.reason,
            "members": self._known,
        }
        self.add(layout.MANIFEST, [_json(manifest)])


def _plain(piece: Piece) -> dict[str, Any]:
    return {**asdict(piece), "before": piece.before.hex(), "head": piece.head.hex()}


def _anchors(contents: Contents) -> Iterable[bytes]:
    for seq, digest in sorted(contents.anchors.items()):
        head = {"county": contents.piece.county, "seq": seq, "digest": digest.hex()}
        yield orjson.dumps({"format": ANCHORS_FORMAT, "heads": [head]}) + b"\n"


def _blocks(links: Iterable[bytes]) -> Iterable[bytes]:
    block: list[bytes] = []
    for digest in links:
        block.append(digest)
        if len(block) == _BLOCK:
            yield b"".join(block)
            block.clear()
    yield b"".join(block)


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
