"""Telling departments' plugins what happened: events are read from the history, and deliveries are made.

The history is the outbox: its rows of a county are numbered without a gap in the order of their transactions, so a
number a plugin and county remembers what was read. Nothing of it is in the way of those whose cases they are.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.declaration import Retry
from engine.errors import InstanceChanged
from engine.outcome import Answered, Failed
from engine.plugins.answers import Channel, Event, Subscription
from engine.plugins.listening import channel_function, subscription_function
from engine.plugins.record import PluginRecord, PluginState
from engine.services.deliveries import Letter, Place
from engine.tables.deliveries import Delivery, DeliveryCursor
from engine.tables.history import HistoryEvent, HistoryHead
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM

if TYPE_CHECKING:
    from engine.application import Engine
    from engine.work import Work

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks."""
PAGE = 500
"""Rows of the history read at a time."""
THREADS = 4
"""Plugins served at a time: one that hangs does not hold up the others."""
MARGIN = 30.0
"""Seconds beside a function's own time limit that a call may take."""


def channels(record: PluginRecord) -> Sequence[Channel]:
    """Return the channels that a plugin declares."""
    found: Sequence[Channel] = record.declared.get("onegrid_channels", ())
    return found


def subscriptions(record: PluginRecord) -> Sequence[Subscription]:
    """Return the subscriptions that a plugin declares."""
    found: Sequence[Subscription] = record.declared.get("onegrid_subscriptions", ())
    return found


def functions(record: PluginRecord) -> dict[str, tuple[float, Retry]]:
    """Return what may be delivered to a plugin: name of the function → time limit and retry."""
    found = {channel_function(each.id): (each.timeout, each.retry) for each in channels(record)}
    found |= {subscription_function(each.name): (each.timeout, each.retry) for each in subscriptions(record)}
    return found


def collect(engine: Engine) -> int:
    """Read the history since the last time for every plugin that listens; return how many deliveries came of it."""
    listening = [each for each in _ready(engine) if subscriptions(each)]
    return sum(_collect_for(engine, record) for record in listening)


def deliver(engine: Engine) -> int:
    """Make every delivery that is due, here and now; return how many attempts were made."""
    return sum(_deliver_for(engine, record) for record in _ready(engine))


def _ready(engine: Engine) -> list[PluginRecord]:
    return [each for each in engine.plugins.records if each.state is PluginState.READY and functions(each)]


def _collect_for(engine: Engine, record: PluginRecord) -> int:
    with engine.begin(SYSTEM, write=False) as work:
        behind = _behind(work, record.name)
    if behind is None:
        with engine.begin(SYSTEM) as work:
            _begin_listening(work, record.name)
        return 0
    return sum(_collect_county(engine, record, county) for county in behind)


def _behind(work: Work, plugin: str) -> list[str] | None:
    """Return the counties in which there is something new; None when the plugin has not begun to listen."""
    mine = sa.select(DeliveryCursor.county, DeliveryCursor.seq).where(DeliveryCursor.plugin == plugin)
    cursors = {county: seq for county, seq in work.session.execute(mine)}
    if not cursors:
        return None
    heads = work.session.execute(sa.select(HistoryHead.county, HistoryHead.seq)).all()
    return [county for county, seq in heads if seq > cursors.get(county, 0)]


def _begin_listening(work: Work, plugin: str) -> None:
    """A plugin hears of what happens from now on: what was before it is not its business."""
    heads = work.session.execute(sa.select(HistoryHead.county, HistoryHead.seq)).all()
    for county, seq in [("", 0), *heads]:
        if work.session.get(DeliveryCursor, (plugin, county)) is None:
            work.session.add(DeliveryCursor(plugin=plugin, county=county, seq=seq))


def _collect_county(engine: Engine, record: PluginRecord, county: str) -> int:
    with engine.begin(SYSTEM) as work:
        cursor = work.session.get(DeliveryCursor, (record.name, county), with_for_update=True)
        if cursor is None:
            cursor = DeliveryCursor(plugin=record.name, county=county, seq=0)
            work.session.add(cursor)
        rows = work.session.execute(_rows(county, cursor.seq)).all()
        if rows:
            cursor.seq = rows[-1][0]
        letters = [(letter, place) for seq, event, place in map(_read, rows) for letter in _letters(record, seq, event)]
        for letter, place in letters:
            work.deliveries.add(letter, place)
    return len(letters)


def _rows(county: str, seq: int) -> sa.Select[int, HistoryEvent, ProcessInstance]:
    return (
        sa.select(HistoryEvent.seq, HistoryEvent, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
        .where(HistoryEvent.county == county, HistoryEvent.seq > seq)
        .order_by(HistoryEvent.seq)
        .limit(PAGE)
    )


def _read(row: sa.Row[int, HistoryEvent, ProcessInstance]) -> tuple[int, Event, Place]:
    seq, event, instance = row
    return (
        seq,
        Event(
            event=event.event,
            at=event.at,
            process=instance.definition_key,
            element=event.element_id or "",
            element_name=event.element_name,
            instance_id=instance.id,
            business_key=instance.business_key,
            county=instance.county,
            org_unit=instance.org_unit,
        ),
        Place.of(instance),
    )


def _letters(record: PluginRecord, seq: int, event: Event) -> list[Letter]:
    return [
        Letter(
            record.name,
            subscription_function(each.name),
            f"{event.county}:{seq}",
            event.instance_id,
            event.as_told(),
        )
        for each in subscriptions(record)
        if event.wanted(each)
    ]


def _deliver_for(engine: Engine, record: PluginRecord) -> int:
    terms = functions(record)
    made = 0
    while not engine.stopping.is_set() and (taken := _take(engine, record.name, terms)) is not None:
        delivery, case = taken
        if case is None:
            continue
        timeout, retry = terms[delivery.function]
        outcome = engine.plugins.call(record.name, delivery.function, delivery.payload, timeout, case, engine.begin)
        if engine.stopping.is_set() and isinstance(outcome, Failed):
            break  # stopping takes the plugins' processes down, which is no fault of theirs
        with engine.begin(SYSTEM) as work:
            work.deliveries.settle(delivery.id, delivery.attempt, outcome, retry)
            if isinstance(outcome, Answered):
                work.breakers.succeeded(record.name)
            elif outcome.counts:
                work.breakers.failed(record.name, outcome.message)
        made += 1
    return made


def _take(
    engine: Engine, plugin: str, terms: Mapping[str, tuple[float, Retry]]
) -> tuple[Delivery, dict[str, object] | None] | None:
    """Return the next delivery, leased, and what the plugin is told of its case; None for the case: not now."""
    with engine.begin(SYSTEM, write=False) as work:
        if not work.deliveries.is_due(plugin, list(terms)):
            return None
    with engine.begin(SYSTEM) as work:
        delivery = work.deliveries.next(plugin, list(terms))
        if delivery is None:
            return None
        seconds = terms[delivery.function][0] + MARGIN
        case: dict[str, object] | None = None
        if work.held.admit_plugin(plugin, delivery.county, seconds).hold is not None:
            work.deliveries.postpone(delivery)
        else:
            work.deliveries.lease(delivery, seconds)
            case = _case(work, delivery)
        work.session.flush()
        work.session.expunge(delivery)
    return delivery, case


def _case(work: Work, delivery: Delivery) -> dict[str, object]:
    return {
        "id": str(delivery.id),
        "attempt": delivery.attempt + 1,
        "idempotency_key": delivery.key,
        "county": delivery.county,
        "org_unit": delivery.org_unit,
        "org_path": delivery.org_path,
        "business_key": delivery.business_key,
        "settings": work.settings.of(delivery.plugin, delivery.county),
    }


class Couriers:
    """Collects and delivers in threads of this operating-system process, until it is stopped."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="courier")
        self._under_way: dict[str, Future[int]] = {}
        self._thread = threading.Thread(target=self._work, name="couriers", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Wait until what is under way has ended; the engine is stopping."""
        self._thread.join()
        self._pool.shutdown()

    def _work(self) -> None:
        while not self._engine.stopping.wait(EVERY):
            try:
                collect(self._engine)
                self._send()
            except InstanceChanged:
                continue  # another worker was faster; next time
            except Exception:
                log.exception("couriers")  # the database may be away; the next look may find it

    def _send(self) -> None:
        for record in _ready(self._engine):
            under_way = self._under_way.get(record.name)
            if under_way is None or under_way.done():
                self._under_way[record.name] = self._pool.submit(self._serve, record)

    def _serve(self, record: PluginRecord) -> int:
        try:
            return _deliver_for(self._engine, record)
        except InstanceChanged:
            return 0
        except Exception:
            log.exception("delivery", extra={"plugin": record.name})
            return 0
