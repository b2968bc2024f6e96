"""Every diagram of the product as the studio draws it: what no text may be run through by."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from tests.processes.drawing import read_drawing

ROOT = Path(__file__).parents[2]
DIAGRAMS = [*ROOT.glob("processes/*/*.bpmn"), *ROOT.glob("plugins/departments/*/src/*/content/processes/*.bpmn")]


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_the_stroke_of_a_default_flow_crosses_no_text(path: Path) -> None:
    drawing = read_drawing(etree.parse(path).getroot())
    crossed = [
        (flow, element)
        for flow in drawing.defaults
        for element, label in drawing.labels.items()
        if label.overlaps(drawing.mark(flow))
    ]
    assert crossed == []
