"""Two people changed one drawing."""

from __future__ import annotations

import pytest

from engine.bpmn.merging import merge_trees
from engine.merging import merge_files

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
DRAWN = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:s="{SPIFF}" xmlns:other="urn:other" id="d">
  <bpmn:process id="p" name="流程">
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="lane" name="办事员">
        <bpmn:flowNodeRef>a</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>b</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:userTask id="a" name="受理">
      <bpmn:extensionElements>
        <s:properties>
          <s:property name="form" value="a"/>
          <s:property name="due" value="1"/>
        </s:properties>
        <other:note>留着</other:note>
      </bpmn:extensionElements>
      <bpmn:outgoing>f</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:userTask id="b" name="办理">
      <bpmn:incoming>f</bpmn:incoming>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"/>
  </bpmn:process>
</bpmn:definitions>
"""


def merged(mine: str, theirs: str) -> tuple[str, list[tuple[str, str, str | None, str | None]]]:
    text, clashes = merge_trees(DRAWN.encode(), mine.encode(), theirs.encode())
    return text.decode(), [(clash.element, clash.what, clash.mine, clash.theirs) for clash in clashes]


def with_step(text: str, id_: str) -> str:
    """Return a drawing with one more step in the lane, and a flow to it."""
    return text.replace(
        '    <bpmn:sequenceFlow id="f"',
        f'    <bpmn:task id="{id_}"/>\n    <bpmn:sequenceFlow id="f_{id_}" sourceRef="b" targetRef="{id_}"/>\n'
        '    <bpmn:sequenceFlow id="f"',
    ).replace(
        "<bpmn:flowNodeRef>b</bpmn:flowNodeRef>",
        f"<bpmn:flowNodeRef>b</bpmn:flowNodeRef>\n        <bpmn:flowNodeRef>{id_}</bpmn:flowNodeRef>",
    )


def test_what_only_one_changed_is_as_they_have_it() -> None:
    theirs = with_step(DRAWN, "c").replace('name="办理"', 'name="承办"')
    assert merged(DRAWN, theirs) == (theirs, [])
    assert merged(theirs, DRAWN) == (theirs, [])
    assert merged(theirs, theirs) == (theirs, [])


def test_two_steps_at_the_same_place_are_both_there() -> None:
    text, clashes = merged(with_step(DRAWN, "mine"), with_step(DRAWN, "theirs"))
    assert clashes == []
    for id_ in ("mine", "theirs"):
        assert text.count(f'<bpmn:task id="{id_}"/>') == 1
        assert text.count(f"<bpmn:flowNodeRef>{id_}</bpmn:flowNodeRef>") == 1
        assert text.count(f'<bpmn:sequenceFlow id="f_{id_}"') == 1
    assert "<other:note>留着</other:note>" in text


def test_two_properties_of_one_step_are_both_changed() -> None:
    mine = DRAWN.replace('name="due" value="1"', 'name="due" value="5"')
    theirs = DRAWN.replace('name="受理"', 'name="登记"').replace("留着", "已改").replace('value="a"', 'value="b"')
    expected = theirs.replace('name="due" value="1"', 'name="due" value="5"')
    assert merged(mine, theirs) == (expected, [])


def test_of_what_both_changed_mine_is_kept_and_the_others_is_told() -> None:
    mine, theirs = (DRAWN.replace('name="受理"', f'name="{name}"') for name in ("收件", "登记"))
    assert merged(mine, theirs) == (mine, [("a", "name", "收件", "登记")])
    longer = DRAWN.replace("留着", "甲的"), DRAWN.replace("留着", "乙的")
    assert merged(*longer) == (longer[0], [("a", "note", "甲的", "乙的")])


def test_what_was_taken_away_is_gone_unless_the_other_changed_it() -> None:
    step = DRAWN[DRAWN.index('    <bpmn:userTask id="b"') : DRAWN.index("    <bpmn:sequenceFlow")]
    without = DRAWN.replace(step, "")
    assert merged(without, DRAWN.replace('name="受理"', 'name="登记"'))[0].count('id="b"') == 0
    text, clashes = merged(DRAWN.replace('name="受理"', 'name="登记"'), without)
    assert 'id="b"' not in text
    assert clashes == []
    renamed = DRAWN.replace('name="办理"', 'name="承办"')
    text, clashes = merged(renamed, without)
    assert 'name="承办"' in text
    assert [(element, theirs) for element, _, _, theirs in clashes] == [("b", None)]
    text, clashes = merged(without, renamed)
    assert 'id="b"' not in text
    assert [(element, mine) for element, _, mine, _ in clashes] == [("b", None)]


SCENARIO = "".join(f"第 {number} 行\n" for number in range(9))


@pytest.mark.parametrize(
    ("mine", "theirs", "expected", "clash"),
    [
        (SCENARIO.replace("第 1", "我 1"), SCENARIO.replace("第 7", "他 7"), ("我 1", "他 7"), False),
        (SCENARIO.replace("第 1", "我 1"), SCENARIO.replace("第 1", "他 1"), ("我 1",), True),
        (SCENARIO + "我\n", SCENARIO + "他\n", ("我\n",), True),
        (SCENARIO.replace("第 1", "同 1"), SCENARIO.replace("第 1", "同 1"), ("同 1",), False),
    ],
)
def test_other_files_are_put_together_by_line(mine: str, theirs: str, expected: tuple[str, ...], clash: bool) -> None:
    found = merge_files(*({"a.feature": text.encode()} for text in (SCENARIO, mine, theirs)))
    assert all(text in found.files["a.feature"].decode() for text in expected)
    assert [name for name, _ in found.clashes] == (["a.feature"] if clash else [])


def test_files_that_came_and_went() -> None:
    base = {"a": b"1", "b": b"1", "c": b"1", "d": b"1"}
    mine = {"a": b"1", "c": b"2", "d": b"1", "mine": b"1"}
    theirs = {"a": b"2", "b": b"1", "d": b"1", "theirs": b"1"}
    found = merge_files(base, mine, theirs)
    assert found.files == {"a": b"2", "c": b"2", "d": b"1", "mine": b"1", "theirs": b"1"}
    assert [(name, clash.theirs) for name, clash in found.clashes] == [("c", None)]


def test_what_is_no_json_any_more_and_no_xml_stays_mine() -> None:
    base, mine, theirs = b'{\n"a": 1\n}\n', b'{\n"a": 1,\n"b": 2\n}\n', b'{\n"c": 3,\n"a": 1\n}\n'
    found = merge_files({"m.json": base}, {"m.json": mine}, {"m.json": theirs})
    assert (found.files["m.json"], len(found.clashes)) == (mine, 1)
    found = merge_files({"x.bpmn": b"<a/>"}, {"x.bpmn": b"<a"}, {"x.bpmn": b"<b/>"})
    assert (found.files["x.bpmn"], len(found.clashes)) == (b"<a", 1)
