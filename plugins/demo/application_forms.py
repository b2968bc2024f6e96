"""What departments fill in when they apply to change the catalogue: invented items on real laws, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

import orjson

from plugins.catalogue.api import LegalBasis
from plugins.demo.accounts import ACCOUNTS
from plugins.demo.catalogue import bases_of
from plugins.demo.divisions import COUNTY, DATA
from plugins.demo.story import Scene

DAY = timedelta(days=1)
OFFICES: Final = {
    "PSB": "治安大队",
    "UMB": "市容股",
    "HUD": "物业与燃气股",
    "EMB": "安全监管股",
    "AMR": "消费者权益保护股",
    "NHC": "基层卫生股",
    "MCA": "社会救助股",
    "JB": "人民调解股",
    "EEB": "执法大队",
    "FRB": "防火科",
}
"""Department → its office for the catalogue."""


@cache
def _items() -> Mapping[str, Mapping[str, Any]]:
    return {row["id"]: row for row in orjson.loads((DATA / "applied_items.json").read_bytes())["items"]}


def department_of(name: str) -> str:
    """Return the department that applies for an item, without the county."""
    return str(_items()[name]["department"])


def named(name: str) -> str:
    """Return what an item that is applied for is called."""
    return str(_items()[name]["name"])


def item(scene: Scene, name: str) -> dict[str, Any]:
    """Fill in a new item."""
    row = _items()[name]
    note = (
        {"requires_enforcement_qualification": True, "qualification_note": row["enforcement"]}
        if row["enforcement"]
        else {}
    )
    beside = ("source", "recheck")
    bases = [{each: value for each, value in basis.items() if each not in beside} for basis in row["legal_bases"]]
    return {
        **{each: row[each] for each in ("name", "name_en", "description", "service_object", "worker_action")},
        "est_minutes_per_case": 10,
        "est_cases_per_grid_year": 12,
        **note,
        "legal_bases": bases,
        "guidance_person": contact(row["department"]),
        "training": {"hours": 4, "on": (scene.today + 30 * DAY).isoformat(), "materials": "办理指引"},
        "resources": "办理指引",
        "funding": {"amount_cny": 3000, "source": "部门预算"},
    }


def as_it_is(scene: Scene) -> dict[str, Any]:
    """Fill in an amendment that changes nothing: the item as it is, with what is asked of an application beside."""
    given = {name: _plain(value) for name, value in scene.data["draft"].items() if value not in (None, "", {})}
    asked = {"service_object": "本网格居民", "est_minutes_per_case": 15, "est_cases_per_grid_year": 24}
    flags = any(given.get(flag) for flag in ("requires_professional_skill", "requires_enforcement_qualification"))
    note = {"qualification_note": "依法处理须部门有资格的人员"} if flags else {}
    training = {"hours": 4, "on": scene.today.isoformat(), "materials": "办理指引"}
    return asked | note | given | {"training": training}


def renewed(scene: Scene, code: str) -> dict[str, Any]:
    """Fill in an amendment that cites the laws in force today."""
    return as_it_is(scene) | {"legal_bases": [_cited(basis) for basis in bases_of(code, scene.today)]}


def contact(department: str) -> dict[str, str]:
    """Return whom workers may ask."""
    unit = f"{COUNTY}-{department}"
    number, who = next(
        (number, each)
        for number, each in enumerate(ACCOUNTS)
        if (each.group, each.org_unit) == ("department_staff", unit)
    )
    return {"name": who.name, "phone": f"0746-00000{number:02}", "unit": OFFICES[department]}


def _cited(basis: LegalBasis) -> dict[str, Any]:
    since, until = basis.effective_from, basis.effective_to
    return {
        "title": basis.title,
        "article": basis.article,
        "doc_type": basis.doc_type.value,
        "excerpt": basis.excerpt,
        **({"effective_from": since.isoformat()} if since else {}),
        **({"effective_to": until.isoformat()} if until else {}),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items() if each not in (None, "")}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
