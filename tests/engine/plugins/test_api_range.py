"""Ranges of the plugin API's version, as a plugin states them."""

from __future__ import annotations

import pytest

from engine.plugins.checks import accepts


@pytest.mark.parametrize(
    ("api", "version"),
    [
        (">=1.0,<2", "1.0"),
        (">=1.0,<2", "1.9"),
        (">=1", "1.0"),
        ("==1.0", "1"),
        (" >= 1.2 , < 2 ", "1.10"),
        ("!=1.1", "1.0"),
    ],
)
def test_a_version_inside_the_range_is_accepted(api: str, version: str) -> None:
    assert accepts(api, version)


@pytest.mark.parametrize(("api", "version"), [(">=1.0,<2", "2.0"), (">1.0", "1.0"), ("<=1.0", "1.1"), ("!=1.0", "1.0")])
def test_a_version_outside_the_range_is_not(api: str, version: str) -> None:
    assert not accepts(api, version)


@pytest.mark.parametrize("api", ["", "1.0", "~=1.0", ">=1.0,", ">=one"])
def test_a_range_that_cannot_be_read_is_an_error(api: str) -> None:
    with pytest.raises(ValueError, match="is not a bound"):
        accepts(api)
