"""What the BPMN 2.0 schema says of a diagram, beyond what the other checks say in better words.

A reader of BPMN passes over an attribute it does not know: `isInterupting="false"` would interrupt. So an unknown
attribute or a value that is none refuses the diagram; what stands in the wrong order is worth a look only, because
modelers of other vendors write it and nothing runs otherwise for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import SpiffWorkflow.bpmn.parser
from lxml import etree

from engine.bpmn.diagram import Diagram
from engine.bpmn.dialect import BPMN
from engine.bpmn.report import Report, Spot, Words, did_you_mean
from engine.findings import Severity

CODES = frozenset({"schema.attribute-unknown", "schema.value"})

MOST = 20
"""Findings of this kind that one file gets; a file that breaks the schema everywhere is said to do so often enough."""

_SCHEMAS = Path(SpiffWorkflow.bpmn.parser.__file__).parent / "schema"
_LOCK = Lock()  # a schema keeps what it found last

_FAULT = re.compile(
    r"Element '(?:\{(?P<namespace>[^}]*)\})?(?P<element>[^']*)'(?:, attribute '(?P<attribute>[^']*)')?: (?P<what>.*)"
)
_NOT_ALLOWED = re.compile(r"The attribute '(?P<name>.*)' is not allowed")
_NO_VALUE = re.compile(r"(?:\[facet '\w+'\] The value )?'(?P<value>.*)' is not (?:a valid value|an element of the set)")
_NAMES = ("'xs:ID'", "'xs:IDREF'", "'xs:QName'", "'xs:NCName'")
"""Types of ids and references, which have checks of their own: what starts with a digit works here, not everywhere."""


def check(drawn: Diagram, report: Report) -> None:
    """Check a diagram against BPMN20.xsd. A warning about a line on which an error has been found says nothing new."""
    said = {finding.line for finding in report.findings if finding.severity is Severity.ERROR}
    found = Report(report.file)
    for fault in _faults(drawn.root):
        _say(fault, drawn, found)
    new = [each for each in found.findings if each.severity is Severity.ERROR or each.line not in said]
    report.findings += new[:MOST]


def _faults(root: Any) -> Iterator[Any]:
    with _LOCK:
        schema = _schema()
        faults = [] if schema.validate(root) else list(schema.error_log)
    yield from faults


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_SCHEMAS / "BPMN20.xsd"))


@cache
def _attributes() -> frozenset[str]:
    """Return the names of all attributes of BPMN."""
    names = etree.parse(_SCHEMAS / "Semantic.xsd").iter("{*}attribute")
    return frozenset(name for name in (each.get("name") for each in names) if name)


def _say(fault: Any, drawn: Diagram, report: Report) -> None:
    read = _FAULT.fullmatch(fault.message)
    place = Spot(_owner(drawn.root, fault), fault.line)
    if read is None:
        _warn(fault.message, place, report)
        return
    drawing = read["namespace"] != BPMN
    unknown, no_value = _NOT_ALLOWED.match(read["what"]), _NO_VALUE.match(read["what"])
    named = any(kind in read["what"] for kind in _NAMES)
    if unknown and not drawing:
        _refuse_attribute(unknown["name"], read["element"], place, report)
    elif no_value and not drawing and not named:
        name, value = read["attribute"] or read["element"], no_value["value"]
        words = Words(
            f"{name} 的值“{value}”无效",
            f"{value!r} is no value of {name}",
            "请用建模工具重新选择。",
            "Choose it again in the modeler.",
        )
        report.error("schema.value", place, words)
    elif not (drawing and named) and not _is_feel(read["attribute"], no_value):
        _warn(f"{read['element']}: {read['what']}", place, report)


def _is_feel(attribute: str | None, no_value: re.Match[str] | None) -> bool:
    """Return whether a call activity names what it calls by FEEL after a `=`, as the dialect has it."""
    return attribute == "calledElement" and no_value is not None and no_value["value"].lstrip().startswith("=")


def _refuse_attribute(name: str, element: str, place: Spot, report: Report) -> None:
    hint_zh, hint_en = did_you_mean(name, _attributes() - {name})
    words = Words(
        f"{element} 没有属性 {name}",
        f"{element} has no attribute {name}",
        hint_zh or "请删去，或写成扩展属性。",
        hint_en or "Remove it, or write it as an extension property.",
    )
    report.error("schema.attribute-unknown", place, words)


def _warn(reason: str, place: Spot, report: Report) -> None:
    reason = re.sub(r"\{[^}]*\}", "", reason)
    words = Words(
        f"不符合 BPMN 2.0 的格式：{reason}",
        f"not as the BPMN 2.0 schema has it: {reason}",
        "请用建模工具重新导出。",
        "Export the file again from the modeler.",
    )
    report.warning("schema.invalid", place, words)


def _owner(root: Any, fault: Any) -> str:
    """Return the id of the element at fault, or of the nearest one around it that has an id."""
    found = (
        root.getroottree().xpath(fault.path, namespaces={k: v for k, v in root.nsmap.items() if k})
        if fault.path
        else []
    )
    element = found[0] if found else None
    while element is not None and not element.get("id"):
        element = element.getparent()
    return "" if element is None else str(element.get("id"))
