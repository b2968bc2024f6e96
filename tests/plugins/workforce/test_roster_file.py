"""A file of workers is taken whole or not at all, and every finding of every line is told."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.workforce import listing, roster_file
from tests.plugins.grid_registry.town import TOWNSHIP
from tests.plugins.workforce.office import C1, CLERK, DAY, Office

HEAD = ",".join(roster_file.HEADINGS)
GOOD = f"{HEAD}\nA-01,何小满,13900001234,专职,乡镇,2026-12-01,{C1}\nA-02,宁远,13900005678,兼职,村社区,2026-12-01,\n"


def bring_in(office: Office, text: str) -> int:
    with office.at_work() as work:
        return roster_file.bring_in(work, TOWNSHIP, text)


def names(office: Office) -> list[str]:
    with office.reading() as work:
        return [row.name for row in listing.roster(work.session, TOWNSHIP, DAY)]


def test_a_good_file_engages_its_workers_and_gives_them_their_grids(both: Office) -> None:
    assert bring_in(both, GOOD) == 2
    assert names(both) == ["何小满", "宁远"]
    assert len(both.workers(C1)) == 1


def test_all_findings_of_all_lines_are_told_and_nothing_is_taken(office: Office) -> None:
    text = (
        GOOD
        + f"A-01,别人,139,全职,乡镇,2026-12-01,\n,,,专职,公司,昨天,\nA-05,丁,13900001111,专职,乡镇,2026-12-01,{C1}\n"
    )
    with pytest.raises(roster_file.FileRefused) as refused:
        bring_in(office, text)
    told = {(finding.line, finding.heading) for finding in refused.value.findings}
    fifth = {(5, heading) for heading in ("工号", "姓名", "电话", "聘用单位", "任职日期")}
    assert told == {(4, "电话"), (4, "专兼职"), *fifth, (6, "网格编码")}
    assert names(office) == []


@pytest.mark.parametrize(
    ("text", "line", "heading"),
    [
        ("", 1, "工号"),
        (HEAD, 1, ""),
        ("工号,姓名,电话,专兼职,聘用单位\n", 1, "任职日期"),
        (GOOD.replace(C1, "431103001001-C777"), 2, "网格编码"),
        (GOOD.replace("A-02", "A-01"), 3, "工号"),
        (GOOD.replace("13900001234", "无"), 2, "电话"),
        (f'{HEAD}\n"{"长" * 140_000}",', 1, ""),
    ],
    ids=["empty", "no worker", "no column", "no grid", "twice", "no telephone", "no csv"],
)
def test_what_is_wrong_is_told_with_its_place(text: str, line: int, heading: str, office: Office) -> None:
    with pytest.raises(roster_file.FileRefused) as refused:
        bring_in(office, text)
    assert (line, heading) in {(finding.line, finding.heading) for finding in refused.value.findings}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_spreadsheets_are_read(encoding: str) -> None:
    assert roster_file.decoded(GOOD.encode(encoding)) == GOOD


@pytest.mark.parametrize("data", [b"\xff\xff\xff", b"x" * 1_000_001], ids=["no text", "too large"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(roster_file.FileRefused):
        roster_file.decoded(data)


@given(st.text(max_size=200))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_at_all_breaks_the_reading(office: Office, text: str) -> None:
    with office.engine.begin(CLERK) as work:
        for given_text in (text, f"{HEAD}\n{text}"):
            with suppress(roster_file.FileRefused):
                roster_file.bring_in(work, TOWNSHIP, given_text)
        work.session.rollback()
