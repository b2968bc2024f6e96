"""The applications of the demo's departments to change the catalogue: one on each path of the review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from engine.core_api import ProcessInstance, Work, today
from plugins.catalogue.api import Kind, holding, register_application
from plugins.demo import application_answers as answers
from plugins.demo.application_forms import department_of, named
from plugins.demo.divisions import COUNTY
from plugins.demo.reviewing import DAY, Replies
from plugins.demo.story import Story, at_work

APPLICATION_PATHS: Final = {
    "application.included": "新事项纳入：部门、乡镇会签，各有一个逾期未答复；征求社会意见，逐条处理并公布；公示后生效",
    "application.removed": "事项退出清单（出租房屋信息协助采集：改由出租人自主申报）",
    "application.amended": "小的调整：简化程序，严格审查退回一次，改好后生效",
    "application.superseded": "批准后尚未生效，被后一决定取代",
    "application.temporary": "临时事项：简化程序，公示当日生效，到期即不在清单中",
    "application.renewed": "临时事项到期前续期，至今在用",
    "application.corrected": "一次性告知补正；会签不同意，协调一致；征求意见没有收到；批准人须回避；保障逾期，又不齐全",
    "application.deemed_withdrawn": "逾期没有补正，视为撤回",
    "application.not_accepted": "形式审查规则查出没有依据；补正后仍不符合要求，不予受理",
    "application.refused_by_review": "会签不同意，协调后退回修改、重新会签，严格审查不予纳入",
    "application.refused_by_approver": "合法性审查、批准机关各退回一次；协调后注明分歧，不予批准",
    "application.open": "正在会签",
}
"""Path → what it shows. Reviews, which the system begins, are beside."""

MINUTE: Final = timedelta(minutes=1)

ITEMS: Final = {
    "included": "compound_roads",
    "temporary": "low_yards",
    "renewed": "low_yards",
    "corrected": "prepaid_shops",
    "deemed_withdrawn": "smoking",
    "not_accepted": "fire_equipment",
    "refused_by_review": "street_works",
    "refused_by_approver": "family_doctors",
    "open": "homeless",
}
"""Path → the new item that is applied for."""
CHANGED_ITEMS: Final = {"removed": "PSB-004", "amended": "UMB-006", "superseded": "UMB-006"}
"""Path → the item of the first catalogue that is to be changed."""
KINDS: Final = {
    "removed": Kind.REMOVE,
    "amended": Kind.AMEND,
    "superseded": Kind.AMEND,
    "temporary": Kind.TEMPORARY,
    "renewed": Kind.TEMPORARY,
}
TERMS: Final = 60 * DAY, 85 * DAY
"""How long the temporary item is in force, from the application on; and once it is renewed."""


def applications(since: datetime, until: datetime) -> list[Story]:
    """Return the applications between two moments."""
    plans: dict[str, tuple[datetime, Replies]] = {
        "included": (since + 35 * DAY + 75 * MINUTE, answers.included()),
        "removed": (since + 30 * DAY + 40 * MINUTE, answers.removed(since)),
        "superseded": (since + 38 * DAY + 310 * MINUTE, answers.superseded()),
        "amended": (since + 60 * DAY + 25 * MINUTE, answers.amended()),
        "temporary": (since + 70 * DAY + 12 * MINUTE, answers.temporary(TERMS[0])),
        "corrected": (since + 75 * DAY + 350 * MINUTE, answers.corrected()),
        "deemed_withdrawn": (since + 80 * DAY + 95 * MINUTE, answers.deemed_withdrawn()),
        "not_accepted": (since + 85 * DAY + 130 * MINUTE, answers.not_accepted()),
        "refused_by_review": (since + 95 * DAY + 55 * MINUTE, answers.refused_by_review()),
        "refused_by_approver": (since + 100 * DAY + 290 * MINUTE, answers.refused_by_approver()),
        "renewed": (since + 115 * DAY + 20 * MINUTE, answers.temporary(TERMS[1])),
        "open": (until - 5 * DAY, answers.undecided()),
    }
    return [
        Story(
            f"application-{name}",
            f"application.{name}",
            at_work(begins),
            _start(name),
            by=f"lst.{_department(name).lower()}",
            replies=replies,
        )
        for name, (begins, replies) in plans.items()
    ]


def _department(name: str) -> str:
    return department_of(ITEMS[name]) if name in ITEMS else CHANGED_ITEMS[name].partition("-")[0]


def _start(name: str) -> Callable[[Work], str]:
    kind, changed = KINDS.get(name, Kind.INCLUDE), CHANGED_ITEMS.get(name)

    def start(work: Work) -> str:
        code = (
            f"{COUNTY}-{changed}" if changed else item_called(work, named(ITEMS[name])) if name == "renewed" else None
        )
        no = register_application(work, f"{COUNTY}-{_department(name)}", kind, code)
        return work.session.scalars(sa.select(ProcessInstance.id).where(ProcessInstance.business_key == no)).one()

    return start


def item_called(work: Work, name: str) -> str:
    """Return the code of the item of today's catalogue that has a name; raise LookupError."""
    found = (each.item.code for each in holding(work.session, COUNTY, today(work.clock)) if each.item.name_zh == name)
    code = next(found, None)
    if code is None:
        raise LookupError(f"no item of the catalogue is called {name}")
    return code
