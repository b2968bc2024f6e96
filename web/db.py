"""Flask-SQLAlchemy over the engine's own database connection: its session lives as long as a request's context.

The engine does not know Flask. A request hands its session to `Engine.begin`; workers and commands use plain sessions.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from engine.db import Base

DATABASE = "ONEGRID_DATABASE"


class Database(SQLAlchemy):
    """Flask-SQLAlchemy that takes the SQLAlchemy engine it is given instead of making a second one.

    One SQLAlchemy engine in a process: a guard or a pragma attached to it cannot be missing on another.
    """

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> sa.Engine:
        database: sa.Engine = app.config[DATABASE]
        return database


db = Database(metadata=Base.metadata)


def attach(app: Flask, database: sa.Engine) -> None:
    """Let the application's sessions use the database."""
    app.config[DATABASE] = database
    app.config["SQLALCHEMY_DATABASE_URI"] = database.url
    db.init_app(app)
