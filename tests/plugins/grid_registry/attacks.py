"""Roads to a grid through the ORM and SQL, each one a function of a session; what the locks must stop."""

# ruff: noqa: S608  the statements are the attacks

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session

from plugins.grid_registry.tables import (
    DivisionPlan,
    DivisionProposal,
    FilingRecord,
    Grid,
    GridLineage,
    GridUnit,
    GridUnitMembership,
    GridVersion,
    RegistryRevision,
)
from tests.plugins.grid_registry.town import URBAN, Town

CODE, NEW = f"{URBAN}-C001", f"{URBAN}-C900"
ROW = {
    "code": NEW,
    "community": URBAN,
    "township": URBAN[:9],
    "kind": "comprehensive",
    "setting": "urban",
    "valid_from": date(2026, 12, 1),
    "valid_to": None,
    "created_revision": 1,
    "ended_revision": None,
}
COLUMNS = "code, community, township, kind, setting, valid_from, created_revision"
VALUES = f"'{NEW}', '{URBAN}', '{URBAN[:9]}', 'comprehensive', 'urban', '2026-12-01', 1"
INSERT = f"INSERT INTO grid ({COLUMNS}) VALUES ({VALUES})"
DRIVER_ERRORS = (sqlite3.DatabaseError, psycopg.Error)
RENAME = "UPDATE grid_version SET name = '我的网格'"
RETIRE = "UPDATE grid SET valid_to = valid_from, ended_revision = created_revision"
"""What the writer may do with its room open; a rename it may not."""

GUARDED = (
    Grid,
    GridVersion,
    GridLineage,
    GridUnit,
    GridUnitMembership,
    RegistryRevision,
    DivisionProposal,
    DivisionPlan,
    FilingRecord,
)


def new_grid() -> Grid:
    return Grid(**ROW)


def all_rows(town: Town) -> list[Any]:
    with town.database.connect() as connection:
        return [sorted(map(repr, connection.execute(sa.select(table.__table__)))) for table in GUARDED]


# -- attacks by the ORM and by SQL, on both databases ----------------------------------------------------------------


def add(session: Session) -> None:
    session.add(new_grid())
    session.flush()


def change(session: Session) -> None:
    session.get_one(Grid, CODE).setting = "rural"
    session.flush()


def change_json_in_place(session: Session) -> None:
    plan = session.scalars(sa.select(DivisionPlan)).first()
    assert plan is not None
    plan.plan = {**plan.plan, "changes": []}
    session.flush()


def delete(session: Session) -> None:
    session.delete(session.get_one(Grid, CODE))
    session.flush()


def merge(session: Session) -> None:
    session.merge(GridVersion(grid_code=CODE, revision=1, name="我的网格", valid_from=date(2026, 12, 1)))
    session.flush()


def bulk_update(session: Session) -> None:
    session.execute(sa.update(GridVersion).values(name="我的网格"))


def bulk_delete(session: Session) -> None:
    session.execute(sa.delete(GridUnitMembership))


def bulk_insert(session: Session) -> None:
    session.execute(sa.insert(Grid), [ROW])


def bulk_save(session: Session) -> None:
    session.bulk_save_objects([new_grid()])


def bulk_mappings(session: Session) -> None:
    session.bulk_update_mappings(GridVersion.__mapper__, [{"grid_code": CODE, "revision": 1, "name": "我的网格"}])


def bulk_insert_mappings(session: Session) -> None:
    session.bulk_insert_mappings(Grid.__mapper__, [ROW])


def query_update(session: Session) -> None:
    session.query(GridVersion).update({"name": "我的网格"})


def core_insert(session: Session) -> None:
    session.connection().execute(sa.insert(Grid.__table__), [ROW])


def core_delete(session: Session) -> None:
    session.connection().execute(sa.delete(Grid.__table__))


def text_insert(session: Session) -> None:
    session.execute(sa.text(INSERT))


def text_with_comments(session: Session) -> None:
    session.execute(sa.text(INSERT.replace("INSERT INTO grid", "insert/* */INTO -- \n\tgrid")))


def text_quoted(session: Session) -> None:
    session.execute(sa.text(INSERT.replace("INTO grid", 'INTO "grid"')))


def text_in_brackets(session: Session) -> None:
    bracketed = "[grid]" if session.get_bind().dialect.name == "sqlite" else 'public."grid"'
    session.execute(sa.text(INSERT.replace("INSERT INTO grid", f"INSERT/**/INTO\n{bracketed}")))


def with_insert(session: Session) -> None:
    session.execute(sa.text(f"WITH x AS (SELECT 1) INSERT INTO grid ({COLUMNS}) SELECT {VALUES} FROM x"))


def upsert(session: Session) -> None:
    session.execute(sa.text(f"{INSERT} ON CONFLICT (code) DO UPDATE SET setting = 'rural'"))


def a_revision_of_my_own(session: Session) -> None:
    session.execute(
        sa.text(
            "INSERT INTO registry_revision (number, township, proposal_no, process_instance_id, effective_on,"
            " applied_at, plan_digest, signatures) SELECT 99, township, proposal_no, process_instance_id,"
            " effective_on, applied_at, plan_digest, signatures FROM registry_revision"
        )
    )


def a_plan_of_my_own(session: Session) -> None:
    session.execute(sa.text("UPDATE division_plan SET plan = '{}'"))


def a_signed_plan_written_by_me(session: Session) -> None:
    session.execute(
        sa.text(
            "INSERT INTO division_plan (proposal_no, version, plan, digest, base_revision, effective_on, findings,"
            " grids, writes, checked_at) SELECT proposal_no, version + 1, plan, digest, base_revision, effective_on,"
            " findings, grids, writes, checked_at FROM division_plan"
        )
    )


def a_cascade_from_the_revision(session: Session) -> None:
    session.execute(sa.text("DELETE FROM registry_revision"))


def a_filing_taken_back(session: Session) -> None:
    session.execute(sa.text("DELETE FROM filing_record"))


def a_unit_moved(session: Session) -> None:
    session.execute(sa.text("UPDATE grid_unit SET geometry = NULL"))


def drop_table(session: Session) -> None:
    session.execute(sa.text("DROP TABLE grid_lineage"))


def rename_table(session: Session) -> None:
    session.execute(sa.text("ALTER TABLE grid RENAME TO g2"))


ANYWHERE = [
    add, change, change_json_in_place, delete, merge, bulk_update, bulk_delete, bulk_insert, bulk_save, bulk_mappings,
    bulk_insert_mappings, query_update, core_insert, core_delete, text_insert, text_with_comments, text_quoted,
    text_in_brackets, with_insert, upsert, a_revision_of_my_own, a_plan_of_my_own, a_signed_plan_written_by_me,
    a_cascade_from_the_revision, a_filing_taken_back, a_unit_moved, drop_table, rename_table,
]  # fmt: skip
