"""Timers, messages, errors and ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.bpmn.step import AwaitedMessage
from engine.clock import TIMEZONE, FixedClock
from engine.errors import ProcessFailed, TimerNotDue, TokenNotWaiting
from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    TERMINATE,
    boundary,
    catch,
    draw,
    each,
    end,
    error,
    exclusive,
    first_of,
    message,
    parallel,
    script,
    service,
    task,
    timer,
    user,
)


def test_a_reminder_fires_once_and_leaves_the_task_open(run: Any, clock: FixedClock) -> None:
    process = run(
        draw(
            user("a"),
            boundary("t", "a", timer("P8D"), interrupting=False),
            task("r"),
            end("r_end"),
            flows="s>a a>e t>r r>r_end",
        )
    )
    assert process.step.timers[0].due_at == clock.now() + timedelta(days=8)
    with pytest.raises(TimerNotDue):
        process.fire("t")
    clock.advance(timedelta(days=8))
    process.fire("t")
    assert process.waiting == ["a"]
    assert process.ended is None
    process.complete("a")
    assert process.ended == "e"


def test_a_reminder_is_off_once_the_task_is_done(run: Any) -> None:
    process = run(
        draw(
            user("a"),
            user("b"),
            boundary("t", "a", timer("P8D"), interrupting=False),
            end("r_end"),
            flows="s>a a>b b>e t>r_end",
        )
    )
    token = process.token("t")
    process.complete("a")
    assert process.step.closed[token] is True
    assert process.waiting == ["b"]
    with pytest.raises(TokenNotWaiting):
        process.execution.fire_timer(token)


def test_an_interrupting_timer_cancels_the_task(run: Any, clock: FixedClock) -> None:
    process = run(draw(user("a"), user("late"), boundary("t", "a", timer("PT1H")), flows="s>a a>e t>late late>e"))
    task_token, timer_token = process.token("a"), process.token("t")
    clock.advance(timedelta(hours=1))
    process.fire("t")
    assert process.step.closed == {task_token: True, timer_token: False}
    assert process.waiting == ["late"]
    assert ("cancel", "a") in process.history


def test_a_cycle_fires_as_often_as_it_says_each_time_later(run: Any, clock: FixedClock) -> None:
    process = run(
        draw(
            user("a"),
            boundary("t", "a", timer("R3/PT1H", "timeCycle"), interrupting=False),
            end("r"),
            flows="s>a a>e t>r",
        )
    )
    begin = clock.now()
    clock.advance(timedelta(days=1))  # the scheduler was down: what was missed fires in order
    for hours in (1, 2, 3):
        assert process.step.timers[0].due_at == begin + timedelta(hours=hours)
        process.fire("t")
    assert process.waiting == ["a"]


@pytest.mark.parametrize(
    ("text", "due_at"),
    [
        ("when", datetime(2027, 1, 1, tzinfo=TIMEZONE)),
        ('date and time("2027-01-01T08:00:00@Asia/Shanghai")', datetime(2027, 1, 1, 8, tzinfo=TIMEZONE)),
        ("2027-01-01T00:00:00Z", datetime(2027, 1, 1, tzinfo=UTC)),
        ('now() + duration("P1D")', datetime(2026, 12, 2, 9, tzinfo=TIMEZONE)),
        ('duration("P2M")', datetime(2027, 2, 1, 9, tzinfo=TIMEZONE)),
        ("working days after(now(), 8)", datetime(2026, 12, 11, 17, 30, tzinfo=TIMEZONE)),
    ],
)
def test_a_date_timer_takes_dates_moments_and_working_days(run: Any, text: str, due_at: datetime) -> None:
    process = run(draw(catch("t", timer(text, "timeDate")), flows="s>t t>e"), when=due_at.date())
    assert process.step.timers[0].due_at == due_at


def test_a_timer_without_a_moment_stops_with_the_element(run: Any) -> None:
    with pytest.raises(ProcessFailed) as failed:
        run(draw(catch("t", timer("nothing", "timeDate")), flows="s>t t>e"))
    assert failed.value.element_id == "t"


def test_a_message_withdraws_and_its_variables_join_the_process(run: Any) -> None:
    process = run(
        draw(user("a"), end("withdrawn"), boundary("w", "a", message("m")), flows="s>a a>e w>withdrawn", more=MESSAGES)
    )
    assert process.execution.awaited_messages() == [
        AwaitedMessage("withdraw", "w", "a", process.definition.element("w"))
    ]
    assert process.send("other") is None
    process.send("withdraw", withdrawal={"reason": "错了"})
    assert process.ended == "withdrawn"
    assert process.variables["withdrawal"] == {"reason": "错了"}
    assert process.execution.awaited_messages() == []


def test_a_message_goes_to_the_one_that_has_waited_longest(run: Any) -> None:
    process = run(
        draw(
            parallel("f"),
            catch("c1", message("m")),
            catch("c2", message("m")),
            user("a"),
            user("b"),
            flows="s>f f>c1 f>c2 c1>a c2>b a>e b>e",
            more=MESSAGES,
        )
    )
    process.send("withdraw")
    assert process.waiting == ["a"]
    process.send("withdraw")
    assert process.waiting == ["a", "b"]
    assert process.send("withdraw") is None


def test_a_message_beside_a_task_may_come_many_times(run: Any) -> None:
    process = run(
        draw(
            user("a"),
            script("k", "count + 1", "count"),
            boundary("w", "a", message("m"), interrupting=False),
            end("done"),
            flows="s>a a>e w>k k>done",
            more=MESSAGES,
        ),
        count=0,
    )
    for turn in range(1, 4):
        assert process.send("withdraw") is not None
        assert process.variables["count"] == turn
    process.complete("a")
    assert process.ended == "e"


def test_of_an_event_gateway_the_first_event_decides(run: Any, clock: FixedClock) -> None:
    diagram = draw(
        first_of("g"),
        catch("soon", timer("PT1H")),
        catch("late", timer("PT5H")),
        catch("m1", message("m")),
        *(user(n) for n in "abc"),
        flows="s>g g>soon g>late g>m1 soon>a late>b m1>c a>e b>e c>e",
        more=MESSAGES,
    )
    by_time = run(diagram)
    dues = {opened.element_id: opened.due_at - clock.now() for opened in by_time.step.timers}
    assert dues == {"soon": timedelta(hours=1), "late": timedelta(hours=5)}
    clock.advance(timedelta(hours=2))
    by_time.fire("soon")
    assert by_time.waiting == ["a"]
    assert by_time.send("withdraw") is None
    by_message = run(diagram)
    by_message.send("withdraw")
    assert by_message.waiting == ["c"]


def test_a_declared_error_takes_the_boundary_and_any_other_does_not(run: Any) -> None:
    diagram = draw(
        service("a", "demo.apply", "applied"),
        boundary("c", "a", error("er")),
        user("again"),
        flows="s>a a>e c>again again>e",
        more=ERRORS,
    )
    process = run(diagram)
    assert process.fail("a", "OTHER") is None
    token = process.token("a")
    process.fail("a", "CONFLICT", findings=[{"field": "x"}])
    assert process.step.closed[token] is True
    assert process.waiting == ["again"]
    assert process.variables == {"findings": [{"field": "x"}]}


def test_an_exact_code_is_caught_before_any_code(run: Any) -> None:
    process = run(
        draw(
            service("a", "demo.apply"),
            boundary("any", "a", error()),
            boundary("c", "a", error("er")),
            user("x"),
            user("y"),
            flows="s>a a>e any>x c>y x>e y>e",
            more=ERRORS,
        )
    )
    process.fail("a", "CONFLICT")
    assert process.waiting == ["y"]


def test_an_error_of_one_instance_ends_the_whole_multi_instance(run: Any) -> None:
    process = run(
        draw(
            service("a", "demo.apply", inside=each("xs", "x")),
            boundary("c", "a", error("er")),
            user("again"),
            flows="s>a a>e c>again again>e",
            more=ERRORS,
        ),
        xs=[1, 2, 3],
    )
    assert process.waiting == ["a", "a", "a"]
    process.serve("a")
    process.fail("a", "CONFLICT")
    assert process.waiting == ["again"]


def test_terminate_ends_everything_at_once(run: Any) -> None:
    process = run(
        draw(
            parallel("f"),
            user("a"),
            user("b"),
            boundary("t", "b", timer("P1D"), interrupting=False),
            end("r"),
            end("stop", TERMINATE),
            flows="s>f f>a f>b b>e a>stop t>r",
        )
    )
    process.complete("a")
    assert process.ended == "stop"
    assert set(process.step.closed.values()) == {True, False}
    assert process.waiting == []


def test_an_instance_ends_when_its_last_token_does(run: Any) -> None:
    process = run(draw(parallel("f"), user("a"), user("b"), end("e2"), flows="s>f f>a f>b a>e b>e2"))
    process.complete("a")
    assert process.ended is None
    process.complete("b")
    assert process.ended == "e2"


def test_a_boundary_event_in_a_long_loop_keeps_working(run: Any) -> None:
    process = run(
        draw(
            exclusive("m"),
            exclusive("g", default="g-e"),
            user("a"),
            end("r"),
            boundary("t", "a", timer("P1D"), interrupting=False),
            flows="s>m m>a a>g g>m[again] g>e t>r",
        )
    )
    for _ in range(400):
        process.complete("a", again=True)
    assert process.waiting == ["a", "t"]


def test_cancelling_takes_everything_away(run: Any) -> None:
    process = run(
        draw(
            parallel("f"),
            user("a"),
            service("b", "demo.apply"),
            catch("t", timer("P1D")),
            flows="s>f f>a f>b f>t a>e b>e t>e",
        )
    )
    step = process.cancel()
    assert list(step.closed.values()) == [True, True, True]
    assert step.ended is None
    assert process.execution.ended
