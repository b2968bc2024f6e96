"""The suspension of an item whose guarantees have lapsed, until they are restored (R49-R51)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from engine.core_api import Work
from plugins.catalogue.api import Lapse, register_suspension
from plugins.demo.application_forms import department_of, named
from plugins.demo.reviewing import DAY, HOUR, guaranteed
from plugins.demo.stories_applications import ITEMS, item_called
from plugins.demo.story import Reply, Scene, Story, at_work

SUSPENSION_PATHS: Final = {
    "suspension.restored": "业务指导专人调离，事项暂停；逾期提醒县级负责人；核对退回，培训不足不能恢复，补齐后恢复使用",
}
"""Path → what it shows."""

SUSPENDED: Final = ITEMS["included"]
WHY: Final = "业务指导专人已调离，网格员遇到问题无人答复。"


def suspensions(since: datetime, until: datetime) -> list[Story]:
    """Return the suspensions between two moments."""
    del until
    return [
        Story(
            "suspension-restored",
            "suspension.restored",
            at_work(since + 110 * DAY + timedelta(minutes=205)),
            _start,
            by="lst.reviewer1",
            replies={"restore": [_restored(40 * DAY), _restored(DAY, 0), _restored(2 * DAY)], "check": CHECKS},
        )
    ]


def _start(work: Work) -> str:
    return register_suspension(work, item_called(work, named(SUSPENDED)), Lapse.GUIDANCE_PERSON_LEFT, WHY)


CHECKS: Final = [
    Reply({"decision": "return", "opinion": "专人电话无人接听，请落实后再报。"}, after=DAY),
    Reply({"decision": "release"}, after=DAY + 3 * HOUR),
    Reply({"decision": "release"}, after=5 * HOUR),
]


def _restored(after: timedelta, hours: int = 4) -> Reply:
    guarantees = guaranteed(department_of(SUSPENDED))

    def values(scene: Scene) -> Mapping[str, Any]:
        given = guarantees.filled(scene)
        return {**given, "training": {**given["training"], "hours": hours}}

    return Reply(values, after=after)
