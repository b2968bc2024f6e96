"""Whom a limit counts: a browser, and all behind one address; and whose word on the address is believed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from flask import Flask, session

from web import security
from web.config import SettingsInvalid, read_settings
from web.server import WebServer


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask(__name__)
    app.secret_key = "a key for tests"
    security.limiter.init_app(app)

    @app.get("/first/<name>")
    def first(name: str) -> str:
        session["csrf_token"] = name
        return "a form"

    @app.post("/report")
    @security.visitors_limited("3 per hour", "5 per hour")
    def report() -> str:
        return "taken"

    @app.get("/who")
    def who() -> str:
        return security.client_network()

    with app.app_context():
        security.limiter.reset()
    yield app
    with app.app_context():
        security.limiter.reset()


def posts(app: Flask, browser: str, address: str, times: int) -> list[int]:
    client = app.test_client()
    client.get(f"/first/{browser}")
    return [client.post("/report", environ_base={"REMOTE_ADDR": address}).status_code for _ in range(times)]


def test_one_browser_does_not_use_up_what_its_whole_town_has(app: Flask) -> None:
    assert posts(app, "a", "10.0.0.1", 4) == [200, 200, 200, 429]
    assert posts(app, "b", "10.0.0.1", 1) == [200], "a neighbour behind the same address"


def test_a_program_with_many_browsers_is_stopped_by_its_address(app: Flask) -> None:
    assert [posts(app, f"browser {number}", "10.0.0.1", 1)[0] for number in range(6)] == [200] * 5 + [429]
    assert posts(app, "another", "10.0.0.2", 1) == [200]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("what is none", "what is none"),
    ],
)
def test_all_addresses_of_one_connection_are_one(app: Flask, address: str, network: str) -> None:
    assert app.test_client().get("/who", environ_base={"REMOTE_ADDR": address}).text == network


@contextmanager
def served(app: Flask, home: Path, **settings: str) -> Iterator[str]:
    read = replace(read_settings({"ONEGRID_HOME": str(home), **settings}), port=0)
    with WebServer(app, read) as server:
        yield f"http://127.0.0.1:{server.port}"


FORGED = {"X-Forwarded-For": "203.0.113.7", "X-Real-IP": "203.0.113.7", "Forwarded": "for=203.0.113.7"}


def test_what_a_client_says_of_its_address_counts_for_nothing(app: Flask, tmp_path: Path) -> None:
    with served(app, tmp_path) as address:
        assert requests.get(f"{address}/who", headers=FORGED, timeout=10).text == "127.0.0.1"


def test_a_trusted_proxy_says_who_asks_and_only_its_own_last_word_counts(app: Flask, tmp_path: Path) -> None:
    with served(app, tmp_path, ONEGRID_TRUSTED_PROXY="127.0.0.1") as address:
        forged = {**FORGED, "X-Forwarded-For": "203.0.113.7, 198.51.100.9"}
        assert requests.get(f"{address}/who", headers=forged, timeout=10).text == "198.51.100.9"
    with served(app, tmp_path, ONEGRID_TRUSTED_PROXY="192.0.2.1") as address:
        assert requests.get(f"{address}/who", headers=FORGED, timeout=10).text == "127.0.0.1"


def test_a_proxy_is_named_by_its_address(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="ONEGRID_TRUSTED_PROXY=\\*"):
        read_settings({"ONEGRID_HOME": str(tmp_path), "ONEGRID_TRUSTED_PROXY": "*"})


def test_hundreds_of_slow_clients_keep_nobody_out(app: Flask, tmp_path: Path) -> None:
    with served(app, tmp_path) as address:
        port = int(address.rpartition(":")[2])
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(150)]
        for each in slow:
            each.sendall(b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow")
        assert requests.get(f"{address}/who", timeout=5).ok
        for each in slow:
            each.close()
