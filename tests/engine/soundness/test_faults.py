"""Each kind of fault is found at its element, with a shortest way to it; what is not a fault is not."""

from __future__ import annotations

from typing import Any

import pytest

from engine.findings import Severity
from engine.soundness.check import check
from engine.soundness.faults import Fault
from engine.soundness.net import Element, Kind, Pace
from tests.engine.soundness.nets import event, net, scope, task


def found(processes: dict[str, Any], **options: Any) -> dict[str, Fault]:
    return {f"{fault.code.removeprefix('soundness.')} {fault.id}": fault for fault in check(processes, **options)}


def test_a_choice_joined_by_a_parallel_gateway_stops() -> None:
    faults = found(net("s>x x>a x>b a>j b>j j>e", x="exclusive", j="parallel"))
    assert list(faults) == ["deadlock j"]
    fault = faults["deadlock j"]
    assert fault.severity is Severity.ERROR
    assert fault.way == ("s", "x", "a")
    assert "s → x → a" in fault.en
    assert "s → x → a" in fault.zh
    assert "b-j" in fault.en  # the flow that stays empty
    assert "x: x-a→a" in fault.en  # the choice that leads there
    assert fault.line == 6


def test_the_way_shown_is_the_shortest() -> None:
    processes = net("s>x x>a a>b b>c c>j x>d d>k k>j j>e", x="exclusive", j="parallel")
    assert found(processes)["deadlock j"].way == ("s", "x", "d", "k")


def test_a_token_that_waits_on_when_an_end_is_reached_is_left_behind() -> None:
    processes = net("s>f f>a f>b a>x x>j x>e2 b>j j>e", f="parallel", x="exclusive", j="parallel")
    faults = found(processes)
    assert list(faults) == ["token-left j"]
    assert "e2" in faults["token-left j"].way


def test_only_the_first_of_two_stops_is_said() -> None:
    processes = net(
        "s>x x>a x>b a>j b>j j>f f>c f>d c>k d>k k>e", x="exclusive", j="parallel", f="parallel", k="parallel"
    )
    assert list(found(processes)) == ["deadlock j"]


def test_parallel_branches_that_meet_unjoined_run_twice_what_follows() -> None:
    faults = found(net("s>f f>a f>b a>m b>m m>c c>e", f="parallel", m="exclusive"))
    assert list(faults) == ["runs-twice m"]
    assert faults["runs-twice m"].severity is Severity.WARNING


def test_branches_that_only_end_at_one_end_event_are_fine() -> None:
    assert found(net("s>f f>a f>b a>e b>e", f="parallel")) == {}


def test_an_implicit_fork_and_merge_runs_twice() -> None:
    assert list(found(net("s>a a>b a>c b>d c>d d>e"))) == ["runs-twice d"]


def test_a_loop_back_into_a_parallel_join_stops() -> None:
    processes = net("s>j j>a a>x x>j x>e", j="parallel", x="exclusive")
    assert list(found(processes)) == ["deadlock j"]


def test_a_loop_without_a_way_out_never_ends() -> None:
    processes = net("s>f f>a f>c c>e a>b b>m m>a", f="parallel", m="exclusive")
    faults = found(processes)
    assert [key.split()[0] for key in faults] == ["never-ends"]
    assert {"a", "b", "m"} <= set(next(iter(faults.values())).way)


def test_a_loop_that_forks_makes_ever_more_tokens() -> None:
    faults = found(net("s>m m>f f>a f>b a>x x>m x>e b>e", m="exclusive", f="parallel", x="exclusive"))
    assert faults == {}  # each ends by itself, however many there are
    faults = found(net("s>m m>a a>f f>m f>b b>j f>c c>j j>e", m="exclusive", f="parallel", j="parallel"))
    assert "never-ends" in {key.split()[0] for key in faults}
    faults = found(net("s>m m>a a>f f>x x>m x>e f>b b>j f>c c>x2 x2>j x2>e2 j>e",
                       m="exclusive", f="parallel", j="parallel", x="exclusive", x2="exclusive"))  # fmt: skip
    assert "tokens-multiply" in {key.split()[0] for key in faults}
    assert {fault.severity for key, fault in faults.items() if "multiply" in key} == {Severity.WARNING}


def test_inclusive_gateways_join_what_came() -> None:
    processes = net("s>o o>a? o>b? o>c! a>j b>j c>j j>e", o="inclusive", j="inclusive")
    assert found(processes) == {}


def test_an_inclusive_fork_joined_by_a_parallel_gateway_stops() -> None:
    processes = net("s>o o>a? o>b? a>j b>j j>e", o="inclusive", j="parallel")
    assert list(found(processes)) == ["deadlock j"]


def test_an_inclusive_join_behind_a_choice_goes_on_at_once() -> None:
    assert found(net("s>x x>a x>b a>j b>j j>e", x="exclusive", j="inclusive")) == {}


def test_two_inclusive_joins_that_wait_for_each_other_stop() -> None:
    processes = net(
        "s>f f>i1 f>i2 i1>g1 g1>a a>i2 g1>e i2>g2 g2>b b>i1 g2>e2",
        f="parallel", i1="inclusive", i2="inclusive", g1="exclusive", g2="exclusive",
    )  # fmt: skip
    assert any(key.startswith("deadlock") for key in found(processes))


def test_an_interrupting_event_whose_way_misses_the_join_leaves_a_token() -> None:
    processes = net("s>f f>a f>b a>j b>j j>e t>x x>e2", (event("t", "a"),), f="parallel", j="parallel")
    faults = found(processes)
    assert list(faults) == ["token-left j"]
    assert faults["token-left j"].way[-3:] == ("x", "e2", "b") or "t" in faults["token-left j"].way


def test_a_reminder_beside_a_task_is_fine() -> None:
    processes = net("s>a a>e t>r r>e2", (event("t", "a", interrupts=False),))
    assert found(processes) == {}


def test_a_reminder_that_goes_on_with_the_process_runs_it_twice() -> None:
    processes = net("s>a a>m m>b b>e t>m", (event("t", "a", interrupts=False),), m="exclusive")
    assert list(found(processes)) == ["runs-twice m"]


def test_a_reminder_that_a_join_waits_for_stops_it() -> None:
    processes = net("s>a a>j t>j j>e", (event("t", "a", interrupts=False),), j="parallel")
    assert list(found(processes)) == ["deadlock j"]


def test_an_error_that_the_subprocess_never_throws_never_runs() -> None:
    processes = net("s>b b>e k>e", (event("k", "b", code="X", catches_error=True),), b=task(inner="b"))
    processes["b"] = scope("s2>t t>e2", "b")
    faults = found(processes)
    assert list(faults) == ["never-runs k"]
    assert faults["never-runs k"].severity is Severity.ERROR


def test_an_error_end_is_caught_outside() -> None:
    processes = net("s>b b>e k>c c>e", (event("k", "b", code="X", catches_error=True),), b=task(inner="b"))
    processes["b"] = scope(
        "s2>x x>t t>e2 x>err", "b", x="exclusive", err=Element("err", "err", 1, Kind.ERROR, code="X")
    )
    assert found(processes) == {}


def test_what_follows_a_subprocess_that_only_fails_never_runs() -> None:
    processes = net("s>b b>a a>e k>e2", (event("k", "b", code="X", catches_error=True),), b=task(inner="b"))
    processes["b"] = scope("s2>t t>err", "b", err=Element("err", "err", 1, Kind.ERROR, code="X"))
    assert list(found(processes)) == ["never-runs a"]


def test_a_handler_may_raise_what_the_diagram_does_not_show() -> None:
    processes = net("s>b b>e k>e", (event("k", "b", code="X", catches_error=True),), b=task(inner="b"))
    processes["b"] = scope("s2>t t>e2", "b", t=task(raises=True))
    assert found(processes) == {}


def test_a_fault_inside_a_subprocess_is_said_there_and_not_outside() -> None:
    processes = net("s>b b>a a>e", b=task(inner="b"))
    processes["b"] = scope("s2>x x>c x>d c>j d>j j>e2", "b", x="exclusive", j="parallel")
    assert [(fault.scope, fault.id) for fault in check(processes)] == [("b", "j")]


def test_a_called_process_is_played_once_and_may_call_itself() -> None:
    processes = net("s>x x>b x>c c>e b>e", x="exclusive", b=task(inner="p"))
    assert found(processes) == {}


def test_a_process_that_always_calls_itself_never_ends() -> None:
    assert list(found(net("s>b b>e", b=task(inner="p")))) == ["never-ends b"]
    processes = net("s>b b>e", b=task(inner="q")) | {"q": scope("s2>c c>e2", "q", c=task(inner="p"))}
    assert sorted(found(processes)) == ["never-ends b", "never-ends c"]
    processes["q"] = scope("s2>x x>c x>e2 c>e2", "q", x="exclusive", c=task(inner="p"))
    assert found(processes) == {}


def test_an_event_subprocess_runs_though_no_flow_leads_to_it() -> None:
    processes = net("s>a a>e", h=Element("h", "h", 1, Kind.STEP, Pace.WAIT, inner="h"))
    processes["p"].handlers.append("h")
    processes["h"] = scope("s2>t t>e2", "h")
    assert found(processes) == {}


def test_an_error_event_subprocess_needs_an_error() -> None:
    handler = Element("h", "h", 1, Kind.STEP, Pace.WAIT, inner="h", catches_error=True, code="X")
    processes = net("s>a a>e", h=handler)
    processes["p"].handlers.append("h")
    processes["h"] = scope("s2>t t>e2", "h")
    assert list(found(processes)) == ["never-runs h"]
    processes = {**net("s>a a>e", h=handler, a=task(raises=True)), "h": processes["h"]}
    processes["p"].handlers.append("h")
    assert found(processes) == {}


def test_terminate_takes_the_others_away() -> None:
    processes = net("s>f f>a f>b a>x x>j x>k b>j j>e", f="parallel", x="exclusive", j="parallel", k="terminate")
    assert found(processes) == {}


@pytest.mark.parametrize(
    ("pace", "expected"),
    [(Pace.NONE, "endless a"), (Pace.WORK, "loop-unpaced a"), (Pace.WAIT, None)],
)
def test_a_loop_has_to_wait_or_at_least_change_something(pace: Pace, expected: str | None) -> None:
    faults = found(net("s>a a>x x>a x>e", x="exclusive", a=task(pace=pace)))
    assert list(faults) == ([expected] if expected else [])
    if expected:
        assert faults[expected].way == ("s", "a", "x", "a")


def test_a_loop_of_a_subprocess_waits_when_something_inside_waits() -> None:
    processes = net("s>b b>x x>b x>e", x="exclusive", b=task(pace=Pace.NONE, inner="b"))
    processes["b"] = scope("s2>t t>e2", "b")
    assert found(processes) == {}
    processes["b"] = scope("s2>t t>e2", "b", t=task(pace=Pace.WORK))
    assert list(found(processes)) == ["loop-unpaced b"]


def test_a_message_that_nobody_sends_is_said_unless_people_may() -> None:
    assert list(found(net("s>a a>e", a=task(message="paid")))) == ["message-unsent a"]
    assert found(net("s>a a>e", a=task(message="paid", senders=True))) == {}
    assert (
        found(net("s>f f>a f>b a>e b>e", f="parallel", a=task(message="paid"), b=task(throws=frozenset({"paid"}))))
        == {}
    )


def test_what_is_too_much_is_said_to_be_not_proven() -> None:
    flows = "s>x x>a x>b x>c a>m b>m c>m m>e"
    assert list(found(net(flows, x="exclusive", m="exclusive"), limit=3)) == ["not-proven p"]
    many = " ".join(f"o>t{n}? t{n}>j" for n in range(12))
    faults = found(net(f"s>o {many} j>e", o="inclusive", j="inclusive"))
    assert list(faults) == ["not-proven p"]
    assert faults["not-proven p"].severity is Severity.WARNING
