"""`onegrid audit`: each way of tampering with the history is found at its row, on both databases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from engine.chain import START, Facts, content_digest, link, row_digest
from engine.services.ledger import Entry, Ledger
from engine.tables.history import HistoryEvent, HistoryHead
from engine.types import SYSTEM
from tests.fixtures.house import House
from tests.fixtures.tampering import tamper
from web.cli_audit import audit

CASES = 6
EVENT = cast("sa.Table", HistoryEvent.__table__)
HEAD = cast("sa.Table", HistoryHead.__table__)


@pytest.fixture
def busy(house: House) -> House:
    """A house with a history of six rows."""
    for number in range(CASES):
        house.start(f"椅子{number}")
    return house


def run(house: House, *arguments: str) -> Result:
    return CliRunner().invoke(audit, arguments, obj=lambda: house.engine)


def found(house: House, *arguments: str) -> list[tuple[int, int, str]]:
    """Return (first row, last row, what) of the faults that `audit verify` names."""
    result = run(house, "verify", "--json", *arguments)
    faults = orjson.loads(result.stdout)["faults"]
    assert result.exit_code == (1 if faults else 0)
    return [(fault["seq"], fault["until"], fault["kind"]) for fault in faults]


def at_row(seq: int) -> sa.Update:
    return sa.update(EVENT).where(EVENT.c.seq == seq)


def rewrite(house: House, first: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change row `first` as somebody who knows how the chain is made: every digest from it on is made anew."""
    with house.engine.database.connect() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(EVENT).order_by(EVENT.c.seq)).mappings()]
    before, statements = START, []
    for row in rows:
        if row["seq"] == first:
            change(row)
        if row["seq"] >= first:
            row["content_digest"] = content_digest(row["salt"], row["actor_name"], row["detail"], row["changes"])
            facts = Facts.of(SimpleNamespace(**row))
            row["digest"] = link(before, row_digest(facts, row["content_digest"]))
            statements.append(sa.update(EVENT).where(EVENT.c.id == row["id"]).values(**row))
        before = row["digest"]
    tamper(house, *statements, sa.update(HEAD).values(digest=before))


def test_a_history_that_nobody_touched_is_whole(busy: House) -> None:
    result = run(busy, "verify")
    assert (result.exit_code, found(busy)) == (0, [])
    assert f"rows {CASES}" in result.stdout
    assert found(busy, "--county", "1-a") == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("detail", {"note": "x"}),
        ("changes", {"note": {"before": 1, "after": 2}}),
        ("actor_name", "别人"),
        ("actor_id", "nobody"),
        ("event", "task.claimed"),
        ("element_name", "x"),
        ("element_id", "x"),
        ("token_id", "x"),
        ("at", datetime(2026, 11, 30, tzinfo=UTC)),
        ("instance_id", sa.select(EVENT.c.instance_id).where(EVENT.c.seq == 1).scalar_subquery()),
    ],
)
def test_an_edited_row_is_named(busy: House, column: str, value: Any) -> None:
    tamper(busy, at_row(3).values({column: value}))
    assert found(busy) == [(3, 3, "changed")]
    assert "第 3 条（id 3）" in run(busy, "verify").stderr


def test_deleted_rows_are_named(busy: House) -> None:
    tamper(busy, "DELETE FROM history_event WHERE seq IN (3, 4)")
    assert found(busy) == [(3, 4, "missing")]


def test_deleted_rows_are_named_where_the_others_moved_up(busy: House) -> None:
    moves = [at_row(seq).values(seq=seq - 1) for seq in range(4, CASES + 1)]
    tamper(busy, "DELETE FROM history_event WHERE seq = 3", *moves)
    assert found(busy) == [(3, 3, "changed")]


def test_an_inserted_row_is_named(busy: House) -> None:
    moves = [at_row(seq).values(seq=seq + 1) for seq in range(CASES, 2, -1)]
    columns = [column for column in EVENT.c if column.name not in {"id", "seq"}]
    copy = sa.select(sa.literal(3), *columns).where(EVENT.c.seq == 1)
    tamper(busy, *moves, sa.insert(EVENT).from_select(["seq", *(column.name for column in columns)], copy))
    assert found(busy) == [(3, 3, "changed")]


def test_rows_that_changed_places_are_named(busy: House) -> None:
    places = ((3, 99), (4, 3), (99, 4))
    tamper(busy, *(at_row(seq).values(seq=to) for seq, to in places))
    assert found(busy) == [(3, 3, "changed")]


def test_a_tail_that_was_cut_is_known_to_the_head(busy: House) -> None:
    tamper(busy, "DELETE FROM history_event WHERE seq > 4")
    assert found(busy) == [(5, CASES, "cut")]


def test_a_tail_that_was_cut_with_the_head_is_known_to_the_anchor(busy: House, tmp_path: Path) -> None:
    file = anchored(busy, tmp_path)
    cut_with_head(busy)
    assert found(busy) == []
    assert found(busy, "--anchor", str(file)) == [(5, CASES, "cut")]


def cut_with_head(house: House) -> None:
    digest = sa.select(EVENT.c.digest).where(EVENT.c.seq == 4).scalar_subquery()
    tamper(house, "DELETE FROM history_event WHERE seq > 4", sa.update(HEAD).values(seq=4, digest=digest))


def test_a_chain_that_was_made_anew_is_known_to_the_anchor(busy: House, tmp_path: Path) -> None:
    file = anchored(busy, tmp_path)
    busy.start()
    anchored(busy, tmp_path)
    busy.start()
    rewrite(busy, CASES + 1, lambda row: row.update(actor_id="nobody"))
    assert found(busy) == []
    assert found(busy, "--anchor", str(file)) == [(CASES + 1, CASES + 1, "rewritten")]


def test_a_whole_county_that_vanished_is_known_to_the_anchor(busy: House, tmp_path: Path) -> None:
    file = anchored(busy, tmp_path)
    tamper(busy, "DELETE FROM history_event", "DELETE FROM history_head")
    assert found(busy) == []
    assert found(busy, "--anchor", str(file)) == [(1, CASES, "cut")]


def test_a_head_that_is_not_the_last_row_s_is_named(busy: House) -> None:
    tamper(busy, sa.update(HEAD).values(digest=START))
    assert found(busy) == [(CASES, CASES, "head")]


def test_a_row_whose_content_was_erased_still_holds_its_place(busy: House) -> None:
    tamper(busy, at_row(3).values(actor_name="", detail={}, changes={}, salt=b""))
    assert found(busy) == []
    assert "content erased: 1" in run(busy, "verify").stdout


def test_nothing_is_anchored_on_a_history_that_contradicts_the_file(busy: House, tmp_path: Path) -> None:
    file = anchored(busy, tmp_path)
    kept = file.read_bytes()
    cut_with_head(busy)
    assert run(busy, "anchor", str(file)).exit_code == 1
    assert file.read_bytes() == kept


def anchored(house: House, folder: Path) -> Path:
    file = folder / "anchors.jsonl"
    result = run(house, "anchor", str(file))
    assert (result.exit_code, result.stderr) == (0, "")
    return file


@pytest.mark.parametrize("content", [b"nonsense\n", b"{}\n", b'{"format": 2, "heads": []}\n', b"[]\n", b"\xff\n"])
def test_a_damaged_file_of_anchors_is_refused(busy: House, tmp_path: Path, content: bytes) -> None:
    file = anchored(busy, tmp_path)
    file.write_bytes(file.read_bytes() + content)
    result = run(busy, "verify", "--anchor", str(file))
    assert (result.exit_code, f"{file}:2" in result.stderr) == (1, True)


def test_a_hundred_thousand_rows_would_be_verified_in_two_seconds(house: House) -> None:
    instance = house.start()
    with house.engine.begin(SYSTEM) as work:
        row = work.instances.get(instance)
        ledger = Ledger.of(work.session)
        for entry in entries(row, house, 20_000):
            ledger.add(entry)
    seconds = []
    for _ in range(2):
        begin = time.process_time()
        result = run(house, "verify")
        seconds.append(time.process_time() - begin)
        assert (result.exit_code, "rows 20001" in result.stdout) == (0, True)
    assert min(seconds) < 2 / 5


def entries(row: Any, house: House, count: int) -> Iterable[Entry]:
    for number in range(count):
        yield Entry(
            county=row.county,
            instance_id=row.id,
            definition_id=row.definition_id,
            at=house.clock.now(),
            actor_id="clerk",
            actor_name="clerk先生",
            event="task.completed",
            element_id="apply",
            element_name="申请",
            token_id=f"{number:032x}",
            detail={"note": "同意", "number": number, "due": {"@": "date", "v": "2026-12-01"}},
            changes={},
        )
