"""Numbers of incidents: one after the other through a day and a county, whoever reports at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from engine.types import SYSTEM
from plugins.incidents import api
from plugins.incidents.api import Report
from tests.plugins.incidents.desk import TOWNSHIP, Desk

REPORT = Report("噪声扰民", "夜间施工", "梅湾路", "431103", township=TOWNSHIP)


def take(desk: Desk) -> api.Reported:
    with desk.engine.begin(SYSTEM) as work:
        return api.report(work, REPORT)


def test_reports_at_the_same_moment_get_numbers_and_receipts_of_their_own(both: Desk) -> None:
    with ThreadPoolExecutor(4) as pool:
        taken = [each.result() for each in [pool.submit(take, both) for _ in range(12)]]
    assert sorted(each.no for each in taken) == [f"SJ-431103-20261201-{2 + n:05}" for n in range(12)]
    assert len({each.receipt for each in taken}) == 12
    assert all(len(each.receipt) >= 16 for each in taken)


def test_each_day_begins_anew(desk: Desk) -> None:
    assert take(desk).no.endswith("-20261201-00002")
    desk.later(days=1)
    assert take(desk).no == "SJ-431103-20261202-00001"
