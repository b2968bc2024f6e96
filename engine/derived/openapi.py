"""The worker API as an OpenAPI 3.1 document, for the handlers that one token gives a right to, or for one handler.

Nothing here is served: `web` does that, and commands print it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.declaration import Handler
from engine.derived.json_schema import json_schema

Json = dict[str, Any]

BASE = "/worker/v1"
LONGEST_WAIT = 30
LONGEST_LOCK = 3600
MOST_JOBS = 100
WORKER_LENGTH = 80
MESSAGE_LENGTH = 2000

TEXT: Json = {"type": "string"}
WORKER: Json = {
    "type": "string",
    "minLength": 1,
    "maxLength": WORKER_LENGTH,
    "description": "Your name for the worker.",
}
LOCK: Json = {"type": "string", "maxLength": 64, "description": "The fencing token that came with the job."}
SECONDS: Json = {"type": "number", "minimum": 1, "maximum": LONGEST_LOCK}
MOMENT: Json = {"type": "string", "format": "date-time"}

PROBLEMS = {
    "400": "The body does not fit this document.",
    "401": "No token, or one that does not hold.",
    "403": "The token gives no right to a topic.",
    "404": "No such job, or it was cancelled: stop working on it.",
    "409": "The lock is lost: it ran out, another worker has the job, or it is finished. Discard the result.",
    "422": "The outputs or the error code do not fit the declaration. The lock holds: correct and report again.",
    "429": "Too many requests. Wait for the seconds that Retry-After says.",
    "503": "The system is busy. Send the same request again.",
}


def openapi(handlers: Iterable[Handler], *, title: str = "OneGrid worker API", version: str = "1") -> Json:
    """Return the document for these external handlers; others are left out."""
    topics = sorted((handler for handler in handlers if handler.external), key=lambda handler: handler.id)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": _introduction(topics)},
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**_envelopes(topics), **_of_topics(topics)},
        },
    }


def _introduction(topics: list[Handler]) -> str:
    lines = [
        "Fetch jobs, do them, report. A job is handed out at least once: give `idempotency_key` to your system,",
        "so that it can refuse the second. A lock that runs out costs an attempt. Repeating a report gets the same",
        "answer.",
        "",
        *(f"- `{handler.id}` {handler.title}: {handler.doc or '–'}" for handler in topics),
    ]
    return "\n".join(lines)


def _paths() -> Json:
    done = {"204": {"description": "Done. The same report again gets the same answer."}}
    extended = _json_answer("The lock holds until then.", {"$ref": "#/components/schemas/Extended"})
    return {
        "/jobs/fetch": {
            "post": {
                "operationId": "fetch",
                "summary": "Fetch and lock jobs, waiting for some if there are none.",
                "requestBody": _body("Fetch"),
                "responses": {
                    "200": _json_answer("Jobs, perhaps none.", {"type": "array", "items": _ref("Job")}),
                    **_problems("400", "401", "403", "429", "503"),
                },
            }
        },
        "/jobs/{id}/complete": _report("complete", "The job is done.", "Complete", done),
        "/jobs/{id}/failure": _report("failure", "The attempt failed; the host decides what follows.", "Failure", done),
        "/jobs/{id}/error": _report("error", "A business error that the declaration names.", "Error", done),
        "/jobs/{id}/extend": _report("extend", "Keep the lock for longer.", "Extend", {"200": extended}),
        "/jobs/{id}/release": _report("release", "Give the job back unworked; no attempt is used.", "Release", done),
        "/openapi.json": {
            "get": {
                "operationId": "openapi",
                "summary": "This document, for the token's topics.",
                "responses": {
                    "200": _json_answer("The document.", {"type": "object"}),
                    **_problems("401", "429"),
                },
            }
        },
    }


def _report(name: str, summary: str, body: str, answers: Json) -> Json:
    return {
        "post": {
            "operationId": name,
            "summary": summary,
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
            "requestBody": _body(body),
            "responses": {**answers, **_problems("400", "401", "404", "409", "422", "429", "503")},
        }
    }


def _envelopes(topics: list[Handler]) -> Json:
    """Return the bodies that are the same for all topics, but for what is in them."""
    held = {"worker": WORKER, "lock_token": LOCK}
    return {
        "Topic": _object(
            {"topic": {"type": "string", "enum": [handler.id for handler in topics]}, "lock_seconds": SECONDS}, "topic"
        ),
        "Fetch": _object(
            {
                "worker": WORKER,
                "topics": {"type": "array", "minItems": 1, "maxItems": MOST_JOBS, "items": _ref("Topic")},
                "max_jobs": {"type": "integer", "minimum": 1, "maximum": MOST_JOBS, "default": 1},
                "wait_seconds": {"type": "number", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0},
            },
            *("worker", "topics"),
        ),
        "Job": {"oneOf": [_ref(f"{_name(handler)}.Job") for handler in topics]} if topics else {"type": "object"},
        "Complete": _object({**held, "outputs": _any_of(topics, "Outputs")}, "worker", "lock_token", "outputs"),
        "Failure": _object(
            {
                **held,
                "message": {"type": "string", "maxLength": MESSAGE_LENGTH},
                "details": {"type": "string", "maxLength": MESSAGE_LENGTH},
                "retryable": {"type": "boolean", "default": True},
                "retry_after_seconds": {"type": "number", "minimum": 0, "maximum": 30 * 86400},
            },
            *("worker", "lock_token", "message"),
        ),
        "Error": _object(
            {
                **held,
                "code": {"type": "string", "enum": sorted({code for handler in topics for code in handler.errors})},
                "message": {"type": "string", "maxLength": MESSAGE_LENGTH, "default": ""},
                "outputs": {"type": "object", "default": {}},
            },
            *("worker", "lock_token", "code"),
        ),
        "Extend": _object({**held, "lock_seconds": SECONDS}, "worker", "lock_token", "lock_seconds"),
        "Extended": _object({"locked_until": MOMENT}, "locked_until"),
        "Release": _object(held, "worker", "lock_token"),
        "Problem": {
            "type": "object",
            "required": ["status", "code", "detail"],
            "properties": {
                "type": TEXT,
                "title": TEXT,
                "status": {"type": "integer"},
                "code": {"type": "string", "description": "Stable; decide by it and not by the text."},
                "detail": TEXT,
                "errors": {"type": "object", "description": "Messages by field."},
            },
        },
    }


def _of_topics(topics: list[Handler]) -> Json:
    schemas: Json = {}
    for handler in topics:
        name = _name(handler)
        schemas[f"{name}.Inputs"] = {"title": f"{handler.title}: inputs", **json_schema(handler.inputs)}
        schemas[f"{name}.Outputs"] = {"title": f"{handler.title}: outputs", **json_schema(handler.outputs)}
        schemas[f"{name}.ErrorCode"] = _codes(handler)
        schemas[f"{name}.Job"] = _job(handler)
    return schemas


def _job(handler: Handler) -> Json:
    properties: Json = {
        "id": TEXT,
        "topic": {"type": "string", "const": handler.id},
        "handler_version": {"type": "string", "description": "Version of the plugin that declares the topic."},
        "inputs": _ref(f"{_name(handler)}.Inputs"),
        "lock_token": LOCK,
        "locked_until": MOMENT,
        "attempt": {"type": "integer", "minimum": 1},
        "attempts_left": {"type": "integer", "minimum": 0, "description": "After this one."},
        "idempotency_key": TEXT,
        "county": TEXT,
        "process_instance": TEXT,
        "element_id": TEXT,
    }
    return {"title": handler.title, **_object(properties, *properties)}


def _codes(handler: Handler) -> Json:
    meanings = "\n".join(f"- `{code}` {meaning}" for code, meaning in sorted(handler.errors.items()))
    return {"type": "string", "enum": sorted(handler.errors), "description": meanings}


def _name(handler: Handler) -> str:
    return handler.id.replace(".", "_")


def _any_of(topics: list[Handler], part: str) -> Json:
    return {"anyOf": [_ref(f"{_name(handler)}.{part}") for handler in topics]} if topics else {"type": "object"}


def _object(properties: Json, *required: str) -> Json:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _body(name: str) -> Json:
    return {"required": True, "content": {"application/json": {"schema": _ref(name)}}}


def _json_answer(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _problems(*codes: str) -> Json:
    content = {"application/problem+json": {"schema": _ref("Problem")}}
    return {code: {"description": PROBLEMS[code], "content": content} for code in codes}
