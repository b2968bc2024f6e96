"""`onegrid plugins token`: tokens of systems elsewhere that do a plugin's work. A secret is shown once, when made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import click
import orjson

from engine.application import Engine
from engine.clock import TIMEZONE
from engine.errors import EngineError, NotFound
from engine.services.worker_tokens import LONGEST, OVERLAP, Issued
from engine.tables.workers import WorkerToken
from engine.types import SYSTEM
from web.cli_instances import operator

Build = Callable[[], Engine]

_DAYS = click.option(
    "--days", type=click.IntRange(1, LONGEST.days), default=90, show_default=True, help="有效期（天）。"
)
_JSON = click.option("--json", "as_json", is_flag=True, help="一行 JSON。")


@click.group("token")
def token_command() -> None:
    """外部系统的令牌：凭令牌通过 /worker/v1 领取并办理插件的作业。"""


@token_command.command("create")
@click.argument("plugin")
@click.option("--name", required=True, help="使用令牌的系统；记入它所办作业的历史。")
@click.option("--topic", "topics", multiple=True, help="只限这个外部处理器（可多次给出）；不给则为该插件的全部。")
@click.option("--county", help="只限一个区县（组织编码）的作业。")
@_DAYS
@_JSON
@click.pass_obj
def create(
    build: Build, plugin: str, name: str, topics: tuple[str, ...], county: str | None, days: int, as_json: bool
) -> None:
    """新建令牌，显示一次。"""
    with _told(), build().begin(operator()) as work:
        issued = work.worker_tokens.create(plugin, name, lifetime=timedelta(days=days), topics=topics, county=county)
        shown = _issued(issued)
    _print(shown, as_json)


@token_command.command("rotate")
@click.argument("token_id", metavar="ID")
@_DAYS
@click.option(
    "--overlap-hours",
    type=click.IntRange(0, 30 * 24),
    default=int(OVERLAP.total_seconds() // 3600),
    show_default=True,
    help="旧令牌还可使用的小时数。",
)
@_JSON
@click.pass_obj
def rotate(build: Build, token_id: str, days: int, overlap_hours: int, as_json: bool) -> None:
    """换发令牌：权限不变；旧令牌在重叠期后失效。"""
    with _told(), build().begin(operator()) as work:
        lifetime, overlap = timedelta(days=days), timedelta(hours=overlap_hours)
        shown = _issued(work.worker_tokens.rotate(token_id, lifetime=lifetime, overlap=overlap))
    _print(shown, as_json)


@token_command.command("revoke")
@click.argument("token_id", metavar="ID")
@click.pass_obj
def revoke(build: Build, token_id: str) -> None:
    """立即吊销令牌。"""
    with _told(), build().begin(operator()) as work:
        name = work.worker_tokens.revoke(token_id).name
    click.echo(f"已吊销 {name} / revoked")


@token_command.command("list")
@click.argument("plugin", required=False)
@_JSON
@click.pass_obj
def list_command(build: Build, plugin: str | None, as_json: bool) -> None:
    """令牌及其权限、有效期、最近使用时间；已失效的也列出。"""
    with build().begin(SYSTEM, write=False) as work:
        found = [_described(token, work.clock.now()) for token in work.worker_tokens.all(plugin)]
    if as_json:
        click.echo(orjson.dumps(found).decode())
        return
    for each in found:
        where = f"{','.join(each['topics']) or '*'} {each['county'] or '*'}"
        click.echo(f"{each['id']} {each['plugin']:20} {each['name']:16} {each['state']:8} {each['expires_at']} {where}")


def _issued(issued: Issued) -> dict[str, Any]:
    return {
        "id": issued.token.id,
        "plugin": issued.token.plugin,
        "name": issued.token.name,
        "expires_at": _moment(issued.token.expires_at),
        "token": issued.secret,
    }


def _described(token: WorkerToken, now: datetime) -> dict[str, Any]:
    ended = "expired" if token.expires_at <= now else "valid"
    return {
        "id": token.id,
        "plugin": token.plugin,
        "name": token.name,
        "topics": token.topics,
        "county": token.county,
        "state": "revoked" if token.revoked_at else ended,
        "expires_at": _moment(token.expires_at),
        "created_at": _moment(token.created_at),
        "created_by": token.created_by,
        "last_used_at": _moment(token.last_used_at),
        "replaced_by": token.replaced_by,
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(TIMEZONE).isoformat(timespec="minutes") if at else None


def _print(shown: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(shown).decode())
        return
    click.echo(f"{shown['name']} ({shown['plugin']})  ID {shown['id']}  有效至 / valid until {shown['expires_at']}")
    click.echo(f"令牌只显示这一次 / shown this once:\n{shown['token']}")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except NotFound:
        click.echo("没有这个有效的令牌 / there is no such token that holds", err=True)
        sys.exit(1)
    except EngineError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
