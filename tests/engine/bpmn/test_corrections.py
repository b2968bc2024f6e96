"""What the library does wrongly and we do right. When a test of *stock* fails after an upgrade, a correction may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    boundary,
    catch,
    draw,
    each,
    end,
    error,
    exclusive,
    first_of,
    inner,
    message,
    parallel,
    script,
    start,
    task,
    timer,
    user,
)


class Stock:
    """The same diagram on the library as it is."""

    def __init__(self, content: bytes, **variables: Any) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(content))
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.workflow.task_tree.data = variables
        self.workflow.do_engine_steps()

    @property
    def waiting(self) -> list[str]:
        return sorted(each_.task_spec.name for each_ in self.workflow.get_tasks(state=TaskState.READY, manual=True))

    def complete(self, name: str, **values: Any) -> None:
        ready = self.workflow.get_next_task(state=TaskState.READY, spec_name=name)
        ready.data.update(values)
        ready.run()
        self.workflow.do_engine_steps()

    def send(self, name: str) -> None:
        self.workflow.send_event(BpmnEvent(MessageEventDefinition(name), payload={}))
        self.workflow.do_engine_steps()

    def reload(self) -> None:
        serializer = BpmnWorkflowSerializer()
        self.workflow = serializer.deserialize_json(serializer.serialize_json(self.workflow))


REVIEW_LOOP = draw(
    exclusive("m"),
    parallel("f"),
    parallel("j"),
    exclusive("g", default="g-e"),
    *(user(n) for n in "bcd"),
    flows="s>m m>f f>b f>c b>j c>j j>d d>g g>m[again] g>e",
)


def test_a_join_in_a_loop_waits_for_both_branches_in_each_round(run: Any) -> None:
    stock, ours = Stock(REVIEW_LOOP), run(REVIEW_LOOP)
    for process in (stock, ours):
        process.complete("b")
        process.complete("c")
        process.complete("d", again=True)
        process.complete("c")
    assert ours.waiting == ["b"]
    assert stock.waiting == ["b", "d"]  # fired without b


LONG_LOOP = draw(exclusive("m"), exclusive("g", default="g-e"), user("a"), flows="s>m m>a a>g g>m[again] g>e")


@pytest.mark.slow
def test_a_loop_of_400_rounds_goes_on(run: Any) -> None:
    ours = run(LONG_LOOP)
    for _ in range(400):
        ours.complete("a", again=True)
    assert ours.waiting == ["a"]
    stock = Stock(LONG_LOOP)
    rounds = 0
    while stock.waiting and rounds < 400:
        stock.complete("a", again=True)
        rounds += 1
    assert rounds < 400  # the token is lost from sight, one thousand tasks deep


def test_a_chain_of_600_tasks_is_read_and_run(run: Any) -> None:
    names = [f"t{n}" for n in range(600)]
    flows = "s>t0 " + " ".join(f"{a}>{b}" for a, b in pairwise(names)) + " t599>e"
    diagram = draw(*map(task, names), flows=flows)
    assert run(diagram).ended == "e"
    with pytest.raises((RecursionError, ValidationException)):
        Stock(diagram)


FORK = draw(parallel("f"), parallel("j"), user("b"), user("c"), user("z"), flows="s>f f>b f>c b>j c>j j>z z>e")


def test_lists_written_in_two_branches_are_not_mixed_into_one_another(run: Any) -> None:
    stock, ours = Stock(FORK, rows=[{"id": 1}]), run(FORK, rows=[{"id": 1}])
    for process in (stock, ours):
        process.complete("b", rows=[{"id": 1}, {"id": 3, "b": True}])
        process.complete("c", rows=[{"id": 1}, {"id": 4, "c": True}])
    assert ours.variables["rows"] == [{"id": 1}, {"id": 4, "c": True}]
    merged = stock.workflow.get_next_task(state=TaskState.READY, spec_name="z").data["rows"]
    assert merged[1].keys() == {"id", "b", "c"}  # a row that nobody wrote


def test_a_message_beside_a_task_may_come_twice(run: Any) -> None:
    diagram = draw(
        user("a"),
        boundary("w", "a", message("m"), interrupting=False),
        user("z"),
        flows="s>a a>e w>z z>e",
        more=MESSAGES,
    )
    stock, ours = Stock(diagram), run(diagram)
    ours.send("withdraw")
    ours.send("withdraw")
    assert ours.waiting == ["a", "z", "z"]
    stock.send("withdraw")
    with pytest.raises(SpiffWorkflowException):
        stock.send("withdraw")


def test_one_message_is_delivered_once(run: Any) -> None:
    diagram = draw(
        parallel("f"),
        catch("c1", message("m")),
        catch("c2", message("m")),
        user("a"),
        user("b"),
        flows="s>f f>c1 f>c2 c1>a c2>b a>e b>e",
        more=MESSAGES,
    )
    stock, ours = Stock(diagram), run(diagram)
    ours.send("withdraw")
    stock.send("withdraw")
    assert ours.waiting == ["a"]
    assert stock.waiting == ["a", "b"]


def test_of_two_timers_after_an_event_gateway_the_sooner_fires(run: Any, clock: Any) -> None:
    def diagram(quote: str) -> bytes:
        return draw(
            first_of("g"),
            catch("late", timer(f"{quote}PT5H{quote}")),
            catch("soon", timer(f"{quote}PT1H{quote}")),
            user("a"),
            user("b"),
            flows="s>g g>late g>soon late>a soon>b a>e b>e",
        )

    ours = run(diagram(""))
    clock.advance(timedelta(hours=2))
    ours.fire("soon")
    assert ours.waiting == ["b"]
    with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC), tick=False) as traveller:
        stock = Stock(diagram('"'))
        traveller.shift(timedelta(hours=2))
        stock.workflow.refresh_timers()
        stock.workflow.do_engine_steps()
        assert stock.waiting == []  # the second took the first's due time


def test_the_time_is_the_engines(run: Any, clock: Any) -> None:
    ours = run(draw(catch("t", timer("PT1H")), user("a"), flows="s>t t>a a>e"))
    with time_machine.travel(datetime(2099, 1, 1, tzinfo=UTC)):
        assert ours.waiting == ["t"]
        clock.advance(timedelta(hours=1))
        ours.fire("t")
    assert ours.waiting == ["a"]
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False) as traveller:
        stock = Stock(draw(catch("t", timer('"PT1H"')), user("a"), flows="s>t t>a a>e"))
        traveller.shift(timedelta(hours=2))
        stock.workflow.refresh_timers()
        stock.workflow.do_engine_steps()
        assert stock.waiting == ["a"]  # read from the machine


def test_an_error_stops_what_is_ready_beside_it(run: Any) -> None:
    diagram = draw(
        inner(
            "sub",
            start("s1"),
            parallel("f"),
            end("bad", error("er")),
            script("k", "late = 1"),
            user("a"),
            end("e1"),
            flows="s1>f f>bad f>k k>a a>e1",
        ),
        boundary("c", "sub", error("er")),
        user("z"),
        flows="s>sub sub>e c>z z>e",
        more=ERRORS,
    )
    feel = diagram.replace(b"late = 1", b"{late: 1}")
    assert "late" not in run(feel).variables
    stock = Stock(diagram)
    assert stock.waiting == ["z"]
    ran = [each_ for each_ in stock.workflow.tasks.values() if each_.state == TaskState.COMPLETED]
    inside = [each_ for sub in stock.workflow.subprocesses.values() for each_ in sub.tasks.values()]
    assert any(each_.task_spec.name == "k" and each_.state == TaskState.COMPLETED for each_ in (*ran, *inside))


def test_a_task_without_a_type_waits_for_nobody(run: Any) -> None:
    diagram = draw(task("t"), flows="s>t t>e")
    assert run(diagram).ended == "e"
    assert Stock(diagram).waiting == ["t"]


def test_conditions_are_asked_in_the_order_of_the_file_not_of_the_drawing(run: Any) -> None:
    bounds = '<dc:Bounds x="0" y="{}" width="1" height="1"/>'
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}">{bounds.format(y)}</bpmndi:BPMNShape>'
        for name, y in (("a", 500), ("b", 100), ("z", 900))
    )
    plane = f'<bpmndi:BPMNDiagram id="di"><bpmndi:BPMNPlane id="pl">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    diagram = draw(
        exclusive("g", default="g-z"), *(user(n) for n in "abz"), flows="s>g g>a[n > 1] g>b[n > 0] g>z a>e b>e z>e"
    ).replace(b"</bpmn:definitions>", f"{plane}</bpmn:definitions>".encode())
    assert run(diagram, n=5).waiting == ["a"]
    assert Stock(diagram, n=5).waiting == ["b"]


def test_a_multi_instance_in_a_loop_collects_a_second_time(run: Any) -> None:
    diagram = draw(
        exclusive("m"),
        script("k", "y = x", inside=each("xs", "x", "ys", "y")),
        user("a"),
        exclusive("g", default="g-e"),
        flows="s>m m>k k>a a>g g>m[again] g>e",
    )
    feel = diagram.replace(b"y = x", b"{y: x}")
    ours = run(feel, xs=[1, 2])
    ours.complete("a", again=True, xs=[3])
    assert ours.variables["ys"] == [3]
    # the library names the item by its id
    python = diagram.replace(b'id="in_x"', b'id="x"').replace(b'id="out_y"', b'id="y"')
    stock = Stock(python, xs=[1, 2])
    with pytest.raises(SpiffWorkflowException):
        stock.complete("a", again=True, xs=[3])


def test_no_python_of_a_diagram_is_run(run: Any, tmp_path: Any) -> None:
    marker = tmp_path / "ran"
    python = draw(script("k", f"open({str(marker)!r}, 'w').close()"), flows="s>k k>e")
    Stock(python)
    assert marker.exists()  # the library gives scripts all of Python
    marker.unlink()
    with pytest.raises(AssertionError, match="FEEL"):
        run(python)
    assert not marker.exists()


def test_user_data_is_never_taken_for_one_of_our_classes(run: Any) -> None:
    diagram = draw(user("a"), user("b"), flows="s>a a>b b>e")
    document = {"typename": "timedelta", "days": 1, "seconds": 2}
    ours = run(diagram)
    ours.complete("a", document=document)
    ours.complete("b")
    assert ours.variables == {"document": document}
    stock = Stock(diagram)
    stock.complete("a", document=document)
    stock.reload()
    revived = stock.workflow.get_next_task(state=TaskState.READY).data["document"]
    assert isinstance(revived, timedelta)
