"""`/healthz`: whether this process can serve, for probes and load balancers."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from engine.jobs.slots import taken
from engine.types import SYSTEM
from web.auth import public
from web.request import separate_work

pages = Blueprint("health", __name__)
log = logging.getLogger(__name__)


@pages.get("/healthz")
@public
def show() -> Response:
    """Answer 200 when the database answers, else 503; and how many processes run jobs: with none, cases stand still."""
    try:
        with separate_work(SYSTEM, write=False) as work:
            workers = taken(work.session.connection())
    except SQLAlchemyError as error:
        log.error("database does not answer", exc_info=error)
        response = jsonify(status="error", database="error")
        response.status_code = 503
        return response
    return jsonify(status="ok", database="ok", workers=workers)
