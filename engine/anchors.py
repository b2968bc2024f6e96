"""Anchors: the heads of the history's chains, noted in a file that is kept elsewhere.

A chain proves that nothing before its head was changed, not that its head is the one it had yesterday: whoever can
rewrite the whole chain, or cut its end off, leaves a chain that is whole. An anchor that he cannot reach shows both.

One line of JSON an anchoring: {"format": 1, "at": moment, "heads": [{"county", "seq", "digest" (hex)}]}
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import orjson

from engine.chain import moment
from engine.errors import EngineError

FORMAT = 1

Anchors = Mapping[str, Mapping[int, bytes]]
"""County → number of a row → the chain's digest at it."""


class AnchorsInvalid(EngineError):
    """锚定文件已损坏，无法读取；请改用另一处保存的副本。"""

    code = "anchors.invalid"


def read_anchors(file: Path) -> dict[str, dict[int, bytes]]:
    """Return all anchors of a file; raise AnchorsInvalid, with the line, for one that is damaged."""
    return read_lines(str(file), file.read_bytes())


def read_lines(name: str, content: bytes) -> dict[str, dict[int, bytes]]:
    """Return all anchors in the content of a file of this name; raise AnchorsInvalid."""
    found: dict[str, dict[int, bytes]] = {}
    for number, line in enumerate(content.splitlines(), 1):
        try:
            anchoring = orjson.loads(line)
            if anchoring["format"] != FORMAT:
                raise ValueError(anchoring["format"])
            for head in anchoring["heads"]:
                found.setdefault(str(head["county"]), {})[int(head["seq"])] = bytes.fromhex(head["digest"])
        except (ValueError, KeyError, TypeError) as error:
            raise AnchorsInvalid(file=name, line=number) from error
    return found


def append_anchors(file: Path, at: datetime, heads: Iterable[tuple[str, int, bytes]]) -> None:
    """Add one anchoring to the end of a file, on disk when this returns. The file is made if it is not there."""
    noted = [{"county": county, "seq": seq, "digest": digest.hex()} for county, seq, digest in heads]
    line = orjson.dumps({"format": FORMAT, "at": moment(at), "heads": noted}, option=orjson.OPT_APPEND_NEWLINE)
    with file.open("ab") as stream:
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())
