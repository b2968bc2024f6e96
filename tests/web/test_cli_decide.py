"""`onegrid decide`: what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.engine.feel import dmn
from web.cli_decide import decide_command

TABLE = dmn.table(["age"], ["price"], [(["< 18"], ["5"]), ([">= 18"], ["10 + extra"])])
FILE = dmn.definitions(
    dmn.input_data("age", "number"),
    dmn.decision("extra", dmn.literal("2")),
    dmn.decision("price", TABLE + dmn.needs("age"), requires=["extra"], name="票价"),
)


def run(tmp_path: Path, *arguments: str, content: bytes = FILE) -> Result:
    file = tmp_path / "x.dmn"
    file.write_bytes(content)
    result = CliRunner().invoke(decide_command, [str(file), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_the_decision_that_no_other_requires_is_made(tmp_path: Path) -> None:
    result = run(tmp_path, "--input", '{"age": 40}')

    assert (result.exit_code, result.stdout) == (0, "12\n")


def test_a_decision_is_chosen_by_id_or_name(tmp_path: Path) -> None:
    assert run(tmp_path, "extra").stdout == "2\n"
    assert run(tmp_path, "票价", "--input", '{"age": 3}').stdout == "5\n"
    assert run(tmp_path, "nobody").exit_code == 4


def test_it_says_why_in_two_languages(tmp_path: Path) -> None:
    chinese = run(tmp_path, "--input", '{"age": 40}', "--explain").stdout
    english = run(tmp_path, "--input", '{"age": 40}', "--explain", "--language", "en").stdout

    assert "“票价”第 2 条规则成立：age = 40，因此 price = 12" in chinese
    assert "“extra”的结果：2" in chinese
    assert "rule 2 of '票价' holds: age = 40; therefore price = 12" in english


def test_json_holds_the_value_the_rules_and_the_reasons(tmp_path: Path) -> None:
    told: dict[str, Any] = json.loads(run(tmp_path, "--input", '{"age": 40}', "--explain", "--json").stdout)

    assert told["value"] == 12
    assert told["hits"] == [{"rule": 2, "id": "r2", "inputs": {"age": 40}, "outputs": {"price": 12}}]
    assert len(told["explanation"]) == 3


def test_dates_are_given_as_typed_json_or_as_feel(tmp_path: Path) -> None:
    content = dmn.definitions(dmn.decision("d", dmn.literal('due + duration("P1D")')))
    typed = '{"due": {"@": "date", "v": "2026-12-01"}}'

    assert run(tmp_path, "--input", typed, content=content).stdout == '"2026-12-02"\n'.replace('"', "")
    assert run(tmp_path, "--input-feel", '{due: date("2026-12-01")}', content=content).stdout == "2026-12-02\n"


def test_what_is_not_given_is_said(tmp_path: Path) -> None:
    result = run(tmp_path)

    assert result.exit_code == 0
    assert "age" in result.stderr


def test_a_refused_file_gives_its_findings(tmp_path: Path) -> None:
    content = dmn.definitions(dmn.decision("d", dmn.literal("1 +")))

    plain, as_json = run(tmp_path, content=content), run(tmp_path, "--json", content=content)

    assert (plain.exit_code, as_json.exit_code) == (2, 2)
    assert "x.dmn:3 <d>" in plain.stderr
    assert json.loads(as_json.stdout)["findings"][0]["code"] == "feel.syntax"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--input", '{"age": "forty"}'),
        ("--input", "{"),
        ("--input", "[]"),
        ("--input", '{"age": {"@": "date"}}'),
        ("--input", '{"age": {"@": [], "v": 1}}'),
        ("--input", '{"age": {"@": "date", "v": 1}}'),
        ("--input", "@/nowhere"),
        ("--input-feel", "1"),
        ("--input-feel", "{"),
    ],
)
def test_what_cannot_be_evaluated_ends_with_four_and_a_reason(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run(tmp_path, *arguments)

    assert result.exit_code == 4
    assert result.stderr
    assert json.loads(run(tmp_path, *arguments, "--json").stdout)["error"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 100, b"<a>" * 50_000, b" " * 3_000_000, FILE[: len(FILE) // 2], FILE.replace(b"decision", b"list")],
)
def test_any_file_ends_with_findings(tmp_path: Path, content: bytes) -> None:
    assert run(tmp_path, content=content).exit_code == 2


def test_a_file_that_is_not_there_ends_with_four(tmp_path: Path) -> None:
    assert CliRunner().invoke(decide_command, [str(tmp_path / "no.dmn")]).exit_code == 4
    assert CliRunner().invoke(decide_command, [str(tmp_path)]).exit_code == 4
