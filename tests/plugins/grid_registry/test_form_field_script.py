"""The script of the changes editor: its logic, and that browser and server read the same plan of the same fields."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from plugins.grid_registry.editor import read

HERE = Path(__file__).parent
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed on this machine")

SPLIT = [
    ("changes.0.op", "split"),
    ("changes.0.grid", "431103001001-C001"),
    ("changes.0.shown", "431103001001-C001"),
    ("changes.0.parts.0.name", " 东网格 "),
    ("changes.0.parts.0.kind", "comprehensive"),
    ("changes.0.parts.0.setting", "urban"),
    ("changes.0.parts.0.justification", ""),
    ("changes.0.parts.1.name", "西网格"),
    ("changes.0.parts.1.kind", "exclusive"),
    ("changes.0.parts.1.setting", "urban"),
    ("changes.0.parts.1.justification", "园区\n统一管理"),
    ("changes.0.unit.u1", "0"),
    ("changes.0.unit.u2", "1"),
    ("changes.0.unit.u3", "1"),
]
CASES = [
    SPLIT,
    [(name, "other" if name.endswith(".shown") else value) for name, value in SPLIT],
    [
        ("changes.2.op", "merge"),
        ("changes.2.grids", "a"),
        ("changes.2.grids", "b"),
        ("changes.2.name", "并"),
        ("changes.7.op", "rename"),
        ("changes.7.grid", "c"),
        ("changes.7.name", ""),
    ],
    [
        ("changes.0.op", "move_units"),
        ("changes.0.shown", "a"),
        ("changes.0.from", "a"),
        ("changes.0.to", "b"),
        ("changes.0.unit_ids", "u1"),
        ("changes.0.unit_ids", "u2"),
    ],
    [
        ("changes.0.op", "retire"),
        ("changes.0.shown", "a"),
        ("changes.0.grid", "a"),
        ("changes.0.successor.u1", "b"),
        ("changes.0.successor.u2", ""),
    ],
    [("changes.0.op", "create"), ("changes.0.shown", ""), ("changes.0.community", "x"), ("changes.0.unit_ids", "u9")],
    [("changes.township", "431103001"), ("changes.x.op", "split")],
]


@needs_node
def test_the_browser_reads_the_same_changes_as_the_server() -> None:
    answer = subprocess.run(
        [str(NODE), str(HERE / "plan_of.mjs")], input=json.dumps(CASES), capture_output=True, text=True, check=True
    )
    assert json.loads(answer.stdout) == [read("changes", MultiDict(case)) for case in CASES]


@needs_node
def test_the_logic_of_the_script_holds() -> None:
    command = [str(NODE), "--test", str(HERE / "plan.test.mjs")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
