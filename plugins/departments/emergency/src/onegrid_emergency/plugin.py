"""The hooks of the emergency bureau's plugin."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from engine.plugin_api import (
    Channel,
    Check,
    Context,
    Handler,
    Hint,
    IdentityFacts,
    PluginInfo,
    Secret,
    Subscription,
    fields,
    hookimpl,
    on,
    validate,
)
from onegrid_emergency import hints, webhook
from onegrid_emergency.handlers import take_urgent_path

NEEDS = ("url", "secret")


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Who the plugin is, that it reads grids, and what the duty room's system needs."""
    return PluginInfo(
        name="emergency",
        title="应急 · 应急管理",
        api=">=1.0,<2",
        department=hints.DEPARTMENT,
        uses=frozenset({"grid:read"}),
        settings={
            "url": fields.Url(schemes={"http", "https"}, require_tld=False, metadata={"title": "值班系统地址"}),
            "secret": Secret(validate=validate.Length(min=16), metadata={"title": "签名密钥"}),
            "issuer": fields.Url(require_tld=False, metadata={"title": "单点登录的签发者"}),
        },
    )


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """What processes may ask of the bureau."""
    return [take_urgent_path]


@hookimpl
def onegrid_content() -> Traversable:
    """The urgent path's diagram and forms, the duty calendar, and the bureau's items of the catalogue."""
    return files("onegrid_emergency") / "content"


def send(message: Mapping[str, Any], ctx: Context) -> str | None:
    """Give a message for the bureau to the duty room's system."""
    return webhook.post(ctx, "message", message)


@hookimpl
def onegrid_channels() -> list[Channel]:
    """The way to the duty room."""
    return [Channel("duty_room", "应急值班系统", send, needs=NEEDS, timeout=15)]


def tell_end(event: Mapping[str, Any], ctx: Context) -> None:
    """Let the duty room's system close what it keeps of a case; without one there is nobody to tell."""
    if all(name in ctx.settings for name in NEEDS):
        webhook.post(ctx, event["event"], event)


@hookimpl
def onegrid_subscriptions() -> list[Subscription]:
    """The end of the bureau's own cases."""
    return [on("instance.ended", tell_end, {"process": "emergency-urgent_report"}, timeout=15)]


@hookimpl
def onegrid_hints(report: Mapping[str, Any], ctx: Context) -> list[Hint]:
    """What the words of a report suggest."""
    return list(hints.suggest(str(report.get("text", "")), ctx.county))


@hookimpl
def onegrid_identity(issuer: str, claims: Mapping[str, Any], ctx: Context) -> IdentityFacts | None:
    """People of the bureau by its own sign-on: `employee_no`, `name`, `dept` and `duties`."""
    if claims.get("dept") != "应急管理局" or not claims.get("employee_no"):
        return None
    duties = claims.get("duties", [])
    return IdentityFacts(str(claims["employee_no"]), str(claims.get("name", "")), hints.DEPARTMENT, tuple(duties))


@hookimpl
def onegrid_health(ctx: Context) -> list[Check]:
    """Whether the duty room's system answers."""
    if "url" not in ctx.settings:
        return [Check("值班系统", True, "没有填写地址，不发送", "onegrid plugins settings emergency set url …")]
    ok, detail = webhook.answers(ctx.settings["url"])
    return [Check("值班系统", ok, detail, "" if ok else "检查网络和值班系统；消息会保留并重试。")]
