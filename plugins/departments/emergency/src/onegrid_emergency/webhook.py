"""The duty room's own system, told over HTTP: signed, and with a key by which it can refuse the second of two."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from engine.plugin_api import Context, RetryLater

SECONDS = 10.0
LONGEST_WAIT = 3600.0
ANSWER = 65536
BUSY = (429, 503)


class Refused(Exception):
    """The far system answered that it does not take it."""


def signature(secret: str, key: str, body: bytes) -> str:
    """Return the header `X-OneGrid-Signature`: HMAC-SHA-256 over the idempotency key, a dot and the body."""
    return "sha256=" + hmac.new(secret.encode(), key.encode() + b"." + body, hashlib.sha256).hexdigest()


def post(ctx: Context, what: str, content: Mapping[str, Any]) -> str | None:
    """Send `{"what", "county", "content"}` to the setting `url`; return the receipt that it gives, if any.

    Raises:
        RetryLater: it cannot be reached or is busy; with the seconds it asks for.
        Refused: it does not take it.
    """
    address = urlsplit(ctx.settings["url"])
    body = json.dumps({"what": what, "county": ctx.county, "content": dict(content)}, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": ctx.idempotency_key,
        "X-OneGrid-Signature": signature(ctx.settings["secret"].reveal(), ctx.idempotency_key, body),
    }
    status, after, answer = _exchange(address, "POST", body, headers)
    if status in BUSY:
        raise RetryLater(f"the duty room's system is busy ({status})", after=_seconds(after))
    if not 200 <= status < 300:
        raise Refused(f"the duty room's system answered {status}")  # a redirect too: it would carry the signature away
    return _receipt(answer)


def answers(url: str) -> tuple[bool, str]:
    """Return whether the far system is there, and what it said."""
    try:
        status, _, _ = _exchange(urlsplit(url), "HEAD", None, {})
    except RetryLater as error:
        return False, str(error)
    return status < 500, f"HTTP {status}"


def _exchange(
    address: SplitResult, method: str, body: bytes | None, headers: Mapping[str, str]
) -> tuple[int, str | None, bytes]:
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=SECONDS)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        return response.status, response.getheader("Retry-After"), response.read(ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise RetryLater(f"the duty room's system cannot be reached: {type(error).__name__}") from error
    finally:
        connection.close()


def _seconds(after: str | None) -> float | None:
    return min(float(after), LONGEST_WAIT) if after and after.isdigit() else None


def _receipt(answer: bytes) -> str | None:
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    receipt = said.get("receipt") if isinstance(said, dict) else None
    return receipt if isinstance(receipt, str) else None
