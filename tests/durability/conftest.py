from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.passwords import hash_password
from engine.tables.instances import ProcessInstance
from engine.tables.people import OrgUnit, Person, PersonPost
from engine.types import SYSTEM, new_id
from tests.durability.serving import LOGIN, PASSWORD
from web.composition import build_engine, deploy_processes
from web.config import Settings, read_settings


@pytest.fixture
def settings(tmp_path: Path, database: sa.Engine) -> Settings:
    """Where `onegrid` runs, with one process to run: `errand`."""
    processes = tmp_path / "processes"
    shutil.copytree(Path(__file__).with_name("errand"), processes / "errand")
    return read_settings(
        {
            "ONEGRID_HOME": str(tmp_path / "home"),
            "ONEGRID_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "ONEGRID_PROCESSES": str(processes),
        }
    )


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine at the same place, with a person who may log in."""
    engine = build_engine(settings)
    with engine.begin(SYSTEM) as work:
        work.session.add(OrgUnit(code="1", name="一", kind="office", path="/1/"))
        work.session.add(Person(id=LOGIN, login=LOGIN, name="伯特", password_hash=hash_password(PASSWORD)))
        work.session.flush()
        since = date(2020, 1, 1)
        work.session.add(PersonPost(id=new_id(), person_id=LOGIN, group="staff", org_unit="1", valid_from=since))
    deploy_processes(engine, settings)
    yield engine
    engine.stop_workers()
    engine.database.dispose()


def active(engine: Engine) -> int:
    """Return how many instances have not ended."""
    with engine.begin(SYSTEM, write=False) as work:
        count = sa.select(sa.func.count()).where(ProcessInstance.state == "active")
        return work.session.scalar(count) or 0
