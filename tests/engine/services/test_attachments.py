"""Attachments on both databases: kept once for each content, seen by the case, gone when nothing refers to them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from engine.errors import FormInvalid, NotFound
from engine.services.attachments import MOST_WAITING
from engine.tables.attachments import AttachmentBytes
from engine.tables.tasks import UserTask
from engine.types import SYSTEM, Actor, ActorKind, Post
from tests.fixtures.house import House

PDF = b"%PDF-1.4\n%%EOF\n"
OUTSIDER = Actor("p-far", "远", ActorKind.PERSON, (Post("staff", "9-x", "/9/9-x/"),))
"""Of a department that lies beside the case's units."""


def keep(house: House, kept_for: str = "form-of-a-page") -> str:
    with house.engine.begin(SYSTEM) as work:
        return work.attachments.keep("a.pdf", "", BytesIO(PDF), kept_for=kept_for).id


def contents(house: House) -> int:
    with house.engine.begin(SYSTEM, write=False) as work:
        return work.session.scalar(sa.select(sa.func.count()).select_from(AttachmentBytes)) or 0


def test_a_content_is_kept_once_and_goes_with_the_last_upload_of_it(house: House) -> None:
    first, second = keep(house), keep(house)
    assert (first != second, contents(house)) == (True, 1)
    instance = house.start()
    with house.engine.begin(SYSTEM) as work:
        for _ in range(2):
            work.attachments.refer([first], work.instances.get(instance))
        assert [file["id"] for file in work.attachments.of(instance)] == [first]
    house.clock.advance(timedelta(days=2))
    with house.engine.begin(SYSTEM) as work:
        assert work.attachments.tidy() == 1
        assert work.attachments.open(first).content == PDF
        with pytest.raises(NotFound):
            work.attachments.open(second)
    assert contents(house) == 1


def test_who_does_a_task_that_shows_it_sees_it_though_not_the_case(house: House) -> None:
    shown, hidden, instance = keep(house), keep(house), house.start()
    with house.engine.begin(SYSTEM) as work:
        work.attachments.refer([shown, hidden], work.instances.get(instance))
        task = work.session.get_one(UserTask, house.open_task(instance))
        task.candidate_group, task.org_unit, task.data = "staff", "9-x", {"photos": [{"id": shown}]}
    with house.engine.begin(OUTSIDER, write=False) as work:
        assert work.attachments.see(shown).content == PDF
        with pytest.raises(NotFound):
            work.attachments.see(hidden)


def test_a_form_for_which_too_much_was_sent_takes_no_more(house: House) -> None:
    for _ in range(MOST_WAITING):
        keep(house)
    with pytest.raises(FormInvalid):
        keep(house)
