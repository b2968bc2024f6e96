"""A core plugin for the tests of the web: one transactional handler, one field type of its own, one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from engine.declaration import BusinessError, Handler, Secret, handler
from engine.forms import FormContext, FormField
from engine.hookspecs import PluginInfo, hookimpl
from web.plugin_api import Blueprint, MenuEntry, WebPart, current_work, lazy_gettext, read_only, render

pages = Blueprint("stones", __name__, template_folder="templates", url_prefix="/stones")


@pages.get("/")
def show() -> str:
    """A plugin's page."""
    return render("stones/show.html", name=current_work().actor.name)


@pages.post("/broken")
def broken() -> str:
    """A page with a fault of ours."""
    raise RuntimeError("密码是 1234")


@pages.post("/preview")
@read_only
def preview() -> str:
    """A post that changes nothing."""
    return str(current_work().session.info["write"])


@handler(
    "plugin_stones.count_stones",
    "清点石料",
    inputs={"stones": fields.Raw(allow_none=True)},
    outputs={"number": fields.Integer(required=True)},
    transactional=True,
)
def count_stones(ctx: Any, stones: list[Any] | None) -> Mapping[str, Any]:
    """Count; a stone named 坏 cannot be counted."""
    if any(stone.get("name") == "坏" for stone in stones or ()):
        raise BusinessError("BAD_STONE", "秤坏了")
    return {"number": len(stones or ())}


def load_scale(component: Mapping[str, Any], raw: Any, context: FormContext) -> int | None:
    """Return the mark on the scale."""
    if raw in (None, ""):
        return None
    if not str(raw).isdecimal():
        raise ValidationError(f"标尺读数“{raw}”不是数字")
    return int(raw)


SCALE = FormField(
    type="plugin_stones_scale",
    template="stones/scale.html",
    load=load_scale,
    from_post=lambda component, post: post.get(component["key"]),
    view=lambda component, value, context: {"unit": context.org_unit},
)


@hookimpl
def onegrid_plugin() -> PluginInfo:
    """Who this is."""
    settings = {"yard": fields.Url(metadata={"title": "料场地址"}), "seal": Secret(metadata={"title": "印章口令"})}
    return PluginInfo("plugin_stones", "石料", api=">=1.0,<2", settings=settings)


@hookimpl
def onegrid_handlers() -> list[Handler]:
    """Its handler."""
    return [count_stones]


@hookimpl
def onegrid_form_fields() -> list[FormField]:
    """Its field type."""
    return [SCALE]


@hookimpl(optionalhook=True)
def onegrid_blueprints() -> list[WebPart]:
    """Its page."""
    return [WebPart(pages, [MenuEntry(lazy_gettext("石料"), "stones.show", frozenset({"clerk"}))])]
