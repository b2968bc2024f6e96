"""The pages of departments' reports, with a report of a department that keeps two rows."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from engine.plugins.host import PluginHost
from engine.plugins.own_reports import OwnReport, ReportColumn

WORDS = {"zh": "检查情况", "en": "Inspections"}


@pytest.fixture(autouse=True)
def report(monkeypatch: pytest.MonkeyPatch) -> None:
    def rows(limit: int) -> list[dict[str, Any]]:
        return [{"grid": "none", "what": "<b>外地</b>"}]

    columns = [ReportColumn("what", WORDS)]
    groups = frozenset({"county_reviewer"})
    shown = OwnReport("police", "PSB", "cases", WORDS, "police_case", "grid", columns, "", groups, rows)
    monkeypatch.setattr(PluginHost, "reports", [shown])


def test_who_may_see_it_finds_it_in_the_list_and_opens_it(as_person: Any) -> None:
    reviewer = as_person("reviewer")
    assert "/grids/reports/police/cases" in reviewer.get("/grids/reports").text
    page = reviewer.get("/grids/reports/police/cases")
    assert page.status_code == 200
    assert "还没有记录。" in page.text  # its one row lies in no grid of the reader's
    assert "外地" not in page.text


@pytest.mark.parametrize("path", ["/grids/reports/police/cases", "/grids/reports/police/none"])
def test_to_others_it_does_not_exist(as_person: Any, path: str) -> None:
    clerk = as_person("clerk")
    assert "没有您可以查看的报表。" in clerk.get("/grids/reports").text
    assert clerk.get(path).status_code == 404


def test_a_visitor_is_sent_to_log_in(app: Flask) -> None:
    for path in ("/grids/reports", "/grids/reports/police/cases"):
        assert app.test_client().get(path).status_code == 302
