"""The texts of diagrams and forms that a person reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from tests.processes.drawing import NS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
CHOICE = re.compile(r'label: "([^"]*)"')
"""A choice that an expression writes out."""
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
            elif name == "valuesExpression":
                yield from CHOICE.findall(value)
            yield from texts_of_form(value)


def chinese_texts(files: Mapping[str, bytes]) -> set[str]:
    """Return the Chinese texts of a bundle's diagrams and forms."""
    found: set[str] = set()
    for path, content in files.items():
        if path.endswith(".bpmn"):
            found |= set(texts_of_diagram(etree.fromstring(content)))
        elif path.endswith(".form.json"):
            found |= set(texts_of_form(json.loads(content)))
    return {text for text in found if CHINESE.search(text)}
