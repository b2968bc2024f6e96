"""Loading the demo county: divisions, people and units in one transaction, then the first divisions, one by one.

That takes seconds, and is enough to begin with. Its half year of cases is played after it: `play_history`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa

from engine.core_api import SYSTEM, TIMEZONE, Engine, Message, NotFound, OrgUnit, deploy_content, today
from plugins.catalogue.api import enact
from plugins.demo.accounts import ACCOUNTS
from plugins.demo.catalogue import first_decisions
from plugins.demo.divisions import departments, divisions
from plugins.demo.first_division import divide
from plugins.demo.neighbourhoods import neighbourhoods
from plugins.demo.people import add_people, change_password, ensure_password, post_since
from plugins.demo.replay import Replay, Told
from plugins.demo.stories import stories
from plugins.demo.tables import DemoReplay
from plugins.demo.workers import engage_workers
from plugins.grid_registry.api import register_units

SINCE = timedelta(weeks=26)
"""How long before the load the demo's story begins."""

DEPARTMENTS: Final = ("urban_management", "public_security", "emergency", "housing")
"""Plugins whose processes are put to use, where they are installed."""

Say = Callable[[str], None]


def load(engine: Engine, say: Say) -> str:
    """Load what is not there yet, and return the password of the accounts. `say` is told of the progress.

    Safe to call again at any time, also after a load that was killed.

    Raises:
        NotFound: the process `grid-division` is not deployed; what was loaded by then stays.
        DemoStuck: a first division did not reach its end.
    """
    password, is_new = ensure_password(engine.home)
    _deploy(engine)
    start = _start(engine, password, is_new) or _load_base(engine, password, say)
    for neighbourhood in neighbourhoods(start.date()):
        with engine.begin(SYSTEM, write=False) as work:
            name = work.session.get_one(OrgUnit, neighbourhood.township).name
        workers = engage_workers(engine, neighbourhood.township, start)
        divide(engine, neighbourhood, start)
        say(f"{name}：{len(neighbourhood.changes)} 个网格已由首次划分办结生效，配备 {workers} 名网格员（虚构）")
    return password


def play_history(engine: Engine, told: Told = lambda _begun, _all, _at: None) -> Replay | None:
    """Play the demo's half year up to now, after `load`. One that was cut off goes on; one that is over stays so.

    The people of the demo answer no task after that: those that are open then are for whoever tries the system.

    Args:
        engine: of the installation.
        told: told of the progress: see `Replay.play`.

    Returns:
        The replay, for what it counted; None when it was over before.
    """
    with engine.begin(SYSTEM) as work:
        since = post_since(work.session) or today(work.clock) - SINCE
        known = work.session.scalars(sa.select(DemoReplay)).one_or_none()
        if known is None:
            work.session.add(DemoReplay(until=work.clock.now()))
        elif known.finished_at is not None:
            return None
        until = known.until if known is not None else work.clock.now()
    replay = Replay(engine, stories(_morning(since), until), until)
    replay.play(told)
    with engine.begin(SYSTEM) as work:
        work.session.scalars(sa.select(DemoReplay)).one().finished_at = work.clock.now()
    return replay


def _deploy(engine: Engine) -> None:
    """Deploy what departments ship, where nobody has done it before."""
    for name in DEPARTMENTS:
        with engine.begin(SYSTEM, write=False) as work:
            known = bool(work.definitions.deployments(name, name))
        if not known:
            with suppress(NotFound):  # the department's plugin is not installed here
                deploy_content(engine, SYSTEM, name, Message("随演示数据部署"))


def _start(engine: Engine, password: str, is_new: bool) -> datetime | None:
    """Return when the story of an earlier load began, or None before the first; give its people a new password."""
    with engine.begin(SYSTEM) as work:
        since = post_since(work.session)
        if since is not None and is_new:  # somebody removed the file: what is printed must be what works
            change_password(work.session, password)
    return _morning(since) if since is not None else None


def _load_base(engine: Engine, password: str, say: Say) -> datetime:
    """Load divisions, people and units; return when the story begins."""
    day = today(engine.clock) - SINCE
    start = _morning(day - timedelta(days=day.weekday()))  # a Monday
    with engine.begin(SYSTEM) as work:
        rows = [asdict(division) for division in (*divisions(), *departments())]
        work.session.execute(sa.insert(OrgUnit), rows)
        counts = Counter(row["kind"] for row in rows)
        committees = len(rows) - sum(counts[kind] for kind in ("city", "county", "township", "department", "office"))
        say(f"永州市行政区划：{counts['county']} 个县级、{counts['township']} 个乡镇级、{committees} 个村（社区）")
        add_people(work.session, password, start.date())
        units = [unit for each in neighbourhoods(start.date()) for unit in each.units]
        register_units(work.session, units)
        for decision in first_decisions(start.date()):
            number = enact(work.session, work.clock, work.actor, decision)
        say(f"演示单位：{counts['department']} 个部门、{len(ACCOUNTS)} 个账号、{len(units)} 个网格单元（虚构）")
        say(f"事项清单：第 {number} 版")
    return start


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), TIMEZONE)
