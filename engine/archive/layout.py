"""The layout of an archive: a ZIP file with these members, and the classes for what they hold. Numbered by FORMAT.

manifest.json           what the archive is, and size and SHA-256 of every other member
index.html              the same for people; nothing is checked against it but its digest
instance.json           the instance, its variables, what it waits for
history.jsonl           its rows, one a line, in order; digests and salts in hexadecimal
chain.json, chain.bin   the county's chain from the first of these rows to its end when the archive was made: the
                        digest before, the digest at the end; and 32 bytes a row, also for rows of other instances
anchors.jsonl           anchors that lie on this piece of the chain, if any were given: to be compared with those
                            that are kept elsewhere, for whoever forges an archive forges them too
definitions.json        the versions that the history names; their files under definitions/<id>/
tasks.json, jobs.json, messages.json
attachments.json        the files that the instance refers to: name, kind, size, SHA-256; not their bytes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.chain import Facts

FORMAT: Final = 1

MANIFEST: Final = "manifest.json"
PAGE: Final = "index.html"
INSTANCE: Final = "instance.json"
HISTORY: Final = "history.jsonl"
CHAIN: Final = "chain.json"
LINKS: Final = "chain.bin"
ANCHORS: Final = "anchors.jsonl"
DEFINITIONS: Final = "definitions.json"
TASKS: Final = "tasks.json"
JOBS: Final = "jobs.json"
MESSAGES: Final = "messages.json"
ATTACHMENTS: Final = "attachments.json"

MEMBERS: Final = (PAGE, INSTANCE, HISTORY, CHAIN, LINKS, ANCHORS, DEFINITIONS, TASKS, JOBS, MESSAGES, ATTACHMENTS)
"""Members that every archive has beside the manifest; the files of the definitions come on top."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a county's chain: rows `first` to `until`, the digest before the first and the one at the end."""

    county: str
    first: int
    until: int
    before: bytes
    head: bytes


@dataclass(frozen=True)
class Contents:
    """Everything of one instance, in plain JSON. Moments are as in `engine.chain.moment`.

    Attributes:
        definitions: of each version: `id`, `key`, `version`, `name`, `digest`, `deployment`, paths of its `files`.
        files: (definition's id, path) → content.
        anchors: number of a row → the digest that was anchored there.
        links: the digests of the piece's rows, one after the other; to be read once.
    """

    instance: dict[str, Any]
    history: list[dict[str, Any]]
    definitions: list[dict[str, Any]]
    files: Mapping[tuple[str, str], bytes]
    tasks: list[dict[str, Any]]
    jobs: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    attachments: list[dict[str, Any]]
    piece: Piece
    anchors: Mapping[int, bytes]
    links: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Making:
    """Who made an archive, when and why. `full`: names and texts are in it; otherwise they are masked."""

    at: datetime
    by: str
    reason: str
    full: bool


def facts_of(row: Mapping[str, Any]) -> Facts:
    """Return what of a row of `history.jsonl` enters its digest; raise KeyError for a row that lacks something."""
    return Facts(**{name: row[name] for name in Facts._fields})


def member_of(definition_id: str, path: str) -> str:
    """Return the name of a definition's file in the archive."""
    return f"definitions/{definition_id}/{path}"


def members_of(definitions: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Yield (member, definition's id, path) of every file that `definitions.json` lists."""
    for definition in definitions:
        for path in definition["files"]:
            yield member_of(definition["id"], path), definition["id"], path
