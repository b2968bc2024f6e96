"""Every text that a person reads in the grid division exists in English, and nothing else is translated."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from tests.processes.drawing import NS

if TYPE_CHECKING:
    from engine.bundle import Bundle

CHINESE = re.compile(r"[\u4e00-\u9fff]")
READ_ALOUD = ("label", "dateLabel", "description", "text")


def texts_of_diagram(root: etree._Element) -> Iterator[str]:
    for element in root.iter(f"{{{NS['bpmn']}}}*"):
        yield element.get("name", "")
    for element in root.iterfind(".//bpmn:documentation", NS):
        yield element.text or ""
    for element in root.iterfind(".//bpmn:textAnnotation/bpmn:text", NS):
        yield element.text or ""
    for element in root.iterfind(".//spiffworkflow:property[@name='milestone']", NS):
        yield element.attrib["value"]


def texts_of_form(component: Any) -> Iterator[str]:
    if isinstance(component, list):
        for each in component:
            yield from texts_of_form(each)
    elif isinstance(component, dict):
        for name, value in component.items():
            if name in READ_ALOUD and isinstance(value, str):
                yield value
            yield from texts_of_form(value)


@pytest.fixture(scope="module")
def english(bundle: Bundle) -> dict[str, str]:
    return json.loads(bundle.files["en.i18n.json"])


@pytest.fixture(scope="module")
def texts(bundle: Bundle) -> set[str]:
    found = set(texts_of_diagram(etree.fromstring(bundle.files["grid_division.bpmn"])))
    for path, content in bundle.files.items():
        if path.endswith(".form.json"):
            found |= set(texts_of_form(json.loads(content)))
    return {text for text in found if CHINESE.search(text)}


def test_every_text_has_an_english_one(texts: set[str], english: dict[str, str]) -> None:
    assert texts - set(english) == set()


def test_no_english_text_is_left_over(texts: set[str], english: dict[str, str]) -> None:
    assert set(english) - texts == set()


def test_the_english_is_english(english: dict[str, str]) -> None:
    example = re.compile("永网备〔2026〕12号")
    assert [text for text in english.values() if not text or CHINESE.search(example.sub("", text))] == []


def test_chinese_texts_use_chinese_punctuation(texts: set[str]) -> None:
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", text)] == []
