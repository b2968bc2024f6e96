"""Cron texts in a timer's cycle: `0 8 * * 1-5` is eight o'clock on weekdays, by the clock of the place."""

from __future__ import annotations

import re
from datetime import datetime

from cronsim import CronSim, CronSimError

from engine.clock import TIMEZONE

_FIELD = r"[\dA-Za-z*][\dA-Za-z*/,#-]*"
# no FEEL that could give a time begins with a number or a star and goes on with four more such words
_CRON = re.compile(rf"[\d*][\d*/,-]*(\s+{_FIELD}){{4,5}}")


def is_cron(text: str) -> bool:
    """Return whether the text is meant as cron: minute hour day month weekday, and seconds first if there are six."""
    return _CRON.fullmatch(text) is not None


def following(text: str, after: datetime) -> datetime:
    """Return the first moment after another one that a cron text names; raise ValueError for none."""
    try:
        return next(CronSim(text, after.astimezone(TIMEZONE)))
    except (CronSimError, StopIteration, OverflowError) as error:
        raise ValueError(f"{text}: {str(error) or 'it never comes'}") from error
