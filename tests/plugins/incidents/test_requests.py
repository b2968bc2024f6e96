"""Who may ask something of a case under way, and that nothing is kept of what is not awaited."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.core_api import Forbidden, MessageNotAwaited, NotFound, TaskState, UserTask
from engine.plugin_api import BusinessError
from engine.tables.messages import Message
from engine.types import SYSTEM, Actor
from plugins.incidents import api
from plugins.incidents.api import AnswerKind, RequestKind
from tests.plugins.incidents.desk import COUNTY, FIRST, NO, Desk
from tests.plugins.incidents.test_course import CLERK, FIRE, URBAN

WISH = {"new_due": "2026-12-10", "reason": "采购配件"}


@pytest.mark.parametrize("actor", [CLERK, FIRE, Actor("x", "无岗位")])
def test_the_department_that_has_it_asks_and_nobody_else(desk: Desk, actor: Actor) -> None:
    desk.dispatch()
    with desk.engine.begin(actor) as work, pytest.raises(Forbidden):
        api.ask(work, FIRST, RequestKind.EXTENSION, WISH)


def test_what_is_not_awaited_is_refused_and_not_kept_for_later(desk: Desk) -> None:
    desk.dispatch()
    with pytest.raises(MessageNotAwaited), desk.engine.begin(URBAN) as work:
        api.ask(work, FIRST, RequestKind.EXTENSION, WISH)
    with pytest.raises(MessageNotAwaited), desk.engine.begin(CLERK) as work:
        api.answer(work, NO, AnswerKind.SATISFACTION, {"solved": "yes", "score": 5})
    with desk.engine.begin(SYSTEM, write=False) as work:
        assert work.session.scalars(sa.select(Message)).all() == []


def test_what_there_is_not_cannot_be_asked_about(desk: Desk) -> None:
    with desk.engine.begin(URBAN) as work:
        with pytest.raises(NotFound):
            api.ask(work, FIRST, RequestKind.RESUME, {"reason": "可以办了"})
        with pytest.raises(NotFound):
            api.answer(work, "SJ-0", AnswerKind.REOPEN, {"reason": "又坏了"})


def test_what_is_being_decided_is_not_asked_for_again(desk: Desk) -> None:
    desk.dispatch()
    desk.put(process_instance_id=desk.instance_id)
    task = desk.waits("decide_termination", COUNTY, None)
    with desk.engine.begin(URBAN) as work, pytest.raises(BusinessError) as refused:
        api.ask(work, FIRST, RequestKind.TERMINATION, {"reason": "责任主体已灭失"})
    assert refused.value.code == "ALREADY_ASKED"
    with desk.engine.begin(URBAN) as work, pytest.raises(MessageNotAwaited):
        api.ask(work, FIRST, RequestKind.EXTENSION, WISH)
    with desk.engine.begin(SYSTEM) as work:
        work.session.get_one(UserTask, task).state = TaskState.COMPLETED
    with desk.engine.begin(URBAN) as work, pytest.raises(MessageNotAwaited):
        api.ask(work, FIRST, RequestKind.TERMINATION, {"reason": "责任主体已灭失"})
