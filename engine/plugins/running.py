"""An operating-system process that runs a plugin: how it is walled in, started, listened to and killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import IO, Any, cast

from engine.plugins.checks import Unfit
from engine.plugins.output import Output
from engine.plugins.pipe import DESCRIPTION_LIMIT, Pipe, PipeBroken, PipeTimeout
from engine.plugins.secrets import Secrets
from engine.plugins.sources import Source

KEPT = ("PATH", "LANG", "LC_ALL", "TZ")
"""All that a plugin's process sees of the host's environment: no address, no secret, no home folder."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plugin's process may take: seconds to start, bytes of address space; and the user it runs as.

    Attributes:
        start: seconds from its start until it has imported the plugin.
        memory: bytes of address space.
        user: the operating-system user to run as; None: the host's own. Needs the right to change the user.
    """

    start: float = 20.0
    memory: int = 768 << 20
    user: str | None = None


DEFAULT_LIMITS = Limits()


class RunningProcess:
    """One run of a plugin's process, from start to kill. Raises OSError when it cannot be started at all."""

    def __init__(self, source: Source, limits: Limits) -> None:
        orders = {
            "name": source.name,
            "module": source.module,
            "site": str(source.site) if source.site else None,
            "memory": limits.memory,
        }
        self._deadline = time.monotonic() + limits.start
        self._limit = limits.start
        self._process = subprocess.Popen(  # noqa: S603  our own module by our own interpreter
            [source.python, "-I", "-X", "utf8", "-m", "engine.plugins.child", json.dumps(orders)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
            cwd="/",
            start_new_session=True,  # its own process group too: what it starts is killed with it
            user=limits.user,
        )
        self._streams = [
            cast(IO[bytes], stream) for stream in (self._process.stdin, self._process.stdout, self._process.stderr)
        ]
        jobs, answers, output = self._streams
        self.pipe = Pipe(answers.fileno(), jobs.fileno())
        self._output = Output(source.name, output.fileno())

    def ready(self) -> dict[str, Any]:
        """Wait until it has imported the plugin; return what it says of it.

        Raises:
            Unfit: it says that the plugin is not fit, says nonsense, dies, or is too slow.
        """
        try:
            said = self.pipe.receive(self._deadline, DESCRIPTION_LIMIT)
        except PipeTimeout as timeout:
            raise Unfit("start", f"it was not ready within {self._limit:g} s") from timeout
        except PipeBroken as error:
            raise Unfit("start", f"{error} before it was ready") from error
        match said:
            case {"ready": dict(described)}:
                return described
            case {"unfit": str(reason), "stage": str(stage)}:
                raise Unfit(stage, reason, str(said.get("trace", "")))
        raise Unfit("start", "it does not say what it is")

    def hide(self, secrets: Secrets) -> None:
        """Black out these secrets too in what it prints from now on."""
        self._output.secrets |= secrets

    def kill(self) -> None:
        """Kill it and what it started. The rest of `stop` is for whoever uses the pipe."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: not permitted on a dead group
            os.killpg(self._process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Kill it, and let go of everything that belongs to it."""
        self.kill()
        self._process.wait()
        self._output.stop()
        for stream in self._streams:
            stream.close()
