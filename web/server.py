"""The web server in this process: waitress in a thread of its own, with a stop that drains."""

from __future__ import annotations

import threading
import time
from types import TracebackType

from flask import Flask
from waitress.server import create_server

from web.config import Settings
from web.request import LARGEST_WITH_FILES
from web.waiting import waiting_of

DRAIN_SECONDS = 15.0
"""How long requests in progress may take when the server is told to stop."""

MOST_CONNECTIONS = 1000
"""Open at a time. Slow ones hold no thread, but who finds no place waits: waitress' own 100 are soon taken."""


class CannotListen(OSError):
    """The address is taken or not ours. The text names it and says why."""


class WebServer:
    """Serves an application from `with` to the end of the block. Waitress itself drops requests when it is stopped."""

    def __init__(self, application: Flask, settings: Settings) -> None:
        self._waiting = waiting_of(application)
        self._waiting.places = settings.threads // 2
        try:
            self._server = create_server(
                application,
                host=settings.host,
                port=settings.port,
                max_request_body_size=LARGEST_WITH_FILES + (1 << 20),  # refused before it is read
                threads=settings.threads,
                ident="OneGrid",
                channel_request_lookahead=1,  # so that a view can ask whether the client is still there
                connection_limit=MOST_CONNECTIONS,
                asyncore_use_poll=True,  # select() knows no more than 1024
                **_proxy(settings),
            )
        except OSError as error:
            raise CannotListen(f"{settings.host}:{settings.port}: {error.strerror}") from error
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on, also when port 0 was asked for."""
        return int(self._server.effective_port)

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Accept nothing new, let the requests in progress finish, then close."""
        self._waiting.end()
        self._server.accepting = False  # waitress asks it before each look at the listening socket
        deadline = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < deadline and self._busy():
            time.sleep(0.02)
        # in the server's own thread: closing sockets under its select() would make that fail
        self._server.trigger.pull_trigger(self._close_all)
        self._thread.join(timeout=5)
        self._server.task_dispatcher.shutdown()

    def _busy(self) -> bool:
        return any(getattr(channel, "requests", None) for channel in list(self._server._map.values()))

    def _close_all(self) -> None:
        for channel in list(self._server._map.values()):
            channel.close()


def _proxy(settings: Settings) -> dict[str, object]:
    """Return whose word on who asks is believed: the proxy's, where there is one. All others' headers are taken out."""
    if settings.trusted_proxy is None:
        return {}
    headers = {"x-forwarded-for", "x-forwarded-proto"}
    return {"trusted_proxy": settings.trusted_proxy, "trusted_proxy_headers": headers, "trusted_proxy_count": 1}
