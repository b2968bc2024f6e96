"""What `make` says on a machine that lacks something."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed on this machine")
def test_a_machine_without_python_is_told_what_is_missing(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    told = subprocess.run(
        ["make", "PYTHON=python-that-is-not-here", ".venv/.uv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode != 0
    assert "OneGrid needs Python 3.11 or newer" in told.stderr
    assert not (tmp_path / ".venv").exists()
