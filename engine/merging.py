"""Two designers changed one process: what the slower one did, put onto the version that the faster one deployed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn import guard
from engine.bpmn.merging import Clash, merge_trees

Files = Mapping[str, bytes]

_TREES = (".bpmn", ".dmn")
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of it.

    Attributes:
        files: all of them: mine, and what the others did where I did nothing.
        clashes: (file, what both changed); mine is what is in the files.
    """

    files: dict[str, bytes]
    clashes: list[tuple[str, Clash]]


def merge_files(base: Files, mine: Files, theirs: Files) -> Merged:
    """Return my files with what the others have changed since the base; nothing that I did is lost."""
    files: dict[str, bytes] = {}
    clashes: list[tuple[str, Clash]] = []
    for name in sorted({*base, *mine, *theirs}):
        before, here, there = base.get(name), mine.get(name), theirs.get(name)
        found: list[Clash] = []
        if there in (before, here):
            content = here
        elif here == before:
            content = there
        else:
            content, found = _merge_file(name, before, here, there)
        if content is not None:
            files[name] = content
        clashes += [(name, clash) for clash in found]
    return Merged(files, clashes)


def _merge_file(
    name: str, base: bytes | None, mine: bytes | None, theirs: bytes | None
) -> tuple[bytes | None, list[Clash]]:
    """Put together a file that both changed; mine where that cannot be done."""
    if mine is None:
        return None, [Clash("", "", "", None, "")]
    if theirs is None or base is None:
        return mine, [Clash("", "", "", "", None if theirs is None else "")]
    if name.endswith(_TREES):
        try:
            if not any(guard.inspect(text, name) for text in (base, mine, theirs)):
                return merge_trees(base, mine, theirs)
        except etree.XMLSyntaxError:
            pass  # half written
        return mine, [Clash("", "", "", "", "")]
    lines = _merge_lines(*(text.decode("utf-8", "replace") for text in (base, mine, theirs)))
    if lines is None or (name.endswith(".json") and not _is_json(lines)):
        return mine, [Clash("", "", "", "", "")]
    return lines.encode(), []


def _merge_lines(base: str, mine: str, theirs: str) -> str | None:
    """Return both one's lines; None where they changed the same ones."""
    old = base.splitlines(keepends=True)
    if len(old) > _MOST_LINES:
        return None
    edits = []
    for text in (mine, theirs):
        lines = text.splitlines(keepends=True)
        found = difflib.SequenceMatcher(None, old, lines, autojunk=False).get_opcodes()
        edits.append([(i, j, tuple(lines[k:m])) for tag, i, j, k, m in found if tag != "equal"])
    for edit in edits[0]:
        if any(edit != other and edit[0] <= other[1] and other[0] <= edit[1] for other in edits[1]):
            return None
    for start, end, lines_ in sorted({*edits[0], *edits[1]}, reverse=True):
        old[start:end] = lines_
    return "".join(old)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
