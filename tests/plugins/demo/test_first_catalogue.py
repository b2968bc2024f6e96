"""The articles of the demo's first catalogue: every article that an item cites is quoted, whole, with its source."""

from __future__ import annotations

import re

import pytest

from plugins.catalogue.api import LegalBasis
from plugins.demo.catalogue import first_catalogue

BASES = [
    pytest.param(basis, id=f"{item.code} {number}")
    for item in first_catalogue().items
    for number, basis in enumerate(item.legal_bases)
]


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


@pytest.mark.parametrize("basis", BASES)
def test_what_is_quoted_was_law_when_the_catalogue_was_decided(basis: LegalBasis) -> None:
    assert basis.effective_from
    assert basis.effective_from <= first_catalogue().approved_on
    assert not basis.ended(first_catalogue().effective_from)
