"""A file holds one noun: none is longer than 400 lines."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT = 400
WRITTEN_BY_HAND = (".py", ".js", ".scss", ".css", ".html", ".md", ".feature")


def test_no_file_is_longer_than_the_limit() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [path for path in listed.split("\0") if path.endswith(WRITTEN_BY_HAND) and (ROOT / path).exists()]
    assert paths
    lengths = {path: len((ROOT / path).read_text().splitlines()) for path in paths}
    # a migration is made by a command, one statement after the other
    too_long = {p: n for p, n in lengths.items() if n > LIMIT and not p.startswith("web/migrations/versions/")}
    assert too_long == {}
