"""The plan of the demo's incidents: every path is in it, by invented people, the same for the same days."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from engine.core_api import TIMEZONE, work_calendar
from plugins.catalogue.api import HandlingMode
from plugins.demo.accounts import ACCOUNTS
from plugins.demo.catalogue import first_catalogue
from plugins.demo.divisions import COUNTY
from plugins.demo.incident_stories.draft import Draft
from plugins.demo.incident_stories.path import paths
from plugins.demo.incident_stories.places import metres, places
from plugins.demo.incident_stories.plan import BEGINNING, BUILDS, drafts
from plugins.demo.incident_stories.reporters import PHONES
from plugins.demo.incident_stories.texts import texts
from plugins.demo.picture import drawn
from plugins.demo.stories_divisions import CHANGED
from plugins.demo.stories_incidents import INCIDENT_PATHS, incidents

ROOT = Path(__file__).parents[3]
README = ROOT / "plugins/demo/README.md"
UNTIL = [
    datetime(2026, 11, 23, 22, 40, tzinfo=TIMEZONE),  # a Monday, after work
    datetime(2026, 12, 1, 16, 0, tzinfo=TIMEZONE),  # a Tuesday
    datetime(2026, 10, 5, 8, 0, tzinfo=TIMEZONE),  # in the holidays
    datetime(2027, 3, 14, 23, 0, tzinfo=TIMEZONE),  # a Sunday, in a year without an arrangement
]
MESSAGES = {"satisfaction", "reopen", "extension", "suspension", "resume", "termination", "supplement"}


def since(until: datetime) -> datetime:
    day = until - timedelta(weeks=26)
    return (day - timedelta(days=day.weekday())).replace(hour=9, minute=0)


@pytest.fixture(scope="module", params=UNTIL, ids=lambda until: f"{until:%m-%d}")
def plan(request: pytest.FixtureRequest) -> tuple[datetime, list[Draft]]:
    return request.param, drafts(since(request.param), request.param)


Plan = tuple[datetime, list[Draft]]


def test_there_are_four_hundred_and_each_path_as_often_as_it_says(plan: Plan) -> None:
    made = Counter(draft.path for draft in plan[1])
    assert made == {path.name: path.count for path in paths()}
    assert made.total() == 400


def test_the_same_days_give_the_same_stories(plan: Plan) -> None:
    until, made = plan
    again = drafts(since(until), until)
    assert [_told(each) for each in made] == [_told(each) for each in again]


def _told(draft: Draft) -> tuple[object, ...]:
    times = {name: replies for name, replies in draft.replies.items() if not callable(getattr(replies, "values", None))}
    return draft.key, draft.path, draft.begins, draft.text.title, draft.place.unit, draft.latitude, sorted(times)


def test_they_begin_when_the_grids_are_in_force_and_before_the_present(plan: Plan) -> None:
    until, made = plan
    begins = [draft.begins for draft in made]
    assert begins == sorted(begins)
    assert since(until) + timedelta(days=BEGINNING - 1) < begins[0]
    assert begins[-1] < until
    assert [draft.key for draft in made[:2]] == ["incident-001", "incident-002"]


def test_every_row_of_the_tables_is_shown() -> None:
    shown = Counter(re.findall(r"(D\d) 第(\d+)行", "".join(INCIDENT_PATHS.values())))
    rows = {"D4": range(1, 13), "D6": range(1, 6), "D7": range(1, 7), "D8": range(1, 7)}
    assert set(shown) == {(table, str(row)) for table, numbers in rows.items() for row in numbers}


def test_most_are_handled_by_workers_or_plainly_referred() -> None:
    counts = {path.name: path.count for path in paths()}
    usual = (
        "self_handled",
        "enforcement",
        "skill",
        "resident",
        "hotline",
        "open311",
        "anonymous",
        "self_explained",
        "open_self",
    )
    assert sum(counts[name] for name in usual) > 160
    assert max(count for name, count in counts.items() if name not in (*usual, "outside", "self_failed")) <= 5


def test_nothing_is_taken_for_a_duplicate_that_is_none(plan: Plan) -> None:
    again = {"duplicate", "near", "open_duplicate"}
    made = [draft for draft in plan[1] if draft.path not in again and draft.text.item]
    close = [
        (one.key, other.key)
        for number, one in enumerate(made)
        for other in made[number + 1 :]
        if one.text.item == other.text.item
        and abs(other.begins - one.begins) <= timedelta(days=14)
        and metres((one.latitude, one.longitude), (other.latitude, other.longitude)) <= 50
    ]
    assert close == []


def test_what_is_reported_again_is_near_what_was_reported(plan: Plan) -> None:
    made = plan[1]
    for draft in (each for each in made if each.path in ("duplicate", "near", "open_duplicate")):
        point = draft.latitude, draft.longitude
        firsts = [
            other
            for other in made
            if other is not draft and other.text.item == draft.text.item and other.place == draft.place
            if timedelta() < draft.begins - other.begins < timedelta(days=7)
            if metres(point, (other.latitude, other.longitude)) <= 50
        ]
        assert firsts, draft.key


def test_each_department_and_both_townships_find_something_to_do(plan: Plan) -> None:
    waiting = [draft for draft in plan[1] if draft.path.startswith("open_")]
    staffed = {
        each.org_unit
        for each in ACCOUNTS
        if each.group == "department_staff" and each.org_unit.startswith(f"{COUNTY}-")
    }
    assert staffed <= {draft.unit for draft in waiting}
    for path in ("open_place", "open_triage", "open_self"):
        assert len({draft.place.township for draft in waiting if draft.path == path}) == 2, path
    assert {draft.place.worker for draft in waiting if draft.path == "open_self"} >= {0, 1}


def test_the_untrained_are_asked_where_the_path_says_so_and_nowhere_else(plan: Plan) -> None:
    drawn_paths = {path.name: path.untrained for path in paths()}
    assert all(draft.place.untrained == drawn_paths[draft.path] for draft in plan[1] if draft.path in BUILDS)


def test_who_acts_has_an_account_and_what_they_answer_is_drawn(plan: Plan) -> None:
    logins = {"", *(each.login for each in ACCOUNTS)}
    files = [*ROOT.glob("processes/incident_referral/*.bpmn"), *ROOT.glob("plugins/departments/*/src/**/*.bpmn")]
    elements = {
        task.attrib["id"]
        for file in files
        for task in ET.parse(file).iter()  # noqa: S314  our own files
        if task.tag.rpartition("}")[2] in ("userTask", "serviceTask")
    }
    for draft in plan[1]:
        story = draft.story()
        assert story.by in logins
        assert {name.partition("@")[0] for name in story.replies} <= elements
        assert set(story.acts) <= MESSAGES


def test_reporters_are_invented(plan: Plan) -> None:
    for draft in plan[1]:
        assert not draft.reporter.phone or draft.reporter.phone.startswith(PHONES)
        assert not draft.reporter.email
    assert any(draft.reporter.anonymous and draft.channel == "resident_portal" for draft in plan[1])
    assert {draft.channel for draft in plan[1]} >= {"worker", "resident_portal", "hotline_12345", "open311", "video"}


def test_every_item_has_a_text_and_workers_handle_only_what_they_may() -> None:
    items = {each.code.removeprefix(f"{COUNTY}-"): each for each in first_catalogue().items}
    assert {text.item for text in texts() if text.item} == set(items)
    for text in texts():
        if text.item and items[text.item].handling_mode is not HandlingMode.SELF_HANDLE:
            assert not text.actions, text.title
        assert text.reply or text.special, text.title


def test_points_lie_in_their_units_and_codes_are_the_registrys() -> None:
    assert len({place.unit for place in places()}) == 60
    assert len({(place.township, place.grid) for place in places() if place.untrained}) == 3


def test_the_readme_names_every_path_and_no_other() -> None:
    text = README.read_text(encoding="utf-8").partition("## The half year's incidents")[2].partition("\n## ")[0]
    named = [name for cell in re.findall(r"^\| [^|]+ \| ([^|]+) \|", text, re.MULTILINE) for name in _names(cell)]
    assert sorted(named) == sorted(path.name for path in paths())


def _names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_the_stories_are_the_plans() -> None:
    stories = incidents(since(UNTIL[0]), UNTIL[0])
    assert {story.path for story in stories} == set(INCIDENT_PATHS)
    assert all(one.begins <= other.begins for one, other in pairwise(stories))


def test_a_day_of_those_that_are_open_is_a_working_day(plan: Plan) -> None:
    for draft in (each for each in plan[1] if each.path.startswith("open_")):
        assert work_calendar().is_working_day(draft.begins.date()), draft.path


def test_what_is_open_for_a_day_is_begun_on_the_last_one_that_has_ended(plan: Plan) -> None:
    until, made = plan
    [begins] = [draft.begins for draft in made if draft.path == "open_position"]
    expected = {(11, 23): (11, 23), (12, 1): (11, 30), (10, 5): (9, 30), (3, 14): (3, 12)}
    assert (begins.month, begins.day) == expected[until.month, until.day]


def test_photos_are_small_and_of_one_name_alike() -> None:
    assert drawn("现场") == drawn("现场") != drawn("处置后")
    assert len(drawn("现场")) < 4000


def test_a_grid_changes_while_incidents_in_it_are_open() -> None:
    [path] = [each for each in paths() if each.unit in CHANGED]
    assert path.between is not None
    assert timedelta(days=path.between[1]) < CHANGED[path.unit] < timedelta(days=path.between[0] + 6)
