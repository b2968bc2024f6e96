"""The reviews of items that the system begins: a year after the trial, and when a law has replaced another (SPEC b0).

Every Monday the county's catalogue is looked through, as the installed system does by itself from today on. Where an
item is due, a case begins for its department; a story finds it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from engine.core_api import TIMEZONE, Work
from plugins.catalogue.api import review_begun
from plugins.demo.application_forms import as_it_is, renewed
from plugins.demo.catalogue import TRIAL, repeals
from plugins.demo.divisions import CITY, COUNTY
from plugins.demo.reviewing import AGREED, DAY, HOUR, LEGAL, OBJECTED, PROPOSED, Replies, formal, to_the_end
from plugins.demo.story import SYSTEM_LOGIN, Act, Reply, Scene, Story, at_work

REVIEW_PATHS: Final = {
    "review.confirmed": "年度复核，内容略有改动：简化程序，公示后生效",
    "review.renewed": "年度复核，补充新施行的法律为依据，按一般程序生效",
    "review.kept_when_applying": "年度复核，部门认为不须调整，填写时撤回",
    "review.kept_when_checked": "年度复核，形式审查时撤回",
    "review.kept_when_corrected": "年度复核，要求补正时撤回",
    "review.kept_when_countersigned": "年度复核，会签时撤回",
    "review.kept_when_coordinated": "年度复核，会签有不同意见，协调时撤回",
    "review.kept_when_legality": "年度复核，合法性审查时撤回",
    "review.kept_when_consulted": "年度复核，征求社会意见时撤回",
    "review.kept_when_reviewed": "年度复核，严格审查时撤回",
    "review.kept_when_approved": "年度复核，批准以前撤回",
    "review.repealed": "依据已经失效（生态环境法典施行），换上现行依据后生效",
}
"""Path → what it shows. The last is there only where the law came into force within the half year."""

WATCH_PATHS: Final = {
    "watch.due": "每周核对清单：有须复核的事项，各发起一件",
    "watch.nothing": "每周核对清单：没有须复核的",
}

YEARLY: Final = {
    "confirmed": "JB-022",
    "renewed": "MCA-019",
    "kept_when_applying": "PSB-001",
    "kept_when_checked": "FRB-027",
    "kept_when_corrected": "EMB-012",
    "kept_when_countersigned": "AMR-014",
    "kept_when_coordinated": "PSB-002",
    "kept_when_legality": "AMR-016",
    "kept_when_consulted": "MCA-020",
    "kept_when_reviewed": "FRB-026",
    "kept_when_approved": "NHC-018",
}
"""Path → the item of the trial that is reviewed."""

WATCH: Final = "catalogue-watch"
WATCHES_AT: Final = time(3)
WATCHES_ON: Final = timedelta(weeks=1)
LONGEST: Final = 45 * DAY
"""A basis that ends later than this before the present is left to whoever tries the system."""


def reviews(since: datetime, until: datetime) -> list[Story]:
    """Return the weekly looks and the reviews between two moments; `since` is a Monday."""
    yearly = _monday(since, since + timedelta(days=365) - TRIAL)
    plans = [(name, yearly, code, number) for number, (name, code) in enumerate(YEARLY.items())]
    for number, (code, day) in enumerate(sorted(repeals(since.date(), (until - LONGEST).date()).items())):
        ended = datetime.combine(day, time(), TIMEZONE)
        plans.append(("repealed", _monday(since, ended), code.removeprefix(f"{COUNTY}-"), number))
    found = [_review(*plan) for plan in plans]
    return [*_watches(since, until, {monday for _, monday, _, _ in plans}), *found, _leaves(yearly)]


def _monday(since: datetime, moment: datetime) -> datetime:
    """Return when the catalogue is looked through for the first time from a moment on."""
    first = datetime.combine(since.astimezone(TIMEZONE).date(), WATCHES_AT, TIMEZONE)
    while first < moment.astimezone(TIMEZONE).replace(hour=0):
        first += WATCHES_ON
    return first


def _watches(since: datetime, until: datetime, due: set[datetime]) -> list[Story]:
    found, monday = [], _monday(since, since + WATCHES_ON)
    while monday < until:
        path = "watch.due" if monday in due else "watch.nothing"
        found.append(Story(f"watch-{monday:%Y-%m-%d}", path, monday, _look(monday), by=SYSTEM_LOGIN))
        monday += WATCHES_ON
    return found


def _look(monday: datetime) -> Callable[[Work], str]:
    def start(work: Work) -> str:
        return work.instances.begin_on_time(work.definitions.latest(WATCH).id, "weekly", monday, CITY).id

    return start


def _review(name: str, monday: datetime, code: str, number: int) -> Story:
    department = code.partition("-")[0]
    make = REPLIES.get(name)
    replies = make(department) if make else _renewed(f"{COUNTY}-{code}", department)
    return Story(
        f"review-{code}-{name}",
        f"review.{name}",
        at_work(monday) + timedelta(minutes=4 + 3 * number),
        lambda work: review_begun(work.session, f"{COUNTY}-{code}"),
        by=f"lst.{department.lower()}",
        replies={"apply": _applies(as_it_is, number), **replies},
    )


def _leaves(monday: datetime) -> Story:
    """Return the withdrawal of the review about which the public is being asked."""
    code = YEARLY["kept_when_consulted"]
    letter = {"withdrawal": {"reason": "征求意见期间学校、家长另有建议，重新研究后再提。"}}

    def start(work: Work) -> None:
        work.messages.send(review_begun(work.session, f"{COUNTY}-{code}"), "withdraw", letter)

    begins = at_work(monday + 16 * DAY + 7 * HOUR)
    return Story(f"review-{code}-leaves", "review.kept_when_consulted", begins, start, by="lst.mca")


def _applies(fill: Callable[[Scene], Mapping[str, Any]], number: int) -> Reply:
    """Return that a department gets to its review, one sooner than another."""
    return Reply(fill, after=DAY + number * 5 * HOUR)


def _renewed(code: str, department: str) -> Replies:
    fill = Reply(lambda scene: renewed(scene, code), after=DAY + 6 * HOUR)
    return {"apply": fill, "formal": formal("accept", "JB"), "sign": AGREED, **to_the_end(department)}


def _confirmed(department: str) -> Replies:
    def values(scene: Scene) -> Mapping[str, Any]:
        return as_it_is(scene) | {"description": "每半月排查一次矛盾纠纷，能劝解的当场劝解，其余引导到人民调解委员会。"}

    return {"apply": Reply(values, after=2 * DAY), "formal": formal("accept"), **to_the_end(department)}


def _withdraws(department: str, reason: str, after: timedelta = DAY) -> Act:
    letter, login = {"withdrawal": {"reason": reason}}, f"lst.{department.lower()}"
    return Act(lambda work, scene: work.messages.send(scene.instance_id, "withdraw", letter), after, login)


def _changes(**changed: Any) -> Reply:
    """Return an amendment that changes more than words, so that it takes the whole way."""
    return Reply(lambda scene: as_it_is(scene) | changed, after=2 * DAY)


def _when_applying(department: str) -> Replies:
    return {"apply": _withdraws(department, "经复核，依据和内容均未变化，按现行内容继续执行。", 2 * DAY)}


def _when_checked(department: str) -> Replies:
    return {"formal": _withdraws(department, "拟调整的内容与办理指引重复，不再调整。", 5 * HOUR)}


def _when_corrected(department: str) -> Replies:
    reason = "补充材料须待市级统一制定，先按现行内容继续执行。"
    return {"formal": formal("correct"), "correct": _withdraws(department, reason, 3 * DAY)}


def _when_countersigned(department: str) -> Replies:
    return {
        "apply": _changes(worker_action="collect"),
        "formal": formal("accept", "UMB"),
        "sign": _withdraws(department, "经与城管部门沟通，维持发现、上报，不再改为采集信息。"),
    }


def _when_coordinated(department: str) -> Replies:
    return {
        "apply": _changes(worker_action="inspect"),
        "formal": formal("accept", "NHC"),
        "sign": OBJECTED,
        "coordinate": _withdraws(department, "卫健部门已有入户随访安排，维持现行内容。"),
    }


def _when_legality(department: str) -> Replies:
    return {
        "apply": _changes(worker_action="inspect"),
        "formal": formal("accept", "HUD"),
        "sign": AGREED,
        "legality": _withdraws(department, "查看设备须有资质，维持发现、上报。"),
    }


def _when_consulted(department: str) -> Replies:
    """While the public is asked no task waits: `_leaves` withdraws it."""
    return {
        "apply": _changes(worker_action="collect"),
        "formal": formal("accept", "PSB", consultation=True, consultation_days=15),
        "sign": AGREED,
        "legality": LEGAL,
    }


def _when_reviewed(department: str) -> Replies:
    return {
        "formal": formal("accept"),
        "strict_review": _withdraws(department, "消防安全专项整治期间暂不改动，整治结束后再议。"),
    }


def _when_approved(department: str) -> Replies:
    return {
        "apply": _changes(worker_action="collect"),
        "formal": formal("accept", "MCA"),
        "sign": AGREED,
        "legality": LEGAL,
        "strict_review": PROPOSED,
        "approve": _withdraws(department, "市级正在制定统一办法，待出台后一并调整。"),
    }


REPLIES: Final[Mapping[str, Callable[[str], Replies]]] = {
    "confirmed": _confirmed,
    "kept_when_applying": _when_applying,
    "kept_when_checked": _when_checked,
    "kept_when_corrected": _when_corrected,
    "kept_when_countersigned": _when_countersigned,
    "kept_when_coordinated": _when_coordinated,
    "kept_when_legality": _when_legality,
    "kept_when_consulted": _when_consulted,
    "kept_when_reviewed": _when_reviewed,
    "kept_when_approved": _when_approved,
}
"""Path → the answers of everybody, by the department."""
