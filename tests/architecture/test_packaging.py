"""What is installed is ours, and the wheel holds what the system needs to run, and no department."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("room", ["engine", "plugins", "web"])
def test_nobody_else_provides_a_package_of_this_name(room: str) -> None:
    # the names are generic, and site-packages comes before an editable install: another would win silently
    spec = find_spec(room)
    assert spec is not None
    assert spec.origin == str(ROOT / room / "__init__.py")
    assert set(packages_distributions().get(room, [])) <= {"onegrid"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    zipfile.ZipFile(built).extractall(folder / "installed")
    return folder / "installed"


@pytest.mark.parametrize(
    "pattern",
    [
        "web/static/dist/**/manifest.json",
        "web/static/dist/**/*.js",
        "engine/feel/dist/*.js",
        "web/templates/**/*.html",
        "web/translations/en/LC_MESSAGES/*.mo",
        "web/migrations/env.py",
        "web/migrations/versions/0001_*.py",
        "plugins/grid_registry/templates/**/*.html",
        "*.dist-info/licenses/LICENSE",
        "engine/py.typed",
    ],
)
def test_the_wheel_holds(wheel: Path, pattern: str) -> None:
    assert list(wheel.glob(pattern))


@pytest.mark.parametrize("pattern", ["plugins/departments", "web/assets", "plugins/*/assets", "tests", "features"])
def test_the_wheel_does_not_hold(wheel: Path, pattern: str) -> None:
    assert not list(wheel.glob(pattern))


def test_the_installed_wheel_starts_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from web.cli import main; main()"
    answer = subprocess.run(
        [sys.executable, "-I", "-c", code, str(wheel), "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert "up" in answer.stdout
