"""`onegrid processes check` and `run`, from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.engine.bpmn import drawing as d
from web.cli_processes import processes

ROOT = Path(__file__).parents[2]
STOPS = d.draw(
    d.exclusive("x", default="x-a"), d.parallel("j"), d.task("a"), d.task("b"), flows="s>x x>a x>b[no] a>j b>j j>e"
)


def onegrid(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(processes, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def unsound(tmp_path: Path) -> Path:
    path = tmp_path / "stops.bpmn"
    path.write_bytes(STOPS)
    return path


def test_the_products_own_processes_have_neither_errors_nor_warnings() -> None:
    result = onegrid("check", ROOT / "processes")
    assert result.exit_code == 0
    assert "0 errors, 0 warnings" in result.output


def test_a_deadlock_is_an_error_with_element_line_and_way(unsound: Path) -> None:
    result = onegrid("check", unsound, "--json")
    assert result.exit_code == 2
    (fault,) = [finding for finding in json.loads(result.output) if finding["code"] == "soundness.deadlock"]
    assert (fault["file"], fault["element"]) == (str(unsound), "j")
    assert STOPS.decode().splitlines()[fault["line"] - 1].startswith('<bpmn:parallelGateway id="j"')
    assert "s → x → a" in fault["message_en"]


def test_a_form_field_of_an_unknown_type_is_an_error_with_file_and_line(tmp_path: Path) -> None:
    for file in (ROOT / "processes" / "grid_division").iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    form = tmp_path / "propose.form.json"
    form.write_text(form.read_text(encoding="utf-8").replace('"textarea"', '"texture"', 1), encoding="utf-8")
    result = onegrid("check", tmp_path, "--json")
    assert result.exit_code == 2
    (fault,) = [finding for finding in json.loads(result.output) if finding["severity"] == "error"]
    assert (fault["code"], fault["file"]) == ("form.type-unknown", str(form))
    assert "texture" in fault["message_en"]


def test_people_read_a_line_a_finding(unsound: Path) -> None:
    result = onegrid("check", unsound)
    assert result.exit_code == 2
    assert f"error {unsound}:" in result.output
    assert "[soundness.deadlock]" in result.output


def test_a_file_that_is_not_there_is_a_finding() -> None:
    result = onegrid("check", "nowhere.bpmn", "--json")
    assert result.exit_code == 2
    assert [finding["code"] for finding in json.loads(result.output)] == ["file.unreadable"]


def test_a_sound_file_gives_an_empty_list(tmp_path: Path) -> None:
    (tmp_path / "p.bpmn").write_bytes(d.draw(d.user("a"), flows="s>a a>e"))
    result = onegrid("check", tmp_path / "p.bpmn", "--json")
    assert (result.exit_code, json.loads(result.output)) == (0, [])


def test_a_run_prints_a_json_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "p.bpmn"
    path.write_bytes(d.draw(d.user("a"), flows="s>a a>e"))
    now = ("--now", "2026-12-01T09:00")
    result = onegrid("run", path, "--trace", *now, "--complete", 'a={"n": 1}')
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert [f"{line['event']} {line['element']}" for line in lines] == [
        "enter s", "leave s", "enter a", "leave a", "enter e", "leave e", "end e",
    ]  # fmt: skip
    assert lines[2] == {"event": "enter", "element": "a", "type": "userTask", "time": "2026-12-01T09:00:00+08:00"}
    assert lines[-1]["data"] == {"n": 1}
    waiting = onegrid("run", path, *now)
    assert waiting.exit_code == 3
    assert json.loads(waiting.output)["data"] == {"for": "person"}


def test_a_message_is_sent_to_the_element_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.bpmn"
    receive = '<bpmn:receiveTask id="r" messageRef="m"/>'
    path.write_bytes(d.draw(receive, flows="s>r r>e", more='<bpmn:message id="m" name="paid"/>'))
    assert onegrid("run", path).exit_code == 3
    assert onegrid("run", path, "--message", "paid").exit_code == 0
    assert onegrid("run", path, "--message", "paid@other").exit_code == 3
    result = onegrid("run", path, "--message", 'paid={"mail": "a@b.cn"}@r')
    assert json.loads(result.output)["data"] == {"mail": "a@b.cn"}


def test_a_timer_fires_when_the_clock_is_moved(tmp_path: Path) -> None:
    path = tmp_path / "p.bpmn"
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT30M</bpmn:timeDuration></bpmn:timerEventDefinition>"
    path.write_bytes(
        d.draw(f'<bpmn:intermediateCatchEvent id="t">{timer}</bpmn:intermediateCatchEvent>', flows="s>t t>e")
    )
    assert onegrid("run", path, "--advance", "PT29M").exit_code == 3
    assert onegrid("run", path, "--advance", "PT29M", "--advance", "PT1M").exit_code == 0


def test_what_is_asked_wrongly_is_said(tmp_path: Path) -> None:
    for arguments in (
        ("--input", "[1]"),
        ("--input", "{"),
        ("--advance", "soon"),
        ("--now", "later"),
        ("--advance", "-PT1H"),
    ):
        result = onegrid("run", tmp_path / "p.bpmn", *arguments)
        assert result.exit_code == 2
        assert "Error" in result.output
