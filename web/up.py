"""`onegrid up`: database, processes, web and workers in one operating-system process, from nothing to ready."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from engine.application import Engine
from engine.errors import DeploymentRefused
from web import logs
from web.app import create_app
from web.composition import build_engine, deploy_processes
from web.config import Settings
from web.server import CannotListen, WebServer
from web.stopping import stop_signals


def up(
    settings: Settings,
    prepare: Callable[[Engine], None] | None = None,
    beside: Sequence[str] = (),
    *,
    workers: bool = True,
) -> int:
    """Serve until SIGINT or SIGTERM, then drain.

    Args:
        settings: where and how.
        prepare: called before anything is served (the demo loads there).
        beside: a command of `onegrid` that runs in a process of its own once the pages are served; it is told to stop
            with this one.
        workers: whether jobs run in this process too; without, `onegrid worker` runs them.

    Returns:
        The exit status: 0 after a clean stop, 1 when the address is taken, 2 when a process was refused, 75 when
        another worker has taken this one's place.
    """
    logs.configure(json=not sys.stderr.isatty())
    engine = build_engine(settings)
    engine.runtime.vault.prepare()
    try:
        return _serve(engine, settings, prepare, beside, workers)
    except CannotListen as error:
        click.echo(f"不能监听 {error}。请用 PORT=… 换一个端口 / cannot listen there, choose another PORT", err=True)
        return 1
    finally:
        engine.stop_workers()
        click.echo("OneGrid 已停止 / stopped")


def _serve(
    engine: Engine, settings: Settings, prepare: Callable[[Engine], None] | None, beside: Sequence[str], workers: bool
) -> int:
    try:
        deploy_processes(engine, settings)
    except DeploymentRefused as refused:
        click.echo(f"{refused}", err=True)
        for finding in refused.findings:
            click.echo(f"  {finding}", err=True)
        return 2
    if prepare is not None:
        prepare(engine)
    with stop_signals() as stopping, WebServer(create_app(engine, settings), settings) as server:
        if workers:
            engine.start_workers(stopping.displaced)
        else:
            engine.watch_plugins()
        click.echo(f"OneGrid ready: http://{settings.host}:{server.port}")
        with _beside(beside):
            stopping.wait()
        click.echo("正在停止：等待进行中的请求和任务完成… / draining")
        return stopping.status


@contextmanager
def _beside(command: Sequence[str]) -> Iterator[None]:
    """Run a command of `onegrid` in a process of its own, where one is given, until it ends or the block does."""
    if not command:
        yield
        return
    run = [sys.executable, "-c", "from web.cli import main; main()", *command]
    with subprocess.Popen(run, stdin=subprocess.DEVNULL) as child:  # noqa: S603  our own
        try:
            yield
        finally:
            child.terminate()
