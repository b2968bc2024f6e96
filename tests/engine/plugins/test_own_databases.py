"""A plugin that owns tables: described as data, checked, migrated in its own process, in a database of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.outcome import Completed, Failed, Raised
from engine.plugins.checks import Unfit
from engine.plugins.host import PluginHost
from engine.plugins.own_tables import OwnTable
from engine.plugins.record import PluginState
from tests.engine.plugins.workshop import PLUGIN, begin, install, job, load
from web.own_databases import FILE, PluginDatabases, folder_of

OWNER = (
    PLUGIN.format(name="ledger")
    + """
import sqlalchemy as sa
from pathlib import Path

METADATA = sa.MetaData()
entry = sa.Table("ledger_entry", METADATA, sa.Column("text", sa.String(20), primary_key=True))

@hookimpl
def onegrid_models():
    return Models(METADATA, Path(__file__).parent / "versions")

def write(ctx, text):
    ctx.session.execute(sa.insert(entry).values(text=text))
    if text == "business":
        raise BusinessError("NO", "no")
    if text == "crash":
        raise OSError("disk")
    if text == "wrong":
        return {"nonsense": 1}
    return {"rows": ctx.session.scalar(sa.select(sa.func.count()).select_from(entry))}

declare = handler("ledger.write", "写", inputs={"text": fields.String(required=True)},
                  outputs={"rows": fields.Integer(required=True)}, errors={"NO": "no"})

@hookimpl
def onegrid_handlers():
    return [declare(write)]
"""
)
VERSION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "1", None, None, None

def upgrade():
    op.create_table("ledger_entry", sa.Column("text", sa.String(20), primary_key=True))
"""


class Files:
    """A file of its own for each plugin, as the web's; without a database of the host's."""

    def __init__(self, home: Path, wrong: Sequence[OwnTable] | None = None) -> None:
        self.home = home
        self.wrong = wrong

    def address(self, plugin: str) -> str:
        return f"sqlite:///{self.path(plugin)}"

    def path(self, plugin: str) -> Path:
        return folder_of(self.home, plugin) / FILE

    def tables(self, plugin: str) -> Sequence[OwnTable]:
        return PluginDatabases.reflect(self.path(plugin), plugin) if self.wrong is None else self.wrong


def write(site: Path, source: str = OWNER, version: str = VERSION) -> None:
    install(site, "ledger", source)
    (site / "versions").mkdir()
    (site / "versions" / "1.py").write_text(version)


@contextmanager
def hosting(site: Path, home: Path, **options: Any) -> Iterator[tuple[PluginHost, Files]]:
    host = load(site)
    files = Files(home, **options)
    host.give_databases(files)
    try:
        yield host, files
    finally:
        host.close()


def texts(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM ledger_entry ORDER BY text")]


def test_a_handler_writes_its_own_tables_once_it_succeeds(tmp_path: Path) -> None:
    (site := tmp_path / "site").mkdir()
    write(site)
    with hosting(site, tmp_path) as (host, files):
        assert host.run("ledger.write", job(text="one"), begin) == Completed({"rows": 1})
        assert host.run("ledger.write", job(text="business"), begin) == Raised("NO", "no", {})
        for text in ("crash", "wrong"):
            assert isinstance(host.run("ledger.write", job(text=text), begin), Failed)
        assert host.run("ledger.write", job(text="two"), begin) == Completed({"rows": 2})
        assert texts(files.path("ledger")) == ["one", "two"]
        assert files.path("ledger").parent.stat().st_mode & 0o077 == 0


def test_a_second_start_finds_the_tables_there(tmp_path: Path) -> None:
    (site := tmp_path / "site").mkdir()
    write(site)
    for number in (1, 2):
        with hosting(site, tmp_path) as (host, _):
            assert host.run("ledger.write", job(text=str(number)), begin) == Completed({"rows": number})


def test_without_a_database_the_handler_is_told_so(tmp_path: Path) -> None:
    write(tmp_path)
    host = load(tmp_path)
    failed = host.run("ledger.write", job(text="one"), begin)
    host.close()
    assert isinstance(failed, Failed)
    assert "no database of its own" in failed.message


@pytest.mark.parametrize(
    ("source", "version", "stage", "reason"),
    [
        (OWNER.replace('"ledger_entry"', '"entry"'), VERSION, "models", "must begin with ledger_"),
        (OWNER.replace("Models(METADATA", "Models({}"), VERSION, "models", "MetaData"),
        (OWNER.replace('Path(__file__).parent / "versions"', '"/nowhere"'), VERSION, "migrate", "ledger_entry"),
        (OWNER, VERSION.replace("upgrade():", "upgrade(:"), "migrate", "SyntaxError"),
        (OWNER, VERSION.replace("sa.String(20)", "1 / 0"), "migrate", "ZeroDivisionError"),
        (OWNER, VERSION.replace("ledger_entry", "something_else"), "models", "something_else"),
        (OWNER, VERSION.replace("op.", "__import__('os')._exit(3); op."), "migrate", "broke off"),
    ],
    ids=["name", "no metadata", "no folder", "no python", "fails", "makes something else", "dies"],
)  # fmt: skip
def test_what_is_not_fit_is_quarantined(tmp_path: Path, source: str, version: str, stage: str, reason: str) -> None:
    (site := tmp_path / "site").mkdir()
    write(site, source, version)
    with hosting(site, tmp_path) as (host, _):
        (record,) = host.records
        assert (record.state, record.stage) == (PluginState.QUARANTINED, stage)
        assert reason in record.reason
        assert host.handlers == {}


def test_nobody_has_set_it_up(tmp_path: Path) -> None:
    class Nothing(Files):
        def address(self, plugin: str) -> str:
            raise Unfit("database", "it has no database yet")

    write(tmp_path)
    host = load(tmp_path)
    host.give_databases(Nothing(tmp_path))
    host.close()
    assert [(record.stage, record.reason) for record in host.records] == [("database", "it has no database yet")]


def test_the_address_is_told_over_the_pipe_alone(tmp_path: Path) -> None:
    (site := tmp_path / "site").mkdir()
    told = 'raise OSError(__import__("sys").argv, dict(__import__("os").environ))'
    spy = OWNER.replace('return {"rows"', told + '\n    return {"rows"')
    write(site, spy)
    with hosting(site, tmp_path) as (host, files):
        failed = host.run("ledger.write", job(text="one"), begin)
        assert isinstance(failed, Failed)
        assert str(files.path("ledger")) not in failed.message
