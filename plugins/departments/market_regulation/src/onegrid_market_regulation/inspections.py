"""The bureau's rules on inspections; no database, no host."""

from __future__ import annotations

from datetime import date, timedelta

UNLICENSED, FOOD, LIFT = "431103-AMR-014", "431103-AMR-015", "431103-AMR-016"

ITEMS = {
    UNLICENSED: "无证无照经营线索上报",
    FOOD: "食品摊贩、小作坊信息采集与隐患上报",
    LIFT: "电梯等特种设备隐患上报",
}
"""The bureau's items of the catalogue."""

DAYS_TO_RECTIFY = {UNLICENSED: 0, FOOD: 15, LIFT: 3}
"""Calendar days to put things right; assumptions of the bureau. 0: there is nothing to put right, it is referred."""


def result_of(item: str, licence: str | None, *, hazard: bool) -> str:
    """Return `pass`, `rectify` or `refer`.

    Without a licence the case goes to enforcement whatever was found (无证无照经营查处办法 5, 6); a hazard of a lift
    too, for only the bureau's inspectors may stop one (特种设备安全法 12); other hazards are put right.
    """
    if not licence or (hazard and item == LIFT):
        return "refer"
    return "rectify" if hazard else "pass"


def rectify_by(item: str, result: str, on: date) -> date | None:
    """Return the day by which things are to be put right, or None."""
    return on + timedelta(days=DAYS_TO_RECTIFY[item]) if result == "rectify" else None


def number(on: date, before: int) -> str:
    """Return the number of an inspection, the `before`-th plus one of the year: `AMR-2026-00001`."""
    return f"AMR-{on.year}-{before + 1:05d}"
