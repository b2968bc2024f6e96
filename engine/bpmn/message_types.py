"""The messages of a bundle, as `messages.json` declares them: who sends them, and what they carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from marshmallow import Schema, ValidationError, fields, validate

from engine.feel.values import YearsMonths
from engine.findings import Finding, Severity

_IN, _OUT, _BOTH = "in", "out", "both"
TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "date": (date,),
    "time": (time,),
    "date and time": (datetime,),
    "days and time duration": (timedelta,),
    "years and months duration": (YearsMonths,),
    "list": (list, tuple),
    "context": (Mapping,),
    "Any": (object,),
}
"""FEEL's names of types → what their values are here."""


@dataclass(frozen=True, slots=True)
class PayloadField:
    """An entry of what a message carries. `type` is one of TYPES."""

    name: str
    type: str
    required: bool
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class MessageType:
    """A message that a bundle knows.

    Attributes:
        incoming, outgoing: whether its processes wait for it, and send it.
        senders: the groups whose people may send it; empty: instances and systems do.
    """

    name: str
    title_zh: str
    title_en: str
    incoming: bool
    outgoing: bool
    senders: frozenset[str]
    payload: tuple[PayloadField, ...]

    def faults(self, carried: Mapping[str, Any]) -> dict[str, str]:
        """Return entry → what is wrong with it; empty when what is carried is as declared."""
        known = {field.name: field for field in self.payload}
        found = {name: "消息类型中没有此项" for name in carried if name not in known}
        for name, field in known.items():
            value = carried.get(name)
            if value is None and field.required:
                found[name] = "缺少此项"
            elif value is not None and not fits(value, field.type):
                found[name] = f"应为 {field.type}"
        return found


def fits(value: Any, kind: str) -> bool:
    """Return whether a value is of a FEEL type."""
    if kind == "number" and isinstance(value, bool):
        return False
    if kind == "date" and isinstance(value, datetime):
        return False
    return isinstance(value, TYPES[kind])


class _Title(Schema):
    zh = fields.String(required=True, validate=validate.Length(min=1))
    en = fields.String(required=True, validate=validate.Length(min=1))


class _Field(Schema):
    name = fields.String(required=True, validate=validate.Regexp(r"[^\W\d]\w*\Z"))
    type = fields.String(required=True, validate=validate.OneOf(list(TYPES)))
    required = fields.Boolean(load_default=True)
    title = fields.Nested(_Title, required=True)


class _Message(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    title = fields.Nested(_Title, required=True)
    direction = fields.String(required=True, validate=validate.OneOf([_IN, _OUT, _BOTH]))
    senders = fields.List(fields.String(validate=validate.Length(min=1)), load_default=list)
    payload = fields.List(fields.Nested(_Field), load_default=list)


class _File(Schema):
    messages = fields.List(fields.Nested(_Message), required=True)


def read_message_types(content: bytes, file: str) -> tuple[dict[str, MessageType], list[Finding]]:
    """Return the messages of a file by name, and what is wrong with it; of a malformed one nothing."""
    try:
        loaded = _File().load(orjson.loads(content))
    except ValueError as error:
        return {}, [_malformed(file, str(error))]
    except ValidationError as error:
        return {}, [_malformed(file, f"{path}: {text}") for path, text in _flat(error.messages)]
    found: dict[str, MessageType] = {}
    findings = []
    for given in loaded["messages"]:
        if given["name"] in found:
            findings.append(_malformed(file, f"{given['name']}: twice"))
        found[given["name"]] = _message(given)
    return found, findings


def _message(given: Mapping[str, Any]) -> MessageType:
    return MessageType(
        name=given["name"],
        title_zh=given["title"]["zh"],
        title_en=given["title"]["en"],
        incoming=given["direction"] in (_IN, _BOTH),
        outgoing=given["direction"] in (_OUT, _BOTH),
        senders=frozenset(given["senders"]),
        payload=tuple(
            PayloadField(each["name"], each["type"], each["required"], each["title"]["zh"], each["title"]["en"])
            for each in given["payload"]
        ),
    )


def _flat(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Give marshmallow's messages with the path to each: `messages.0.payload.1.type`."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    else:
        yield path, " ".join(map(str, messages))


def _malformed(file: str, reason: str) -> Finding:
    return Finding(
        Severity.ERROR,
        "messages.malformed",
        file,
        1,
        None,
        f"消息类型文件格式错误：{reason}",
        f"malformed message types: {reason}",
        "格式见 processes/README.md。",
        "See processes/README.md for what it holds.",
    )
