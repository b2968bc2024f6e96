"""`onegrid plugins show`: what follows from a handler's declaration, for designers, modelers and other programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import click

from engine.declaration import Handler
from engine.derived.openapi import openapi
from engine.derived.page import page
from engine.derived.palette import palette_entry
from engine.derived.texts import texts
from engine.description import describe_handler
from engine.plugins.host import PluginHost
from web.composition import load_plugins
from web.config import read_settings

Shown = tuple[Handler, str]
"""A handler, and the title of its plugin."""


@click.command("show")
@click.argument("name", metavar="HANDLER|PLUGIN")
@click.option(
    "--as",
    "form",
    type=click.Choice(["markdown", "palette", "openapi", "json", "texts"]),
    default="markdown",
    show_default=True,
    help="markdown：说明页；palette：建模工具的条目；openapi：REST 接口文档；json：声明；texts：要翻译的文字。",
)
def show_command(name: str, form: str) -> None:
    """由声明得出的一切：一个处理器（插件.动作）或一个插件的全部处理器。"""
    host = load_plugins(read_settings())
    host.close()
    click.echo(_FORMS[form](_chosen(host, name)), nl=False)


def _chosen(host: PluginHost, name: str) -> list[Shown]:
    titles = {record.name: record.title for record in host.records}
    found = [
        (handler, titles.get(handler.plugin, handler.plugin))
        for id_, handler in sorted(host.handlers.items())
        if name in (id_, handler.plugin)
    ]
    if found:
        return found
    broken = next((record for record in host.records if record.name == name.partition(".")[0] and record.reason), None)
    if broken is not None:
        raise click.UsageError(f"插件“{broken.name}”被隔离（{broken.stage}）：{broken.reason}")
    close = get_close_matches(name, [*host.handlers, *titles], n=3, cutoff=0.5)
    hint = f"是否应为 {'、'.join(close)}？" if close else "有哪些见 onegrid plugins list。"
    raise click.UsageError(f"没有处理器或插件“{name}”。{hint}")


def _markdown(chosen: list[Shown]) -> str:
    return "\n".join(page(handler, title) for handler, title in chosen)


def _json(of: Callable[[Handler, str], Any]) -> Callable[[list[Shown]], str]:
    """One handler is one object, several are an array."""

    def form(chosen: list[Shown]) -> str:
        found = [of(handler, title) for handler, title in chosen]
        return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2) + "\n"

    return form


def _texts(chosen: list[Shown]) -> str:
    """Return a file of translations to fill in, `*.i18n.json`."""
    found = {text: "" for handler, _ in chosen for text in texts(handler)}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _openapi(chosen: list[Shown]) -> str:
    """Return what the handlers look like to the system elsewhere that does their work over REST."""
    if not any(handler.external for handler, _ in chosen):
        raise click.UsageError("只有由外部系统办理的处理器（external）才有 REST 接口文档。")
    return json.dumps(openapi(handler for handler, _ in chosen), ensure_ascii=False, indent=2) + "\n"


_FORMS: Mapping[str, Callable[[list[Shown]], str]] = {
    "markdown": _markdown,
    "palette": _json(palette_entry),
    "openapi": _openapi,
    "json": _json(lambda handler, _: describe_handler(handler)),
    "texts": _texts,
}
