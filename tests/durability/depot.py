"""A core plugin whose one handler leaves a row behind in the job's transaction: the effect that is counted."""

from __future__ import annotations

from typing import Any

from engine.core_api import OrgUnit, new_id
from engine.hookspecs import PluginInfo, hookimpl
from engine.plugin_api import Retry, fields, handler

EFFECT = "parcel"


@handler(
    "depot.send_parcel",
    "寄出",
    outputs={"number": fields.String(required=True)},
    retry=Retry(attempts=3, backoff=0.1, factor=1),
    transactional=True,
)
def send_parcel(ctx: Any) -> dict[str, Any]:
    """Write one row an attempt, whose name says for which instance; nothing but the transaction keeps it single."""
    code = new_id()[:20]
    ctx.session.add(OrgUnit(code=code, name=ctx.instance_id, kind=EFFECT, path="/1/"))
    ctx.session.flush()
    return {"number": code}


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Say who this is."""
    return PluginInfo("depot", "仓库", ">=1.0,<2")


@hookimpl
def onegrid_handlers() -> list[Any]:
    """Declare the handler."""
    return [send_parcel]
