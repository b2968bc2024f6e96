"""Steps of those who try to leave with a worker what must be referred, past the process."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from pytest_bdd import parsers, then, when
from sqlalchemy.exc import IntegrityError

from engine.types import SYSTEM
from features.steps.world import World

ATTEMPTS: Final[dict[str, dict[str, Any]]] = {
    "去掉须转办的标记": {"must_refer": False},
    "把它派给网格员": {"state": "self_handling"},
    "记为网格员已处置": {"self_handled_at": sa.func.current_timestamp()},
    "改成没有的事项派给网格员": {"item": "431103-UMB-099", "must_refer": False, "state": "self_handling"},
}


@when(parsers.parse("有人直接在数据库里{attempt}"))
def somebody_writes(world: World, attempt: str) -> None:
    from plugins.incidents.tables import Incident

    world.refusal = None
    try:
        with world.engine.begin(SYSTEM) as work:
            change = sa.update(Incident).where(Incident.no == world.case.no).values(**ATTEMPTS[attempt])
            work.session.execute(change)
    except IntegrityError as refusal:
        world.refusal = refusal


@then(parsers.parse("数据库以“{rule}”拒绝，事件仍须转办"))
def the_database_refuses(world: World, rule: str) -> None:
    from plugins.incidents.tables import Incident

    # the two CHECKs of the row itself are named for what they refuse
    assert any(text in str(world.refusal) for text in (rule, "referred_only", "not_self_handled")), world.refusal
    with world.reading() as work:
        assert work.session.get_one(Incident, world.case.no).must_refer
