"""What is drawn comes to the token game as it is meant, with its lines: events, subprocesses, calls, links."""

from __future__ import annotations

from engine.bpmn import check_soundness, reading
from engine.bpmn.report import Report
from engine.findings import Finding, Severity
from tests.engine.bpmn import drawing as d

ERROR = '<bpmn:error id="er" errorCode="X"/>'
MESSAGE = '<bpmn:message id="m" name="paid"/>'


def findings(*contents: bytes) -> list[Finding]:
    """Return what is said of the first file, with the others beside it."""
    drawn = [reading.read(content, f"{number}.bpmn") for number, content in enumerate(contents)]
    report = Report("0.bpmn")
    check_soundness.check(drawn[0], drawn, report)
    return report.findings


def codes(*contents: bytes) -> list[str]:
    return [f"{finding.code.removeprefix('soundness.')} {finding.element_id}" for finding in findings(*contents)]


def sub(id_: str, inside: str, flows: str, **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:subProcess id="{id_}"{written}>{inside}{d.connect(flows)}</bpmn:subProcess>\n'


def test_a_deadlock_has_file_line_and_element() -> None:
    content = d.draw(
        d.exclusive("x", default="x-a"), d.parallel("j"), d.task("a"), d.task("b"), flows="s>x x>a x>b[no] a>j b>j j>e"
    )
    (finding,) = findings(content)
    assert (finding.code, finding.file, finding.severity) == ("soundness.deadlock", "0.bpmn", Severity.ERROR)
    assert content.decode().splitlines()[finding.line - 1].startswith('<bpmn:parallelGateway id="j"')
    assert finding.hint_zh
    assert finding.hint_en


def test_inside_a_subprocess_too() -> None:
    inside = '<bpmn:startEvent id="s1"/><bpmn:endEvent id="e1"/><bpmn:exclusiveGateway id="x" default="x-a"/>'
    inside += '<bpmn:parallelGateway id="j"/><bpmn:task id="a"/><bpmn:task id="b"/>'
    content = d.draw(sub("b1", inside, "s1>x x>a x>b[n] a>j b>j j>e1"), flows="s>b1 b1>e")
    assert codes(content) == ["deadlock j"]


def test_an_error_that_ends_a_subprocess_goes_on_at_its_boundary() -> None:
    inside = (
        '<bpmn:startEvent id="s1"/><bpmn:endEvent id="e1"><bpmn:errorEventDefinition errorRef="er"/></bpmn:endEvent>'
    )
    boundary = (
        '<bpmn:boundaryEvent id="k" attachedToRef="b1"><bpmn:errorEventDefinition errorRef="er"/></bpmn:boundaryEvent>'
    )
    content = d.draw(sub("b1", inside, "s1>e1"), boundary, d.task("a"), flows="s>b1 b1>a a>e k>e", more=ERROR)
    assert codes(content) == ["never-runs a"]  # it always fails


def test_an_event_subprocess_that_catches_it() -> None:
    raises = '<bpmn:endEvent id="e2"><bpmn:errorEventDefinition errorRef="er"/></bpmn:endEvent>'
    inside = (
        '<bpmn:startEvent id="s1"><bpmn:errorEventDefinition errorRef="er"/></bpmn:startEvent><bpmn:endEvent id="e1"/>'
    )
    handler = sub("h", inside, "s1>e1", triggeredByEvent="true")
    content = d.draw(raises, handler, d.exclusive("x", default="x-e"), flows="s>x x>e2[bad] x>e", more=ERROR)
    assert codes(content) == []
    assert codes(content.replace(b"x>e2", b"x>e").replace(b'targetRef="e2"', b'targetRef="e"')) != []


def test_a_called_process_of_another_file_that_only_fails() -> None:
    call = '<bpmn:callActivity id="c" calledElement="inner"/>'
    catch = '<bpmn:boundaryEvent id="k" attachedToRef="c"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>'
    outer = d.draw(call, catch, d.task("a"), flows="s>c c>a a>e k>e")
    end = '<bpmn:endEvent id="e1"><bpmn:errorEventDefinition errorRef="er"/></bpmn:endEvent>'
    start = '<bpmn:startEvent id="s1"/>'
    inner = d.draw(start, end, flows="s1>e1", ends=False, more=ERROR).replace(b'id="p"', b'id="inner"')
    assert codes(outer, inner) == ["never-runs a"]
    assert codes(outer) == []  # what is called is deployed elsewhere: nothing is known of it


def test_a_pair_of_links_is_a_flow() -> None:
    throw = '<bpmn:intermediateThrowEvent id="t"><bpmn:linkEventDefinition name="on"/></bpmn:intermediateThrowEvent>'
    catch = '<bpmn:intermediateCatchEvent id="c"><bpmn:linkEventDefinition name="on"/></bpmn:intermediateCatchEvent>'
    content = d.draw(d.parallel("f"), d.parallel("j"), d.task("a"), throw, catch, flows="s>f f>a f>t a>j c>j j>e")
    assert codes(content) == []


def test_a_message_is_sent_by_any_file_or_by_people() -> None:
    receive = '<bpmn:receiveTask id="r" messageRef="m"/>'
    content = d.draw(receive, flows="s>r r>e", more=MESSAGE)
    assert codes(content) == ["message-unsent r"]
    send = d.draw('<bpmn:sendTask id="t" messageRef="m"/>', flows="s>t t>e", more=MESSAGE).replace(b'id="p"', b'id="q"')
    assert codes(content, send) == []
    people = f'<bpmn:receiveTask id="r" messageRef="m">{d.props(senders="clerk")}</bpmn:receiveTask>'
    assert codes(d.draw(people, flows="s>r r>e", more=MESSAGE)) == []


def test_what_undoes_an_activity_is_not_lost_though_no_flow_leads_to_it() -> None:
    event = '<bpmn:boundaryEvent id="k" attachedToRef="a"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
    undo = '<bpmn:task id="u" isForCompensation="true"/><bpmn:association id="as" sourceRef="k" targetRef="u"/>'
    assert codes(d.draw(d.task("a"), event, undo, flows="s>a a>e")) == []


def test_a_script_in_a_loop_may_change_its_condition_and_a_task_does_not() -> None:
    loop = "s>m m>a a>g g>m[n] g>e"
    gateways = d.exclusive("m"), d.exclusive("g", default="g-e")
    assert codes(d.draw(*gateways, d.script("a", "n + 1", "n"), flows=loop)) == ["loop-unpaced m"]
    assert codes(d.draw(*gateways, d.task("a"), flows=loop)) == ["endless m"]
    assert codes(d.draw(*gateways, d.user("a"), flows=loop)) == []


def test_a_graph_that_is_broken_is_left_to_those_who_said_so() -> None:
    drawn = reading.read(d.draw(d.task("a"), flows="s>a a>gone"), "0.bpmn")
    report = Report("0.bpmn")
    report.findings.append(Finding(Severity.ERROR, "flow.dangling", "0.bpmn", 1, None, "", ""))
    check_soundness.check(drawn, [drawn], report)
    assert len(report.findings) == 1
