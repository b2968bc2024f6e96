"""The articles of the demo's catalogue: every article that an item cites is quoted, whole, with its source.

So are those that departments cite in the half year; and an item cites what is in force on the day on which it begins.
"""

from __future__ import annotations

import re
from datetime import date

import orjson
import pytest

from plugins.catalogue.api import LegalBasis, read_enactment
from plugins.catalogue.listing import read_basis
from plugins.demo.catalogue import TRIED, bases_of, first_catalogue, first_decisions, repeals
from plugins.demo.divisions import DATA

BASES = [
    pytest.param(basis, id=f"{item.code} {number}")
    for item in read_enactment(orjson.loads((DATA / "first_catalogue.json").read_bytes())).items
    for number, basis in enumerate(item.legal_bases)
] + [
    pytest.param(read_basis(basis), id=row["id"])
    for row in orjson.loads((DATA / "applied_items.json").read_bytes())["items"]
    for basis in row["legal_bases"]
]
CODE, BEFORE = date(2026, 8, 15), date(2026, 6, 1)
"""The day from which the Ecological and Environmental Code is in force, and a day before."""


@pytest.mark.parametrize("basis", BASES)
def test_the_quotation_has_the_articles_that_are_cited_and_no_other(basis: LegalBasis) -> None:
    quoted = re.findall(r"^(第[一二三四五六七八九十百千零]+条) ", basis.excerpt, re.MULTILINE)
    assert sorted(quoted) == sorted(basis.article.split("、"))
    assert basis.excerpt.startswith(quoted[0])


@pytest.mark.parametrize("basis", BASES)
def test_the_quotation_is_whole_and_says_where_it_was_read(basis: LegalBasis) -> None:
    assert all(line == line.strip() and line[-1] in "。：；" for line in basis.excerpt.splitlines())
    assert basis.excerpt.endswith("。")
    assert basis.source
    assert basis.effective_from


@pytest.mark.parametrize("begins", [BEFORE, date(2026, 7, 6), CODE, date(2027, 3, 1)])
def test_what_is_cited_is_law_on_the_day_on_which_the_catalogue_begins(begins: date) -> None:
    for item in first_catalogue(begins).items:
        assert item.legal_bases
        for basis in item.legal_bases:
            assert basis.effective_from
            assert basis.effective_from <= begins
            assert not basis.ended(begins)


def test_an_item_changes_its_basis_with_the_law() -> None:
    burning = "431103-EEB-024"
    assert [basis.title for basis in bases_of(burning, BEFORE)] == ["中华人民共和国大气污染防治法"]
    assert [basis.title for basis in bases_of(burning, CODE)] == ["中华人民共和国生态环境法典"]
    assert repeals(BEFORE, date(2026, 12, 1)) == {burning: CODE, "431103-EEB-025": CODE, "431103-UMB-007": CODE}
    assert repeals(CODE, date(2027, 12, 1)) == {}


def test_the_trial_and_what_followed_it_are_the_whole_catalogue() -> None:
    trial, rest = first_decisions(BEFORE)
    assert {item.code for item in trial.items} == TRIED
    assert {item.code for item in (*trial.items, *rest.items)} == {item.code for item in first_catalogue().items}
    assert trial.approved_on < trial.published_on < trial.effective_from < rest.approved_on
    assert rest.effective_from == BEFORE
    assert all(item.description for item in first_catalogue().items)
    trained = {item.guarantees.training["on"] for item in rest.items}
    assert max(trained) < BEFORE.isoformat()
