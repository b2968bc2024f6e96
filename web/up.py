"""`onegrid up`: database, processes, web and workers in one operating-system process, from nothing to ready."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from waitress.server import create_server

from engine.application import Engine
from engine.errors import DeploymentRefused
from engine.types import SYSTEM
from web.app import create_app
from web.composition import build_engine, deploy_processes
from web.config import Settings
from web.i18n import compile_catalogues

if TYPE_CHECKING:
    from types import FrameType

    from waitress.server import BaseWSGIServer

DRAIN_SECONDS = 15
log = logging.getLogger(__name__)


def up(settings: Settings, prepare: Callable[[Engine], None] | None = None) -> int:
    """Serve until SIGINT or SIGTERM, then drain. `prepare` is called before anything is served (the demo loads there).

    Returns:
        The exit status: 0 after a clean stop, 2 when a process in `processes/` was refused.
    """
    compile_catalogues()
    engine = build_engine(settings)
    try:
        deploy_processes(engine, settings)
    except DeploymentRefused as refused:
        engine.stop_workers()
        click.echo(f"{refused}", err=True)
        for finding in refused.findings:
            click.echo(f"  {finding}", err=True)
        return 2
    if prepare is not None:
        prepare(engine)
    adopt_waiting_jobs(engine)
    engine.start_workers()
    server = create_server(
        create_app(engine, settings), host=settings.host, port=settings.port, threads=settings.threads
    )
    click.echo(f"OneGrid ready: http://{settings.host}:{server.effective_port}")
    serve(server)
    engine.stop_workers()
    click.echo("OneGrid 已停止 / stopped")
    return 0


def adopt_waiting_jobs(engine: Engine) -> int:
    """Give every waiting job a live ticket; return how many had none.

    The demo's replay makes jobs on a queue of its own; and a ticket that ended in an error would never come back.
    """
    with engine.begin(SYSTEM) as work:
        return work.jobs.adopt_waiting()


def serve(server: BaseWSGIServer) -> None:
    """Serve until a signal comes; then accept nothing new and let the requests in progress finish."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    stopping.wait()
    click.echo("正在停止：等待进行中的请求和任务完成… / draining")
    server.accepting = False  # waitress' readable() then turns False: it accepts no new connection
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline and _busy(server):
        time.sleep(0.05)
    server.close()
    for number, handler in previous.items():
        signal.signal(number, handler)


def _busy(server: BaseWSGIServer) -> bool:
    return any(getattr(channel, "requests", None) for channel in list(server._map.values()))
