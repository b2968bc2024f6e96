"""The diagram as people read it: valid BPMN, everything drawn, nothing on top of anything else."""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from tests.processes.drawing import NS, SCHEMAS, Drawing, read_drawing

if TYPE_CHECKING:
    from engine.bundle import Bundle

BPMN = f"{{{NS['bpmn']}}}"


@pytest.fixture(scope="module")
def root(bundle: Bundle) -> etree._Element:
    return etree.fromstring(bundle.files["grid_division.bpmn"])


@pytest.fixture(scope="module")
def drawing(root: etree._Element) -> Drawing:
    return read_drawing(root)


@pytest.fixture(scope="module")
def lanes(root: etree._Element) -> dict[str, list[str]]:
    """Lane → its flow nodes."""
    return {
        lane.attrib["id"]: [str(ref.text) for ref in lane.iterfind("bpmn:flowNodeRef", NS)]
        for lane in root.iterfind(".//bpmn:lane", NS)
    }


def test_the_diagram_is_valid_bpmn(root: etree._Element) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "bpmn/parser/schema/BPMN20.xsd"))
    schema.assertValid(root.getroottree())


def test_the_decision_table_is_valid_dmn(bundle: Bundle) -> None:
    # the newest schema that the library brings is 1.3; 1.5 added elements that this file does not use
    content = bundle.files["grid_size_check.dmn"].replace(b"20230324", b"20191111")
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "dmn/parser/schema/DMN13.xsd"))
    schema.assertValid(etree.fromstring(content).getroottree())


def test_every_element_and_flow_is_drawn(root: etree._Element, drawing: Drawing) -> None:
    process = root.find("bpmn:process", NS)
    assert process is not None
    flows = {flow.attrib["id"] for flow in process.iterfind("bpmn:sequenceFlow", NS)}
    beside = {f"{BPMN}{name}" for name in ("laneSet", "sequenceFlow", "documentation", "extensionElements")}
    nodes = {str(child.attrib["id"]) for child in process if child.tag not in beside}
    lanes = {lane.attrib["id"] for lane in root.iterfind(".//bpmn:lane", NS)}
    assert set(drawing.edges) == flows
    assert set(drawing.shapes) == nodes | lanes


def test_every_shape_lies_inside_its_lane(drawing: Drawing, lanes: dict[str, list[str]]) -> None:
    for lane, nodes in lanes.items():
        for node in nodes:
            assert drawing.shapes[node].inside(drawing.shapes[lane]), f"{node} sticks out of {lane}"


def test_every_flow_node_is_in_exactly_one_lane(drawing: Drawing, lanes: dict[str, list[str]]) -> None:
    members = [node for nodes in lanes.values() for node in nodes]
    assert sorted(members) == sorted(set(drawing.shapes) - set(lanes) - {"heading"})


def test_lanes_lie_under_each_other_without_gaps(drawing: Drawing, lanes: dict[str, list[str]]) -> None:
    boxes = [drawing.shapes[lane] for lane in lanes]
    assert len({(box.left, box.right) for box in boxes}) == 1
    assert [box.bottom for box in boxes[:-1]] == [box.top for box in boxes[1:]]


def test_no_shape_or_label_lies_on_another(root: etree._Element, drawing: Drawing, lanes: dict[str, list[str]]) -> None:
    boundary = {
        event.attrib["id"]: event.attrib["attachedToRef"] for event in root.iterfind(".//bpmn:boundaryEvent", NS)
    }
    boxes = {node: box for node, box in drawing.shapes.items() if node not in lanes}
    boxes |= {f"label of {node}": box for node, box in drawing.labels.items()}
    for (one, first), (other, second) in combinations(boxes.items(), 2):
        if boundary.get(one) != other and boundary.get(other) != one:
            assert not first.overlaps(second), f"{one} and {other} overlap"


def test_boundary_events_sit_on_the_border(root: etree._Element, drawing: Drawing) -> None:
    for event in root.iterfind(".//bpmn:boundaryEvent", NS):
        box = drawing.shapes[event.attrib["id"]]
        middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        assert drawing.shapes[event.attrib["attachedToRef"]].touches_border(*middle), event.attrib["id"]


def test_flows_run_straight_from_border_to_border(root: etree._Element, drawing: Drawing) -> None:
    for flow in root.iterfind(".//bpmn:sequenceFlow", NS):
        points = drawing.edges[flow.attrib["id"]]
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2, f"{flow.attrib['id']} is not orthogonal"
        assert drawing.shapes[flow.attrib["sourceRef"]].touches_border(*points[0]), flow.attrib["id"]
        assert drawing.shapes[flow.attrib["targetRef"]].touches_border(*points[-1]), flow.attrib["id"]


def test_no_flow_runs_through_a_shape_or_a_text(drawing: Drawing, lanes: dict[str, list[str]]) -> None:
    boxes = {node: box for node, box in drawing.shapes.items() if node not in lanes}
    boxes |= {f"label of {node}": box for node, box in drawing.labels.items()}
    for flow in drawing.edges:
        for segment in drawing.segments(flow):
            hit = [node for node, box in boxes.items() if segment.overlaps(box)]
            assert hit == [], f"{flow} runs through {hit}"


def test_no_two_flows_cross_or_share_a_line(drawing: Drawing) -> None:
    for one, other in combinations(drawing.edges, 2):
        for first in drawing.segments(one):
            for second in drawing.segments(other):
                meet = (
                    first.left <= second.right
                    and second.left <= first.right
                    and first.top <= second.bottom
                    and second.top <= first.bottom
                )
                assert not meet, f"{one} and {other} meet"


def test_labels_are_wide_enough_in_both_languages(bundle: Bundle, root: etree._Element, drawing: Drawing) -> None:
    english = json.loads(bundle.files["en.i18n.json"])
    for element in root.iterfind(".//bpmn:process/*[@name]", NS):
        box = drawing.labels.get(element.attrib["id"])
        if box is not None:
            name = element.attrib["name"]
            # at the 11 px of labels, a Latin letter takes some 6.5 px
            needed = max(11 * len(name), 6.5 * len(english[name]))
            assert box.right - box.left >= needed, f"the label of {element.attrib['id']} would be broken into lines"
