"""`/open311/v2`: GeoReport v2 for programs. What may be read is public; reporting needs a key (SPEC 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Final

from engine.core_api import TIMEZONE, FormInvalid, OrgUnit, Work, today
from plugins.catalogue.api import ItemVersion, versions
from plugins.grid_registry.api import township_picture
from plugins.incidents.api import (
    Published,
    PublishedFilter,
    Report,
    Reporter,
    published,
    report,
    supplement_by_reporter,
)
from plugins.open311 import keys
from plugins.open311.answers import TYPES, many, one
from plugins.open311.inquiry import Refused, read_inquiry, read_link, read_point
from plugins.open311.services import counties, notice, services, withheld
from web.plugin_api import Blueprint, Response, WebPart, current_work, rate_limited, request, url_for

calls = Blueprint("open311", __name__, url_prefix="/open311/v2")

CHANGESET: Final = "2026-11-01T00:00:00+08:00"
LONGEST: Final = {
    "description": 4000,
    "first_name": 25,
    "last_name": 25,
    "phone": 30,
    "email": 100,
    "address_string": 200,
    "media_url": 500,
}
TOWNSHIP_DIGITS: Final = 9
"""A unit's code begins with its township's."""

View = Callable[..., Response]
Answer = Any


def _answering(view: Callable[..., tuple[bytes, int]]) -> Callable[..., Answer]:
    """Answer in the format that the address ends with; what is refused is an answer too, as GeoReport has it."""

    @wraps(view)
    def answer(form: str, **given: Any) -> Answer:
        if form not in TYPES:
            return _response("xml", _errors("xml", 404, "the format is xml or json"), 404)
        try:
            body, status = view(form, **given)
        except Refused as refused:
            return _response(form, _errors(form, refused.status, refused.description), refused.status)
        return _response(form, body, status)

    return answer


@calls.get("/discovery.<form>")
@_answering
def discovery(form: str) -> tuple[bytes, int]:
    """Say where the endpoint is and what it speaks."""
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": url_for("open311.discovery", form=form, _external=True).rpartition("/")[0],
        "changeset": CHANGESET,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    told = {
        "changeset": CHANGESET,
        "contact": "永州市网格化服务管理机构",
        "key_service": "上报用的密钥由系统管理员签发（onegrid open311 create-key）。",
        "endpoints": [endpoint],
    }
    return one(form, "discovery", told), 200


@calls.get("/services.<form>")
@_answering
def list_services(form: str) -> tuple[bytes, int]:
    """List what may be reported."""
    work = current_work()
    found = services(work.session, _jurisdiction(work), today(work.clock))
    return many(form, "services", "service", [_service(each) for each in found]), 200


@calls.get("/services/<code>.<form>")
@_answering
def define_service(form: str, code: str) -> tuple[bytes, int]:
    """Say which attributes a service asks for: none does."""
    work = current_work()
    version = _offered(work, code)
    return one(form, "service_definition", {"service_code": version.item.code, "attributes": []}), 200


@calls.get("/requests.<form>")
@_answering
def list_requests(form: str) -> tuple[bytes, int]:
    """List requests, at most 1000 of at most 90 days."""
    work = current_work()
    asked = read_inquiry(request.args, work.clock.now())
    wanted = PublishedFilter(
        numbers=asked.numbers,
        county=_jurisdiction(work) or "",
        items=asked.services,
        withheld=withheld(work.session),
        since=asked.since,
        until=asked.until,
        ended=asked.ended,
        page=asked.page,
        size=asked.size,
    )
    return many(form, "service_requests", "request", _requests(work, published(work.session, wanted))), 200


@calls.get("/requests/<no>.<form>")
@_answering
def show_request(form: str, no: str) -> tuple[bytes, int]:
    """Show one request."""
    work = current_work()
    found = published(work.session, PublishedFilter(numbers=(no,), withheld=withheld(work.session)))
    if not found:
        raise Refused(404, f"there is no service request {no[:40]}")
    return many(form, "service_requests", "request", _requests(work, found)), 200


@calls.get("/tokens/<token>.<form>")
@_answering
def show_token(form: str, token: str) -> tuple[bytes, int]:
    """Refuse: a request has its number at once, and no token."""
    raise Refused(404, f"there is no token {token[:40]}: requests have their id at once")


@calls.post("/requests.<form>")
@rate_limited("600 per hour")
@_answering
def create_request(form: str) -> tuple[bytes, int]:
    """Take a report in."""
    work, given = current_work(), {name: value.strip() for name, value in request.form.items()}
    if not keys.holds(work, given.get("api_key", "")):
        raise Refused(403, "api_key is missing or not valid")
    version = _offered(work, given.get("service_code", ""))
    for name, most in LONGEST.items():
        if len(given.get(name, "")) > most:
            raise Refused(400, f"{name} is longer than {most} characters")
    told, link = _report(work, version, given), read_link(given.get("media_url", ""))
    try:
        reported = report(work, told)
    except FormInvalid as invalid:
        said = "; ".join(f"{name}: {' '.join(each)}" for name, each in invalid.errors.items())
        raise Refused(400, said) from invalid
    if link:  # for officials to open or not: nothing is fetched from elsewhere, and nobody else is given it (I20)
        supplement_by_reporter(work, reported.no, f"随报的图片链接（来自外部，系统没有打开）：{link}")
    entry = {"service_request_id": reported.no, "service_notice": notice(version), "account_id": ""}
    return many(form, "service_requests", "request", [entry]), 201


def _report(work: Work, version: ItemVersion, given: Mapping[str, str]) -> Report:
    point = read_point(given)
    place, township = given.get("address_string", ""), None
    if given.get("address_id"):
        place, township = _unit(work, version.item.county, given["address_id"])
    if point is None and not place:
        raise Refused(400, "one of lat and long, address_string or address_id is needed")
    return Report(
        title=version.item.name_zh[:80],
        description=given.get("description") or version.item.name_zh,
        place=place or f"{point[0]:.5f}, {point[1]:.5f}" if point else place,
        county=version.item.county,
        township=township,
        channel="open311",
        item=version.item.code,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        reporter=Reporter(
            f"{given.get('last_name', '')}{given.get('first_name', '')}", given.get("phone", ""), given.get("email", "")
        ),
    )


def _unit(work: Work, county: str, code: str) -> tuple[str, str]:
    """Return name and township of a unit of the grids, which is what an address_id is here."""
    township = work.session.get(OrgUnit, code[:TOWNSHIP_DIGITS])
    if township is not None and township.parent_code == county:
        for unit in township_picture(work.session, township.code, today(work.clock)).units:
            if unit.code == code:
                return f"{township.name}{unit.name}", township.code
    raise Refused(400, "address_id is no unit of the grids of that jurisdiction")


def _jurisdiction(work: Work) -> str | None:
    """Return the county that is asked about, None for the whole city; raise Refused (404)."""
    code = request.values.get("jurisdiction_id", "").strip()
    if not code:
        return None
    if code in counties(work.session):
        return code
    unit = work.session.get(OrgUnit, code)
    if unit is None or unit.parent_code is not None:
        raise Refused(404, f"there is no jurisdiction {code[:40]}")
    return None


def _offered(work: Work, code: str) -> ItemVersion:
    if not code:
        raise Refused(400, "service_code is missing")
    for version in services(work.session, _jurisdiction(work), today(work.clock)):
        if version.item.code == code:
            return version
    raise Refused(404, f"there is no service {code[:40]}")


def _service(version: ItemVersion) -> dict[str, Any]:
    return {
        "service_code": version.item.code,
        "service_name": version.item.name_zh,
        "description": version.item.description,
        "metadata": False,
        "type": "realtime",
        "keywords": version.item.name_en,
        "group": version.department_name,
    }


def _requests(work: Work, found: Sequence[Published]) -> list[dict[str, Any]]:
    named: dict[str, ItemVersion] = {}
    for each in found:
        if each.item not in named:
            named[each.item] = versions(work.session, each.item)[0]
    return [_request(each, named[each.item]) for each in found]


def _request(found: Published, version: ItemVersion) -> dict[str, Any]:
    return {
        "service_request_id": found.no,
        "status": "closed" if found.ended else "open",
        "status_notes": found.closing_code or "",
        "service_name": version.item.name_zh,
        "service_code": found.item,
        "description": found.description,
        "agency_responsible": found.agency,
        "service_notice": notice(version),
        "requested_datetime": _local(found.reported_at),
        "updated_datetime": _local(found.closed_at or found.reported_at),
        "expected_datetime": _local(found.expected_at),
        "address": found.place,
        "address_id": "",
        "zipcode": "",
        "lat": found.latitude,
        "long": found.longitude,
        "media_url": "",
    }


def _local(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(TIMEZONE).isoformat(timespec="seconds")


def _errors(form: str, code: int, description: str) -> bytes:
    return many(form, "errors", "error", [{"code": str(code), "description": description}])


def _response(form: str, body: bytes, status: int) -> Response:
    return Response(body, status, content_type=TYPES[form])


def _fault(status: int, description: str) -> Response:
    """Answer what no view has answered: an address that there is not, too many calls, a fault of ours."""
    form = "json" if request.path.endswith(".json") else "xml"
    return _response(form, _errors(form, status, description), status)


PART = WebPart(calls, public=True, programs=True, fault=_fault)
