"""A small town for tests of the registry: two townships, three communities, square units, and signed proposals.

Proposals are signed by writing the case's history as the engine writes it; the whole process is run in tests/processes
and in features.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.clock import FixedClock
from engine.context import Context, Runtime
from engine.db import begin_write
from engine.handlers import HandlerContext
from engine.services.deliveries import Deliveries
from engine.services.history import History
from engine.services.ledger import Entry, Ledger
from engine.tables.definitions import Deployment, ProcessDefinition
from engine.tables.instances import ProcessInstance
from engine.tables.people import OrgUnit
from engine.types import SYSTEM, new_id
from plugins.grid_registry import changes, plans
from plugins.grid_registry.check import check, refuses
from plugins.grid_registry.gate import PLANS, opened
from plugins.grid_registry.guard import attach
from plugins.grid_registry.outcome import outcome_of
from plugins.grid_registry.plan import read
from plugins.grid_registry.state import State, load
from plugins.grid_registry.tables import DivisionProposal
from plugins.grid_registry.units import NewUnit, register_units
from plugins.grid_registry.writes import writes_of

TOWNSHIP, OTHER = "431103001", "431103002"
URBAN, SECOND, FOREIGN = "431103001001", "431103001002", "431103002005"
VILLAGE = "431103001201"
DAY = date(2026, 12, 1)


def square(column: int, row: int, side: float = 0.001) -> dict[str, Any]:
    """A square of `side` degrees, some 100 m, in a field of such squares."""
    west, south = 111.60 + column * side, 26.44 + row * side
    ring = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}


def unit(community: str, number: int, **own: Any) -> NewUnit:
    """A residential compound of 100 households and 300 people, if nothing else is said."""
    given = {
        "code": f"{community}-U{number:03d}",
        "type": "residential_compound",
        "institution": "",
        "name": f"{number}号小区",
        "address": "",
        "households": 100,
        "population": 300,
        "population_as_of": DAY,
        "population_source": "测试",
        "geometry": square(number, int(community[-3:])),
        "synthetic": True,
        "valid_from": date(2026, 1, 1),
    }
    return NewUnit(**{**given, **own})


def codes(community: str, *numbers: int) -> list[str]:
    return [f"{community}-U{number:03d}" for number in numbers]


def creating(community: str, *parts: list[int], kind: str = "comprehensive", setting: str = "urban") -> list[Any]:
    """Changes that make one grid for each list of unit numbers."""
    return [
        {
            "op": "create",
            "community": community,
            "name": f"第{index}网格",
            "kind": kind,
            "setting": setting,
            "unit_ids": codes(community, *numbers),
            "justification": "",
        }
        for index, numbers in enumerate(parts, 1)
    ]


class Town:
    """A database with the town in it, and what people do in it."""

    def __init__(
        self, database: sa.Engine, clock: FixedClock, *, reserved: sa.Engine | None = None, build: bool = True
    ) -> None:
        self.database = database
        self.reserved = reserved or database
        attach(self.database)
        attach(self.reserved)
        self.clock = clock
        if build:
            with self.session() as session:
                self._build(session)

    @contextmanager
    def session(self, database: sa.Engine | None = None) -> Iterator[Session]:
        """A writing transaction, committed at the end."""
        with Session(database or self.database) as session:
            begin_write(session)
            yield session
            session.commit()  # a test is its own unit of work

    def _build(self, session: Session) -> None:
        session.add_all(
            [
                OrgUnit(code="431100", parent_code=None, name="永州市", kind="city", path="/431100/"),
                OrgUnit(code="431103", parent_code="431100", name="冷水滩区", kind="county", path="/431100/431103/"),
            ]
        )
        session.flush()
        for township, name in ((TOWNSHIP, "梅湾街道"), (OTHER, "菱角山街道")):
            path = f"/431100/431103/{township}/"
            session.add(OrgUnit(code=township, parent_code="431103", name=name, kind="township", path=path))
        session.flush()
        for code, name, kind in (
            (URBAN, "清桥社区", "community"),
            (SECOND, "三多亭社区", "community"),
            (VILLAGE, "测试村", "village"),
            (FOREIGN, "忠烈社区", "community"),
        ):
            path = f"/431100/431103/{code[:9]}/{code}/"
            session.add(OrgUnit(code=code, parent_code=code[:9], name=name, kind=kind, path=path))
        session.add(
            Deployment(id="d1", name="t", digest="0", deployed_by="system", deployed_at=self.clock.now(), reason="测试")
        )
        session.flush()
        session.add(
            ProcessDefinition(id="p1", key="grid-division", version=1, name="网格划分", digest="0", deployment_id="d1")
        )

    def units(self, *units: NewUnit) -> None:
        """Register units."""
        with self.session() as session:
            register_units(session, units)

    def state(self, township: str = TOWNSHIP) -> State:
        """The township as it stands."""
        with Session(self.database) as session:
            return load(session, township)

    def plan(self, changes: list[Any], **own: Any) -> dict[str, Any]:
        """A complete plan on the present base, effective today."""
        return {
            "reason_type": "other",
            "reason_text": "测试用的划分方案，写满二十个字，写满二十个字。",
            "effective_date": self.clock.now().date(),
            "base_revision": self.state().revision,
            "changes": changes,
            **own,
        }

    def propose(self, plan: Mapping[str, Any], township: str = TOWNSHIP) -> str:
        """Register a proposal with a checked plan, unsigned; return its number."""
        with self.session() as session:
            instance = self._instance(session, township)
            no = plans._next_no(session, township, self.clock.now())
            row = DivisionProposal(
                no=no,
                township=township,
                org_path=f"/431100/431103/{township}/",
                process_instance_id=instance,
                created_at=self.clock.now(),
                created_by="clerk",
                created_by_name="经办",
            )
            with opened(session, PLANS):
                session.add(row)
            self.check(session, no, plan, township)
            return no

    def check(self, session: Session, no: str, plan: Mapping[str, Any], township: str = TOWNSHIP) -> None:
        """Keep a version of the proposal's plan as the check does."""
        state = load(session, township)
        findings = check(plan, state, self.clock.now().date())
        writes = {} if refuses(findings) else writes_of(session, outcome_of(read(plan), state))
        plans.keep(session, no, plan, findings, [], writes, self.clock.now())

    def _instance(self, session: Session, township: str) -> str:
        row = ProcessInstance(
            id=new_id(),
            definition_id="p1",
            definition_key="grid-division",
            org_unit=township,
            org_path=f"/431100/431103/{township}/",
            county="431103",
            state="active",
            state_blob=b"",
            started_by="clerk",
            started_at=self.clock.now(),
        )
        session.add(row)
        session.flush()
        return row.id

    def complete(self, no: str, step: str, person: str, at: datetime | None = None, **values: Any) -> None:
        """Write into the case's history that a person completed a step."""
        with self.session() as session:
            proposal = session.get_one(DivisionProposal, no)
            ledger = Ledger.of(session)
            ledger.add(
                Entry(
                    county="431103",
                    instance_id=proposal.process_instance_id,
                    definition_id="p1",
                    at=at or self.clock.now(),
                    actor_id=person,
                    actor_name=person,
                    event="task.completed",
                    element_id=step,
                    element_name=step,
                    token_id=None,
                    detail=values,
                    changes={},
                )
            )
            ledger.seal()

    def sign(self, no: str, leader: str = "leader", reviewer: str = "reviewer") -> str:
        """Have the proposal signed and approved."""
        self.complete(no, "sign", leader, decision="submit", statement=True)
        self.complete(no, "review", reviewer, conclusion="approve")
        return no

    @contextmanager
    def context(self, no: str) -> Iterator[HandlerContext]:
        """What the handlers of the proposal's process are given, with the reserved login; committed at the end."""
        with self.session(self.reserved) as session:
            runtime: Runtime = None  # type: ignore[assignment]  # the history asks for session, actor and clock alone
            proposal = session.get(DivisionProposal, no)
            yield HandlerContext(
                session=session,
                clock=self.clock,
                feel=None,  # type: ignore[arg-type]  # no expression is evaluated here
                job_id=new_id(),  # type: ignore[arg-type]
                attempt=0,
                idempotency_key="k",
                instance_id=proposal.process_instance_id if proposal else "none",  # type: ignore[arg-type]
                business_key=no,
                org_unit=TOWNSHIP,
                county="431103",
                definition=None,  # type: ignore[arg-type]
                history=History(Context(session, SYSTEM, runtime)),
                deliveries=Deliveries(Context(session, SYSTEM, runtime)),
                tasks=None,  # type: ignore[arg-type]  # no task is looked at here
                offers=None,  # type: ignore[arg-type]  # nor what plugins bring
            )

    def apply(self, no: str) -> changes.Applied:
        """Apply a signed proposal."""
        with self.context(no) as context:
            return changes.apply(context, no)

    def divide(self, changes: list[Any], **own: Any) -> changes.Applied:
        """Propose, sign and apply."""
        township = own.pop("township", TOWNSHIP)
        return self.apply(self.sign(self.propose(self.plan(changes, **own), township)))


class Context(Context):
    """A context whose runtime is not needed."""
