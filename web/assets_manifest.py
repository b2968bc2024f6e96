"""What Vite built: from an entry's name to the tags that load it. `web/assets/vite.config.js` names the entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from flask import url_for
from markupsafe import Markup

Chunks = Mapping[str, Mapping[str, Any]]
MANIFEST = Path(__file__).parent / "static" / "dist" / ".vite" / "manifest.json"


class AssetsMissing(RuntimeError):
    """The browser's files are not built. Run `make run`, or `npm ci && npm run build` in web/assets."""

    def __init__(self, fact: str) -> None:
        super().__init__(f"{(self.__doc__ or '').strip()} ({fact})")


class Assets:
    """The manifest of the latest build, read again when a build has replaced it: its file names carry digests.

    Args:
        path: manifest.json as Vite writes it.
    """

    def __init__(self, path: Path = MANIFEST) -> None:
        self._path = path
        self._read: tuple[int, Chunks] = (0, {})

    def _chunks(self) -> Chunks:
        try:
            built_at = self._path.stat().st_mtime_ns
            if built_at != self._read[0]:
                self._read = (built_at, orjson.loads(self._path.read_bytes()))
        except FileNotFoundError:
            raise AssetsMissing(str(self._path)) from None
        return self._read[1]

    def tags(self, entry: str) -> Markup:
        """Return the link and script tags of an entry: `shell`, `viewer` or `<plugin>/<file>`.

        Raises:
            AssetsMissing: nothing is built, or no such entry was.
        """
        chunks = self._chunks()
        named = [key for key, chunk in chunks.items() if chunk.get("isEntry") and chunk["name"] == entry]
        if not named:
            raise AssetsMissing(f"no entry {entry!r} in {self._path}")
        keys = list(_closure(chunks, named[0], set()))
        styles = dict.fromkeys(style for key in keys for style in chunks[key].get("css", ()))
        lines = [Markup('<link rel="stylesheet" href="{}">').format(_url(style)) for style in styles]
        lines += [Markup('<link rel="modulepreload" href="{}">').format(_url(chunks[key]["file"])) for key in keys[1:]]
        lines.append(Markup('<script type="module" src="{}"></script>').format(_url(chunks[keys[0]]["file"])))
        return Markup("\n").join(lines)


def _closure(chunks: Chunks, key: str, seen: set[str]) -> Iterator[str]:
    if key in seen:
        return
    seen.add(key)
    yield key
    for imported in chunks[key].get("imports", ()):
        yield from _closure(chunks, imported, seen)


def _url(file: str) -> str:
    return url_for("static", filename=f"dist/{file}")
