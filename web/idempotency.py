"""The key that makes a form safe to submit twice: made with the form, sent with it, remembered with the answer."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from flask import abort, request

KEY_LENGTH = 64


def posted_key() -> str:
    """Return the key that came with the form or, from a program, in the header Idempotency-Key; else answer 400."""
    key = request.form.get("idempotency_key") or request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= KEY_LENGTH:
        abort(400)
    return key


def fingerprint(path: str, payload: Any) -> str:
    """Return the digest of what was asked: the same key with another content is refused."""
    body = orjson.dumps([path, payload], option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
    return hashlib.sha256(body).hexdigest()
