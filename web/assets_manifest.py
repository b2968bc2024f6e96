"""What Vite built: from an entry's name to the tags that load it. `web/assets/vite.config.js` names the entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from flask import url_for
from markupsafe import Markup

MANIFEST = Path(__file__).parent / "static" / "dist" / ".vite" / "manifest.json"


class AssetsMissing(RuntimeError):
    """The browser's files are not built. Run `make run`, or `npm ci && npm run build` in web/assets."""

    def __init__(self, fact: str) -> None:
        super().__init__(f"{(self.__doc__ or '').strip()} ({fact})")


class Assets:
    """The manifest of one build, read when a page first needs it.

    Args:
        path: manifest.json as Vite writes it.
    """

    def __init__(self, path: Path = MANIFEST) -> None:
        self._path = path

    @cached_property
    def _chunks(self) -> Mapping[str, Mapping[str, Any]]:
        try:
            chunks: dict[str, dict[str, Any]] = orjson.loads(self._path.read_bytes())
        except FileNotFoundError:
            raise AssetsMissing(str(self._path)) from None
        return chunks

    @cached_property
    def _entries(self) -> Mapping[str, str]:
        return {chunk["name"]: key for key, chunk in self._chunks.items() if chunk.get("isEntry")}

    def tags(self, entry: str) -> Markup:
        """Return the link and script tags of an entry: `shell`, `viewer` or `<plugin>/<file>`.

        Raises:
            AssetsMissing: nothing is built, or no such entry was.
        """
        if entry not in self._entries:
            raise AssetsMissing(f"no entry {entry!r} in {self._path}")
        keys = list(self._closure(self._entries[entry]))
        styles = dict.fromkeys(style for key in keys for style in self._chunks[key].get("css", ()))
        lines = [Markup('<link rel="stylesheet" href="{}">').format(_url(style)) for style in styles]
        lines += [
            Markup('<link rel="modulepreload" href="{}">').format(_url(self._chunks[key]["file"])) for key in keys[1:]
        ]
        lines.append(Markup('<script type="module" src="{}"></script>').format(_url(self._chunks[keys[0]]["file"])))
        return Markup("\n").join(lines)

    def _closure(self, key: str, seen: set[str] | None = None) -> Iterator[str]:
        seen = set() if seen is None else seen
        if key in seen:
            return
        seen.add(key)
        yield key
        for imported in self._chunks[key].get("imports", ()):
            yield from self._closure(imported, seen)


def _url(file: str) -> str:
    return url_for("static", filename=f"dist/{file}")
