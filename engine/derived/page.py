"""A handler's documentation page, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields

from engine.declaration import Handler
from engine.derived.json_schema import field_schema
from engine.derived.palette import choices_of, widget

_RULES = {
    "minLength": "至少 {} 字",
    "maxLength": "至多 {} 字",
    "minItems": "至少 {} 项",
    "maxItems": "至多 {} 项",
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "exclusiveMinimum": "> {}",
    "exclusiveMaximum": "< {}",
    "pattern": "`{}`",
    "default": "默认 {}",
}


def page(handler: Handler, plugin_title: str) -> str:
    """Return the page of a handler: all that a process designer needs to know, and nothing that is not declared."""
    return "\n".join(_lines(handler, plugin_title)) + "\n"


def _lines(handler: Handler, plugin_title: str) -> Iterator[str]:
    yield f"# {handler.title}"
    yield from ("", f"`{handler.id}` · {plugin_title}")
    if handler.deprecated:
        yield from ("", f"> **不再建议使用**：{handler.deprecated}")
    if handler.doc:
        yield from ("", handler.doc)
    if handler.only_in:
        yield from ("", f"只能用于流程 {'、'.join(f'`{key}`' for key in handler.only_in)}。")
    yield from _table("输入", handler.inputs)
    yield from _table("结果", handler.outputs)
    yield from ("", "## 错误", "")
    yield from ([f"- `{code}`：{text}" for code, text in handler.errors.items()] or ["无。"])
    yield from ("", "## 运行", "", f"- 时限 {handler.timeout:g} 秒。")
    retry = handler.retry
    again = f"，首次隔 {retry.backoff:g} 秒，之后每次 ×{retry.factor:g}" if retry.attempts > 1 else ""
    yield f"- 至多尝试 {retry.attempts} 次{again}。"
    if handler.idempotency:
        yield f"- 同一件事由这些输入认定：{'、'.join(f'`{name}`' for name in handler.idempotency)}。"
    if handler.uses:
        yield f"- 可以询问：{'、'.join(f'`{name}`' for name in sorted(handler.uses))}。"


def _table(title: str, schema: type[Schema]) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    declared = schema().fields
    if not declared:
        yield "无。"
        return
    yield from ("| 名称 | 标题 | 类型 | 必填 | 规则 |", "|---|---|---|---|---|")
    for name, field in declared.items():
        cells = (
            f"`{name}`",
            field.metadata.get("title", ""),
            widget(field),
            "是" if field.required else "",
            _rules(field),
        )
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _rules(field: fields.Field[Any]) -> str:
    schema = field_schema(field)
    found = [text.format(schema[key]) for key, text in _RULES.items() if key in schema]
    choices = choices_of(field)
    if choices:
        found.append(
            "、".join(f"`{value}` {label}" if label != str(value) else f"`{value}`" for value, label in choices)
        )
    return "；".join(found)
