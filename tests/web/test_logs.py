"""What the log has of an error: where it came about, and nothing that people typed."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.db import connect
from web import logs

PHONE = "13900001234"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("json", [True, False])
@pytest.mark.parametrize("server", ["sqlite", "postgres"])
def test_a_refused_row_is_not_in_the_log(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], server: str, json: bool
) -> None:
    database = connect(request.getfixturevalue(server).url)
    logs.configure(json=json)
    with database.connect() as connection:
        connection.execute(sa.text("CREATE TEMPORARY TABLE told (phone text UNIQUE, words text CHECK (words = ''))"))
        for words in ("", "", f"两行\n\n{PHONE}"):
            try:
                with connection.begin_nested():
                    connection.execute(sa.text("INSERT INTO told VALUES (:p, :w)"), {"p": PHONE, "w": words})
            except sa.exc.IntegrityError:
                logging.getLogger("test").exception("refused")
    database.dispose()
    written = capsys.readouterr().err
    assert written.count("IntegrityError") >= 2
    assert PHONE not in written
