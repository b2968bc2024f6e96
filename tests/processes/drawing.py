"""Reads a diagram's layout: boxes of shapes and labels, and the lines of flows. Geometry only."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path

import SpiffWorkflow
from lxml import etree

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "spiffworkflow": "http://spiffworkflow.org/bpmn/schema/1.0/core",
}
SCHEMAS = Path(SpiffWorkflow.__file__).parent

Point = tuple[float, float]

MARK_FROM, MARK_TO, MARK_HALF = 5, 11, 7
"""Pixels along and across a default flow that its stroke takes."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def inside(self, other: Box) -> bool:
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def touches_border(self, x: float, y: float) -> bool:
        """Return whether the point lies on one of the four sides, corners included."""
        on_side = self.left <= x <= self.right and y in {self.top, self.bottom}
        return on_side or (self.top <= y <= self.bottom and x in {self.left, self.right})


def segment_box(start: Point, end: Point) -> Box:
    """Return a straight orthogonal piece of line as a box without thickness."""
    (x1, y1), (x2, y2) = start, end
    return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


@dataclass
class Drawing:
    """One diagram: element id → box, label box or line."""

    shapes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    edges: dict[str, list[Point]] = field(default_factory=dict)
    defaults: set[str] = field(default_factory=set)

    def mark(self, flow: str) -> Box:
        """Return where the stroke across a default flow is drawn, just behind what the flow leaves."""
        (x1, y1), (x2, y2) = self.edges[flow][:2]
        ahead = (MARK_FROM, MARK_TO) if x2 > x1 or y2 > y1 else (-MARK_TO, -MARK_FROM)
        if y1 == y2:
            return Box(x1 + ahead[0], y1 - MARK_HALF, x1 + ahead[1], y1 + MARK_HALF)
        return Box(x1 - MARK_HALF, y1 + ahead[0], x1 + MARK_HALF, y1 + ahead[1])

    def segments(self, flow: str) -> list[Box]:
        points = self.edges[flow]
        return [segment_box(a, b) for a, b in itertools.pairwise(points)]


def read_drawing(root: etree._Element) -> Drawing:
    drawing = Drawing()
    for shape in root.iterfind(".//bpmndi:BPMNShape", NS):
        element = shape.attrib["bpmnElement"]
        drawing.shapes[element] = _box(shape.find("dc:Bounds", NS))
        _read_label(drawing, element, shape)
    for edge in root.iterfind(".//bpmndi:BPMNEdge", NS):
        element = edge.attrib["bpmnElement"]
        points = [(float(p.attrib["x"]), float(p.attrib["y"])) for p in edge.iterfind("di:waypoint", NS)]
        drawing.edges[element] = points
        _read_label(drawing, element, edge)
    defaults = {str(element.attrib["default"]) for element in root.iter("{*}*") if "default" in element.attrib}
    drawing.defaults = defaults & drawing.edges.keys()
    return drawing


def _read_label(drawing: Drawing, element: str, owner: etree._Element) -> None:
    bounds = owner.find("bpmndi:BPMNLabel/dc:Bounds", NS)
    if bounds is not None:
        drawing.labels[element] = _box(bounds)


def _box(bounds: etree._Element | None) -> Box:
    assert bounds is not None
    x, y, width, height = (float(bounds.attrib[name]) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)
