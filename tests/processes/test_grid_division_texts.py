"""Every text that a person reads in the grid division exists in English, and nothing else is translated."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.processes.texts import CHINESE, chinese_texts

if TYPE_CHECKING:
    from engine.bundle import Bundle


@pytest.fixture(scope="module")
def english(bundle: Bundle) -> dict[str, str]:
    return json.loads(bundle.files["en.i18n.json"])


@pytest.fixture(scope="module")
def texts(bundle: Bundle) -> set[str]:
    return chinese_texts(bundle.files)


def test_every_text_has_an_english_one(texts: set[str], english: dict[str, str]) -> None:
    assert texts - set(english) == set()


def test_no_english_text_is_left_over(texts: set[str], english: dict[str, str]) -> None:
    assert set(english) - texts == set()


def test_the_english_is_english(english: dict[str, str]) -> None:
    example = re.compile("永网备〔2026〕12号")
    assert [text for text in english.values() if not text or CHINESE.search(example.sub("", text))] == []


def test_chinese_texts_use_chinese_punctuation(texts: set[str]) -> None:
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", text)] == []
