"""`onegrid` as processes of their own, and somebody who works on its pages while it is killed and started again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import sqlalchemy as sa

from engine.application import Engine
from engine.tables.tasks import UserTask
from engine.types import SYSTEM
from tests.durability.patience import SECONDS
from web.config import Settings

ROOT = Path(__file__).parents[2]
READY = "OneGrid ready: http://127.0.0.1:"
LOGIN, PASSWORD = "bote", "bote-password"
HIDDEN = re.compile(r'name="(csrf_token|idempotency_key)"[^>]*value="([^"]+)"')
NOBODY = -1


class Running:
    """One run of an `onegrid` command, from its start to its end by signal."""

    def __init__(self, settings: Settings, *command: str) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "ONEGRID_HOME": str(settings.home),
            "ONEGRID_DATABASE_URL": settings.database_url,
            "ONEGRID_PROCESSES": str(settings.processes),
            "ONEGRID_STRICT_PLUGINS": "1",
            "PORT": "0",
        }
        self._command = command
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from web.cli import main; main()", *command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def port(self) -> int:
        """Return the port that `up` serves at, once it says so."""
        return int(self.said(READY))

    def said(self, beginning: str) -> str:
        """Wait for a line of output that begins so; return the rest of it."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(beginning):
                return line.removeprefix(beginning).strip()
        raise AssertionError(f"{self._command} ended with {self._process.wait()} before it was ready")

    def kill(self) -> None:
        self._process.kill()
        self._end()

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Tell it to stop, as Ctrl-C does; return its exit status."""
        self._process.send_signal(how)
        return self._end()

    def _end(self) -> int:
        assert self._process.stdout is not None
        try:
            return self._process.wait(SECONDS)
        finally:
            self._process.stdout.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self.kill()


class Browser:
    """A person's browser, as far as logging in and sending forms goes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._opener = build_opener(HTTPCookieProcessor())
        self._send("/login", {"login": LOGIN, "password": PASSWORD})

    def complete(self, task: str) -> None:
        """Fill in the page of a task and send it; the server's answer to it is a redirect, which is followed."""
        self._send(f"/tasks/{task}", {"note": "好"})

    def _send(self, path: str, fields: dict[str, str]) -> None:
        address = f"http://127.0.0.1:{self.port}{path}"
        with self._opener.open(address, timeout=SECONDS) as page:
            hidden = dict(HIDDEN.findall(page.read().decode()))
        with self._opener.open(address, urlencode({**hidden, **fields}).encode(), timeout=SECONDS):
            pass


class Client:
    """Somebody who starts errands and does their task over HTTP, again and again, whatever happens to the server."""

    def __init__(self, engine: Engine) -> None:
        self.started: list[str] = []
        self._engine = engine
        self._port: int | None = None
        self._served = threading.Condition()
        self._tired = threading.Event()
        self._thread = threading.Thread(target=self._work, name="client")
        self._browser: Browser | None = None
        self._failure: BaseException | None = None

    def served_at(self, port: int) -> None:
        """Say where the server is now."""
        with self._served:
            self._port = port
            self._served.notify()

    def finish(self) -> None:
        """Let the last errand be done, and no other be started; raise what went wrong."""
        self._tired.set()
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), "the last task is not done"
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Client:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._tired.set()
        self.served_at(NOBODY)
        self._thread.join(SECONDS)

    def _work(self) -> None:
        try:
            while not self._tired.is_set():
                self.started.append(self._start())
                while (task := self._open_task(self.started[-1])) is not None:
                    self._try(task)
        except BaseException as error:  # noqa: BLE001  given to the test's thread by `finish`
            self._failure = error

    def _start(self) -> str:
        with self._engine.begin(SYSTEM) as work:
            return work.instances.start("errand", {}, business_key=None, org_unit="1").id

    def _open_task(self, instance: str) -> str | None:
        select = sa.select(UserTask.id).where(UserTask.instance_id == instance, UserTask.state == "open")
        with self._engine.begin(SYSTEM, write=False) as work:
            return work.session.scalar(select)

    def _try(self, task: str) -> None:
        """Do the task if somebody serves; an answer that says that something is wrong is raised."""
        with self._served:
            assert self._served.wait_for(lambda: self._port is not None, SECONDS), "nobody serves"
            port = self._port
        assert port not in (None, NOBODY)
        try:
            if self._browser is None or self._browser.port != port:
                self._browser = Browser(port)
            self._browser.complete(task)
        except HTTPError:
            raise
        except (OSError, HTTPException):
            with self._served:
                if self._port == port:
                    self._port = None  # it is dead; wait for the next
