"""A browser that a measurement can afford: one keep-alive connection with cookies."""

from __future__ import annotations

import http.client
import re
import time
from urllib.parse import urlencode

from web.bench.world import LOGIN

PASSWORD = "bench-password"  # noqa: S105  of a person who exists as long as the run
HIDDEN = re.compile(r'name="(csrf_token|idempotency_key)"[^>]*value="([^"]+)"')


class Browser:
    """A connection to a server on this machine, logged in after `login`."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._cookies: dict[str, str] = {}
        self._frozen = False

    def twin(self, port: int) -> Browser:
        """Return another browser with this one's login, also for a second server of the system.

        It keeps its cookies as they are: messages for the next page, which it never asks for, would pile up in them.
        """
        twin = Browser(port)
        twin._cookies, twin._frozen = dict(self._cookies), True
        return twin

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def request(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and body."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, urlencode(form) if form is not None else None, headers)
        response = self._connection.getresponse()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie" and not self._frozen:
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.split(";", 1)[0]
        return response.status, response.read().decode()

    def timed(
        self, method: str, path: str, form: dict[str, str] | None = None, expect: tuple[int, ...] = (200,)
    ) -> float:
        """Return the seconds a request took; raise RuntimeError for another status than expected."""
        begin = time.perf_counter()
        status, body = self.request(method, path, form)
        spent = time.perf_counter() - begin
        if status not in expect:
            raise RuntimeError(f"{method} {path} answered {status}: {body[:300]}")
        return spent

    def hidden(self, path: str) -> dict[str, str]:
        """Return the hidden fields of the page's form."""
        return dict(HIDDEN.findall(self.request("GET", path)[1]))

    def login(self) -> None:
        """Log in as the measurement's person."""
        form = {**self.hidden("/login"), "login": LOGIN, "password": PASSWORD}
        self.timed("POST", "/login", form, expect=(302, 303))
