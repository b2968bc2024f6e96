"""What a plugin's process prints: its lines go to the log, so many and no more."""

from __future__ import annotations

import logging
import os
import select
import threading

from engine.plugins.secrets import Secrets

log = logging.getLogger(__name__)

OUTPUT_LINES = 1000
"""Lines a process may print; the rest is dropped, so that a plugin cannot fill the log."""

OUTPUT_LENGTH = 1000
"""Bytes of a line that are kept."""

_CHUNK = 1 << 16


class Output:
    """Listens to a process's standard error, to which its standard output is diverted, in a thread of its own.

    What of `secrets` it prints is blacked out. It ends when told to, not when the pipe does: a program that the plugin
    started may hold the pipe open for ever.
    """

    def __init__(self, plugin: str, stream: int) -> None:
        self._plugin = plugin
        self._stream = stream
        self._lines = 0
        self.secrets = Secrets()
        self._wake_reader, self._wake = os.pipe()
        os.set_blocking(stream, False)
        self._thread = threading.Thread(target=self._listen, name=f"output of {plugin}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Log what has been printed up to now, and listen no more."""
        os.close(self._wake)
        self._thread.join()
        os.close(self._wake_reader)

    def _listen(self) -> None:
        poll = select.poll()
        poll.register(self._stream, select.POLLIN)
        poll.register(self._wake_reader, select.POLLIN)
        begun = b""
        open_ = True
        while open_:
            told_to_stop = any(end == self._wake_reader for end, _ in poll.poll())
            chunk = self._read()
            open_ = chunk != b"" and not told_to_stop
            *lines, begun = (begun + (chunk or b"")).split(b"\n")
            begun = begun[:OUTPUT_LENGTH]
            for line in lines if open_ else [*lines, begun]:
                self._log(line)

    def _read(self) -> bytes | None:
        """Return what there is; None when there is nothing now, nothing at all when the pipe has ended."""
        try:
            return os.read(self._stream, _CHUNK)
        except BlockingIOError:
            return None

    def _log(self, line: bytes) -> None:
        text = self.secrets.hide(line.decode(errors="replace"))[:OUTPUT_LENGTH].rstrip()
        if text and self._lines < OUTPUT_LINES:
            self._lines += 1
            log.info("plugin output", extra={"plugin": self._plugin, "line": text})
