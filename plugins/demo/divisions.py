"""The divisions of Yongzhou as organisational units: city, counties, townships, committees, a county's departments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

DATA = Path(__file__).parent / "data"
CITY = "431100"
COUNTY = "431103"

DEPARTMENTS: Final = {
    "PSB": ("公安分局", "Public Security"),
    "UMB": ("城市管理和综合执法局", "Urban Management"),
    "HUD": ("住房和城乡建设局", "Housing and Construction"),
    "EMB": ("应急管理局", "Emergency Management"),
    "AMR": ("市场监督管理局", "Market Regulation"),
    "NHC": ("卫生健康局", "Health"),
    "MCA": ("民政局", "Civil Affairs"),
    "JB": ("司法局", "Justice"),
    "EEB": ("生态环境分局", "Ecology and Environment"),
    "FRB": ("消防救援大队", "Fire and Rescue"),
}
"""Departments of the demo county: code → name zh, en (SPEC 7)."""

CITY_DEPARTMENTS: Final = {"EEB": ("生态环境局", "Ecology and Environment")}
"""Departments of the city, in the same way."""

NEIGHBOUR: Final = "431102"
"""A county beside the demo county: what lies on the boundary may be either's."""

NEIGHBOUR_DEPARTMENTS: Final = {"UMB": DEPARTMENTS["UMB"]}
"""Its departments, in the same way."""

OFFICES: Final = {
    "LET": ("综合行政执法队", "Law Enforcement Team"),
    "PSC": ("社会事务综合服务中心", "Public Services Centre"),
}
"""Offices of the demo's sub-district, in the same way."""
OFFICES_OF: Final = "431103001"

ENGLISH: Final = {
    "subdistrict": ("jie dao", "Subdistrict"),
    "town": ("zhen", "Town"),
    "township": ("xiang", "Township"),
    "ethnic_township": ("xiang", "Ethnic Township"),
}
"""Kind of township → how its pinyin ends, and what stands for that in English."""


@dataclass(frozen=True, slots=True)
class Division:
    """One unit to be: see engine's OrgUnit."""

    code: str
    parent_code: str | None
    name: str
    name_en: str
    kind: str
    path: str


def divisions() -> Iterator[Division]:
    """Yield every unit, each after the one it belongs to: 1 city, 13 counties, 195 townships, 3,331 committees."""
    data = orjson.loads((DATA / "yongzhou_divisions.json").read_bytes())
    city = data["city"]
    yield Division(CITY, None, city["name"], city["name_en"], "city", f"/{CITY}/")
    for county in data["counties"]:
        yield _below(f"/{CITY}/", county, "county", county["name_en"])
        for township in county["townships"]:
            path = f"/{CITY}/{county['code']}/"
            yield _below(path, township, "township", township_in_english(township["pinyin"], township["kind"]))
            for committee in township["communities"]:
                yield _below(f"{path}{township['code']}/", committee, committee["kind"], "")


def departments() -> Iterator[Division]:
    """Yield the departments of the demo county, `431103-UMB` and so on, of its neighbour and of the city, and offices.

    Offices are a sub-district's own, `431103001-LET`.
    """
    for path, kind, of, of_en, units in (
        (f"/{CITY}/{COUNTY}/", "department", "冷水滩区", "Lengshuitan", DEPARTMENTS),
        (f"/{CITY}/", "department", "永州市", "Yongzhou", CITY_DEPARTMENTS),
        (f"/{CITY}/{NEIGHBOUR}/", "department", "零陵区", "Lingling", NEIGHBOUR_DEPARTMENTS),
        (f"/{CITY}/{COUNTY}/{OFFICES_OF}/", "office", "梅湾街道", "Meiwan", OFFICES),
    ):
        above = path.split("/")[-2]
        for code, (name, name_en) in units.items():
            yield _below(path, {"code": f"{above}-{code}", "name": f"{of}{name}"}, kind, f"{of_en} {name_en}")


def township_in_english(pinyin: str, kind: str) -> str:
    """Return `mei wan jie dao`, a subdistrict, as `Meiwan Subdistrict`."""
    ending, english = ENGLISH.get(kind, ("", ""))
    name = pinyin.removesuffix(ending).replace(" ", "").capitalize()
    return f"{name} {english}".strip()


def _below(path: str, row: dict[str, Any], kind: str, name_en: str) -> Division:
    code = str(row["code"])
    return Division(code, path.strip("/").rpartition("/")[2], row["name"], name_en, kind, f"{path}{code}/")
