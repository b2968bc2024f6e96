"""`onegrid up`: database, processes, web and workers in one operating-system process, from nothing to ready."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from engine.application import Engine
from engine.errors import DeploymentRefused
from engine.types import SYSTEM
from web import logs
from web.app import create_app
from web.composition import build_engine, deploy_processes
from web.config import Settings
from web.server import CannotListen, WebServer

if TYPE_CHECKING:
    from types import FrameType


def up(settings: Settings, prepare: Callable[[Engine], None] | None = None) -> int:
    """Serve until SIGINT or SIGTERM, then drain. `prepare` is called before anything is served (the demo loads there).

    Returns:
        The exit status: 0 after a clean stop, 1 when the address is taken, 2 when a process was refused.
    """
    logs.configure(json=not sys.stderr.isatty())
    engine = build_engine(settings)
    try:
        return _serve(engine, settings, prepare)
    except CannotListen as error:
        click.echo(f"不能监听 {error}。请用 PORT=… 换一个端口 / cannot listen there, choose another PORT", err=True)
        return 1
    finally:
        engine.stop_workers()
        click.echo("OneGrid 已停止 / stopped")


def _serve(engine: Engine, settings: Settings, prepare: Callable[[Engine], None] | None) -> int:
    try:
        deploy_processes(engine, settings)
    except DeploymentRefused as refused:
        click.echo(f"{refused}", err=True)
        for finding in refused.findings:
            click.echo(f"  {finding}", err=True)
        return 2
    if prepare is not None:
        prepare(engine)
    with engine.begin(SYSTEM) as work:
        # the demo's replay has a queue of its own, and a ticket that ended in an error would never come back
        work.jobs.adopt_waiting()
    with stop_signals() as stopping, WebServer(create_app(engine, settings), settings) as server:
        engine.start_workers()
        click.echo(f"OneGrid ready: http://{settings.host}:{server.port}")
        stopping.wait()
        click.echo("正在停止：等待进行中的请求和任务完成… / draining")
    return 0


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """Give an event that SIGINT and SIGTERM set; a second signal ends the process as usual."""
    stopping = threading.Event()
    previous: dict[int, Any] = {}

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.set()
        signal.signal(number, previous[number])

    previous.update({number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)})
    yield stopping
    for number, handler in previous.items():
        signal.signal(number, handler)
