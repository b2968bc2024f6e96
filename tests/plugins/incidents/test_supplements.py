"""What is told of an incident after it was reported, and whom that reaches."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from engine.core_api import Forbidden, FormInvalid, NotFound
from engine.types import Actor, Post
from plugins.incidents.advice import rulings_like
from plugins.incidents.api import incident_of
from plugins.incidents.supplements import photo_of, supplement, supplements_of
from tests.plugins.incidents.desk import EMB, FIRST, NO, RETURN, RULING, UMB, Desk
from tests.plugins.incidents.test_lists import AGENCY, CLERK, ELSEWHERE, URBAN

TEXT = "井盖在对面草丛里"


def add(desk: Desk, actor: Actor, text: str = TEXT) -> None:
    with desk.engine.begin(actor) as work:
        supplement(work, NO, text)


def test_it_is_kept_in_order_with_who_said_it(both: Desk) -> None:
    add(both, CLERK)
    add(both, CLERK)
    add(both, AGENCY, "已电话核实")
    with both.engine.begin(AGENCY, write=False) as work:
        found = [(each.by, each.text) for each in supplements_of(work.session, NO)]
        assert found == [("王", TEXT), ("周", "已电话核实")]


def test_departments_strangers_and_the_closed_case_take_nothing(desk: Desk) -> None:
    desk.dispatch()
    with pytest.raises(Forbidden):
        add(desk, URBAN)
    with pytest.raises(NotFound):
        add(desk, ELSEWHERE)
    with pytest.raises(FormInvalid):
        add(desk, CLERK, "嗯")
    desk.on(FIRST, "sign", automatic=False)
    desk.complete()
    desk.verify("pass")
    desk.call("close", code="closed_solved", note="已修复")
    assert desk.incident().closing_note == "已修复"
    with pytest.raises(FormInvalid, match="修改"):
        add(desk, CLERK)


def test_rulings_on_the_same_item_are_shown_to_whoever_decides(desk: Desk) -> None:
    desk.dispatch()
    desk.on(FIRST, "sign", automatic=False)
    desk.on(FIRST, "request_return", request=RETURN)
    desk.on(FIRST, "open_dispute", departments=[UMB, EMB])
    desk.on(FIRST, "rule_dispute", ruling=RULING, arbiter="county")
    with desk.engine.begin(AGENCY, write=False) as work:
        (ruling,) = rulings_like(work, incident_of(work, NO))
        assert (ruling.department, ruling.reasons, ruling.basis) == ("应急局", RULING["reasons"], RULING["basis"])


def test_the_department_and_whoever_has_a_task_in_the_case_see_the_photos(desk: Desk) -> None:
    with desk.engine.begin(CLERK) as work:
        drawn = BytesIO()
        Image.new("RGB", (8, 8), "red").save(drawn, "PNG")
        drawn.seek(0)
        kept = work.attachments.keep("井盖.png", "image/png", drawn, kept_for="key-of-the-form").id
        supplement(work, NO, TEXT, work.attachments.find([kept], "key-of-the-form"))

    def sees(actor: Actor) -> bool:
        with desk.engine.begin(actor, write=False) as work:
            try:
                return bool(photo_of(work, NO, kept).content)
            except NotFound:
                return False

    assert [sees(each) for each in (CLERK, AGENCY, URBAN, ELSEWHERE)] == [True, True, False, False]
    desk.dispatch()
    assert [sees(each) for each in (URBAN, ELSEWHERE)] == [True, False]
    party = Actor("party", "应急局经办", posts=(Post("department_staff", EMB, f"/431100/431103/{EMB}/"),))
    assert not sees(party)
    desk.waits("position", EMB, None)
    assert sees(party)
