"""A trial runs anybody's diagram: what waits, what passes, what is refused, and how it says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.trial.trial import Given
from tests.engine.bpmn import drawing as d

OTHER_VENDOR = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  targetNamespace="x">
  <collaboration id="col"><participant id="pa" processRef="P"/></collaboration>
  <process id="P" isExecutable="false" camunda:historyTimeToLive="5">
    <laneSet id="ls"><lane id="l" name="who"><flowNodeRef>u</flowNodeRef></lane></laneSet>
    <startEvent id="s" camunda:formKey="x"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="sc"/>
    <scriptTask id="sc" scriptFormat="groovy" camunda:resultVariable="r"><script>println 1</script></scriptTask>
    <sequenceFlow id="f2" sourceRef="sc" targetRef="sv"/>
    <serviceTask id="sv" camunda:class="a.b.C" name="Charge">
      <extensionElements><zeebe:taskDefinition type="charge"/></extensionElements>
    </serviceTask>
    <boundaryEvent id="t" attachedToRef="u" cancelActivity="false">
      <timerEventDefinition><timeDuration xsi:type="tFormalExpression">PT30M</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <sequenceFlow id="f9" sourceRef="t" targetRef="mt"/>
    <manualTask id="mt"/>
    <sequenceFlow id="f3" sourceRef="sv" targetRef="x"/>
    <exclusiveGateway id="x"/>
    <sequenceFlow id="fa" sourceRef="x" targetRef="u"/>
    <sequenceFlow id="fb" sourceRef="x" targetRef="e">
      <conditionExpression xsi:type="tFormalExpression">${ok == true}</conditionExpression>
    </sequenceFlow>
    <userTask id="u" camunda:assignee="demo"/>
    <sequenceFlow id="f4" sourceRef="u" targetRef="rt"/>
    <receiveTask id="rt" messageRef="m"/>
    <sequenceFlow id="f5" sourceRef="rt" targetRef="e"/>
    <endEvent id="e"/>
  </process>
  <message id="m" name="paid"/>
</definitions>
"""


def test_a_diagram_of_another_vendor_runs_when_scripts_are_ignored(tried: Any) -> None:
    trial = tried(OTHER_VENDOR, ignore_scripts=True)
    assert trial.code == 3
    assert trial.entered == ["s", "sc", "sv", "x", "u"]
    assert {line["element"]: line.get("data") for line in trial.lines if line["event"] == "enter"} == {
        "s": None,
        "sc": {"ignored": "println 1"},
        "sv": None,
        "x": {"ignored": "${ok == true}"},
        "u": None,
    }
    assert [(line["element"], line["type"]) for line in trial.lines if line["event"] == "enter"][1] == (
        "sc",
        "scriptTask",
    )
    assert [(line["element"], line["data"]["for"]) for line in trial.lines if line["event"] == "wait"] == [
        ("u", "person"),
        ("t", "timer"),
    ]


def test_without_that_it_is_refused_with_the_lines_of_the_file(tried: Any) -> None:
    trial = tried(OTHER_VENDOR)
    assert trial.code == 2
    found = {(line["code"], line["element"], line["data"]["line"]) for line in trial.lines}
    assert {("script.language", "sc", 10), ("feel.syntax", "fb", 23)} <= found
    assert {line["event"] for line in trial.lines} == {"refused"}


def test_it_goes_through_to_the_end_when_all_is_given(tried: Any) -> None:
    trial = tried(
        OTHER_VENDOR,
        ignore_scripts=True,
        completions=(Given("u", {"amount": 3}),),
        messages=(Given("rt", {"receipt": 7}, "paid"),),
    )
    assert trial.code == 0
    assert trial.last["event"] == "end"
    assert trial.last["data"] == {"amount": 3, "receipt": 7}
    assert "message rt" in trial.passed


def test_the_clock_moves_when_told_and_timers_fire_at_their_own_time(tried: Any) -> None:
    trial = tried(OTHER_VENDOR, ignore_scripts=True, advances=(timedelta(hours=1),))
    fired = next(line for line in trial.lines if line["element"] == "t")
    assert fired["time"] == "2026-12-01T09:30:00+08:00"
    assert trial.last["time"] == "2026-12-01T10:00:00+08:00"
    assert {line["element"] for line in trial.lines if line["event"] == "wait"} == {"u", "mt"}


def test_complete_all_completes_people_but_not_messages(tried: Any) -> None:
    trial = tried(OTHER_VENDOR, ignore_scripts=True, complete_all=True)
    assert trial.code == 3
    assert [(line["element"], line["code"]) for line in trial.lines if line["event"] == "wait"] == [("rt", "paid")]


def test_conditions_in_feel_are_run(tried: Any) -> None:
    content = d.draw(d.exclusive("g", default="g-e"), d.task("a"), flows="s>g g>a[n > 1] g>e a>e")
    assert tried(content, variables={"n": 2}).entered == ["s", "g", "a", "e"]
    assert tried(content, variables={"n": 1}).entered == ["s", "g", "e"]


def test_a_choice_without_a_default_runs_until_no_branch_holds(tried: Any) -> None:
    content = d.draw(d.exclusive("g"), d.task("a"), flows="s>g g>a[n = 1] g>e[n = 2] a>e")
    assert tried(content, variables={"n": 1}).code == 0
    trial = tried(content, variables={"n": 3})
    assert trial.code == 4
    assert (trial.last["event"], trial.last["element"], trial.last["code"]) == ("error", "g", "process.failed")


def test_an_expression_that_fails_is_an_error_at_its_element(tried: Any) -> None:
    content = d.draw(d.task("a"), d.script("b", "1 / 2", ""), flows="s>a a>b b>e")
    trial = tried(content)
    assert trial.code == 4
    assert (trial.last["event"], trial.last["element"]) == ("error", "b")


def test_a_service_task_passes_with_what_is_given_for_it(tried: Any) -> None:
    content = d.draw(d.service("v", "any.thing", "out", no="n"), flows="s>v v>e")
    trial = tried(content, variables={"n": 1}, completions=(Given("v", {"ok": True}),))
    assert trial.code == 0
    assert trial.last["data"] == {"n": 1, "out": {"ok": True}}
    assert next(line for line in trial.lines if line["event"] == "enter" and line["element"] == "v")["data"] == {
        "inputs": {"no": 1}
    }


def test_an_unsound_diagram_runs_until_it_stops(tried: Any) -> None:
    content = d.draw(
        d.exclusive("x", default="x-a"), d.parallel("j"), d.task("a"), d.task("b"), flows="s>x x>a x>b[no] a>j b>j j>e"
    )
    trial = tried(content)
    assert trial.code == 3
    assert (trial.last["element"], trial.last["data"]) == ("j", {"for": "token"})


def test_a_loop_that_never_waits_is_an_error(tried: Any) -> None:
    content = d.draw(d.exclusive("m"), d.exclusive("g", default="g-m"), flows="s>m m>g g>m g>e[done]")
    trial = tried(content, trace=False)
    assert trial.code == 4
    assert trial.lines[-1]["code"] == "process.failed"


def test_elements_without_start_and_end_events_begin_and_end_by_themselves(tried: Any) -> None:
    content = d.draw(d.task("a"), d.task("b"), flows="a>b", ends=False)
    trial = tried(content)
    assert trial.code == 0
    assert trial.passed == ["enter a", "leave a", "enter b", "leave b", "end None"]


def test_what_is_no_diagram_is_refused(tried: Any) -> None:
    for content in (b"", b"\0\1\2", b"<a/>", b"<!DOCTYPE a><a/>", d.draw(flows="")[:200]):
        trial = tried(content)
        assert trial.code == 2
        assert {line["event"] for line in trial.lines} == {"refused"}


def test_an_unknown_process_is_refused(tried: Any) -> None:
    trial = tried(d.draw(flows="s>e"), process="other")
    assert (trial.code, trial.last["code"]) == (2, "process.none")


def test_called_processes_run_from_the_files_beside(tried: Any) -> None:
    outer = d.draw(d.call("c", "middle"), flows="s>c c>e")
    middle = d.draw(d.call("c2", "inner"), flows="s>c2 c2>e").replace(b'id="p"', b'id="middle"')
    inner = d.draw(d.service("v", "some.thing"), flows="s>v v>e").replace(b'id="p"', b'id="inner"')
    trial = tried(outer, beside={"inner.bpmn": inner, "middle.bpmn": middle, "broken.bpmn": b"<"})
    assert trial.code == 0
    assert "v" in trial.entered


def test_a_call_of_what_is_not_there_passes_and_says_so(tried: Any) -> None:
    trial = tried(d.draw(d.call("c", "elsewhere"), flows="s>c c>e"))
    assert trial.code == 0
    assert next(line for line in trial.lines if line["element"] == "c")["data"] == {
        "ignored": "calledElement elsewhere"
    }


def test_a_decision_that_is_not_there_passes_too(tried: Any) -> None:
    trial = tried(d.draw(d.rule("r", "price", "price"), flows="s>r r>e"))
    assert trial.code == 0
    assert next(line for line in trial.lines if line["element"] == "r")["data"] == {"ignored": "calledDecisionId price"}


def test_two_flows_to_one_node_are_two_ways(tried: Any) -> None:
    content = d.draw(d.exclusive("g", default="other"), flows="s>g g>e[n = 1]").replace(
        b"</bpmn:process>", b'<bpmn:sequenceFlow id="other" sourceRef="g" targetRef="e"/></bpmn:process>'
    )
    assert tried(content, variables={"n": 2}).entered == ["s", "g", "e"]


def test_quiet_says_how_it_ended_alone(tried: Any) -> None:
    assert [line["event"] for line in tried(d.draw(d.task("a"), flows="s>a a>e"), trace=False).lines] == ["end"]


def test_data_are_copied_as_drawn_and_left_out_when_they_are_not_feel(tried: Any) -> None:
    flow = (
        '<bpmn:ioSpecification><bpmn:dataInput id="i" name="n"/><bpmn:dataOutput id="o" name="m"/>'
        "</bpmn:ioSpecification><bpmn:dataInputAssociation><bpmn:targetRef>i</bpmn:targetRef>"
        "<bpmn:transformation>order + 1</bpmn:transformation></bpmn:dataInputAssociation>"
        "<bpmn:dataOutputAssociation><bpmn:sourceRef>o</bpmn:sourceRef><bpmn:targetRef>x</bpmn:targetRef>"
        "</bpmn:dataOutputAssociation>"
    )
    content = d.draw('<bpmn:dataObject id="x"/>', d.script("k", "1", "m", flow), flows="s>k k>e")
    assert tried(content, variables={"order": 1}).last["data"] == {"order": 1, "x": 1}
    assert tried(content.replace(b"order + 1", b"order +"), variables={}).last["data"] == {"m": 1}


def _timed(text: str, kind: str) -> bytes:
    start = f'<bpmn:startEvent id="t">{d.timer(text, kind)}</bpmn:startEvent>'
    return d.draw(start, d.catch("c", d.timer("PT30M")), d.end("e"), flows="t>c c>e", ends=False)


def test_a_process_that_a_timer_starts_begins_at_its_time_when_the_clock_is_moved(tried: Any) -> None:
    content = _timed("0 10 * * *", "timeCycle")
    trial = tried(content, advances=(timedelta(minutes=20), timedelta(minutes=50)))
    assert [(line["element"], line["time"][11:16]) for line in trial.lines if line["event"] == "enter"] == [
        ("t", "10:00"),
        ("c", "10:00"),
    ]
    assert (trial.code, trial.last["data"]["due"][11:16]) == (3, "10:30")
    assert tried(content, advances=(timedelta(minutes=90),)).code == 0
    early = tried(content, advances=(timedelta(minutes=59),))
    assert (early.code, early.last["element"], early.last["data"]["for"]) == (3, "t", "timer")
    assert early.entered == []


def test_without_that_it_is_started_by_hand(tried: Any) -> None:
    for text, kind in (("R/PT1H", "timeCycle"), ("${soon}", "timeDate"), ("someVariable", "timeDate")):
        assert tried(_timed(text, kind)).entered == ["t", "c"]
    assert tried(_timed("someVariable", "timeDate"), advances=(timedelta(hours=1),)).code == 0


def test_an_event_may_wait_for_several_messages_that_nobody_has_named(tried: Any) -> None:
    unnamed = "<bpmn:messageEventDefinition/>"
    shared = '<bpmn:messageEventDefinition id="shared"/>'
    refers = "<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>"
    content = d.draw(d.catch("c", unnamed + unnamed + refers), flows="s>c c>e", more=shared)
    trial = tried(content)
    assert trial.code == 3
    assert [line["element"] for line in trial.lines if line["event"] == "wait"] == ["c", "c", "c"]


def test_a_file_that_is_a_task_alone_is_refused(tried: Any) -> None:
    content = b'<receiveTask xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="r"/>'
    assert tried(content).code == 2
