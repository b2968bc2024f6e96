"""The months of the history on PostgreSQL: there before they begin, guarded like the whole, read like one table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.application import Engine
from engine.clock import FixedClock
from engine.feel import Feel
from engine.plugins.host import PluginHost
from engine.services.audit import verify
from engine.tables.history_months import month_of, next_month
from engine.types import SYSTEM
from tests.fixtures.house import BUNDLE, UNITS, House, OrgUnit, Shop

MONTHS = [f"history_event_{name}" for name in ("2026_12", "2027_01", "2027_02", "2027_03")]


@pytest.fixture
def house(postgres: sa.Engine, clock: FixedClock, shop_plugins: PluginHost, feel: Feel, shop: Shop) -> House:
    engine = Engine(postgres, shop_plugins, clock=clock, feel=feel)
    with engine.begin(SYSTEM) as work:
        for code, parent, path in UNITS:
            work.session.add(OrgUnit(code=code, parent_code=parent, name=code, kind="office", path=path))
            work.session.flush()
        work.definitions.deploy(BUNDLE, "试用")
    engine.tend()
    return House(engine, clock, shop)


def partitions(house: House) -> list[str]:
    select = sa.text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'history_event'::regclass")
    with house.engine.database.connect() as connection:
        return sorted(connection.scalars(select))


def rows_in(house: House, table: str) -> int:
    with house.engine.database.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table))) or 0


def whole(house: House) -> bool:
    with Session(house.engine.database) as session:
        return not verify(session, {}).faults


def test_this_month_and_three_to_come_have_a_partition(house: House) -> None:
    assert partitions(house) == [*MONTHS, "history_event_rest"]
    house.engine.tend()
    assert len(partitions(house)) == 5


def test_a_case_over_the_turn_of_the_year_is_read_as_one_and_its_chain_holds(house: House) -> None:
    instance = house.start()
    house.clock.advance(timedelta(days=40))
    house.engine.tend()
    house.complete(instance, house.clerk)
    assert [rows_in(house, month) for month in MONTHS[:2]] == [1, 1]
    assert house.events(instance) == ["instance.started", "task.completed"]
    assert partitions(house)[-2] == "history_event_2027_04"
    assert whole(house)


def test_rows_of_a_month_without_a_partition_are_kept_and_stay_where_they_are(house: House) -> None:
    house.clock.advance(timedelta(days=365))
    instance = house.start()
    assert rows_in(house, "history_event_rest") == 1
    house.engine.tend()
    assert "history_event_2027_12" not in partitions(house)
    assert "history_event_2028_01" in partitions(house)
    house.complete(instance, house.clerk)
    assert rows_in(house, "history_event_rest") == 2
    assert whole(house)


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE history_event CASCADE",
        "TRUNCATE history_event_2026_12",
        "TRUNCATE history_event_rest",
        "DELETE FROM history_event",
        "DELETE FROM history_event_2026_12",
        "UPDATE history_event_2026_12 SET actor_name = 'x'",
        "UPDATE history_event SET at = at + interval '1 month'",
    ],
)
def test_a_partition_is_as_append_only_as_the_whole(house: House, statement: str) -> None:
    house.start()
    with pytest.raises(DBAPIError, match="append-only"), house.engine.database.begin() as connection:
        connection.execute(sa.text(statement))
    assert (rows_in(house, "history_event"), whole(house)) == (1, True)


@pytest.mark.parametrize("statement", ["TRUNCATE {}", "DELETE FROM {}", "UPDATE {} SET actor_name = 'x'"])
def test_a_month_that_was_detached_is_missed_by_the_audit_and_still_not_to_be_changed(
    house: House, statement: str
) -> None:
    house.start()
    with house.engine.database.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE history_event DETACH PARTITION {MONTHS[0]}"))
    assert not whole(house)
    with pytest.raises(DBAPIError, match="append-only"), house.engine.database.begin() as connection:
        connection.execute(sa.text(statement.format(MONTHS[0])))


def test_a_case_s_history_is_not_looked_for_in_the_months_before_it(house: House) -> None:
    house.clock.advance(timedelta(days=70))
    instance = house.start()
    plans: list[str] = []

    def explain(connection: sa.Connection, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if "FROM history_event" in statement and not statement.startswith("EXPLAIN"):
            plans.extend(connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())  # type: ignore[arg-type]

    sa.event.listen(house.engine.database, "before_cursor_execute", explain)
    house.events(instance)
    plan = "\n".join(plans)
    assert "history_event_2027_02" in plan
    assert "history_event_2026_12" not in plan


def test_a_writer_who_is_busy_is_not_waited_for_and_the_next_round_adds_the_month(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.services.months.PATIENCE", "10ms")
    house.clock.advance(timedelta(days=31))
    with house.engine.database.begin() as busy:
        busy.execute(sa.text("LOCK TABLE process_instance IN ROW EXCLUSIVE MODE"))
        house.engine.tend()
        assert len(partitions(house)) == 5
    house.engine.tend()
    assert len(partitions(house)) == 6


def test_months_begin_and_end_in_utc() -> None:
    assert month_of(datetime.fromisoformat("2027-01-01T07:59:59+08:00")) == datetime(2026, 12, 1, tzinfo=UTC)
    assert next_month(datetime(2026, 12, 1, tzinfo=UTC)) == datetime(2027, 1, 1, tzinfo=UTC)
    assert next_month(datetime(2026, 11, 1, tzinfo=UTC)) == datetime(2026, 12, 1, tzinfo=UTC)
