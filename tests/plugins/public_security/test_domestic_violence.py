"""One case, two systems: the police's own, not in Python, records it; the plugin's process sends the patrol."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from engine.testing.worker import FetchedJob, WorkerClient
from engine.types import SYSTEM
from tests.durability.patience import until
from tests.plugins.public_security.conftest import RURAL, Station
from web.waiting import waiting_of

WORKER = Path(__file__).parents[3] / "plugins/departments/public_security/worker/Worker.java"
TOPIC = "public_security.record_case"
HOME = "梅湾街道望江小区3栋"


def recorded(client: WorkerClient, number: str = "PSB-2026-000001") -> FetchedJob:
    [job] = client.fetch([TOPIC])
    client.complete(job, {"case_number": number, "recorded_at": "2026-12-01T22:31:00+08:00"})
    return job


@pytest.fixture
def client(station: Station, address: str) -> WorkerClient:
    return WorkerClient(address, station.token(), worker="py-1")


def test_a_case_is_recorded_elsewhere_and_the_patrol_sent_from_here(station: Station, client: WorkerClient) -> None:
    case = station.report("SJ-7")
    assert station.stands_at(case) == ["record"]
    job = recorded(client)
    assert (job.idempotency_key, job.inputs["kind"]) == ("SJ-7", "domestic_violence")
    assert station.stands_at(case) == ["visit"]
    values = station.variables(case)
    assert values["case"]["case_number"] == "PSB-2026-000001"
    assert values["patrol"] == {"unit": "PSB-431103001", "minutes": 8}


def test_what_is_known_already_is_joined_and_nobody_is_sent(station: Station, client: WorkerClient) -> None:
    case = station.report("SJ-8")
    [job] = client.fetch([TOPIC])
    client.error(job, "DUPLICATE", outputs={"case_number": "PSB-2026-000001"})
    assert station.stands_at(case) == ["merged"]


def test_at_night_in_the_country_the_officer_in_charge_sends_somebody(station: Station, client: WorkerClient) -> None:
    station.clock.advance(timedelta(hours=14))
    case = station.report("SJ-9", code=RURAL)
    recorded(client)
    assert station.stands_at(case) == ["assign"]


def test_a_grid_that_the_registry_does_not_know_is_for_a_person(station: Station, client: WorkerClient) -> None:
    case = station.report("SJ-10", code="431103001001-C999")
    recorded(client)
    assert station.stands_at(case) == ["dispatch"]
    with station.engine.begin(SYSTEM, write=False) as work:
        [dead] = work.jobs.dead()
        assert "GRID_UNKNOWN" in (dead.last_error or "")


@pytest.fixture
def java(station: Station, app: Flask, address: str, tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Start the bureau's Java program, when it is wanted; return its register. It ends by itself when it is told to."""
    if shutil.which("javac") is None:
        pytest.skip("no JDK here: the Java worker is not run")
    programs: list[subprocess.Popen[bytes]] = []

    def start() -> Path:
        register = tmp_path / "cases.tsv"
        settings = {"ONEGRID_URL": address, "ONEGRID_TOKEN": station.token(), "PATH": os.environ["PATH"]}
        options = ["-XX:TieredStopAtLevel=1", "-Xmx64m"]
        programs.append(subprocess.Popen(["java", *options, str(WORKER), str(register)], env=settings))
        return register

    yield start
    waiting_of(app).end()  # its fetch is answered now and not after ten seconds
    for program in programs:
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=30) == 128 + signal.SIGTERM


def reported(station: Station, *reports: tuple[str, str]) -> list[str]:
    """Start a case for each report, one second after the other: the longest due is fetched first."""
    cases = []
    for number, place in reports:
        cases.append(station.report(number, place))
        station.clock.advance(timedelta(seconds=1))
    return cases


def test_the_java_program_records_cases_and_knows_those_it_has(station: Station, java: Callable[[], Path]) -> None:
    first, same, other = reported(station, ("SJ-1", HOME), ("SJ-2", HOME), ("SJ-3", "滨江里\t“一”栋"))
    register = java()
    until(lambda: [station.stands_at(case) for case in (first, same, other)] == [["visit"], ["merged"], ["visit"]])
    lines = [line.split("\t") for line in register.read_text("utf-8").splitlines()]
    assert [(line[0], line[3], line[4]) for line in lines] == [
        ("SJ-1", "domestic_violence", HOME),
        ("SJ-3", "domestic_violence", "滨江里 “一”栋"),
    ]
    assert station.variables(first)["case"]["case_number"] == lines[0][1]
