"""The grid divisions of the demo after the two first ones, as they come: moved, returned, refused, in conflict.

All are in 普利桥镇, so that 梅湾街道 is left to whoever tries the system.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from engine.core_api import Work
from plugins.demo.accounts import RURAL_TOWNSHIP
from plugins.demo.story import Act, Reply, Scene, Story, at_work
from plugins.grid_registry.api import proposal, register_proposal, standing_in, township_picture
from plugins.workforce.api import proposed_staffing

DIVISION_PATHS: Final = {
    "division.applied": "方案审核通过，到生效日期生效，通报、备案后办结；县级审核临近期限，系统提醒；市级备案时函询",
    "division.returned": "校验查出缺理由，退回填报；乡镇负责人退回；县级退回；改好后生效，原网格的网格员接续两个新网格",
    "division.rejected": "县级审核不予同意",
    "division.refused": "须县级负责人专项审定的方案，负责人不予同意",
    "division.conflict": "生效时涉及的网格已被另一方案改动，退回填报，经办撤回",
    "division.open": "县级正在审核",
}
"""Path → what it shows. The two first divisions, which the county's leader decided, are beside."""

MOVED: Final = "431103102200-U012"
"""枫树组, which goes from 岭下网格 to 塘背网格."""
CHANGED: Final[Mapping[str, timedelta]] = {MOVED: timedelta(days=70)}
"""Unit → how long after the story began its grid changes."""

CHECKS: Final = ["boundary_clear", "size_standard", "exclusive_criterion", "no_overlap", "staffing"]
SUBMIT: Final = Reply({"decision": "submit", "statement": True}, after=timedelta(hours=4))
APPROVE: Final = Reply({"checks": CHECKS, "conclusion": "approve"}, after=timedelta(days=2))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

ALWAYS: Final = {"sign": SUBMIT, "review": APPROVE}

Changes = Callable[[Mapping[str, str]], Sequence[Mapping[str, Any]]]
"""Makes a plan's changes of the codes of the township's grids, by name."""


def divisions(since: datetime, until: datetime) -> list[Story]:
    """Return the divisions between two moments."""
    begins = {
        "applied": since + 42 * DAY,
        "conflict": since + 44 * DAY,
        "rejected": since + 60 * DAY,
        "refused": since + 80 * DAY,
        "returned": since + 95 * DAY,
        "open": until - 4 * DAY,
    }
    replies = {
        "applied": _applied(since),
        "conflict": {
            "propose": [_plan(_move("岭下", "桥头", "431103102200-U011"), 31), _withdrawn()],
            **ALWAYS,
            "decide": _decided(),
        },
        "rejected": {
            "propose": _plan(_merged, 30),
            "sign": SUBMIT,
            "review": _refusal("现有网格符合规模标准，不同意合并。"),
        },
        "refused": {
            "propose": _plan(_split_small, 30),
            **ALWAYS,
            "decide": Reply({"conclusion": "reject", "opinion": "拆分后户数过少，不予同意。"}, after=DAY),
        },
        "returned": _returned(),
        "open": {"propose": _plan(_renamed, 40), "sign": SUBMIT},
    }
    return [
        Story(
            f"division-{name}",
            f"division.{name}",
            at_work(moment),
            _start,
            by="plq.clerk",
            replies=replies[name],
        )
        for name, moment in begins.items()
    ]


def _start(work: Work) -> str:
    return proposal(work.session, register_proposal(work, RURAL_TOWNSHIP)).instance_id


def _applied(since: datetime) -> dict[str, Any]:
    effective = (since + CHANGED[MOVED]).date()
    return {
        "propose": Reply(lambda scene: _filled(scene, _move("岭下", "塘背", MOVED), effective), after=3 * HOUR),
        "sign": SUBMIT,
        "review": replace(APPROVE, after=13 * DAY),  # after the reminder on the eighth working day
        "decide": _decided(),
        "file": Reply(
            {"receipt_no": "永网备〔2026〕077号", "remark": "query", "note": "请补充说明枫树组网格员的交接安排。"},
            after=2 * DAY,
        ),
    }


def _returned() -> dict[str, Any]:
    reasons = "大坪村户数将随安置点入住增加，按自然村分设便于走访。"
    opinion = "请与村委会核实户数后再报。"
    return {
        "propose": [_plan(_split("大坪", why), 35) for why in ("", reasons, reasons, reasons)],
        "sign": [Reply({"decision": "return", "opinion": opinion}, after=4 * HOUR), SUBMIT, SUBMIT],
        "review": [
            Reply({"checks": CHECKS, "conclusion": "return", "opinion": "请补充两个网格的网格员配备方案。"}, after=DAY),
            APPROVE,
        ],
        "decide": _decided(),
        "staff": Reply(_staffed, after=DAY),
        "file": Reply({"receipt_no": "永网备〔2026〕102号", "remark": "recorded"}, after=3 * DAY),
    }


def _staffed(scene: Scene) -> dict[str, Any]:
    """Confirm who follows to the new grids."""
    session = scene.work.session
    made = standing_in(session, RURAL_TOWNSHIP, scene.today)
    codes = [code for code, grid in made.items() if grid.predecessors]
    return {"staffing": proposed_staffing(session, RURAL_TOWNSHIP, codes, scene.today)}


def _decided() -> Reply:
    return Reply({"conclusion": "approve", "opinion": "情况属实，理由充分，同意按方案调整。"}, after=DAY)


def _refusal(opinion: str) -> Reply:
    return Reply({"checks": CHECKS, "conclusion": "reject", "opinion": opinion}, after=2 * DAY)


def _withdrawn() -> Act:
    reason = {"withdrawal": {"reason": "涉及的网格已经调整，另行提出方案。"}}
    return Act(lambda work, scene: work.messages.send(scene.instance_id, "withdraw", reason), after=DAY, by="plq.clerk")


def _plan(changes: Changes, days: int) -> Reply:
    """Fill in a plan that takes effect so many days later."""
    return Reply(lambda scene: _filled(scene, changes, scene.today + days * DAY), after=3 * HOUR)


def _filled(scene: Scene, changes: Changes, effective: date) -> dict[str, Any]:
    picture = township_picture(scene.work.session, RURAL_TOWNSHIP, scene.today)
    return {
        "reason_type": "demolition_or_population_change",
        "reason_text": "入户核实后，村民小组的户数和人口有变化，按规模标准调整本镇网格。",
        "effective_date": effective.isoformat(),
        "base_revision": picture.revision,
        "changes": list(changes({grid.name.removesuffix("网格"): grid.code for grid in picture.grids})),
    }


def _move(source: str, target: str, unit: str) -> Changes:
    def changes(codes: Mapping[str, str]) -> list[dict[str, Any]]:
        why = "该组与原网格隔河，由相邻网格服务更近便。"
        return [
            {"op": "move_units", "unit_ids": [unit], "from": codes[source], "to": codes[target], "justification": why}
        ]

    return changes


def _split(name: str, why: str) -> Changes:
    def changes(codes: Mapping[str, str]) -> list[dict[str, Any]]:
        units = {"大坪": ("431103102201-U010", "431103102201-U011")}[name]
        parts = [_part(f"{name}{end}网格", [unit], why) for end, unit in zip(("东", "西"), units, strict=True)]
        return [{"op": "split", "grid": codes[name], "parts": parts}]

    return changes


def _split_small(codes: Mapping[str, str]) -> list[dict[str, Any]]:
    why = "冲尾组、对门组地处山冲，往返不便。"
    parts = [
        _part("长冲湾网格", ["431103102201-U007"], why),
        _part("冲尾网格", ["431103102201-U008", "431103102201-U009"], why),
    ]
    return [{"op": "split", "grid": codes["长冲"], "parts": parts}]


def _merged(codes: Mapping[str, str]) -> list[dict[str, Any]]:
    merged = _part("碑鲁网格", [], "两个网格相邻，由同一名网格员服务。")
    del merged["unit_ids"]
    return [{"op": "merge", "grids": [codes["碑前"], codes["鲁家"]], **merged}]


def _renamed(codes: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"op": "rename", "grid": codes["碑前"], "name": "石碑网格"}]


def _part(name: str, units: list[str], why: str) -> dict[str, Any]:
    return {"name": name, "kind": "comprehensive", "setting": "rural", "unit_ids": units, "justification": why}
