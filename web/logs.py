"""Logging: stdlib records of all rooms, rendered by structlog; ids only, never names or form contents."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

log = logging.getLogger(__name__)

_ROW: Final = re.compile(
    r"(DETAIL: +(?:Failing row contains|Key)).*?(?=\n\[SQL|\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL
)
_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(*, json: bool, level: str = "INFO") -> None:
    """Send all records to standard error: one JSON object a line for machines, or a readable line for people."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if json else _console()
    kept = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info]
    final = [*kept, _without_rows, renderer]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SHARED, processors=final))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("alembic", "dbos", "flask-limiter", "werkzeug", "waitress.queue"):
        logging.getLogger(noisy).setLevel("WARNING")


def _console() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _without_rows(_logger: Any, _name: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out of a traceback what PostgreSQL tells of the row that it refused: people typed that."""
    if "exception" in record:
        record["exception"] = _ROW.sub(r"\1 (…)", record["exception"])
    return record


def attach(app: Flask) -> None:
    """Bind a request's ids to every record made while it is served, and write one record for it."""
    app.before_request(_bind)
    app.after_request(_record)
    app.teardown_request(_unbind)


def _bind() -> None:
    g.request_id = uuid4().hex[:16]
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _record(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint != "static":
        actor = g.get("actor")
        facts = {
            "method": request.method,
            "endpoint": request.endpoint,
            "status": response.status_code,
            "actor": actor.id if actor else None,
            **{name: value for name, value in (request.view_args or {}).items() if name.endswith("_id")},
        }
        log.info("request", extra=facts)
    return response


def _unbind(_error: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("request_id")
