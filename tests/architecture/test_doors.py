"""The doors that import-linter does not see: imports for types alone, and departments, whom the host never imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
DEPARTMENTS = PLUGINS / "departments"
ROOMS = ("engine", "web", "plugins", "features", "tests")
CORE_DOORS = {"engine.plugin_api", "engine.core_api"}


def imports(source: str) -> Iterator[str]:
    """Yield the full names that a module imports, those under TYPE_CHECKING and inside functions included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            # `from engine import x` and `from engine.x import y` are both an import of engine.x
            yield from (f"{node.module}.{name.name}" for name in node.names)


def trespasses(source: str, doors: set[str], rooms: tuple[str, ...]) -> list[str]:
    """Return the imports into the rooms that do not go through one of the doors."""
    return [
        name
        for name in imports(source)
        if name.split(".")[0] in rooms and not any(name == door or name.startswith(f"{door}.") for door in doors)
    ]


def core_files() -> list[Path]:
    return [path for path in PLUGINS.rglob("*.py") if DEPARTMENTS not in path.parents]


def department_files() -> list[Path]:
    return [path for path in DEPARTMENTS.rglob("*.py") if ".venv" not in path.parts]


PAGES = {"routes.py", "routes_list.py", "routes_public.py", "routes_report.py", "routes_status.py", "__init__.py"}


def doors_of(path: Path) -> set[str]:
    # at run time only the pages may use the web's door (a contract); the table of contents names what its hooks return
    return CORE_DOORS | ({"web.plugin_api"} if path.name in PAGES else set())


def test_a_core_plugin_names_no_type_behind_the_doors() -> None:
    offences = {path: trespasses(path.read_text(), doors_of(path), ("engine", "web")) for path in core_files()}
    assert {path.relative_to(PLUGINS).as_posix(): names for path, names in offences.items() if names} == {}


def test_a_department_imports_the_plugin_api_alone() -> None:
    assert department_files()
    offences = {path: trespasses(path.read_text(), {"engine.plugin_api"}, ROOMS) for path in department_files()}
    assert {path.name: names for path, names in offences.items() if names} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import engine",
        "from engine import db",
        "from engine.core_api import Work",
        "from plugins.grid_registry import api",
        "def late():\n    from engine.plugin_api_of_mine import x",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from engine.work import Work",
    ],
)
def test_a_trespass_is_noticed(line: str) -> None:
    assert trespasses(line, {"engine.plugin_api"}, ROOMS)


def test_the_plugin_api_itself_is_no_trespass() -> None:
    assert not trespasses("from engine.plugin_api import handler, fields", {"engine.plugin_api"}, ROOMS)


def test_importing_the_plugin_api_loads_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "SpiffWorkflow", "flask", "dbos", "lxml", "py_mini_racer", "shapely", "alembic", "numpy")
    code = f"import sys, engine.plugin_api; print([name for name in {heavy!r} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
