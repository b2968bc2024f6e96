"""The made-up outlines divide their area: nothing left over, nothing twice."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import union_all
from shapely.geometry import box, shape

from plugins.demo.outlines import Area, outlines
from plugins.grid_registry.geometry import overlaps

AREA = Area(111.6, 26.43, 0.01, 0.0072)


@given(count=st.integers(1, 60))
def test_the_outlines_divide_the_area(count: int) -> None:
    drawn = outlines(AREA, count)
    shapes = [shape(each) for each in drawn]
    assert len(drawn) == count
    assert all(each.is_valid for each in shapes)
    assert overlaps({str(number): each for number, each in enumerate(drawn)}) == []
    whole = box(AREA.west, AREA.south, AREA.west + AREA.width, AREA.south + AREA.height)
    assert union_all(shapes).symmetric_difference(whole).area == pytest.approx(0, abs=1e-12)


@given(count=st.integers(2, 60))
def test_each_outline_borders_on_the_one_before(count: int) -> None:
    shapes = [shape(each) for each in outlines(AREA, count)]
    for first, second in pairwise(shapes):
        assert first.intersection(second).length > 0


def test_the_same_area_is_always_drawn_alike() -> None:
    assert outlines(AREA, 19) == outlines(AREA, 19)
