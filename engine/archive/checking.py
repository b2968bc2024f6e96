"""Checking an archive with nothing but the file: is it whole, is it itself, and does it lie on what was anchored?"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from engine.anchors import AnchorsInvalid, read_lines
from engine.archive import layout
from engine.archive.agreement import agree
from engine.archive.opening import ArchiveFault, Opened, opened
from engine.archive.writing import digest_of
from engine.chain import START, content_digest, link, row_digest

UNREADABLE = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, MemoryError)
"""What reading a damaged, encrypted or foreign ZIP file raises."""
MISSHAPEN = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)
"""What a member raises that is JSON but says something else than it should."""
DIGEST = len(START)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        sha256: of the file.
        fault: the first thing that is wrong, in words; empty for an archive that is whole.
        member: where.
        rows, shown, erased: of the history; how many show their content, and of how many it was erased.
        anchored: numbers of the county's rows at which the chain is the one that was anchored, by the anchors given.
        covers: whether one of these lies at or behind the last row: then none of them was written anew since.
        claimed: number → digest, in hexadecimal, of the anchors in the archive itself, which prove nothing alone.
    """

    sha256: str
    fault: str = ""
    member: str = ""
    instance: str = ""
    full: bool = False
    rows: int = 0
    shown: int = 0
    erased: int = 0
    anchored: tuple[int, ...] = ()
    covers: bool = False
    claimed: Mapping[int, str] = field(default_factory=dict)


def check(file: Path, anchors: Mapping[str, Mapping[int, bytes]]) -> Checked:
    """Check an archive, also against anchors that were kept elsewhere. Raises OSError when there is no such file."""
    digest = digest_of(file)
    try:
        with ZipFile(file) as archive:
            return _checked(digest, opened(archive), anchors)
    except ArchiveFault as fault:
        return Checked(digest, str(fault), fault.member)
    except AnchorsInvalid as fault:
        return Checked(digest, str(fault), layout.ANCHORS)
    except MISSHAPEN as error:
        said = f"内容的结构不对 / not shaped as an archive's: {type(error).__name__} {error}"
        return Checked(digest, said[:300], layout.MANIFEST)
    except UNREADABLE as error:
        return Checked(digest, f"无法读取 / cannot be read: {error}"[:300])


def _checked(digest: str, archive: Opened, anchors: Mapping[str, Mapping[int, bytes]]) -> Checked:
    manifest = archive.manifest
    history = archive.lines(layout.HISTORY)
    for number, row in enumerate(history, 1):
        _check_row(f"{layout.HISTORY}:{number}", row, manifest)
    agree(archive, history)
    given = anchors.get(manifest["county"], {})
    claimed = read_lines(layout.ANCHORS, archive.members[layout.ANCHORS]).get(manifest["county"], {})
    anchored = tuple(seq for seq in _walk(archive, history, {**claimed, **given}) if seq in given)
    return Checked(
        sha256=digest,
        instance=manifest["instance"],
        full=manifest["full"],
        rows=len(history),
        shown=sum(bool(row["salt"]) for row in history),
        erased=sum(row["salt"] == "" for row in history),
        anchored=anchored,
        covers=bool(anchored) and anchored[-1] >= history[-1]["seq"],
        claimed={seq: anchor.hex() for seq, anchor in sorted(claimed.items())},
    )


def _check_row(member: str, row: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    """Raise ArchiveFault unless the row's content is the one that its digest was made of."""
    if (row["instance_id"], row["county"]) != (manifest["instance"], manifest["county"]):
        raise ArchiveFault(f"{member} 属于另一办件 / is of another instance", member=member)
    if manifest["full"] == (row["salt"] is None):
        raise ArchiveFault(f"{member} 缺少或多出盐值 / its salt is missing, or should be", member=member)
    if not row["salt"]:
        return  # masked or erased: what it says is not claimed
    digest = content_digest(bytes.fromhex(row["salt"]), row["actor_name"], row["detail"], row["changes"])
    if digest.hex() != row["content_digest"]:
        raise ArchiveFault(f"{member} 的内容与写入时不符 / its content is not what was written", member=member)


def _walk(archive: Opened, history: list[Any], known: Mapping[int, bytes]) -> list[int]:
    """Walk along the piece of the chain; return the rows at which it was anchored, or raise ArchiveFault."""
    piece, links = archive.json(layout.CHAIN), archive.members[layout.LINKS]
    first, until, at = piece["first"], piece["until"], bytes.fromhex(piece["before"])
    if len(links) != DIGEST * (until - first + 1) or piece["county"] != archive.manifest["county"]:
        raise ArchiveFault("链的长度或区县不符 / length or county of the chain do not fit", member=layout.LINKS)
    rows = {row["seq"]: (number, row) for number, row in enumerate(history, 1)}
    anchored: list[int] = []
    _check_anchor(first - 1, at, known, anchored)
    for seq in range(first, until + 1):
        start = DIGEST * (seq - first)
        here = links[start : start + DIGEST]
        at = link(at, here)
        if seq in rows:
            _check_place(*rows.pop(seq), here, at)
        _check_anchor(seq, at, known, anchored)
    if rows or at.hex() != piece["head"]:
        raise ArchiveFault("链不通向其链头 / the chain does not lead to its head", member=layout.CHAIN)
    return anchored


def _check_place(number: int, row: Mapping[str, Any], here: bytes, at: bytes) -> None:
    member = f"{layout.HISTORY}:{number}"
    if row_digest(layout.facts_of(row), bytes.fromhex(row["content_digest"])) != here:
        raise ArchiveFault(f"{member} 不是写入链中的那一条 / is not the row in the chain", member=member)
    if at.hex() != row["digest"]:
        raise ArchiveFault(f"链在 {member} 处断开 / the chain is broken here", member=member)


def _check_anchor(seq: int, at: bytes, known: Mapping[int, bytes], anchored: list[int]) -> None:
    if known.get(seq, at) != at:
        said = f"链在第 {seq} 条处与锚定值不符 / the chain is not the one that was anchored at row {seq}"
        raise ArchiveFault(said, member=layout.ANCHORS)
    if seq in known:
        anchored.append(seq)
