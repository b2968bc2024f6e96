"""Data objects, data inputs and outputs, and what the associations copy between them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.errors import ProcessFailed
from tests.engine.bpmn.drawing import (
    HEAD,
    MESSAGES,
    NAMES,
    bundle,
    call,
    draw,
    end,
    inner,
    message,
    on_event,
    script,
    service,
    signal,
    start,
    throw,
    user,
    waiting,
)


def holding(*objects: str) -> str:
    """Data objects with a reference to each: `name` or `id=name`."""
    found = ""
    for item in objects:
        id_, _, name = item.rpartition("=")
        id_ = id_ or f"{name}_object"
        found += f'<bpmn:dataObject id="{id_}" name="{name}"/>'
        found += f'<bpmn:dataObjectReference id="{id_}_ref" dataObjectRef="{id_}"/>\n'
    return found


def io(inputs: str = "", outputs: str = "") -> str:
    """An ioSpecification; names are separated by spaces, ids are `in_name` and `out_name`."""
    items = "".join(f'<bpmn:dataInput id="in_{name}" name="{name}"/>' for name in inputs.split())
    items += "".join(f'<bpmn:dataOutput id="out_{name}" name="{name}"/>' for name in outputs.split())
    return f"<bpmn:ioSpecification>{items}<bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>"


def into(target: str, source: str = "", more: str = "") -> str:
    return _association("Input", source, target, more)


def out(source: str, target: str, more: str = "") -> str:
    return _association("Output", source, target, more)


def _association(direction: str, source: str, target: str, more: str) -> str:
    sources = "".join(f"<bpmn:sourceRef>{each}</bpmn:sourceRef>" for each in source.split())
    name = f"bpmn:data{direction}Association"
    return f"<{name}>{sources}<bpmn:targetRef>{target}</bpmn:targetRef>{more}</{name}>"


def transformed(feel: str) -> str:
    return f"<bpmn:transformation>{feel}</bpmn:transformation>"


def assigned(given: str, to: str) -> str:
    return f"<bpmn:assignment><bpmn:from>{given}</bpmn:from><bpmn:to>{to}</bpmn:to></bpmn:assignment>"


def over(items: str, item: str, output: str = "", result: str = "") -> str:
    """What a modeler that knows data draws for a multi-instance activity: references by id."""
    collected = f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>" if output else ""
    single = f'<bpmn:inputDataItem id="{item}"/>' + (f'<bpmn:outputDataItem id="{result}"/>' if result else "")
    refs = f"<bpmn:loopDataInputRef>{items}</bpmn:loopDataInputRef>"
    return f"<bpmn:multiInstanceLoopCharacteristics>{refs}{collected}{single}</bpmn:multiInstanceLoopCharacteristics>"


def test_inputs_and_outputs_of_other_names_are_the_tasks_own(run: Any) -> None:
    flow = io("n", "twice") + into("in_n", "order_object_ref") + out("out_twice", "total_object_ref")
    process = run(
        draw(holding("order", "total"), script("k", "n * 2", "twice", flow), user("a"), flows="s>k k>a a>e"), order=21
    )
    assert process.variables == {"order": 21, "total": 42}


def test_a_task_that_waits_sees_its_inputs_and_hands_its_outputs_on_at_the_end(run: Any) -> None:
    flow = io("request", "answer") + into("in_request", "case_object") + out("out_answer", "reply_object")
    process = run(
        draw(holding("case", "reply"), user("a", inside=flow, title="request.no"), user("z"), flows="s>a a>z z>e"),
        case={"no": "7"},
    )
    task = process.step.user_tasks[0]
    assert (task.title, task.variables["request"], task.variables["answer"]) == ("7", {"no": "7"}, None)
    process.complete("a", answer="yes", seen=True)
    assert process.variables == {"case": {"no": "7"}, "reply": "yes", "seen": True}
    assert process.history.count(("enter", "a")) == process.history.count(("leave", "a")) == 1


def test_a_transformation_and_assignments_are_feel(run: Any) -> None:
    flow = (
        io("sum form", "r")
        + into("in_sum", "a_object b_object", transformed("a + b"))
        + into("in_form", "", assigned("a", "form.left") + assigned("b + 1", "form.right.most"))
        + out("out_r", "result_object", assigned("r.left", "result.at") + assigned("r.form", "result_object.form"))
    )
    process = run(
        draw(
            holding("a", "b", "result"),
            script("k", "{left: sum, form: form}", "r", flow),
            user("z"),
            flows="s>k k>z z>e",
        ),
        a=1,
        b=2,
        result={"kept": True},
    )
    assert process.variables["result"] == {"kept": True, "at": 3, "form": {"left": 1, "right": {"most": 3}}}


def test_a_service_task_takes_inputs_and_gives_outputs(run: Any) -> None:
    flow = io("no", "result") + into("in_no", "case_object", transformed("case.no")) + out("out_result", "done_object")
    process = run(
        draw(holding("case", "done"), service("v", "demo.apply", "result", flow, no="no"), flows="s>v v>e"),
        case={"no": "7"},
    )
    assert process.step.service_tasks[0].inputs == {"no": "7"}
    process.serve("v", ok=True)
    assert process.variables == {"case": {"no": "7"}, "done": {"ok": True}}
    assert process.ended == "e"


def test_a_called_process_is_given_the_inputs_and_gives_the_outputs_by_name(run: Any) -> None:
    called = HEAD + (
        '<bpmn:process id="q" isExecutable="true"><bpmn:startEvent id="qs"/>'
        + script("qk", "n + 1", "m")
        + '<bpmn:endEvent id="qe"/><bpmn:sequenceFlow id="q1" sourceRef="qs" targetRef="qk"/>'
        '<bpmn:sequenceFlow id="q2" sourceRef="qk" targetRef="qe"/></bpmn:process></bpmn:definitions>'
    )
    flow = io("n", "m") + into("in_n", "x_object") + out("out_m", "y_object")
    activity = call("c", "q").replace("</bpmn:callActivity>", f"{flow}</bpmn:callActivity>")
    process = run(
        draw(holding("x", "y"), activity, user("z"), flows="s>c c>z z>e"), {"q.bpmn": called.encode()}, x=1, other=5
    )
    assert process.variables == {"x": 1, "y": 2, "other": 5}


def test_each_instance_takes_its_item_and_the_results_are_collected(run: Any) -> None:
    """Both loop references name data by id: the collection a data input, the result a data output of the activity."""
    flow = (
        io("lines line", "prices price")
        + into("in_lines", "order_object_ref", transformed("order.lines"))
        + into("in_line", "one")
        + out("out_price", "priced")
        + out("out_prices", "total_object_ref", transformed("sum(prices)"))
        + over("in_lines", "one", "out_prices", "priced")
    )
    process = run(
        draw(holding("order", "total"), script("k", "line * 10", "price", flow), user("z"), flows="s>k k>z z>e"),
        order={"lines": [1, 2, 3]},
    )
    assert process.variables == {"order": {"lines": [1, 2, 3]}, "total": 60}


def test_people_answer_for_each_item_of_a_data_object(run: Any) -> None:
    """What bpmn-js draws with a loop over a data object reference."""
    flow = over("members_object_ref", "member", "answers_object_ref", "answer")
    process = run(
        draw(holding("members", "answers"), user("a", "answer", flow), user("z"), flows="s>a a>z z>e"),
        members=["x", "y"],
    )
    assert [task.variables["member"] for task in process.step.user_tasks] == ["x", "y"]
    first, second = process.open["a"]
    process.open["a"] = [second]
    process.complete("a", ok=False)
    process.open["a"] = [first]
    process.complete("a", ok=True)
    assert process.variables["answers"] == [{"ok": True}, {"ok": False}]


def test_a_data_object_of_a_subprocess_lives_in_it_alone(run: Any) -> None:
    copied = io("t", "u") + into("in_t", "note_object") + out("out_u", "note_object")
    sub = inner(
        "sub",
        holding("note"),
        start("s1"),
        user("a"),
        script("k", "note", "result"),
        script("twice", "t + t", "u", copied),
        user("b"),
        end("e1"),
        flows="s1>a a>k k>twice twice>b b>e1",
    )
    process = run(draw(sub, user("z"), flows="s>sub sub>z z>e"), note="outside")
    assert process.step.user_tasks[0].variables["note"] is None
    process.complete("a", note="in", other=1)
    assert process.variables == {"note": "outside", "other": 1, "result": "in"}
    assert process.step.user_tasks[0].variables["note"] == "inin"
    process.complete("b")
    assert process.step.user_tasks[0].variables["note"] == "outside"


def test_a_message_carries_a_data_input_and_fills_a_data_output(run: Any) -> None:
    thrown = '<bpmn:dataInput id="ti"/>' + into("ti", "offer_object") + "<bpmn:inputSet/>" + signal()
    caught = '<bpmn:dataOutput id="co"/>' + out("co", "taken_object") + "<bpmn:outputSet/>" + signal()
    note = '<bpmn:dataOutput id="eo" name="heard"/>' + out("eo", "first_object", transformed("heard.price"))
    handler = on_event("h", note + signal(), end("he"), flows="h_s>he", interrupting=False)
    process = run(
        draw(
            holding("offer", "taken", "first"),
            '<bpmn:parallelGateway id="f"/>',
            throw("t", thrown),
            waiting("intermediateCatchEvent", "c", caught),
            user("z"),
            handler,
            user("hold"),
            flows="s>f f>hold f>c hold>t t>e c>z z>e",
            more=NAMES,
        ),
        offer={"price": 5},
    )
    process.complete("hold")
    assert process.variables == {"offer": {"price": 5}, "taken": {"price": 5}, "first": 5}


def test_a_received_message_fills_data(run: Any) -> None:
    task = '<bpmn:receiveTask id="r" messageRef="m">' + io(outputs="got") + out("out_got", "x_object")
    process = run(draw(holding("x"), f"{task}</bpmn:receiveTask>", user("z"), flows="s>r r>z z>e", more=MESSAGES))
    process.send("withdraw", why="late")
    assert process.variables == {"x": {"why": "late"}}


def test_what_is_thrown_has_to_be_a_context(run: Any) -> None:
    thrown = '<bpmn:dataInput id="ti"/>' + into("ti", "offer_object") + message("m")
    with pytest.raises(ProcessFailed) as failed:
        run(draw(holding("offer"), throw("t", thrown), flows="s>t t>e", more=MESSAGES), offer=5)
    assert failed.value.element_id == "t"


PLACEHOLDER = '<bpmn:property id="pl" name="__targetRef_placeholder"/>' + into("pl", "order_object_ref")


def test_what_a_modeler_without_data_draws_stays_a_drawing(run: Any) -> None:
    drawn = PLACEHOLDER + out("", "order_object_ref")
    process = run(draw(holding("order"), user("a", inside=drawn), flows="s>a a>e"), order=1)
    process.complete("a", order=2)
    assert process.variables == {"order": 2}
    assert process.ended == "e"


REFUSED = {
    "nothing of that id": (io("n") + into("in_n", "nowhere"), "data.unknown"),
    "a data store": (io("n") + into("in_n", "store"), "data.unknown"),
    "another scope": (io("n") + into("in_n", "hidden_object"), "data.scope"),
    "the wrong end": (io("n") + out("in_n", "order_object") + into("order_object", "in_n"), "data.direction"),
    "several sources": (io("n") + into("in_n", "order_object total_object"), "data.sources"),
    "an assignment elsewhere": (io("n") + into("in_n", "", assigned("1", "order.no")), "data.assignment"),
    "another language": (
        io("n") + into("in_n", "", transformed("1").replace(">1", ' language="http://www.java.com/java">1')),
        "script.language",
    ),
    "no FEEL": (io("n") + into("in_n", "", transformed("1 +")), "feel.syntax"),
    "an input that nothing fills": (io("n"), "data.input-unfed"),
    "two sets of inputs": (io("n").replace("<bpmn:inputSet/>", "<bpmn:inputSet/>" * 2), "data.sets"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_not_be_copied_is_refused(environment: Environment, name: str) -> None:
    inside, code = REFUSED[name]
    store = '<bpmn:dataStoreReference id="store"/>'
    sub = inner("sub", holding("hidden"), start("s1"), end("e1"), flows="s1>e1")
    content = draw(holding("order", "total"), store, sub, user("x", inside=inside), flows="s>x x>sub sub>e")
    _, findings = parse(bundle(content), environment)
    assert (code, "x") in [(found.code, found.element_id) for found in findings if found.severity == "error"]


def test_an_event_carries_one_thing_said_once(environment: Environment) -> None:
    twice = '<bpmn:dataInput id="ti"/>' + into("ti", "order_object") + signal(payload="{}")
    content = draw(holding("order"), throw("x", twice), flows="s>x x>e", more=NAMES)
    _, findings = parse(bundle(content), environment)
    assert ("data.carried-twice", "x") in [(found.code, found.element_id) for found in findings]


def test_an_output_that_nothing_takes_is_said_to_be_lost(environment: Environment) -> None:
    content = draw(script("x", "1", "n", io(outputs="n")), flows="s>x x>e")
    _, findings = parse(bundle(content), environment)
    assert ("data.output-lost", "x") in [(found.code, found.element_id) for found in findings]
