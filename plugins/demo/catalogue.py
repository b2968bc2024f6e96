"""The demo county's first catalogue: what it had before this system, dated back to when the demo's story begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import orjson

from plugins.catalogue.api import Enactment, read_enactment
from plugins.demo.divisions import DATA


def first_catalogue(begins: date | None = None) -> Enactment:
    """Return the decision on the first catalogue; with `begins`, in force from that day."""
    enactment = read_enactment(orjson.loads((DATA / "first_catalogue.json").read_bytes()))
    if begins is None or begins >= enactment.effective_from:
        return enactment
    earlier = enactment.effective_from - begins
    return replace(
        enactment,
        approved_on=enactment.approved_on - earlier,
        published_on=enactment.published_on - earlier,
        effective_from=enactment.effective_from - earlier,
    )
