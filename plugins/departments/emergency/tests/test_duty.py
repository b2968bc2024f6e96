"""Who is on duty, what words suggest, and how a message to the duty system is signed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from onegrid_emergency.duty import calendar, take_over
from onegrid_emergency.hints import suggest
from onegrid_emergency.webhook import signature


@pytest.mark.parametrize(
    ("moment", "on_duty"),
    [
        ("2026-12-01T08:00+08:00", "应急一组"),
        ("2026-12-01T19:59+08:00", "应急一组"),
        ("2026-12-01T20:00+08:00", "应急二组"),
        ("2026-12-01T16:00+00:00", "应急二组"),  # midnight in Yongzhou
        ("2026-12-02T07:59+08:00", "应急二组"),
        ("2026-10-01T21:00+08:00", "节日值班组"),
    ],
)
def test_somebody_is_on_duty(moment: str, on_duty: str) -> None:
    shift = calendar().on_duty(datetime.fromisoformat(moment))
    assert shift is not None
    assert shift.on_duty == on_duty


def test_the_example_leaves_no_hour_of_the_year_without_duty() -> None:
    start = datetime.fromisoformat("2026-01-01T00:00+08:00")
    assert all(calendar().on_duty(start + timedelta(hours=hour)) for hour in range(366 * 24))


def test_an_emergency_is_taken_over_within_half_an_hour_and_goes_up() -> None:
    moment = datetime.fromisoformat("2026-12-01T23:50+08:00")
    urgent = take_over("emergency", moment, calendar())
    assert urgent is not None
    assert (urgent.sign_by - moment, urgent.report_up) == (timedelta(minutes=30), True)
    later = take_over("urgent", moment, calendar())
    assert later is not None
    assert (later.sign_by - moment, later.report_up) == (timedelta(hours=2), False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三楼燃气爆炸，有人被困", {"category": "431103-EMB-012", "urgency": "emergency", "department": "EMB"}),
        ("屋后山体开裂", {"category": "431103-EMB-013", "urgency": "urgent", "department": "EMB"}),
        ("商铺安全出口上锁", {"category": "431103-EMB-011", "urgency": "urgent", "department": "EMB"}),
        ("路灯不亮", {}),
    ],
)
def test_words_suggest_an_item(text: str, expected: dict[str, str]) -> None:
    hints = list(suggest(text, "431103"))
    assert {hint.about: hint.value for hint in hints} == expected
    assert all("提到" in hint.reason for hint in hints)


def test_a_signature_covers_key_and_body() -> None:
    signed = {signature("k" * 16, key, body) for key in ("1", "2") for body in (b"a", b"b")}
    assert len(signed) == 4
    assert signature("k" * 16, "1", b"a") not in {signature("l" * 16, "1", b"a")}
