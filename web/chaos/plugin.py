"""The two handlers that are counted: one writes a row in its job's transaction, one is a department's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.core_api import HandlerContext
from engine.hookspecs import PluginInfo, hookimpl
from engine.plugin_api import Retry, handler
from engine.plugins.sources import Source

EFFECTS = sa.Table(
    "chaos_effect",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("job_id", sa.String(32), nullable=False),
    sa.Column("instance_id", sa.String(32), nullable=False),
)
"""One row an attempt whose transaction was committed. Nothing in the table itself keeps it single."""

MODULE = "chaos_bureau"
DEPARTMENT = '''
"""A department whose handler writes down when each call began and ended."""

import os
import time

from engine.plugin_api import PluginInfo, Retry, fields, handler, hookimpl


def note(what, key, call):
    line = f"{{what}} {{key}} {{call}}\\n".encode()
    descriptor = os.open({calls!r}, os.O_WRONLY | os.O_APPEND)
    os.write(descriptor, line)
    os.close(descriptor)


@hookimpl
def onegrid_plugin():
    return PluginInfo("bureau", "试验局", ">=1.0,<2", department="TST")


@handler(
    "bureau.answer",
    "答复",
    outputs={{"said": fields.String(required=True)}},
    timeout=20,
    retry=Retry(attempts=50, backoff=0.2, factor=1),
)
def answer(ctx):
    call = f"{{os.getpid()}}.{{time.monotonic_ns()}}"
    note("begin", ctx.idempotency_key, call)
    time.sleep(0.02)
    note("end", ctx.idempotency_key, call)
    return {{"said": "好"}}


@hookimpl
def onegrid_handlers():
    return [answer]
'''


@handler(
    "plugin.write_effect",
    "记一笔",
    retry=Retry(attempts=50, backoff=0.2, factor=1),
    transactional=True,
)
def write_effect(ctx: HandlerContext) -> Mapping[str, Any]:
    """Add a row for the job."""
    ctx.session.execute(EFFECTS.insert().values(job_id=ctx.job_id, instance_id=ctx.instance_id))
    return {}


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Say who this is: core plugins have the name of their module."""
    return PluginInfo("plugin", "试验", ">=1.0,<2")


@hookimpl
def onegrid_handlers() -> list[Any]:
    """Declare the handler that writes rows."""
    return [write_effect]


def furnish(folder: Path) -> None:
    """Write the department's plugin and the file of its calls into a folder."""
    calls = folder / "calls"
    calls.touch()
    (folder / f"{MODULE}.py").write_text(DEPARTMENT.format(calls=str(calls)))


def department(folder: Path) -> Source:
    """Return where the department's plugin is."""
    return Source("bureau", MODULE, site=folder)
