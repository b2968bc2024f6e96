from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.chain import START, Facts, content_digest, link, row_digest
from engine.tables.history import HistoryEvent, HistoryHead
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM
from engine.work import Work
from tests.fixtures.house import House


def chain(house: House) -> list[HistoryEvent]:
    with Session(house.engine.database) as session:
        select = sa.select(HistoryEvent).order_by(HistoryEvent.seq).options(sa.orm.undefer("*"))
        return list(session.scalars(select))


def head(house: House) -> tuple[int, bytes]:
    with Session(house.engine.database) as session:
        only = session.scalars(sa.select(HistoryHead)).one()
        return only.seq, only.digest


def assert_whole(house: House) -> int:
    """Check the one county's chain by the definition of `engine.chain`; return its length."""
    before = START
    rows = chain(house)
    for number, row in enumerate(rows, 1):
        content = content_digest(row.salt, row.actor_name, row.detail, row.changes)
        before = link(before, row_digest(Facts.of(row), content))
        assert (row.seq, row.content_digest, row.digest) == (number, content, before)
    assert head(house) == (len(rows), before)
    return len(rows)


def test_a_case_is_chained_from_its_first_event_to_its_last(house: House) -> None:
    house.reviewed()
    assert assert_whole(house) == 3


def test_a_transaction_that_fails_leaves_the_chain_as_it_was(house: House) -> None:
    house.start()
    length = assert_whole(house)
    with pytest.raises(ZeroDivisionError):
        start_and_fail(house)
    assert assert_whole(house) == length


def start_and_fail(house: House) -> None:
    with house.engine.begin(SYSTEM) as work:
        work.instances.start("purchase", {"thing": "桌子", "office": "1-a"}, business_key=None, org_unit="1-a")
        raise ZeroDivisionError


def test_a_savepoint_that_is_rolled_back_takes_its_events_along(house: House) -> None:
    instance = house.start()
    with house.engine.begin(SYSTEM) as work:
        row = work.session.get_one(ProcessInstance, instance)
        work.history.write(row, "task.claimed", element_id="before")
        with pytest.raises(ZeroDivisionError):
            write_and_fail(work, row)
        with work.session.begin_nested():
            work.history.write(row, "task.claimed", element_id="kept")
        work.history.write(row, "task.claimed", element_id="after")
        assert [event.element_id for event in work.history.of(instance)[1:]] == ["before", "kept", "after"]
    assert [row.element_id for row in chain(house)[1:]] == ["before", "kept", "after"]
    assert_whole(house)


def write_and_fail(work: Work, row: ProcessInstance) -> None:
    with work.session.begin_nested():
        work.history.write(row, "task.claimed", element_id="inside")
        with work.session.begin_nested():
            work.history.write(row, "task.claimed", element_id="deeper")
        work.session.flush()
        raise ZeroDivisionError


def test_writers_of_one_county_queue_and_never_break_its_chain(house: House) -> None:
    each, writers = 6, 6
    barrier = threading.Barrier(writers)

    def write(number: int) -> None:
        barrier.wait()  # the county's first rows are written by all at once
        for time in range(each):
            house.start(f"{number}-{time}")

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    assert assert_whole(house) == each * writers


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_event SET actor_id = 'nobody'",
        "UPDATE history_event SET detail = '{}' WHERE seq = 1",
        "DELETE FROM history_event WHERE seq = 1",
        "DELETE FROM history_head",
        "UPDATE history_head SET seq = seq - 1",
        "UPDATE history_head SET seq = seq + 1, county = '9'",
    ],
)
def test_the_database_refuses_to_change_the_history(house: House, statement: str) -> None:
    house.start()
    refuse(house, statement)
    assert_whole(house)


def test_no_row_is_replaced_and_no_table_emptied(house: House) -> None:
    house.start()
    if house.engine.database.dialect.name == "sqlite":
        refuse(house, "INSERT OR REPLACE INTO history_event SELECT * FROM history_event")
        columns = "county, seq, instance_id, definition_id, at, actor_id, actor_name, event, element_name"
        columns += ", detail, changes, salt, content_digest, digest"
        refuse(house, f"REPLACE INTO history_event ({columns}) SELECT {columns} FROM history_event")  # noqa: S608
        refuse(house, "REPLACE INTO history_head SELECT * FROM history_head")
    else:
        refuse(house, "TRUNCATE history_event")
        refuse(house, "TRUNCATE history_head")
    assert_whole(house)


def refuse(house: House, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"append-only|only grows"), house.engine.database.begin() as connection:
        connection.exec_driver_sql(statement)
