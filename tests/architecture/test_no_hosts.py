"""What is committed works on every machine: no package index, no folder of one machine, no secret address."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILD_FILES = (
    "requirements.lock",
    "pyproject.toml",
    "Makefile",
    ".ci/run",
    ".pre-commit-config.yaml",
    "web/assets/.npmrc",
    "web/assets/package.json",
)
HOST = re.compile(r"\w+://(?!127\.0\.0\.1)|--(?:extra-)?index-url|--find-links|registry *=", re.IGNORECASE)
MACHINE_PATH = re.compile(rb"(?<![\w./-])/(?:root|work|home/\w+|Users/\w+|opt)/[\w.]")


def files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / path for path in listed.split("\0") if path and (ROOT / path).is_file()]


@pytest.mark.parametrize("path", BUILD_FILES)
def test_lock_and_build_files_name_no_host(path: str) -> None:
    assert [line for line in (ROOT / path).read_text().splitlines() if HOST.search(line)] == []


def test_the_lock_file_of_the_browser_packages_names_no_download() -> None:
    packages = json.loads((ROOT / "web/assets/package-lock.json").read_text())["packages"]
    assert [name for name, facts in packages.items() if "resolved" in facts] == []


@pytest.mark.parametrize("line", ["--index-url https://pypi.example/simple", "resolved: http://npm.example/a.tgz"])
def test_a_host_would_be_noticed(line: str) -> None:
    assert HOST.search(line)


def test_every_locked_package_is_pinned_by_a_hash() -> None:
    pins = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text().strip())
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []
    packages = json.loads((ROOT / "web/assets/package-lock.json").read_text())["packages"]
    assert [name for name, facts in packages.items() if name and "integrity" not in facts] == []


def test_no_committed_file_names_a_folder_of_one_machine() -> None:
    here = Path(__file__)
    assert [
        path.relative_to(ROOT).as_posix() for path in files() if path != here and MACHINE_PATH.search(path.read_bytes())
    ] == []
