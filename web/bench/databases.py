"""Where a measurement keeps its rows: SQLite in a temporary folder, a PostgreSQL of its own, or a given database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.vault import KEY_FILE
from web.config import Settings
from web.embedded_postgres import PostgresServer

POSTGRESQL, SQLITE = "postgresql", "sqlite"

DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "300",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
}
"""The server's settings: every commit survives a power cut, as in production."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of the run and the address of its database."""

    folder: Path
    url: str

    @property
    def name(self) -> str:
        """What the figures call the database."""
        return self.url.split(":")[0].split("+")[0]

    def settings(self) -> Settings:
        """Return the settings of a system there, on a free port, with no processes of its own."""
        return Settings(
            home=self.folder,
            database_url=self.url,
            processes=self.folder,
            host="127.0.0.1",
            port=0,
            secret_key="bench" * 10,
            secure_cookies=False,
            threads=4,
            strict_plugins=False,
            settings_key=self.folder / KEY_FILE,
        )


@contextmanager
def place(database: str) -> Iterator[Place]:
    """Give a place for a run; what it made is removed afterwards.

    Args:
        database: `sqlite`; `postgresql` for a server of its own (needs embedded-postgres, every commit durable);
            else the address of an empty database, which is left as the run leaves it.
    """
    with tempfile.TemporaryDirectory(prefix="onegrid-bench-") as folder:
        if database == POSTGRESQL:
            server = PostgresServer(**DURABLE)
            try:
                yield Place(Path(folder), server.url())
            finally:
                server.stop()
        else:
            yield Place(Path(folder), f"sqlite:///{folder}/bench.db" if database == SQLITE else database)
