"""Long polls: what is found at once, what is waited for, and how many may wait."""

from __future__ import annotations

import threading
import time

from tests.engine.workers.bureau import Bureau
from tests.web.worker.conftest import Caller
from web.waiting import Waiting, waiting_of


def test_what_is_there_is_not_waited_for() -> None:
    began = time.monotonic()
    assert Waiting().until(lambda: ["job"], 30) == (["job"], False)
    assert time.monotonic() - began < 5


def test_it_looks_again_until_something_comes() -> None:
    looks = iter([[], [], ["job"]])
    assert Waiting().until(lambda: next(looks), 30) == (["job"], False)


def test_after_the_wait_there_is_nothing() -> None:
    looks: list[float] = []
    assert Waiting().until(lambda: looks.append(0.0) or [], 0.05) == ([], False)
    assert len(looks) >= 2


def test_nobody_waits_who_does_not_ask_to() -> None:
    assert Waiting().until(list, 0) == ([], False)


def test_no_more_wait_than_there_are_places_and_all_go_when_the_server_stops() -> None:
    places = Waiting(places=1)
    looked, answers = threading.Event(), []

    def look() -> list[str]:
        looked.set()
        return []

    first = threading.Thread(target=lambda: answers.append(places.until(look, 30)))
    first.start()
    assert looked.wait(5)
    while places._taken == 0:
        assert first.is_alive()
    assert places.until(list, 30) == ([], True)
    places.end()
    first.join(timeout=5)
    assert answers == [([], False)]
    assert places.until(list, 30) == ([], False)


def test_a_poll_that_may_not_wait_is_told_to_come_back(bureau: Bureau, caller: Caller) -> None:
    waiting_of(caller.client.application).places = 0
    answer = caller.post(
        "/jobs/fetch", {"worker": "w1", "topics": [{"topic": "bureau.record_case"}], "wait_seconds": 30}
    )
    assert (answer.get_json(), answer.headers["Retry-After"]) == ([], "1")


def test_no_transaction_and_no_connection_is_held_while_waiting(bureau: Bureau, caller: Caller) -> None:
    pool = bureau.engine.database.pool
    held: list[int] = []
    places = waiting_of(caller.client.application)
    wait = places._ended.wait

    def watched(seconds: float) -> bool:
        held.append(pool.checkedout())  # type: ignore[attr-defined]
        bureau.start()
        return wait(0)

    places._ended.wait = watched  # type: ignore[method-assign]
    assert caller.fetch(wait_seconds=30)
    assert held == [0]
