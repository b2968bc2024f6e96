"""What is there after `onegrid demo load`, and that it can be called again at any time."""

from __future__ import annotations

import stat
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.orm import Session

from engine.application import Engine
from engine.passwords import verify_password
from engine.tables.instances import ProcessInstance
from engine.tables.people import OrgUnit, Person
from engine.types import SYSTEM
from plugins.demo import first_division
from plugins.demo.accounts import ACCOUNTS, RURAL_TOWNSHIP, URBAN_TOWNSHIP
from plugins.demo.command import load_command
from plugins.demo.divisions import township_in_english
from plugins.demo.load import load
from plugins.demo.people import PASSWORD_FILE, account, actor
from plugins.grid_registry import api
from plugins.grid_registry.tables import Grid, RegistryRevision

Loaded = tuple[Engine, str, list[str]]
TOWNSHIPS = (URBAN_TOWNSHIP, RURAL_TOWNSHIP)


def pictures(engine: Engine) -> list[api.TownshipPicture]:
    with engine.begin(SYSTEM, write=False) as work:
        return [api.township_picture(work.session, township) for township in TOWNSHIPS]


def counted(engine: Engine) -> list[int]:
    with Session(engine.database) as session:
        tables = (OrgUnit, Person, Grid, RegistryRevision, ProcessInstance)
        return [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]


def test_the_divisions_of_the_whole_city_are_there(loaded: Loaded) -> None:
    with Session(loaded[0].database) as session:
        kinds = Counter(session.scalars(sa.select(OrgUnit.kind)))
        town = session.get_one(OrgUnit, URBAN_TOWNSHIP)
        assert session.get_one(OrgUnit, "431103-UMB").path == "/431100/431103/431103-UMB/"
    assert (kinds["county"], kinds["township"]) == (13, 195)
    assert kinds["community"] + kinds["village"] + kinds["other"] == 3331
    assert (town.name, town.name_en, town.path) == ("梅湾街道", "Meiwan Subdistrict", "/431100/431103/431103001/")


def test_there_are_sixty_units_in_twenty_four_grids_four_of_them_exclusive(loaded: Loaded) -> None:
    seen = pictures(loaded[0])
    assert sum(len(picture.units) for picture in seen) == 60
    assert Counter(grid.kind for picture in seen for grid in picture.grids) == {"comprehensive": 20, "exclusive": 4}
    assert all(unit.grid for picture in seen for unit in picture.units)
    exclusive = {grid.institution: grid.population for each in seen for grid in each.grids if grid.kind == "exclusive"}
    assert exclusive == {"compound": 1450, "school": 2300, "hospital": 1050, "enterprise": 980}


def test_every_grid_was_made_by_a_grid_division_that_two_people_signed_and_the_city_filed(loaded: Loaded) -> None:
    engine = loaded[0]
    with engine.begin(SYSTEM, write=False) as work:
        for picture in pictures(engine):
            for grid in picture.grids:
                made_by = api.grid(work.session, grid.code).created_by
                instance = work.instances.get(made_by.process_instance_id)
                proposal = api.proposal(work.session, made_by.proposal_no)
                assert (instance.definition_key, instance.milestone) == ("grid-division", "已办结")
                assert len({signed.actor_id for signed in made_by.signatures}) == 3
                assert proposal.filing is not None
                assert made_by.applied_at < engine.clock.now()


def test_people_act_in_office_hours(loaded: Loaded) -> None:
    with loaded[0].begin(SYSTEM, write=False) as work:
        proposal = api.proposals(work.session, "/431100/431103/431103001/")[0]
        done = [event for event in work.history.of(proposal.instance_id) if event.event == "task.completed"]
        steps, moments = [event.element_id for event in done], [event.at for event in done]
    assert sorted(steps) == ["decide", "file", "propose", "review", "sign", "staff"]
    assert {(moment.hour, moment.minute) for moment in moments} == {(2, 0)}  # ten o'clock in Yongzhou
    assert moments == sorted(set(moments))


def test_all_that_is_invented_says_so(loaded: Loaded) -> None:
    assert all(unit.synthetic for picture in pictures(loaded[0]) for unit in picture.units)


def test_every_grid_is_one_piece_of_land_and_none_overlaps_another(loaded: Loaded) -> None:
    from plugins.grid_registry.geometry import overlaps

    for picture in pictures(loaded[0]):
        boundaries = {grid.code: grid.boundary for grid in picture.grids}
        assert {boundary["type"] for boundary in boundaries.values() if boundary} == {"Polygon"}
        assert overlaps(boundaries) == []


def test_the_size_rule_finds_one_grid_to_divide_and_two_to_merge(loaded: Loaded) -> None:
    with loaded[0].begin(SYSTEM, write=False) as work:
        grids = [grid for picture in pictures(loaded[0]) for grid in picture.grids]
        said = api.verdicts(work, grids)
    names = {grid.name: said[grid.code].verdict for grid in grids}
    assert names["望江网格"] == "SUGGEST_SPLIT"
    assert (names["东桥网格"], names["西桥网格"]) == ("SUGGEST_MERGE", "SUGGEST_MERGE")
    assert names["兴农机械厂网格"] == "REVISE_SMALL_EXCLUSIVE"
    assert Counter(names.values())["CONFORMS"] == 17


def test_the_grid_to_divide_can_be_divided_into_two_that_conform(loaded: Loaded) -> None:
    engine = loaded[0]
    picture = pictures(engine)[0]
    grid = next(grid for grid in picture.grids if grid.name == "望江网格")
    parts = [
        {"name": name, "kind": "comprehensive", "setting": "urban", "unit_ids": list(units), "justification": ""}
        for name, units in (("望江东网格", grid.unit_codes[:2]), ("望江西网格", grid.unit_codes[2:]))
    ]
    plan = {
        "base_revision": picture.revision,
        "effective_date": engine.clock.now().date(),
        "changes": [{"op": "split", "grid": grid.code, "parts": parts}],
    }
    with engine.begin(SYSTEM, write=False) as work:
        preview = api.preview(work, URBAN_TOWNSHIP, plan)
    assert preview.findings == ()
    assert [(each.verdict and each.verdict.verdict) for each in preview.grids] == ["CONFORMS", "CONFORMS"]


def test_the_password_opens_every_account_and_only_its_owner_reads_it(loaded: Loaded) -> None:
    engine, password, _ = loaded
    file = engine.home / PASSWORD_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with Session(engine.database) as session:
        people = session.scalars(sa.select(Person)).all()
    assert {person.login for person in people} == {each.login for each in ACCOUNTS}
    assert verify_password(people[0].password_hash, password)


def test_the_load_tells_of_its_progress(loaded: Loaded) -> None:
    assert len(loaded[2]) == 5
    assert "13 个县级、195 个乡镇级、3331 个村（社区）" in loaded[2][0]


def test_a_second_load_changes_nothing(loaded: Loaded) -> None:
    engine, password, _ = loaded
    before = counted(engine)
    assert load(engine, lambda _: None) == password
    assert counted(engine) == before


def test_a_removed_password_file_gives_a_new_password_that_works(empty: Engine) -> None:
    first = load(empty, lambda _: None)
    (empty.home / PASSWORD_FILE).unlink()
    second = load(empty, lambda _: None)
    assert first != second
    with Session(empty.database) as session:
        stored = session.scalars(sa.select(Person.password_hash)).first()
    assert verify_password(stored, second)


@pytest.mark.parametrize("step", ["propose", "sign", "review", "decide", "file", "staff"])
def test_a_load_that_was_cut_off_goes_on_where_the_case_stands(
    empty: Engine, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    complete = first_division._complete

    def cut(replay: Engine, task: first_division.Waiting, answers: Any) -> None:
        if task.element_id == step:
            raise KeyboardInterrupt
        complete(replay, task, answers)

    with monkeypatch.context() as patch:
        patch.setattr(first_division, "_complete", cut)
        with pytest.raises(KeyboardInterrupt):
            load(empty, lambda _: None)
    load(empty, lambda _: None)
    assert sum(len(picture.grids) for picture in pictures(empty)) == 24
    assert counted(empty)[-2:] == [2, 2]


def test_a_proposal_of_the_newcomer_is_left_alone_by_a_later_load(empty: Engine) -> None:
    load(empty, lambda _: None)
    with empty.begin(SYSTEM, write=False) as work:
        clerk = actor(work.session, account("township_clerk", URBAN_TOWNSHIP))
    with empty.begin(clerk) as work:
        no = api.register_proposal(work, URBAN_TOWNSHIP)
    load(empty, lambda _: None)
    with empty.begin(SYSTEM, write=False) as work:
        assert api.proposal(work.session, no).milestone == "填报"


def test_the_command_prints_the_accounts(loaded: Loaded) -> None:
    engine, password, _ = loaded
    result = CliRunner().invoke(load_command, ["--no-history"], obj=lambda: engine)
    assert result.exit_code == 0
    assert password in result.output
    assert all(each.login in result.output for each in ACCOUNTS)


def test_without_the_process_the_command_says_what_to_do(empty: Engine) -> None:
    other = Engine(empty.database, empty.plugins, clock=empty.clock, home=empty.home)
    with other.begin(SYSTEM) as work:
        for table in ("process_definition", "deployed_file", "deployment"):
            work.session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608  names from the line above
    result = CliRunner().invoke(load_command, ["--no-history"], obj=lambda: other)
    assert result.exit_code == 2
    assert "onegrid processes deploy" in result.output


@pytest.mark.parametrize(
    ("pinyin", "kind", "english"),
    [
        ("mei wan jie dao", "subdistrict", "Meiwan Subdistrict"),
        ("pu li qiao zhen", "town", "Puliqiao Town"),
        ("yang cun dian xiang", "township", "Yangcundian Township"),
        ("jin dong lin chang", "other", "Jindonglinchang"),
    ],
)
def test_townships_have_english_names(pinyin: str, kind: str, english: str) -> None:
    assert township_in_english(pinyin, kind) == english
