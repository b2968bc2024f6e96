"""JSON lines to and from a plugin's process, each with a deadline and a size: the other end is not trusted."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson

from engine.declaration import SecretText

LINE_LIMIT = 1 << 20
"""Bytes of one message. A handler's outputs are small JSON objects; more is a mistake or an attack."""

DESCRIPTION_LIMIT = 8 << 20
"""Bytes of what a plugin says of itself, its content included."""

_CHUNK = 1 << 16


class PipeBroken(Exception):
    """The other end is gone, or does not keep to the protocol."""


class PipeTimeout(Exception):
    """The other end did not answer, or did not read, in time."""


class Pipe:
    """The host's end. Deadlines are moments of `time.monotonic`: what is limited is a process, not a case."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader, self._writer = reader, writer
        self._buffer = bytearray()
        for end in (reader, writer):
            os.set_blocking(end, False)

    def send(self, line: bytes, deadline: float) -> None:
        """Write one encoded message; raise PipeTimeout or PipeBroken."""
        rest = memoryview(line)
        while rest:
            self._wait(self._writer, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._writer, rest) :]
            except OSError as error:
                raise PipeBroken(str(error)) from error

    def quiet(self) -> bool:
        """Return whether nothing has been said that was not received yet, and the other end is there."""
        return not self._buffer and not self._ready(self._reader, select.POLLIN, 0)

    def receive(self, deadline: float, limit: int = LINE_LIMIT) -> dict[str, Any]:
        """Read one message of at most `limit` bytes or so; raise PipeTimeout or PipeBroken."""
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > limit:
                raise PipeBroken(f"a message of more than {limit} bytes")
            self._wait(self._reader, select.POLLIN, deadline)
            self._fill()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return _message(line)

    def _fill(self) -> None:
        chunk = os.read(self._reader, _CHUNK)
        if not chunk:
            raise PipeBroken("the process ended")
        self._buffer += chunk

    def _wait(self, end: int, what: int, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0 or not self._ready(end, what, left):
            raise PipeTimeout

    def _ready(self, end: int, what: int, seconds: float) -> bool:
        # poll, not select: a busy host has more than 1024 files open
        poll = select.poll()
        poll.register(end, what)
        return bool(poll.poll(seconds * 1000))


def encode(message: Mapping[str, Any]) -> bytes:
    """Return a message as a line, secrets in clear; raise TypeError for what JSON cannot say."""
    return orjson.dumps(message, default=_plain) + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, SecretText):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} is not JSON")


def _message(line: bytes) -> dict[str, Any]:
    try:
        message = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise PipeBroken(f"no JSON: {error}") from error
    if not isinstance(message, dict):
        raise PipeBroken("a message is a JSON object")
    return message
