"""What systems elsewhere send to the worker API: one schema a call, and how a body is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from engine.derived.openapi import LONGEST_LOCK, LONGEST_WAIT, MESSAGE_LENGTH, MOST_JOBS, WORKER_LENGTH

DEEPEST = 100
"""Levels of a body: more than that no variable can hold."""

LONGEST_PAUSE = 30 * 86400
"""Seconds that a far system may ask for before the next attempt."""


class BodyInvalid(Exception):
    """A body that is not what the call asks for; `errors` says what is wrong, by field."""

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__("body invalid")
        self.errors = dict(errors)


def _seconds(**options: Any) -> fields.Float:
    return fields.Float(validate=validate.Range(min=1, max=LONGEST_LOCK), **options)


def _text(most: int, least: int = 0, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(min=least, max=most), **options)


class TopicSchema(Schema):
    """A topic, and for how long to lock a job of it."""

    topic = _text(100, required=True)
    lock_seconds = _seconds(load_default=None, allow_none=True)


class FetchSchema(Schema):
    """What a worker would like to do."""

    worker = _text(WORKER_LENGTH, 1, required=True)
    topics = fields.List(fields.Nested(TopicSchema), required=True, validate=validate.Length(min=1, max=MOST_JOBS))
    max_jobs = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=1, max=MOST_JOBS))
    wait_seconds = fields.Float(load_default=0.0, validate=validate.Range(min=0, max=LONGEST_WAIT))


class HeldSchema(Schema):
    """Who holds a job, by which lock."""

    worker = _text(WORKER_LENGTH, 1, required=True)
    lock_token = _text(64, 1, required=True)


class CompleteSchema(HeldSchema):
    """That a job is done."""

    outputs = fields.Dict(keys=fields.String(), load_default=dict)


class FailureSchema(HeldSchema):
    """That an attempt failed."""

    message = _text(MESSAGE_LENGTH, required=True)
    details = _text(MESSAGE_LENGTH, load_default="")
    retryable = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    retry_after_seconds = fields.Float(
        load_default=None, allow_none=True, validate=validate.Range(min=0, max=LONGEST_PAUSE)
    )


class ErrorSchema(HeldSchema):
    """That a business error came about."""

    code = _text(100, 1, required=True)
    message = _text(MESSAGE_LENGTH, load_default="")
    outputs = fields.Dict(keys=fields.String(), load_default=dict)


class ExtendSchema(HeldSchema):
    """That a lock is to hold for longer."""

    lock_seconds = _seconds(required=True)


def read_body(schema: type[Schema]) -> dict[str, Any]:
    """Return the body of the request; raise BodyInvalid for one that is not the JSON of this schema."""
    if not request.is_json:
        raise BodyInvalid({"_schema": ["Content-Type: application/json"]})
    try:
        body = orjson.loads(request.get_data())
    except ValueError as error:
        raise BodyInvalid({"_schema": [str(error)]}) from error
    _check_shape(body)
    try:
        read: dict[str, Any] = schema(unknown=RAISE).load(body)
    except ValidationError as error:
        raise BodyInvalid(error.messages_dict) from error
    return read


def _check_shape(body: object) -> None:
    """Refuse what no database keeps: texts with NUL, and values nested without end."""
    level, depth = [body], 0
    while level:
        if depth > DEEPEST:
            raise BodyInvalid({"_schema": [f"more than {DEEPEST} levels"]})
        if any("\0" in value for value in level if isinstance(value, str)):
            raise BodyInvalid({"_schema": ["a text contains NUL"]})
        level, depth = [inner for value in level for inner in _inside(value)], depth + 1


def _inside(value: object) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []
