"""The deployed processes as a process that only checks sees them: those that it was given, parsed when asked for."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.bundle import Bundle
from engine.errors import NotFound


class Shelf:
    """A `Library` made of files.

    `given` is one object a process: `key`, the `name` of its bundle, its `owner`, its `files` (path → base64).
    """

    def __init__(self, given: Sequence[Mapping[str, Any]], environment: Environment) -> None:
        self._given = {each["key"]: each for each in given}
        self._environment = environment
        self._read: dict[str, Definition | None] = {}

    def knows(self, key: str) -> bool:
        """See engine.bpmn.environment.Library."""
        return key in self._given

    def newest(self, key: str) -> Definition | None:
        """See engine.bpmn.environment.Library."""
        if key not in self._read:
            self._read[key] = self._parsed(key) if key in self._given else None
        return self._read[key]

    def pinned(self, key: str, digest: str) -> Definition:
        """See engine.bpmn.environment.Library."""
        found = self.newest(key)
        if found is None or found.digest != digest:
            raise NotFound(key=key, digest=digest)
        return found

    def _parsed(self, key: str) -> Definition | None:
        given = self._given[key]
        bundle = Bundle(given["name"], unpacked(given["files"]))
        definitions, _ = parse(bundle, replace(self._environment, owner=given["owner"]))
        return next((definition for definition in definitions if definition.key == key), None)


def unpacked(files: Mapping[str, str]) -> dict[str, bytes]:
    """Return files by path, from their base64."""
    return {path: b64decode(content) for path, content in files.items()}
