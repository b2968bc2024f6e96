"""Each import contract is broken once, on purpose, in a copy of the source: one that never fires is decoration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("engine", "plugins", "web")
CONTRACTS = [
    contract["id"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
]

# (contract, file, the line that breaks it)
VIOLATIONS = [
    ("direction", "engine/clock.py", "import plugins.notifications"),
    ("direction", "engine/clock.py", "import web.config"),
    ("direction", "web/config.py", "from plugins.grid_registry import api"),
    ("no-cycles", "engine/db.py", "from engine.services import tasks"),
    ("no-cycles", "web/config.py", "from web import cli"),
    ("no-cycles", "plugins/grid_registry/gate.py", "from plugins.grid_registry import guard"),
    ("no-web-in-engine", "engine/services/tasks.py", "import flask"),
    ("no-web-in-engine", "engine/errors.py", "from werkzeug import exceptions"),
    ("engine-door", "plugins/grid_registry/api.py", "from engine.db import Base"),
    ("engine-door", "plugins/notifications/handlers.py", "from engine.services import tasks"),
    ("web-door", "plugins/grid_registry/routes.py", "from web.pages import tasks"),
    ("web-door", "plugins/grid_registry/handlers.py", "from web import plugin_api"),
    ("no-flask-in-plugins", "plugins/grid_registry/handlers.py", "import flask"),
    ("no-flask-in-plugins", "plugins/grid_registry/routes.py", "import flask"),
    ("routes-are-the-edge", "plugins/grid_registry/handlers.py", "from plugins.grid_registry import routes"),
    ("one-writer", "plugins/grid_registry/api.py", "from plugins.grid_registry import changes"),
    ("one-writer", "plugins/notifications/handlers.py", "from plugins.grid_registry.changes import apply"),
    ("gate", "plugins/grid_registry/handlers.py", "from plugins.grid_registry.gate import opened"),
    ("gate", "plugins/notifications/handlers.py", "from plugins.grid_registry import gate"),
    ("grid_registry-door", "plugins/notifications/handlers.py", "from plugins.grid_registry import tables"),
    ("notifications-door", "plugins/grid_registry/handlers.py", "from plugins.notifications import tables"),
    ("catalogue-door", "plugins/notifications/handlers.py", "from plugins.catalogue import tables"),
    ("workforce-door", "plugins/demo/load.py", "from plugins.workforce import tables"),
    ("incidents-door", "plugins/demo/load.py", "from plugins.incidents import tables"),
    ("open311-door", "plugins/demo/load.py", "from plugins.open311 import tables"),
    ("order-of-plugins", "plugins/grid_registry/api.py", "from plugins.notifications import api"),
    ("one-spiff", "engine/services/tasks.py", "import SpiffWorkflow"),
    ("one-spiff", "web/config.py", "from SpiffWorkflow.bpmn import specs"),
    ("one-v8", "engine/forms.py", "import py_mini_racer"),
    ("one-job-engine", "engine/services/jobs.py", "from dbos import DBOS"),
    ("light-door", "engine/hookspecs.py", "import sqlalchemy"),
    ("light-door", "engine/declaration.py", "from engine.db import Base"),
    ("tables-only-remember", "engine/tables/tasks.py", "from engine.services import history"),
    ("execution-has-no-storage", "engine/bpmn/step.py", "from engine.tables import tasks"),
    ("execution-has-no-storage", "engine/feel/values.py", "import sqlalchemy"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python source of all rooms, with the configuration."""
    copy = tmp_path_factory.mktemp("source")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "node_modules" not in path.parts):
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return copy


def test_each_contract_has_a_violation_that_proves_it() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == set(CONTRACTS)


@pytest.mark.parametrize(("contract", "file", "line"), VIOLATIONS, ids=lambda value: str(value).replace("/", "."))
def test_a_violation_breaks_its_contract(copy: Path, contract: str, file: str, line: str) -> None:
    source = copy / file
    kept = source.read_text()
    source.write_text(f"{kept}\n{line}\n")
    try:
        answer = lint(copy, contract)
    finally:
        source.write_text(kept)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "1 broken." in answer.stdout, answer.stdout + answer.stderr
    if contract != "no-cycles":  # which names no line
        assert f"(l.{len(kept.splitlines()) + 2})" in answer.stdout, "broken by something else than the line added"


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_contract_is_kept_without_it(copy: Path, contract: str) -> None:
    answer = lint(copy, contract)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """Check one contract in a folder. The source there is what is imported, not the one this test came from."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", "--contract", contract],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
