"""What a measurement needs of a world: a unit, a person with a post in it, and a deployed process."""

from __future__ import annotations

from datetime import date

from sqlalchemy.pool import StaticPool

import engine.tables  # noqa: F401  the metadata is complete only with them
from engine.application import Engine
from engine.db import Base, connect
from engine.plugins.host import PluginHost
from engine.tables.people import OrgUnit, Person, PersonPost
from engine.types import SYSTEM, Actor, Post, new_id
from web.bench.diagrams import Measured

UNIT, GROUP = "1", "staff"
LOGIN = "bench"
STAFF = Actor("bench", "bench", posts=(Post(GROUP, UNIT, "/1/"),))


def in_memory() -> Engine:
    """Return an engine without plugins on an empty database that is gone with the process."""
    database = connect("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(database)
    return Engine(database, PluginHost())


def furnish(engine: Engine, *cases: Measured, password_hash: str = "") -> None:
    """Add the unit and the person who does everything, and deploy the cases.

    Raises:
        DeploymentRefused: the gate does not let a diagram through.
    """
    with engine.begin(SYSTEM) as work:
        work.session.add(OrgUnit(code=UNIT, name="bench", kind="bench", path="/1/"))
        work.session.add(Person(id="bench", login=LOGIN, name="bench", password_hash=password_hash))
        work.session.flush()
        since = date(2020, 1, 1)
        work.session.add(PersonPost(id=new_id(), person_id="bench", group=GROUP, org_unit=UNIT, valid_from=since))
        for case in cases:
            work.definitions.deploy(case.bundle, "bench")
