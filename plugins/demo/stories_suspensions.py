"""Guarantees of items that lapse: found by the county or by the weekly look, until they are restored (R49-R51)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from engine.core_api import Work, today
from plugins.catalogue.api import Lapse, lapse_found, register_suspension
from plugins.demo.accounts import RURAL_TOWNSHIP, URBAN_TOWNSHIP
from plugins.demo.application_forms import department_of, named
from plugins.demo.reviewing import DAY, HOUR, guaranteed
from plugins.demo.stories_applications import ITEMS, item_called
from plugins.demo.story import Reply, Scene, Story, at_work
from plugins.workforce import api as workforce

SUSPENSION_PATHS: Final = {
    "suspension.restored": "业务指导专人调离，事项暂停；逾期提醒县级负责人；核对退回，培训不足不能恢复，补齐后恢复使用",
    "suspension.proposed": "每周核对查出受训网格员不足，县级核实后暂停；补训后恢复使用",
    "suspension.kept": "每周核对查出受训网格员不足，县级核实后不暂停",
}
"""Path → what it shows."""

TRAINING_PATHS: Final = {
    "training.held": "新事项的专题培训，先只有梅湾街道举办",
    "training.made_up": "普利桥镇补训",
}
"""Path → what it shows: trainings that the townships record in the half year, after their first one."""

SUSPENDED: Final = ITEMS["included"]
KEPT: Final = ITEMS["temporary"]
WHY: Final = "业务指导专人已调离，网格员遇到问题无人答复。"
MINUTE: Final = timedelta(minutes=1)


def suspensions(since: datetime, until: datetime) -> list[Story]:
    """Return the suspensions and trainings between two moments; `since` is a Monday."""
    del until
    urban, rural = (URBAN_TOWNSHIP, "mw.clerk"), (RURAL_TOWNSHIP, "plq.clerk")
    return [
        _training("temporary", KEPT, since + 77 * DAY + 65 * MINUTE, *urban),
        _training("included", SUSPENDED, since + 94 * DAY + 300 * MINUTE, *urban),
        Story(
            "suspension-kept",
            "suspension.kept",
            at_work(since + 112 * DAY + 30 * MINUTE),
            _proposed(KEPT),
            by="lst.reviewer1",
            replies={"weigh": Reply({"decision": "keep", "opinion": NOT_YET}, after=DAY)},
        ),
        _training("temporary", KEPT, since + 116 * DAY + 40 * MINUTE, *rural),
        Story(
            "suspension-restored",
            "suspension.restored",
            at_work(since + 92 * DAY + 205 * MINUTE),
            _decided,
            by="lst.reviewer1",
            replies={"restore": [_restored(36 * DAY), _restored(DAY, 0), _restored(2 * DAY)], "check": CHECKS},
        ),
        Story(
            "suspension-proposed",
            "suspension.proposed",
            at_work(since + 147 * DAY + 45 * MINUTE),
            _proposed(SUSPENDED),
            by="lst.reviewer1",
            replies={
                "weigh": Reply({"decision": "suspend", "text": TOO_FEW}, after=DAY),
                "restore": _restored(5 * DAY),
                "check": Reply({"decision": "release"}, after=DAY),
            },
        ),
        _training("included", SUSPENDED, since + 150 * DAY + 290 * MINUTE, *rural),
    ]


NOT_YET: Final = "普利桥镇已排定本周补训，低洼院落都在梅湾街道，暂不影响使用。"
TOO_FEW: Final = "普利桥镇尚未培训，受训网格员不足，暂停使用。"
CHECKS: Final = [
    Reply({"decision": "return", "opinion": "专人电话无人接听，请落实后再报。"}, after=DAY),
    Reply({"decision": "release"}, after=DAY + 3 * HOUR),
    Reply({"decision": "release"}, after=5 * HOUR),
]


def _decided(work: Work) -> str:
    return register_suspension(work, item_called(work, named(SUSPENDED)), Lapse.GUIDANCE_PERSON_LEFT, WHY)


def _proposed(item: str) -> Callable[[Work], str]:
    """Return what finds the case that the weekly look has begun."""

    def start(work: Work) -> str:
        return lapse_found(work.session, item_called(work, named(item)), Lapse.TRAINING_OVERDUE)

    return start


def _restored(after: timedelta, hours: int = 4) -> Reply:
    guarantees = guaranteed(department_of(SUSPENDED))

    def values(scene: Scene) -> Mapping[str, Any]:
        given = guarantees.filled(scene)
        return {**given, "training": {**given["training"], "hours": hours}}

    return Reply(values, after=after)


def _training(path: str, item: str, begins: datetime, township: str, clerk: str) -> Story:
    def start(work: Work) -> None:
        day = today(work.clock)
        code = item_called(work, named(item))
        training = workforce.hold(work, township, workforce.NewTraining(f"“{named(item)}”专题培训", day, 4, [code]))
        staff = workforce.engaged_on(work.session, township, day)
        workforce.record(work, township, training, {worker: (True, 85) for worker, _, _ in staff})

    held = "training.held" if township == URBAN_TOWNSHIP else "training.made_up"
    return Story(f"training-{path}-{township}", held, at_work(begins), start, by=clerk)
