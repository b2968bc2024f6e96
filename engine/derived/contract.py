"""What others rely on in a plugin's declarations, and what of it a new version takes away from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.declaration import Handler
from engine.derived.json_schema import json_schema

Json = Mapping[str, Any]


def contract(handlers: Mapping[str, Handler]) -> dict[str, Any]:
    """Return what diagrams rely on, as JSON: handler id → inputs, outputs (JSON Schema), error codes."""
    return {
        id_: {
            "inputs": json_schema(handler.inputs),
            "outputs": json_schema(handler.outputs),
            "errors": sorted(handler.errors),
        }
        for id_, handler in sorted(handlers.items())
    }


def breaches(before: Json, after: Json) -> list[str]:
    """Return what a diagram that fits `before` may stumble over in `after`, a line each, in Chinese.

    Adding is no breach: an input that is not required, an output, an error code, a handler.
    """
    return list(_breaches(before, after))


def _breaches(before: Json, after: Json) -> Iterator[str]:
    for id_, old in before.items():
        new = after.get(id_)
        if new is None:
            yield f"{id_}：处理器没有了"
            continue
        yield from _inputs(id_, old["inputs"], new["inputs"])
        yield from _outputs(id_, old["outputs"], new["outputs"])
        for code in sorted(set(old["errors"]) - set(new["errors"])):
            yield f"{id_}：错误 {code} 没有了"


def _inputs(id_: str, old: Json, new: Json) -> Iterator[str]:
    for name in old["properties"]:
        if name not in new["properties"]:
            yield f"{id_}：输入 {name} 没有了"
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{id_}：输入 {name} 成了必填"
    for name, is_ in new["properties"].items():
        was = old["properties"].get(name)
        if was is not None:
            yield from (f"{id_}：输入 {name} {narrower}" for narrower in _narrower(was, is_))


def _outputs(id_: str, old: Json, new: Json) -> Iterator[str]:
    for name, was in old["properties"].items():
        is_ = new["properties"].get(name)
        if is_ is None:
            yield f"{id_}：结果 {name} 没有了"
        elif was.get("type") != is_.get("type"):
            yield f"{id_}：结果 {name} 的类型由 {was.get('type')} 变为 {is_.get('type')}"
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        if name in new["properties"]:
            yield f"{id_}：结果 {name} 不再必有"


def _narrower(was: Json, is_: Json) -> Iterator[str]:
    if was.get("type") != is_.get("type"):
        yield f"的类型由 {was.get('type')} 变为 {is_.get('type')}"
    gone = [value for value in was.get("enum", ()) if value not in is_.get("enum", was.get("enum", ()))]
    if gone or ("enum" in is_ and "enum" not in was):
        yield f"的选项少了 {'、'.join(map(str, gone)) or '（原来不限）'}"
    for bound, more in (
        ("minimum", 1),
        ("minLength", 1),
        ("minItems", 1),
        ("maximum", -1),
        ("maxLength", -1),
        ("maxItems", -1),
    ):
        if bound in is_ and (bound not in was or (is_[bound] - was[bound]) * more > 0):
            yield f"的范围变小了（{bound} {is_[bound]}）"
    if is_.get("pattern") not in (None, was.get("pattern")):
        yield f"的格式变了（{is_['pattern']}）"
