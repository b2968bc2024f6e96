"""Which tables a department may own: by name, by type, by reference; asked as the plugin's process would tell them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, UserDefinedType

from engine.plugins.metadata import tables_of
from engine.plugins.own_tables import faults
from plugins.grid_registry.tables_check import check


class Geometry(UserDefinedType[str]):
    def get_col_spec(self, **_: object) -> str:
        return "GEOMETRY(POLYGON,4326)"


class Area(TypeDecorator[str]):
    impl = sa.Text
    cache_ok = True


class Where(TypeDecorator[str]):
    impl = Geometry
    cache_ok = True


class Polygon(sa.Text):
    """A plain text, by a name that says what is in it."""


def wrong(name: str, *columns: sa.Column[object], schema: str | None = None) -> list[str]:
    metadata = sa.MetaData()
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), *columns, schema=schema)
    tables = tables_of(metadata)
    return [*faults("bad", tables, ["grid.code"]), *check("bad", tables)]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("bad_permit", [sa.Column("grid_code", sa.ForeignKey("grid.code"))]),
        ("bad_permit", [sa.Column("grid_code", sa.ForeignKey("public.grid.code"))]),
        ("bad_permit", [sa.Column("grid", sa.ForeignKey("grid.code", ondelete="RESTRICT"))]),
        ("bad_permit", [sa.Column("parent", sa.ForeignKey("bad_permit.id", ondelete="CASCADE"))]),
        ("bad_timetable", [sa.Column("blocked", sa.Integer), sa.Column("gridlock", sa.Integer)]),
        ("bad_visit", [sa.Column("lon", sa.Float), sa.Column("lat", sa.Float), sa.Column("note", sa.Text)]),
        ("bad_visit", [sa.Column("tags", postgresql.ARRAY(sa.Text)), sa.Column("more", sa.JSON)]),
        ("bad_unit_count", [sa.Column("shaped_by", sa.String(10))]),
    ],
)
def test_what_may_be(name: str, columns: list[sa.Column[object]]) -> None:
    assert wrong(name, *columns) == []


NAMES = (
    "grid permit bad_grid bad_Grid bad_grid_cell bad_sub_grids bad_my_microgrid_cells bad_police_zone bad_boundaries"
    " bad_precinct bad_district bad_片区 bad_责任网格 bad_包片 bad_sector bad_beats other_x"
)


@pytest.mark.parametrize("name", NAMES.split())
def test_names_of_tables(name: str) -> None:
    assert wrong(name) != []


@pytest.mark.parametrize(
    "column",
    [
        sa.Column("boundary", sa.JSON),
        sa.Column("outline_wkt", sa.String),
        sa.Column("geojson", sa.Text),
        sa.Column("geo_json", sa.Text),
        sa.Column("vertices", sa.Text),
        sa.Column("BBOX", sa.Text),
        sa.Column("边界", sa.Text),
        sa.Column("管辖范围", sa.Text),
        sa.Column("where_", Geometry()),
        sa.Column("where_", Where()),
        sa.Column("where_", Polygon()),
        sa.Column("xs", postgresql.ARRAY(sa.Float)),
        sa.Column("xs", postgresql.ARRAY(sa.Numeric(9, 6))),
        sa.Column("grid_no", sa.String),
        sa.Column("grid", sa.String),
        sa.Column("所属网格", sa.String),
        sa.Column("grid_id", sa.ForeignKey("bad_other.id")),
        sa.Column("grid_unit", sa.ForeignKey("grid_unit.code")),
        sa.Column("p", sa.ForeignKey("division_plan.proposal_no")),
        sa.Column("p", sa.ForeignKey("person.id")),
        sa.Column("g", sa.ForeignKey("grid.code", ondelete="CASCADE")),
        sa.Column("g", sa.ForeignKey("grid.code", onupdate="SET NULL")),
        sa.Column("g", sa.ForeignKey("grid.community")),
    ],
    ids=lambda column: f"{column.name}-{column.type}",
)
def test_columns(column: sa.Column[object]) -> None:
    assert wrong("bad_x", column) != []


def test_a_schema_of_others() -> None:
    assert wrong("bad_x", schema="public") != []
    assert wrong("bad_x", schema="p_bad") == []


def test_the_reason_names_table_and_column_in_both_languages() -> None:
    (text,) = wrong("bad_x", sa.Column("boundary", sa.JSON))
    assert "bad_x.boundary" in text
    assert "图形只在网格登记册里" in text
    assert "only the registry holds shapes" in text


def test_a_shape_in_a_column_called_note_gets_through_and_is_left_to_the_nightly_look() -> None:
    assert wrong("bad_area", sa.Column("note", sa.String)) == []
