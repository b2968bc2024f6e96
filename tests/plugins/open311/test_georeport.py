"""The client `georeport`, as cities use it, against a server of ours: in JSON and in XML."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
import requests
from flask import Flask
from georeport import GeoReport
from werkzeug.serving import make_server

from tests.plugins.open311.conftest import NOISE, ROOT


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of a server that runs while the test does."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{ROOT}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_client_of_other_cities_reads_ours(address: str, key: str, form: str) -> None:
    given = {
        "api_key": key,
        "service_code": NOISE.code,
        "lat": "26.4415",
        "long": "111.6015",
        "description": "夜间施工",
    }
    made = [requests.post(f"{address}/requests.json", data=given, timeout=10).json()[0] for _ in range(2)]
    numbers = {each["service_request_id"] for each in made}
    client = GeoReport(address, jurisdiction="431103", output_format=form)

    codes = [each["service_code"] for each in client.get_service_list()]
    assert NOISE.code in codes
    assert client.get_service_definition(NOISE.code)["service_code"] == NOISE.code
    found = client.get_service_requests(status="open", service_code=NOISE.code)
    assert {each["service_request_id"] for each in found} == numbers
    one = client.get_service_request(made[0]["service_request_id"])
    assert (one["status"], one["service_name"], one["description"]) == ("open", NOISE.name_zh, "夜间施工")
    with pytest.raises(requests.HTTPError):
        client.get_service_request("SJ-0")
