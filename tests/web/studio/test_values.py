"""What a designer types and the FEEL it stands for, in Node: there and back without a change of meaning."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

STUDIO = Path(__file__).parents[3] / "web" / "assets" / "src" / "studio"
TYPED = [
    ("string", '噪声扰民 "解放路"', '"噪声扰民 \\"解放路\\""'),
    ("string", "两\n行 \\ 反斜线", '"两\\n行 \\\\ 反斜线"'),
    ("string", "", ""),
    ("integer", "48", "48"),
    ("number", "-1.5", "-1.5"),
    ("boolean", "false", "false"),
    ("date", "2026-12-01", 'date("2026-12-01")'),
]
EXPRESSIONS = [
    ("string", 'request.title + "x"'),
    ("string", '"a" + "b"'),
    ("string", '"\\q"'),
    ("string", "title"),
    ("integer", "48 + n"),
    ("boolean", "x = true"),
    ("date", "today()"),
]


def in_node(script: str, *given: Any) -> Any:
    """Return what a script makes of its arguments, as JSON."""
    if shutil.which("node") is None:
        pytest.skip("no Node on this machine")
    source = f"const given = {json.dumps(given)}; {script}"
    command = ["node", "--input-type=module", "--eval", source]
    return json.loads(subprocess.run(command, cwd=STUDIO, capture_output=True, check=True).stdout)


def test_constants_become_feel_and_come_back() -> None:
    found = in_node(
        "const { toFeel, toConstant } = await import('./literal.js');"
        "const both = given.map(([type, text]) => [toFeel(type, text), toConstant(type, toFeel(type, text))]);"
        "console.log(JSON.stringify(both));",
        *((kind, typed) for kind, typed, _ in TYPED),
    )
    assert found == [[feel, typed] for _, typed, feel in TYPED]


def test_an_expression_is_never_taken_for_a_constant() -> None:
    found = in_node(
        "const { toConstant } = await import('./literal.js');"
        "console.log(JSON.stringify(given.map(([type, text]) => toConstant(type, text))));",
        *EXPRESSIONS,
    )
    assert found == [None] * len(EXPRESSIONS)


def test_a_sign_before_an_expression_is_not_part_of_it() -> None:
    found = in_node(
        "const { toConstant } = await import('./literal.js');"
        "console.log(JSON.stringify([toConstant('string', '= \"a\"'), toConstant('integer', '=5')]));"
    )
    assert found == ["a", "5"]


def test_usual_deadlines_are_read_as_they_are_written() -> None:
    found = in_node(
        "const { readDeadline, writeDeadline, UNITS } = await import('./deadline.js');"
        "const usual = UNITS.map((unit) => [writeDeadline(unit, 7), readDeadline(writeDeadline(unit, 7))]);"
        "console.log(JSON.stringify([usual, readDeadline('working days after(start, 7)'), readDeadline('')]));"
    )
    usual, *others = found
    assert [read for _, read in usual] == [
        {"unit": unit, "number": 7} for unit in ("working_days", "working_hours", "days", "hours")
    ]
    assert usual[0][0] == "working days after(now(), 7)"
    assert others == [None, None]
