"""Whom the platform may refer to, and who may be a party to a dispute (D6)."""

from __future__ import annotations

from plugins.incidents.choices import departments, whom
from tests.plugins.incidents.desk import CITY, COUNTY, EMB, MSB, OFFICE, OTHER_TOWNSHIP, TOWNSHIP, UMB, Desk

REFERRED = [EMB, MSB, UMB]


def codes(choices: list[dict[str, str]]) -> list[str]:
    return [each["value"] for each in choices]


def test_a_township_has_its_own_offices_to_refer_to_and_no_other_townships(desk: Desk) -> None:
    with desk.context() as context:
        found = [codes(departments(context.session, COUNTY, each)) for each in (TOWNSHIP, OTHER_TOWNSHIP, None)]
    assert found == [
        [*REFERRED, OFFICE, CITY],
        [*REFERRED, f"{OTHER_TOWNSHIP}-LET", CITY],
        [*REFERRED, CITY],
    ]


def test_parties_are_also_the_departments_of_the_same_kind_in_other_counties(desk: Desk) -> None:
    with desk.context() as context:
        of = {unit: whom(context.session, COUNTY, TOWNSHIP, unit) for unit in (UMB, EMB, OFFICE, TOWNSHIP)}
    assert codes(of[UMB][1]) == [*REFERRED, OFFICE, CITY, "431102-UMB"]
    for unit in (EMB, OFFICE, TOWNSHIP):
        assert of[unit][0] == of[unit][1] == of[UMB][0]
