"""The full shape of a plan's changes: one schema an operation, a message at each field. No look at the registry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from engine.core_api import Message

KINDS = ("comprehensive", "exclusive")
SETTINGS = ("urban", "rural")
MOST_CHANGES = 50

_FILL_IN = Message("此项必填。")
_REQUIRED: Final[dict[str, str | list[Any] | dict[Any, Any]]] = {"required": _FILL_IN, "null": _FILL_IN}
_CHOOSE_KIND = Message("请选择综合网格或专属网格。")
_CHOOSE_SETTING = Message("请选择城区或农村。")


def _text(longest: int, *, required: bool = True) -> fields.String:
    shortest = 1 if required else 0
    rule = validate.Length(
        shortest, longest, error="请填写，且不超过 {max} 个字。" if required else "不超过 {max} 个字。"
    )
    if required:
        return fields.String(required=True, validate=rule, error_messages=_REQUIRED)
    return fields.String(load_default="", validate=rule)


def _choice(values: Sequence[str], error: Message, *, required: bool = True) -> fields.String:
    if required:
        return fields.String(required=True, validate=validate.OneOf(values, error=error), error_messages=_REQUIRED)
    # an empty text is what the editor's own "as before" sends
    return fields.String(load_default=None, allow_none=True, validate=validate.OneOf([*values, ""], error=error))


def _codes(least: int, message: str) -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.Length(1, 40)),
        required=True,
        validate=validate.Length(min=least, error=message),
        error_messages=_REQUIRED,
    )


def _shape(**own: fields.Field[Any]) -> type[Schema]:
    return Schema.from_dict(own)


def _units() -> fields.List[str]:
    return _codes(1, Message("至少选择一个单元。"))


def _result() -> dict[str, fields.Field[Any]]:
    return {
        "name": _text(50),
        "kind": _choice(KINDS, _CHOOSE_KIND),
        "setting": _choice(SETTINGS, _CHOOSE_SETTING),
        "justification": _text(2000, required=False),
    }


_PART = _shape(**_result(), unit_ids=_units())

SHAPES: Final[Mapping[str, type[Schema]]] = {
    "split": _shape(
        grid=_text(40),
        parts=fields.List(
            fields.Nested(_PART, unknown=EXCLUDE),
            required=True,
            validate=validate.Length(min=2, error="至少拆分为两个网格。"),
            error_messages=_REQUIRED,
        ),
    ),
    "merge": _shape(
        **{**_result(), "setting": _choice(SETTINGS, _CHOOSE_SETTING, required=False)},
        grids=_codes(2, Message("至少选择两个网格。")),
    ),
    "move_units": _shape(
        unit_ids=_units(), to=_text(40), justification=_text(2000, required=False), **{"from": _text(40)}
    ),
    "create": _shape(**_result(), community=_text(20), unit_ids=_units()),
    "change_kind": _shape(grid=_text(40), kind=_choice(KINDS, _CHOOSE_KIND), justification=_text(2000, required=False)),
    "rename": _shape(grid=_text(40), name=_text(50)),
    "retire": _shape(
        grid=_text(40),
        successors=fields.Dict(keys=fields.String(), values=_text(40), required=True, error_messages=_REQUIRED),
        justification=_text(2000, required=False),
    ),
}
"""The operations and the shape of each."""


def load_changes(raw: object) -> list[dict[str, Any]]:
    """Return the list of changes in its full shape.

    Raises:
        ValidationError: messages nested as the data is: `{0: {"parts": {1: {"name": [...]}}}}`.
    """
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_CHANGES:
        raise ValidationError([f"请填写 1 至 {MOST_CHANGES} 项调整。"])
    loaded: list[dict[str, Any]] = []
    errors: dict[int, Any] = {}
    for index, item in enumerate(raw):
        try:
            loaded.append(_load_change(item))
        except ValidationError as error:
            errors[index] = error.messages
    if errors:
        raise ValidationError(errors)
    return loaded


def _load_change(item: object) -> dict[str, Any]:
    if not isinstance(item, Mapping) or str(item.get("op")) not in SHAPES:
        raise ValidationError({"op": ["请选择调整方式。"]})
    op = str(item["op"])
    change: dict[str, Any] = SHAPES[op](unknown=EXCLUDE).load({key: item[key] for key in item if key != "op"})
    return {"op": op, **change}


def shape_errors(raw: object) -> Iterator[tuple[str, str]]:
    """Yield (dotted path, message) for each place where the changes have not the full shape."""
    try:
        load_changes(raw)
    except ValidationError as error:
        yield from _flat("changes", error.messages)


def _flat(path: str, messages: Any) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flat(path if key == "_schema" else f"{path}.{key}", inner)
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield path, str(message)
