"""`onegrid bench`: the measurements of `web.bench`, each printing one JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

# each command imports its own measurement: `onegrid up` pays for none of them


@click.group()
def bench() -> None:
    """性能测量：输出 JSON。"""


def _json(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="一行 JSON；否则缩进排印。")(command)


def _print(found: dict[str, Any], as_json: bool) -> None:
    click.echo(json.dumps(found, indent=None if as_json else 2, ensure_ascii=False))


@bench.command("demo")
@click.option("--database", default="sqlite", show_default=True, help="数据库：postgresql、sqlite 或地址。")
@_json
def demo_command(database: str, as_json: bool) -> None:
    """回放演示县的半年：每秒办件数、步数，每步的 SQL 语句数和提交次数。"""
    from web.bench.demo import demo_bench  # noqa: PLC0415  see above

    _print(demo_bench(database), as_json)


@bench.command("engine")
@click.option("--rounds", default=30, show_default=True, help="每种流程的次数。")
@click.option("--revisions", default=200, show_default=True, help="循环次数。")
@click.option("--starts", default=5, show_default=True, help="全新进程的次数。")
@click.option("--steps", default=5_000, show_default=True, help="观察内存的步数。")
@_json
def engine_command(rounds: int, revisions: int, starts: int, steps: int, as_json: bool) -> None:
    """不含数据库的引擎：每步耗时、长循环、冷启动、内存；对照 SpiffWorkflow 原生做法。"""
    from web.bench.engine import engine_bench  # noqa: PLC0415  see above

    _print(engine_bench(rounds, revisions, starts, steps), as_json)


@bench.command("http")
@click.option("--instances", default=30, show_default=True, help="流程实例数。")
@click.option("--database", default="sqlite", show_default=True, help="数据库：postgresql、sqlite 或地址。")
@_json
def http_command(instances: int, database: str, as_json: bool) -> None:
    """经 HTTP 完成 10 个用户任务的流程：耗时、SQL 语句数、提交次数；对照同一服务器的空请求。"""
    from web.bench.over_http import http_bench  # noqa: PLC0415  see above

    _print(http_bench(instances, database), as_json)


@bench.command("inbox")
@click.option("--tasks", default=1_000_000, show_default=True, help="待办任务数。")
@click.option("--history", default=10_000_000, show_default=True, help="历史记录行数。")
@click.option("--rounds", default=50, show_default=True, help="每个问题的次数。")
@click.option("--database", default="postgresql", show_default=True, help="数据库：postgresql、sqlite 或地址。")
@_json
def inbox_command(tasks: int, history: int, rounds: int, database: str, as_json: bool) -> None:
    """百万待办、千万历史时的收件箱：分页、计数、一件的历史；对照 OFFSET 分页。"""
    from web.bench.inbox import inbox_bench  # noqa: PLC0415  see above

    _print(inbox_bench(tasks, history, rounds, database), as_json)


@bench.command("load")
@click.option("--seconds", default=30.0, show_default=True, help="计时的秒数，其前另有预热。")
@click.option("--clients", default=16, show_default=True, help="同时操作的人数。")
@click.option("--web", default=2, show_default=True, help="网页进程数。")
@click.option("--workers", default=1, show_default=True, help="任务执行进程数。")
@click.option("--database", default="postgresql", show_default=True, help="数据库：postgresql、sqlite 或地址。")
@_json
def load_command(seconds: float, clients: int, web: int, workers: int, database: str, as_json: bool) -> None:
    """审核流程（含处理器）的吞吐：真实的网页与任务执行进程，经 HTTP 办理；对照同时的空请求。"""
    from web.bench.load import load_bench  # noqa: PLC0415  see above

    _print(load_bench(seconds, clients, web, workers, database), as_json)


@bench.command("plugins")
@click.option("--starts", default=10, show_default=True, help="启动插件进程的次数。")
@click.option("--calls", default=2_000, show_default=True, help="交给一个插件进程的作业数。")
@click.option("--waiting", default=10_000, show_default=True, help="一个部门等待着的、总是失败的作业数。")
@click.option("--samples", default=60, show_default=True, help="同时另一部门的作业数，量其延迟。")
@click.option("--jobs", default=600, show_default=True, help="各应恰好执行一次的作业数。")
@click.option("--workers", default=8, show_default=True, help="执行它们的进程数。")
@click.option("--database", default="postgresql", show_default=True, help="数据库：postgresql、sqlite 或地址。")
@_json
def plugins_command(as_json: bool, **options: Any) -> None:
    """部门插件：进程启动、每个作业的开销、病部门对他部门的延迟、多进程下恰好一次。"""
    from web.bench.plugins import plugins_bench  # noqa: PLC0415  see above

    _print(plugins_bench(**options), as_json)
