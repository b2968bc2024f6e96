"""What the README's tour says, by step: accounts are **bold**, words of the pages *italic*, what is typed `so`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.plugins.demo.tour.walk import Step

README = Path(__file__).parents[4] / "README.md"
SECTION = re.compile(r"^## Ten minutes$(.*?)^## ", re.MULTILINE | re.DOTALL)
STEP = re.compile(r"^(\d+)\. (.*?)(?=\n\d+\. |\n\n|\Z)", re.MULTILINE | re.DOTALL)
ACCOUNT = re.compile(r"\*\*([a-z0-9._]+)\*\*")
WORDS = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)|`([^`]+)`")


def steps_of_the_readme() -> list[Step]:
    """Return the numbered steps of the section, in their order."""
    section = SECTION.search(README.read_text(encoding="utf-8"))
    assert section, "the README has no section 'Ten minutes'"
    steps = STEP.findall(section[1])
    assert [number for number, _ in steps] == [str(number) for number in range(1, len(steps) + 1)]
    return [
        Step(set(ACCOUNT.findall(text)), {italic or code for italic, code in WORDS.findall(text)}) for _, text in steps
    ]
