"""Places of workers: one holder each, free when the holder is gone, and what a worker does that lost its own."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.jobs.queue import Duties, succeeds
from engine.jobs.slots import NoSlotFree, Slots, slots_of, take_slot, taken
from engine.jobs.upkeep import Upkeep
from tests.durability.patience import SECONDS, until

HOLDER = """
import sys, time
import sqlalchemy as sa
from engine.jobs.slots import slots_of, take_slot
slot = take_slot(slots_of(sa.make_url(sys.argv[1])))
print(slot.name, flush=True)
time.sleep(60)
"""


def test_workers_on_one_database_have_places_of_their_own(database: sa.Engine) -> None:
    slots = slots_of(database.url)
    first, second = take_slot(slots), take_slot(slots)
    assert (first.name, second.name) == ("w0", "w1")
    first.release()
    again = take_slot(slots)
    assert again.name == "w0"
    assert again.held()
    for slot in (again, second):
        slot.release()


def test_whoever_asks_is_told_how_many_places_are_held(database: sa.Engine) -> None:
    def held() -> int:
        with database.connect() as connection:
            return taken(connection)

    slots = slots_of(database.url)
    assert held() == 0
    first, second = take_slot(slots), take_slot(slots)
    assert held() == 2
    first.release()
    until(lambda: held() == 1)  # PostgreSQL ends a session after it has said so
    second.release()
    until(lambda: held() == 0)


def test_the_place_of_a_killed_worker_is_free(database: sa.Engine) -> None:
    url = database.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "w0\n"
        slots = slots_of(database.url)
        assert slots.hold("w0") is None
        holder.kill()
    until(lambda: slots.hold("w0")).release()


def test_too_many_workers_are_refused(sqlite: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.jobs.slots.PLACES", 1)
    slots = slots_of(sqlite.url)
    first = take_slot(slots)
    with pytest.raises(NoSlotFree):
        take_slot(slots)
    first.release()


def test_a_worker_knows_its_predecessor() -> None:
    assert succeeds("w0:b", "w0:a")
    assert not succeeds("w0:a", "w0:a")
    assert not succeeds("w1:b", "w0:a")


def duties(tend: Callable[[], object], displaced: Callable[[], object]) -> Duties:
    return Duties(lambda *_: None, tend, lambda: None, displaced)


def cut_off(postgres: sa.Engine) -> None:
    """End the session that holds a place, as a restart of the server does."""
    with postgres.connect() as connection:
        connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        )


def test_a_worker_whose_connection_broke_takes_its_place_again(
    postgres: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.jobs.upkeep.KEEP_SECONDS", 0.02)
    slots, displaced, tended = slots_of(postgres.url), threading.Event(), threading.Event()
    upkeep = Upkeep(slots, take_slot(slots), duties(tended.set, displaced.set), tend_seconds=0.02)
    cut_off(postgres)
    tended.clear()
    assert tended.wait(SECONDS)  # it tends only where it holds its place
    assert slots.hold("w0") is None
    assert not displaced.is_set()
    upkeep.stop()
    take_again(slots)


def test_a_worker_whose_place_was_taken_meanwhile_ends(postgres: sa.Engine) -> None:
    slots, displaced = slots_of(postgres.url), threading.Event()
    upkeep = Upkeep(slots, take_slot(slots), duties(lambda: None, displaced.set))
    cut_off(postgres)
    usurper = until(lambda: slots.hold("w0"))
    assert displaced.wait(SECONDS)
    upkeep.stop()
    usurper.release()


def take_again(slots: Slots) -> None:
    slot = take_slot(slots)
    assert slot.name == "w0"
    slot.release()
