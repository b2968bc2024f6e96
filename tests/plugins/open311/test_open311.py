"""GeoReport v2: what it gives in both formats, what it takes, and what it never tells (SPEC 5, I20)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest
from flask.testing import FlaskClient

from engine.application import Engine
from engine.clock import FixedClock
from engine.types import SYSTEM
from plugins.incidents.tables import Incident, IncidentReporter
from plugins.open311 import keys
from plugins.open311.inquiry import Refused, read_inquiry
from tests.plugins.grid_registry.town import TOWNSHIP, URBAN
from tests.plugins.open311.conftest import HIDDEN, NOISE, ROOT

POINT = {"lat": "26.4415", "long": "111.6015"}
PERSON = {"first_name": "反映", "last_name": "刘", "phone": "13900001234", "email": "liu@example.org"}


def read(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(f"{ROOT}/{path}")
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json; charset=utf-8"
    return orjson.loads(answer.data)


def create(client: FlaskClient, key: str, status: int = 201, **own: str) -> Any:
    given = {"api_key": key, "service_code": NOISE.code, **POINT, "description": "夜间施工", **PERSON}
    answer = client.post(f"{ROOT}/requests.json", data=given | own)
    assert answer.status_code == status, answer.text
    return orjson.loads(answer.data)


def test_discovery_names_the_endpoint_in_both_formats(client: FlaskClient) -> None:
    told = read(client, "discovery.json")
    assert set(told) == {"changeset", "contact", "key_service", "endpoints"}
    (endpoint,) = told["endpoints"]
    assert endpoint["url"].endswith(ROOT)
    assert endpoint["formats"] == ["text/xml", "application/json"]
    answer = client.get(f"{ROOT}/discovery.xml")
    assert answer.content_type == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.data)  # noqa: S314  our own answer
    assert root.findtext("contact") == told["contact"]
    assert [each.text for each in root.iterfind("endpoints/endpoint/formats/format")] == endpoint["formats"]


def test_services_are_the_items_in_force_without_the_sensitive_ones(client: FlaskClient, engine: Engine) -> None:
    codes = {each["service_code"] for each in read(client, "services.json")}
    assert NOISE.code in codes
    assert HIDDEN.code not in codes
    for each in read(client, "services.json?jurisdiction_id=431103"):
        assert {"service_code", "service_name", "metadata", "type"} <= set(each)
        assert all(isinstance(each[name], str) for name in ("service_code", "service_name", "type"))
    assert read(client, "services.json?jurisdiction_id=999999", 404)[0]["code"] == "404"
    assert read(client, f"services/{NOISE.code}.json")["service_code"] == NOISE.code
    read(client, "services/431103-XXX-001.json", 404)


def test_a_report_has_its_number_and_its_grid_at_once(client: FlaskClient, engine: Engine, key: str) -> None:
    (made,) = create(client, key)
    assert set(made) == {"service_request_id", "service_notice", "account_id"}
    with engine.begin(SYSTEM, write=False) as work:
        row = work.session.get_one(Incident, made["service_request_id"])
        assert (row.channel, row.item, row.grid, row.township) == ("open311", NOISE.code, f"{URBAN}-C001", TOWNSHIP)
        assert work.session.get(IncidentReporter, row.no) is not None


def test_what_is_read_has_nothing_of_the_reporter_in_either_format(client: FlaskClient, key: str) -> None:
    (made,) = create(client, key, description="夜间施工，请打 139-0000-1234 或 liu@example.org 找我")
    no = made["service_request_id"]
    (one,) = read(client, f"requests/{no}.json")
    assert {"service_request_id", "status", "service_code", "requested_datetime"} <= set(one)
    assert (one["status"], one["service_name"], one["agency_responsible"]) == ("open", NOISE.name_zh, "梅湾街道")
    assert one["requested_datetime"].endswith("+08:00")
    for form in ("json", "xml"):
        text = client.get(f"{ROOT}/requests/{no}.{form}").text + client.get(f"{ROOT}/requests.{form}").text
        for secret in ("139", "刘", "liu@"):
            assert secret not in text


def test_xml_has_the_elements_of_the_specification(client: FlaskClient, key: str) -> None:
    create(client, key, description="a < b & \x07c")
    root = ElementTree.fromstring(client.get(f"{ROOT}/requests.xml").data)  # noqa: S314  our own answer
    assert root.tag == "service_requests"
    assert root.findtext("request/description") == "a < b & c"
    assert root.findtext("request/lat") == "26.4415"


def test_sensitive_incidents_are_not_there(client: FlaskClient, engine: Engine, key: str) -> None:
    first, second = (create(client, key)[0]["service_request_id"] for _ in range(2))
    with engine.begin(SYSTEM) as work:
        work.session.get_one(Incident, first).sensitive = True
        row = work.session.get_one(Incident, second)
        row.item, row.must_refer = HIDDEN.code, True
    assert read(client, "requests.json") == []
    assert read(client, f"requests.json?service_request_id={first},{second}") == []
    read(client, f"requests/{first}.json", 404)


def test_requests_are_chosen_by_number_service_status_and_time(
    client: FlaskClient, engine: Engine, key: str, clock: FixedClock
) -> None:
    old, new = create(client, key)[0]["service_request_id"], None
    with engine.begin(SYSTEM) as work:
        row = work.session.get_one(Incident, old)
        row.state, row.closed_at, row.closing_code = "closed", work.clock.now(), "closed_solved"
    clock.advance(timedelta(days=10))
    new = create(client, key)[0]["service_request_id"]

    def found(query: str) -> list[str]:
        return [each["service_request_id"] for each in read(client, f"requests.json?{query}")]

    assert found("") == [new, old]
    assert found("status=open") == [new]
    assert found("status=closed") == [old]
    assert found("status=open,closed") == [new, old]
    assert found(f"service_request_id={old}&status=open") == [old], "numbers override everything else"
    assert found("service_code=431103-UMB-005") == []
    assert found("end_date=2026-12-05T00:00:00%2B08:00") == [old]
    assert found("start_date=2026-12-05T00:00:00+08:00") == [new], "an unescaped + is understood"
    assert found("page_size=1&page=2") == [old]
    assert found("jurisdiction_id=431103") == [new, old]
    clock.advance(timedelta(days=100))
    assert found("") == []


@pytest.mark.parametrize(
    ("own", "status"),
    [
        ({"api_key": "no"}, 403),
        ({"api_key": ""}, 403),
        ({"service_code": "431103-XXX-001"}, 404),
        ({"service_code": ""}, 400),
        ({"service_code": HIDDEN.code}, 404),
        ({"lat": "x"}, 400),
        ({"lat": "91"}, 400),
        ({"lat": "", "long": ""}, 400),
        ({"lat": ""}, 400),
        ({"address_id": "431103001001-U999"}, 400),
        ({"description": "字" * 4001}, 400),
        ({"jurisdiction_id": "999999"}, 404),
    ],
)
def test_what_is_wrong_is_an_error_of_the_specification(
    client: FlaskClient, key: str, own: dict[str, str], status: int
) -> None:
    (error,) = create(client, key, status, **own)
    assert error["code"] == str(status)
    assert error["description"]
    assert read(client, "requests.json") == [], "nothing was taken in"


def test_a_place_may_be_an_address_or_a_unit_of_the_grids(client: FlaskClient, key: str) -> None:
    nowhere = {"lat": "", "long": ""}
    create(client, key, **nowhere, address_string="梅湾路12号")
    create(client, key, **nowhere, address_id=f"{URBAN}-U001")
    assert [each["address"] for each in read(client, "requests.json")] == ["梅湾街道1号小区", "梅湾路12号"]


def test_a_revoked_key_holds_no_more(client: FlaskClient, engine: Engine, key: str) -> None:
    with engine.begin(SYSTEM) as work:
        keys.revoke(work, keys.keys(work)[0].id)
    create(client, key, 403)


@pytest.mark.parametrize(
    "given",
    [
        {"start_date": "yesterday"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-12-01T00:00:00Z"},
        {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        {"status": "done"},
        {"page": "0"},
        {"page_size": "2000"},
    ],
)
def test_an_inquiry_that_makes_no_sense_is_refused(clock: FixedClock, given: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        read_inquiry(given, clock.now())
    assert refused.value.status == 400


def test_other_formats_and_tokens_are_not_there(client: FlaskClient) -> None:
    assert client.get(f"{ROOT}/services.yaml").status_code == 404
    read(client, "tokens/1.json", 404)


def test_the_first_and_the_last_moments_there_are_do_not_break_it(client: FlaskClient) -> None:
    for moment in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00"):
        for name in ("start_date", "end_date"):
            (error,) = read(client, f"requests.json?{name}={moment}", 400)
            assert error["description"].startswith(name)


def test_an_answer_in_xml_is_xml_whatever_people_typed(client: FlaskClient, key: str) -> None:
    create(client, key, description="坏字符\x01\x1b\ufffe\uffff，好字符😀<&>")
    root = ElementTree.fromstring(client.get(f"{ROOT}/requests.xml").data)  # noqa: S314  our own answer
    assert root.findtext("request/description") == "坏字符，好字符😀<&>"
    refused = client.get(f"{ROOT}/requests/\ufffe\x01.xml")
    assert ElementTree.fromstring(refused.data).findtext("error/code") == "404"  # noqa: S314


def test_a_text_that_no_database_keeps_is_refused_by_name(client: FlaskClient, key: str) -> None:
    for field in ("api_key", "service_code", "description", "address_string", "address_id", "phone"):
        (error,) = create(client, key, 400, **{field: "a\0b"})
        assert error["code"] == "400"
        assert field in error["description"]


def test_what_no_call_answers_is_an_error_of_the_specification_too(client: FlaskClient) -> None:
    for method, path, status in [
        ("GET", "nothing.json", 404),
        ("DELETE", "requests.json", 405),
        ("POST", "services.json", 405),
    ]:
        answer = client.open(f"{ROOT}/{path}", method=method)
        assert answer.status_code == status
        assert [each["code"] for each in orjson.loads(answer.data)] == [str(status)]
        xml = client.open(f"{ROOT}/{path.replace('json', 'xml')}", method=method)
        assert ElementTree.fromstring(xml.data).findtext("error/code") == str(status)  # noqa: S314  our own answer
    large = client.post(f"{ROOT}/requests.json", data={"description": "a" * (5 << 20)})
    assert (large.status_code, orjson.loads(large.data)[0]["code"]) == (413, "413")


def test_a_program_that_calls_too_often_is_told_so_in_the_form_it_reads(client: FlaskClient) -> None:
    answers = [client.post(f"{ROOT}/requests.json") for _ in range(601)]
    assert [each.status_code for each in answers[-2:]] == [403, 429]
    assert orjson.loads(answers[-1].data)[0]["code"] == "429"
    assert int(answers[-1].headers["Retry-After"]) > 0
