"""An archive proves itself: each part that is tampered with is named, also when its digests were made anew."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.archive import layout
from engine.archive.checking import check
from engine.bundle import Bundle
from engine.chain import content_digest
from engine.jobs.table_queue import drain
from engine.types import SYSTEM
from tests.fixtures.house import House
from tests.fixtures.tampering import tamper
from web.cli_audit import audit

Change = Callable[[Any], Any]
ON_ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""The check sees a file alone: which database it came from makes no difference."""


@pytest.fixture
def case(house: House) -> str:
    """A case that went on between the rows of others."""
    instance = house.start("李四的椅子")
    house.start("桌子")
    house.complete(instance, house.clerk, "电话13800138000")
    house.start("柜子")
    house.complete(instance, house.reviewer)
    drain(house.engine)
    return instance


def run(house: House | None, *arguments: object) -> Result:
    def build() -> object:
        if house is None:
            pytest.fail("the check asked for a database")
        return house.engine

    return CliRunner().invoke(audit, [str(each) for each in arguments], obj=build)


def export(house: House, instance: str, file: Path, *options: object) -> Path:
    result = run(house, "export", instance, file, *options)
    assert (result.exit_code, result.stderr) == (0, "")
    return file


@pytest.fixture
def full(house: House, case: str, tmp_path: Path) -> Path:
    return export(house, case, tmp_path / "full.zip", "--full", "--reason", "法院调取")


def members(file: Path) -> dict[str, bytes]:
    with ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(file: Path, parts: dict[str, bytes]) -> Path:
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


def forged(file: Path, name: str, change: Change) -> Path:
    """Change a member and make the manifest anew, as a forger would."""
    parts = members(file)
    lines = name.endswith(".jsonl")
    old = [orjson.loads(line) for line in parts[name].splitlines()] if lines else orjson.loads(parts[name])
    new = change(old)
    parts[name] = b"".join(orjson.dumps(row) + b"\n" for row in new) if lines else orjson.dumps(new)
    return sealed(file, parts)


def sealed(file: Path, parts: dict[str, bytes]) -> Path:
    manifest = orjson.loads(parts.pop(layout.MANIFEST))
    manifest["members"] = {
        name: {"size": len(content), "sha256": sha256(content).hexdigest()} for name, content in parts.items()
    }
    return packed(file, {**parts, layout.MANIFEST: orjson.dumps(manifest)})


def fault(file: Path) -> tuple[str, str]:
    found = check(file, {})
    return found.member, found.fault


def test_a_full_archive_is_whole_and_says_so_without_a_database(full: Path, case: str) -> None:
    found = check(full, {})
    assert (found.fault, found.instance, found.full) == ("", case, True)
    assert found.rows == found.shown == 4
    result = run(None, "check", full)
    assert (result.exit_code, "whole" in result.stdout, "no anchor given covers" in result.stdout) == (0, True, True)


def test_it_holds_all_of_the_case_and_nothing_of_others(full: Path) -> None:
    parts = members(full)
    assert orjson.loads(parts[layout.INSTANCE])["variables"]["thing"] == "李四的椅子"
    assert {task["state"] for task in orjson.loads(parts[layout.TASKS])} == {"completed"}
    assert [job["kind"] for job in orjson.loads(parts[layout.JOBS])].count("handler") == 1
    assert [name for name in parts if name.startswith("definitions/") and name.endswith(".bpmn")]
    everything = b"".join(parts.values()).decode(errors="replace")
    assert "桌子" not in everything
    assert "柜子" not in everything
    page = parts[layout.PAGE].decode()
    assert "李四的椅子" in page
    assert "Completed" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_without_full_no_name_and_no_text_of_people_is_in_it(house: House, case: str, tmp_path: Path) -> None:
    file = export(house, case, tmp_path / "masked.zip")
    parts = members(file)
    everything = b"".join(content for name, content in parts.items() if not name.startswith("definitions/")).decode(
        errors="replace"
    )
    for word in ("李四", "clerk先生", "reviewer先生", "13800138000"):
        assert word not in everything
    rows = [orjson.loads(line) for line in parts[layout.HISTORY].splitlines()]
    assert {row["salt"] for row in rows} == {None}  # or names could be tried until the digest fits
    found = check(file, {})
    assert (found.fault, found.full, found.shown) == ("", False, 0)


def test_a_full_archive_needs_a_reason_and_is_noted_in_the_history(house: House, case: str, tmp_path: Path) -> None:
    refused = run(house, "export", case, tmp_path / "a.zip", "--full")
    assert (refused.exit_code, (tmp_path / "a.zip").exists()) == (2, False)
    file = export(house, case, tmp_path / "b.zip", "--full", "--reason", "法院调取")
    with house.engine.begin(SYSTEM, write=False) as work:
        noted = work.history.of(case)[-1]
        digest = sha256(file.read_bytes()).hexdigest()
        assert (noted.event, noted.detail) == ("archive.made", {"reason": "法院调取", "full": True, "sha256": digest})


def test_a_file_that_is_there_is_not_written_over(house: House, case: str, tmp_path: Path) -> None:
    file = tmp_path / "there.zip"
    file.write_bytes(b"kept")
    assert run(house, "export", case, file).exit_code == 1
    assert file.read_bytes() == b"kept"


def test_a_case_that_is_not_there_leaves_no_file(house: House, tmp_path: Path) -> None:
    assert run(house, "export", "0" * 32, tmp_path / "none.zip").exit_code == 4
    assert not (tmp_path / "none.zip").exists()


def test_a_history_that_was_tampered_with_is_not_archived(house: House, case: str, tmp_path: Path) -> None:
    tamper(house, "UPDATE history_event SET actor_id = 'another' WHERE seq = 2")
    result = run(house, "export", case, tmp_path / "no.zip")
    assert (result.exit_code, "第 2 条" in result.stderr) == (4, True)
    assert not (tmp_path / "no.zip").exists()


def test_anchors_tell_an_archive_whose_whole_chain_was_made_anew(house: House, case: str, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.jsonl"
    assert run(house, "anchor", anchors).exit_code == 0
    file = export(house, case, tmp_path / "a.zip", "--anchor", anchors)
    assert run(None, "check", file, "--anchor", anchors).stdout.count("as it was anchored elsewhere") == 1
    alone = check(file, {})  # whoever forges an archive forges the anchors in it too
    assert (alone.fault, alone.covers, list(alone.claimed)) == ("", False, [6])
    other = anchors.read_text().replace(orjson.loads(anchors.read_bytes())["heads"][0]["digest"], "ab" * 32)
    anchors.write_text(other)
    result = run(None, "check", file, "--anchor", anchors, "--json")
    assert (result.exit_code, orjson.loads(result.stdout)["member"]) == (1, layout.ANCHORS)


def test_each_member_that_is_changed_is_named(full: Path, tmp_path: Path) -> None:
    parts = members(full)
    for name in parts:
        if name == layout.MANIFEST:
            continue
        changed = packed(tmp_path / "changed.zip", {**parts, name: parts[name] + b" "})
        assert fault(changed)[0] == name
        without = packed(tmp_path / "without.zip", {other: parts[other] for other in parts if other != name})
        assert fault(without)[0] == name


def test_a_member_that_nobody_listed_is_named(full: Path, tmp_path: Path) -> None:
    assert fault(packed(tmp_path / "more.zip", {**members(full), "more.txt": b""}))[0] == "more.txt"
    assert fault(sealed(tmp_path / "more.zip", {**members(full), "more.txt": b""}))[0] == "more.txt"


def of_row(number: int, **values: Any) -> Change:
    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows[number] |= values
        return rows

    return change


def other_words(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Change what a row says, and its content's digest with it."""
    row = rows[2]
    row["detail"] = {"note": "不同意"}
    digest = content_digest(bytes.fromhex(row["salt"]), row["actor_name"], row["detail"], row["changes"])
    return of_row(2, content_digest=digest.hex())(rows)


FORGERIES = {
    "who": (layout.HISTORY, of_row(2, actor_id="another"), layout.TASKS),
    "name": (layout.HISTORY, of_row(1, actor_name="王五"), "history.jsonl:2"),
    "detail": (layout.HISTORY, of_row(1, detail={"note": "不"}), "history.jsonl:2"),
    "words-and-digest": (layout.HISTORY, other_words, "history.jsonl:3"),
    "event": (layout.HISTORY, of_row(-1, element_id="elsewhere"), "history.jsonl:4"),
    "digest": (layout.HISTORY, of_row(1, digest="00" * 32), "history.jsonl:2"),
    "first-left-out": (layout.HISTORY, lambda rows: rows[1:], layout.HISTORY),
    "task-left-out": (layout.HISTORY, lambda rows: rows[:1] + rows[2:], layout.HISTORY),
    "order": (layout.HISTORY, lambda rows: [rows[0], *rows[:0:-1]], layout.HISTORY),
    "salt-taken": (layout.HISTORY, of_row(1, salt=None), "history.jsonl:2"),
    "of-another": (layout.HISTORY, of_row(1, instance_id="0" * 32), "history.jsonl:2"),
    "task-by": (layout.TASKS, of_row(0, completed_by="another"), layout.TASKS),
    "task-at": (layout.TASKS, of_row(0, completed_at="2026-12-01T09:00:00+00:00"), layout.TASKS),
    "task-open": (layout.TASKS, of_row(0, state="open"), layout.TASKS),
    "task-gone": (layout.TASKS, lambda rows: rows[1:], layout.TASKS),
    "job-gone": (layout.JOBS, lambda rows: [], layout.JOBS),
    "starter": (layout.INSTANCE, lambda instance: instance | {"started_by": "another"}, layout.INSTANCE),
    "ended": (layout.INSTANCE, lambda instance: instance | {"state": "completed"}, layout.HISTORY),
    "head": (layout.CHAIN, lambda chain: chain | {"head": "00" * 32}, layout.CHAIN),
    "before": (layout.CHAIN, lambda chain: chain | {"before": "01" * 32}, "history.jsonl:1"),
    "chain-cut": (layout.CHAIN, lambda chain: chain | {"until": chain["until"] - 1}, layout.LINKS),
    "definition-id": (layout.DEFINITIONS, of_row(0, id="0" * 32), layout.DEFINITIONS),
    "definition-digest": (layout.DEFINITIONS, of_row(0, digest="00" * 32), layout.DEFINITIONS),
    "no-definition": (layout.DEFINITIONS, lambda rows: [], layout.DEFINITIONS),
    "misshapen": (layout.INSTANCE, lambda instance: [instance], layout.MANIFEST),
}


@ON_ONE
@pytest.mark.parametrize("what", FORGERIES)
def test_what_a_forger_changes_does_not_fit_the_rest(full: Path, what: str) -> None:
    name, change, named = FORGERIES[what]
    member, said = fault(forged(full, name, change))
    assert said
    assert member == named or (name == layout.DEFINITIONS and member.startswith("definitions/"))


def test_another_diagram_is_not_the_one_that_was_deployed(full: Path) -> None:
    parts = members(full)
    name = next(name for name in parts if name.endswith(".bpmn"))
    parts[name] = parts[name].replace(b"<", b" <", 1)
    assert fault(sealed(full, parts))[0] == layout.DEFINITIONS


def test_another_diagram_with_its_digest_made_anew_is_not_the_one_the_history_noted(full: Path) -> None:
    parts = members(full)
    definitions = orjson.loads(parts[layout.DEFINITIONS])
    only = definitions[0]
    name = next(name for name in parts if name.endswith(".bpmn"))
    parts[name] = parts[name].replace(b"<", b" <", 1)
    files = {path: parts[layout.member_of(only["id"], path)] for path in only["files"]}
    only["digest"] = Bundle(only["deployment"]["name"], files).digest
    parts[layout.DEFINITIONS] = orjson.dumps(definitions)
    member, said = fault(sealed(full, parts))
    assert (member, "notes another digest" in said) == (layout.DEFINITIONS, True)


def test_a_link_of_another_case_that_was_changed_breaks_the_chain(full: Path) -> None:
    parts = members(full)
    links = bytearray(parts[layout.LINKS])
    links[32] ^= 1  # the second row is of another case
    parts[layout.LINKS] = bytes(links)
    assert fault(sealed(full, parts))[0] == "history.jsonl:2"


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "nothing.zip"
    file.write_bytes(content)
    result = run(None, "check", file)
    assert (result.exit_code, result.exception.__class__) == (1, SystemExit)
    assert "not whole" in result.stderr


@ON_ONE
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_file_that_was_damaged_anywhere_is_not_whole_or_unchanged_within(full: Path, data: st.DataObject) -> None:
    content = bytearray(full.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    damaged = full.with_name("damaged.zip")
    damaged.write_bytes(content)
    found = check(damaged, {})
    assert found.fault or members(damaged) == members(full)  # a byte that ZIP does not look at
