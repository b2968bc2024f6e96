"""Attacks on what the public reads: numbers of people, written in every way that people think of (I20)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.incidents.masking import masked, masked_answer

PHONE, CARD = "13900001234", "43110319900101123X"
WAYS = [
    PHONE,
    "139 0000 1234",
    "139-0000-1234",
    "139.0000.1234",
    "139，0000，1234",
    "(139)0000 1234",
    "1 3 9 0 0 0 0 1 2 3 4",
    "+86 139 0000 1234",
    "１３９００００１２３４",
    "一三九零零零零一二三四",
    "幺三九〇〇〇〇幺二三四",
    "139\u200b0000\u200b1234",
    "139\n0000\n1234",
    "1️3️9️0️0️0️0️1️2️3️4️",
    "1⃣3⃣9⃣0⃣0⃣0⃣0⃣1⃣2⃣3⃣4⃣",
    "0746-8222333",
    CARD,
    "431103 19900101 123X",
    "431103-1990-0101-123x",
    "431103900101123",
    "zhang.san@example.com",
    "zhang.san＠example。com",
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("around", ["联系{}谢谢", "{}", "电话：{}，白天在家", "2026-12-01 {}"])
def test_no_number_can_be_read(way: str, around: str) -> None:
    shown = masked(around.format(way))
    assert "***" in shown
    assert len(re.findall(r"\d", shown.replace("2026-12-01", ""))) == 0, shown
    assert not set("三四九") & set(shown)
    assert "example" not in shown
    assert not re.search("[xX]", shown)


@pytest.mark.parametrize(
    "text",
    [
        "梅湾路12号3栋2单元401室门前",
        "2026-12-01 08:30 发现，12月3日仍未处理",
        "2026年12月1日发现",
        "井盖缺失，宽约1.5米，深3米",
        "26.43210, 111.61320",
        "与 SJ-431103-20261201-00001 是同一件事",
        "一楼至三楼、五楼没有路灯",
    ],
)
def test_what_says_nothing_of_people_can_be_read(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("way", [way for way in WAYS if not way.startswith("0746")])
def test_an_answer_keeps_the_offices_number_and_nobodys_own(way: str) -> None:
    shown = masked_answer(f"已联系{way}，有疑问请拨打0746-8222333或者12345")
    said, _, office = shown.partition("，有疑问请拨打")
    assert office == "0746-8222333或者12345"
    assert "***" in said
    assert not re.search(r"\d|example|三", said)


@given(st.text(alphabet="1234567890 -.()（）一二三号路", max_size=60), st.integers(1_000_000, 10**18))
def test_no_run_of_digits_survives_in_any_text(text: str, number: int) -> None:
    shown = masked(f"{text}路{number}号{text}")
    assert str(number) not in shown
    assert not re.search(r"\d{7}", shown)
