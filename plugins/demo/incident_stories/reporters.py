"""Who reports: workers by their login, the township's clerk for others, and residents whose names are invented."""

from __future__ import annotations

from random import Random
from typing import Final

from plugins.demo.accounts import ACCOUNTS
from plugins.demo.people import account
from plugins.incidents.api import Reporter

SURNAMES: Final = "云谷岑竹柏麦穆荔菱"
GIVEN: Final = ("小满", "立夏", "白露", "霜降", "谷雨", "清明", "小雪", "惊蛰", "处暑", "芒种")
"""Of solar terms: nobody takes them for people one knows."""
PHONES: Final = "0746-0008"
"""No number in use begins so."""


def resident(random: Random) -> Reporter:
    """Return somebody who says who they are, and how to be reached."""
    name = random.choice(SURNAMES) + random.choice(GIVEN)
    return Reporter(name, f"{PHONES}{random.randrange(1000):03}")


def worker(township: str, random: Random) -> str:
    """Return the login of one of a township's grid workers."""
    held = [each.login for each in ACCOUNTS if (each.group, each.org_unit) == ("grid_worker", township)]
    return random.choice(held)


def clerk(township: str) -> str:
    """Return the login of a township's clerk."""
    return account("township_clerk", township).login
