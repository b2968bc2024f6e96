"""What the public says about the catalogue: on an item that is consulted on, and on items in force (R47)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from engine.core_api import Work, today
from plugins.catalogue.api import answer_opinion, consultations, give_opinion, opinions_of_agency
from plugins.demo.application_forms import named
from plugins.demo.divisions import COUNTY
from plugins.demo.stories_applications import ITEMS
from plugins.demo.story import Story, at_work

OPINION_PATHS: Final = {
    "opinion.consulted": "居民对征求意见中的事项提意见（三条，由申请逐条处理）",
    "opinion.given": "居民对在用事项提意见，县级逐条答复；最后一条待答复",
}
"""Path → what it shows."""

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CONSULTED: Final = (
    (53, 11 * 60 + 12, "小区里搬家、装修临时停车卸货算不算占用？建议写清楚。"),
    (54, 20 * 60 + 41, "我们楼下的消防登高场地天天停满车，建议一并管起来。"),
    (56, 13 * 60 + 5, "光上报太慢，应该让网格员直接叫拖车。"),
)
"""Days after the beginning of the story, minutes of the day → what is said on the item that is consulted on."""

GIVEN: Final = (
    (47, 9 * 60 + 33, "431103-UMB-008", "井盖坏了拍照上报以后，能不能告诉我们几天能修好？"),
    (88, 19 * 60 + 26, "431103-MCA-021", "建议把子女在外地的高龄老人也列入走访。"),
    (131, 12 * 60 + 48, "431103-FRB-026", "老小区充电桩旁边也常堵，请一并巡查。"),
)
"""The same of items in force."""
LAST: Final = "431103-UMB-007", "垃圾分类宣传只在工作日，上班的人赶不上，建议周末也安排。"

REPLIES: Final[Mapping[str, str]] = {
    "431103-UMB-008": "已要求部门在受理后通过回执号告知预计修复时间，谢谢您的建议。",
    "431103-MCA-021": "民政部门已将子女不在身边的八十岁以上老人列入走访名单。",
    "431103-FRB-026": "消防部门已将充电区域列入巡查要点，发现占用请随时上报。",
}


def opinions(since: datetime, until: datetime) -> list[Story]:
    """Return what is said, and what is answered some days later."""
    midnight = since.replace(hour=0)
    found = [
        Story(f"opinion-{number}", "opinion.consulted", midnight + days * DAY + minutes * MINUTE, _on_consulted(text))
        for number, (days, minutes, text) in enumerate(CONSULTED, 1)
    ]
    for number, (days, minutes, code, text) in enumerate(GIVEN, len(found) + 1):
        said = midnight + days * DAY + minutes * MINUTE
        found.append(Story(f"opinion-{number}", "opinion.given", said, _on_item(code, text)))
        answered = at_work(said + 2 * DAY)
        found.append(Story(f"opinion-{number}-answer", "opinion.given", answered, _answer, by="lst.reviewer1"))
    found.append(Story("opinion-last", "opinion.given", until - 2 * DAY, _on_item(*LAST)))
    return found


def _on_item(code: str, text: str) -> Callable[[Work], None]:
    def start(work: Work) -> None:
        give_opinion(work, COUNTY, code, text, "")

    return start


def _on_consulted(text: str) -> Callable[[Work], None]:
    def start(work: Work) -> None:
        wanted = named(ITEMS["included"])
        asked = (each for each in consultations(work.session, COUNTY) if each.is_open(today(work.clock)))
        no = next((each.no for each in asked if each.content["name"] == wanted), None)
        if no is None:
            raise LookupError(f"the public is not asked about {wanted}")
        give_opinion(work, COUNTY, None, text, "", no)

    return start


def _answer(work: Work) -> None:
    for opinion in opinions_of_agency(work):
        reply = REPLIES.get(opinion.item_code or "")
        if opinion.reply is None and reply:
            answer_opinion(work, opinion.receipt_no, reply)
