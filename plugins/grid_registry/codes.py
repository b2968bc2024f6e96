"""How grids and proposals are numbered. A number once given is never given again."""

from __future__ import annotations

import re
from collections.abc import Iterable

KIND_LETTER = {"comprehensive": "C", "exclusive": "E"}
GRID_CODE = re.compile(r"(?P<community>\d{12})-(?P<letter>[CE])(?P<number>\d{3})")
LAST_NUMBER = 999


class CodesExhausted(Exception):
    """A community has used up its 999 numbers of one kind; the numbering rule must be widened first."""


def next_grid_codes(community: str, kind: str, taken: Iterable[str], count: int) -> list[str]:
    """Return the next `count` codes `<12-digit community>-<C|E><3 digits>` after the highest ever taken.

    `taken` holds every code the community ever gave, of retired grids too: codes are unique for ever.

    Raises:
        CodesExhausted: the numbers do not suffice.
    """
    prefix = f"{community}-{KIND_LETTER[kind]}"
    last = max((int(code.removeprefix(prefix)) for code in taken if code.startswith(prefix)), default=0)
    if last + count > LAST_NUMBER:
        raise CodesExhausted(prefix)
    return [f"{prefix}{number:03d}" for number in range(last + 1, last + count + 1)]


def proposal_prefix(township: str, year: int) -> str:
    """Return what the numbers of a township's proposals of one year have in common: `HF-<township>-<yyyy>-`."""
    return f"HF-{township}-{year}-"


def next_proposal_no(township: str, year: int, taken: Iterable[str]) -> str:
    """Return the next proposal number of the township in that year: `HF-<township>-<yyyy>-<seq>`, seq from 001."""
    prefix = proposal_prefix(township, year)
    last = max((int(no.removeprefix(prefix)) for no in taken if no.startswith(prefix)), default=0)
    return f"{prefix}{last + 1:03d}"
