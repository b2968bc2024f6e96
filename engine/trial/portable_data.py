"""Data of other vendors' diagrams: kept when all of a file's data can be copied as drawn, else left out."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.bpmn import check_data, reading
from engine.bpmn.dialect import bpmn
from engine.bpmn.markup import expression_of, text_of
from engine.bpmn.report import Report
from engine.feel.runtime import Feel
from engine.findings import Severity

DROPPED = ("ioSpecification", "dataInputAssociation", "dataOutputAssociation", "property", "dataStoreReference")


def runs(root: Any, feel: Feel) -> bool:
    """Return whether the data drawn in a file are copied by our engine as they are drawn."""
    report = Report("")
    for process in reading.read(etree.tostring(root), "").processes:
        check_data.check(process, report)
    texts = [expression_of(text_of(each)) for each in root.iter(bpmn("transformation"), bpmn("from"))]
    faulty = any(finding.severity is Severity.ERROR for finding in report.findings)
    return not faulty and all(feel.check(text) is None for text in texts if text)
