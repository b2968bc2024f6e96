"""`onegrid processes diff | migrate`: what a version changed, and taking instances to another."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NoReturn

import click
import orjson

from engine.bpmn.comparison import Change, compare
from engine.errors import EngineError
from engine.rollout import ALL, Rollout, foresee, roll_out
from engine.services.migration import Prospect, Route
from engine.types import SYSTEM
from web.cli_instances import operator

if TYPE_CHECKING:
    from engine.application import Engine

REFUSED = 2
FAILED = 4
MARKS = {"added": "+", "removed": "-", "changed": "~"}

Build = Callable[[], "Engine"]


@click.command("diff")
@click.argument("key")
@click.argument("old", type=int, metavar="V1")
@click.argument("new", type=int, metavar="V2")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
@click.pass_obj
def diff_command(build: Build, key: str, old: int, new: int, as_json: bool) -> None:
    """流程两个版本之间的差异：逐个元素、逐项属性。"""
    try:
        with build().begin(SYSTEM, write=False) as work:
            before, after = (work.definitions.of(work.definitions.version(key, number).id) for number in (old, new))
            changes = compare(before, after)
    except EngineError as error:
        _fail(error)
    if as_json:
        click.echo(orjson.dumps({"key": key, "from": old, "to": new, "changes": [asdict(each) for each in changes]}))
        return
    for change in changes:
        click.echo(_line(change))


def _line(change: Change) -> str:
    place = f"{MARKS[change.kind]} {change.element_id}"
    if change.kind != "changed":
        return f"{place}  {change.before or change.after}"
    return f"{place}  {change.property}: {_text(change.before)} → {_text(change.after)}"


def _text(value: str | None) -> str:
    return "∅" if value is None else value


@click.command("migrate")
@click.argument("key")
@click.argument("old", type=int, metavar="FROM")
@click.argument("new", type=int, metavar="TO")
@click.option("--map", "mapping", multiple=True, metavar="OLD=NEW", help="元素的对应关系；未给出的按 id 对应。")
@click.option("--instance", "instances", multiple=True, metavar="ID", help="只迁移这些实例。")
@click.option("--canary", metavar="1|10%|all", help="迁移多少个实例，先开始的在前。")
@click.option("--other-branch", is_flag=True, help="也迁移在新版本中会走另一分支的实例。")
@click.option("--dry-run", is_flag=True, help="只试算，不写入。")
@click.option("--reason", default="", help="理由：记入办理历史；--dry-run 时可省略。")
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。")
@click.pass_obj
def migrate_command(  # noqa: PLR0913, PLR0917  one an option of the command, all given by name
    build: Build,
    key: str,
    old: int,
    new: int,
    mapping: tuple[str, ...],
    instances: tuple[str, ...],
    canary: str | None,
    other_branch: bool,
    dry_run: bool,
    reason: str,
    as_json: bool,
) -> None:
    """把运行中的实例迁移到另一版本：每个实例一个事务，遇错即停。

    在新版本中会走另一分支的实例不迁移，除非 --other-branch。
    退出码：0 完成；2 有实例需要对应关系、会走另一分支或不能迁移；4 出错，已停止。
    """
    if not dry_run and not reason.strip():
        raise click.UsageError("请用 --reason 说明理由，或用 --dry-run 只看结果。")
    if not dry_run and not instances and canary is None:
        raise click.UsageError("请用 --instance 或 --canary 1|10%|all 指明迁移哪些实例。")
    engine, route = build(), Route(key, old, new, dict(_pair(text) for text in mapping))
    try:
        rollout = foresee(engine, operator(), route, instances or None, canary or ALL, other_branch=other_branch)
        if not dry_run:
            rollout = roll_out(engine, operator(), route, rollout, reason)
    except EngineError as error:
        _fail(error)
    click.echo(orjson.dumps(_report(route, rollout, dry_run)).decode() if as_json else _words(rollout, dry_run))
    sys.exit(_exit_code(rollout, other_branch))


def _pair(text: str) -> tuple[str, str]:
    before, given, after = (part.strip() for part in text.partition("="))
    if not (before and given and after):
        raise click.UsageError(f"“{text}”应为 OLD=NEW。")
    return before, after


def _exit_code(rollout: Rollout, other_branch: bool) -> int:
    if rollout.failed is not None:
        return FAILED
    return REFUSED if any(_left(prospect, other_branch) for prospect in rollout.prospects) else 0


def _left(prospect: Prospect, other_branch: bool) -> bool:
    return bool(prospect.obstacles) or (bool(prospect.branches) and not other_branch)


def _report(route: Route, rollout: Rollout, dry_run: bool) -> dict[str, Any]:
    return {
        "key": route.key,
        "from": route.old,
        "to": route.new,
        "dry_run": dry_run,
        "total": len(rollout.prospects),
        **rollout.counts(),
        "instances": [
            {
                "id": prospect.instance_id,
                "outcome": prospect.outcome,
                "obstacles": [asdict(obstacle) for obstacle in prospect.obstacles],
                "branches": [asdict(branch) for branch in prospect.branches],
                "unclear": list(prospect.unclear),
            }
            for prospect in rollout.prospects
        ],
        "chosen": list(rollout.chosen),
        "migrated": rollout.migrated,
        "failed": None if rollout.failed is None else dict(zip(("id", "error"), rollout.failed, strict=True)),
    }


def _words(rollout: Rollout, dry_run: bool) -> str:
    counts = rollout.counts()
    lines = [
        f"{len(rollout.prospects)} 个实例：{counts['unchanged']} 个不变，{counts['mapped']} 个按对应关系，"
        f"{counts['needs-mapping']} 个需要对应关系，{counts['other-branch']} 个会走另一分支，"
        f"{counts['refused']} 个不能迁移"
    ]
    for prospect in rollout.prospects:
        reasons = [obstacle.message for obstacle in prospect.obstacles]
        reasons += [branch.message for branch in prospect.branches]
        reasons += [f"未能核对：{text}" for text in prospect.unclear]
        lines += [f"  {prospect.instance_id}  {text}" for text in reasons]
    if dry_run:
        lines.append(f"将迁移 {len(rollout.chosen)} 个；未写入。")
    else:
        lines.append(f"已迁移 {len(rollout.migrated)} 个，共选 {len(rollout.chosen)} 个。")
    if rollout.failed is not None:
        lines.append(f"停止于 {rollout.failed[0]}：{rollout.failed[1]}")
    return "\n".join(lines)


def _fail(error: EngineError) -> NoReturn:
    click.echo(str(error), err=True)
    sys.exit(FAILED)
