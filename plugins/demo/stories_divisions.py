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
from plugins.grid_registry.api import proposal, register_proposal, township_picture

DIVISION_PATHS: Final = {
    "division.applied": "方案审核通过，到期生效，通报、备案后办结；县级审核临近期限，系统提醒；市级备案时函询",
    "division.returned": "校验查出缺理由，乡镇负责人、县级审核、县级负责人各退回一次；专项审定时经办撤回",
    "division.rejected": "县级审核逾期，告知县级负责人、抄告市级；随后不予同意",
    "division.refused": "须县级负责人专项审定的方案，负责人不予同意",
    "division.conflict": "生效时涉及的网格已被另一方案改动，退回填报，经办撤回",
    "division.withdrawn_at_signing": "乡镇审签以前，经办撤回",
    "division.withdrawn_at_review": "县级审核期间，乡镇负责人撤回",
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
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TAKEN: Final = "涉及的网格已经调整，另行提出方案。"

ALWAYS: Final = {"sign": SUBMIT, "review": APPROVE}

Changes = Callable[[Mapping[str, str]], Sequence[Mapping[str, Any]]]
"""Makes a plan's changes of the codes of the township's grids, by name."""


def divisions(since: datetime, until: datetime) -> list[Story]:
    """Return the divisions between two moments."""
    begins = {
        "withdrawn_at_signing": since + 33 * DAY + 95 * MINUTE,
        "applied": since + 42 * DAY + 20 * MINUTE,
        "conflict": since + 44 * DAY + 280 * MINUTE,
        "rejected": since + 60 * DAY + 50 * MINUTE,
        "refused": since + 80 * DAY + 310 * MINUTE,
        "returned": since + 95 * DAY + 35 * MINUTE,
        "withdrawn_at_review": since + 130 * DAY + 260 * MINUTE,
        "open": until - 4 * DAY,
    }
    replies = {
        "applied": _applied(since),
        "conflict": {
            "propose": [_plan(_move("岭下", "桥头", "431103102200-U011"), 31), _withdrawn(TAKEN)],
            **ALWAYS,
            "decide": _decided(),
        },
        "rejected": {
            "propose": _plan(_merged, 30),
            "sign": SUBMIT,
            "review": replace(_refusal("现有网格符合规模标准，不同意合并。"), after=17 * DAY),  # late
        },
        "refused": {
            "propose": _plan(_split_small, 30),
            **ALWAYS,
            "decide": Reply({"conclusion": "reject", "opinion": "拆分后户数过少，不予同意。"}, after=DAY),
        },
        "returned": _returned(),
        "withdrawn_at_signing": {
            "propose": _plan(_move("上杉", "桥头", "431103102200-U003"), 30),
            "sign": _withdrawn("井边组户代表会议没有同意改由桥头网格服务，暂不调整。", 5 * HOUR),
        },
        "withdrawn_at_review": {
            "propose": _plan(_move("鲁家", "碑前", "431103102201-U006"), 30),
            "sign": SUBMIT,
            "review": _withdrawn("田心组正在核减空户，核实户数后另行提出。", DAY + 2 * HOUR, by="plq.leader"),
        },
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
    reasons = "鲁家湾户数将随安置点入住增加，单设网格便于走访。"
    opinion = "请与村委会核实户数后再报。"
    return {
        "propose": [_plan(_split_growing(why), 35) for why in ("", *4 * (reasons,))],
        "sign": [Reply({"decision": "return", "opinion": opinion}, after=4 * HOUR), *3 * (SUBMIT,)],
        "review": [
            Reply({"checks": CHECKS, "conclusion": "return", "opinion": "请补充两个网格的网格员配备方案。"}, after=DAY),
            APPROVE,
            APPROVE,
        ],
        "decide": [
            Reply({"conclusion": "return", "opinion": "请说明安置点何时交付、何时入住。"}, after=DAY),
            _withdrawn("安置点延期交付，年内户数不会增加，暂不分设。", 2 * DAY),
        ],
    }


def _decided() -> Reply:
    return Reply({"conclusion": "approve", "opinion": "情况属实，理由充分，同意按方案调整。"}, after=DAY)


def _refusal(opinion: str) -> Reply:
    return Reply({"checks": CHECKS, "conclusion": "reject", "opinion": opinion}, after=2 * DAY)


def _withdrawn(why: str, after: timedelta = DAY, by: str = "plq.clerk") -> Act:
    reason = {"withdrawal": {"reason": why}}
    return Act(lambda work, scene: work.messages.send(scene.instance_id, "withdraw", reason), after=after, by=by)


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


def _split_growing(why: str) -> Changes:
    def changes(codes: Mapping[str, str]) -> list[dict[str, Any]]:
        parts = [
            _part("鲁家湾网格", ["431103102201-U004"], why),
            _part("水口网格", ["431103102201-U005", "431103102201-U006"], why),
        ]
        return [{"op": "split", "grid": codes["鲁家"], "parts": parts}]

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
