"""Answers in JSON and XML as GeoReport v2 has them: lists become plain arrays in JSON, elements in XML (SPEC 5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson

JSON, XML = "json", "xml"
TYPES = {JSON: "application/json; charset=utf-8", XML: "text/xml; charset=utf-8"}

Entry = Mapping[str, Any]

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def many(form: str, outer: str, inner: str, entries: Sequence[Entry]) -> bytes:
    """Return a list: `<outer><inner>…</inner>…</outer>`, or a JSON array."""
    if form == JSON:
        return orjson.dumps([dict(each) for each in entries])
    root = Element(outer)
    for each in entries:
        _fill(SubElement(root, inner), each)
    return _text(root)


def one(form: str, name: str, entry: Entry) -> bytes:
    """Return one object: `<name>…</name>`, or a JSON object."""
    if form == JSON:
        return orjson.dumps(dict(entry))
    root = Element(name)
    _fill(root, entry)
    return _text(root)


def _fill(element: Element, entry: Entry) -> None:
    """Add what an entry says; a list `endpoints` becomes elements `endpoint`."""
    for name, value in entry.items():
        child = SubElement(element, name)
        if isinstance(value, list):
            for each in value:
                grandchild = SubElement(child, name.removesuffix("s"))
                if isinstance(each, Mapping):
                    _fill(grandchild, each)
                else:
                    grandchild.text = _plain(each)
        else:
            child.text = _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # what XML 1.0 has no place for, people can still type
    return "" if value is None else _NOT_XML.sub("", str(value))


def _text(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text
