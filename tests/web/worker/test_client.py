"""The client of the test kit, against a real server on a port of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from engine.testing.worker import DeclaredError, FetchedJob, TryLater, Worker, WorkerClient, WorkerRefused
from engine.types import SYSTEM
from tests.engine.workers.bureau import TOPIC, Bureau
from tests.web.worker.conftest import secret_of
from web.config import read_settings
from web.server import WebServer


@pytest.fixture
def address(app: Flask, tmp_path: Path) -> Iterator[str]:
    settings = replace(read_settings({"ONEGRID_HOME": str(tmp_path)}), port=0)
    with WebServer(app, settings) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture
def client(address: str, bureau: Bureau) -> WorkerClient:
    return WorkerClient(address, secret_of(bureau), worker="py-1")


def run_until(worker: Worker, over: threading.Event) -> None:
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert over.wait(20)
    worker.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_a_worker_does_what_comes_and_reports_each_kind_of_end(bureau: Bureau, client: WorkerClient) -> None:
    ends = {number: bureau.start(number) for number in range(4)}
    left, over = set(ends), threading.Event()

    def record(job: FetchedJob) -> dict[str, str]:
        number = job.inputs["number"]
        left.discard(number)
        if not left:
            over.set()
        match number:
            case 0:
                raise DeclaredError("DUPLICATE", "同案")
            case 1:
                raise TryLater("明天", after=3600)
            case 2:
                raise RuntimeError("坏了")
        return {"case_number": f"J-{job.idempotency_key}"}

    worker = Worker(client, {TOPIC: record}, max_jobs=2, wait_seconds=1, pause=0.05)
    run_until(worker, over)
    assert [bureau.end_of(ends[number]) for number in (0, 3)] == [("completed", "end_known"), ("completed", "end")]
    assert [[event for event, _ in bureau.events(ends[number])] for number in (1, 2)] == [["job.failed"]] * 2
    assert worker.done == 1


def test_a_stopped_worker_gives_back_what_it_has_not_begun(bureau: Bureau, client: WorkerClient) -> None:
    for number in range(3):
        bureau.start(number)
    worker: Worker

    def record(job: FetchedJob) -> dict[str, str]:
        worker.stop()
        return {"case_number": "J"}

    worker = Worker(client, {TOPIC: record}, max_jobs=3, pause=0.05)
    worker.run()
    assert worker.done == 1
    assert [job.attempt for job in client.fetch([TOPIC], max_jobs=5)] == [1, 1]


def test_outputs_that_do_not_fit_are_a_failure_that_is_not_tried_again(bureau: Bureau, client: WorkerClient) -> None:
    bureau.start()
    over = threading.Event()

    def record(job: FetchedJob) -> dict[str, str]:
        over.set()
        return {"number": "J"}

    run_until(Worker(client, {TOPIC: record}, wait_seconds=0, pause=0.05), over)
    with bureau.engine.begin(SYSTEM, write=False) as work:
        [dead] = work.jobs.dead()
        assert "outputs.invalid" in (dead.last_error or "")


def test_a_lost_job_is_dropped_and_the_next_one_done(bureau: Bureau, client: WorkerClient) -> None:
    lost = bureau.start(1)
    over = threading.Event()

    def record(job: FetchedJob) -> dict[str, str]:
        if job.inputs["number"] == 1:
            with bureau.engine.begin(SYSTEM) as work:
                work.instances.cancel(lost, "撤回")
            bureau.start(2)
        else:
            over.set()
        return {"case_number": "J"}

    run_until(Worker(client, {TOPIC: record}, wait_seconds=1, pause=0.05), over)


def test_each_call_by_itself(bureau: Bureau, client: WorkerClient) -> None:
    bureau.start()
    [job] = client.fetch([TOPIC], lock_seconds=30)
    assert client.extend(job, 300) > job.locked_until
    client.release(job)
    [job] = client.fetch([TOPIC])
    client.error(job, "DUPLICATE")
    assert client.openapi()["openapi"] == "3.1.0"
    with pytest.raises(WorkerRefused) as refused:
        client.fetch(["neighbour.secret"])
    assert (refused.value.status, refused.value.code) == (403, "topic.forbidden")


def test_a_host_that_is_not_there_is_no_answer() -> None:
    with pytest.raises(WorkerRefused) as refused:
        WorkerClient("http://127.0.0.1:1", "x", worker="py-1").fetch([TOPIC])
    assert refused.value.status == 0


def test_a_token_that_does_not_hold_ends_the_loop(address: str) -> None:
    with pytest.raises(WorkerRefused) as refused:
        Worker(WorkerClient(address, "ogw_no", worker="py-1"), {TOPIC: lambda _: {}}).run()
    assert refused.value.status == 401


def test_a_job_that_comes_is_heard_of_within_a_second_or_so(bureau: Bureau, client: WorkerClient) -> None:
    threading.Timer(0.2, bureau.start).start()
    assert len(client.fetch([TOPIC], wait_seconds=20)) == 1


def test_a_client_that_hangs_up_while_waiting_is_given_nothing(bureau: Bureau, address: str) -> None:
    gone = WorkerClient(address, secret_of(bureau), worker="gone", timeout=-19.5)  # gives up after half a second of 20
    with pytest.raises(WorkerRefused):
        gone.fetch([TOPIC], wait_seconds=20)
    bureau.start()
    staying = WorkerClient(address, secret_of(bureau), worker="staying")
    assert [job.attempt for job in staying.fetch([TOPIC], wait_seconds=20)] == [1]


def test_eight_workers_over_http_share_the_jobs(bureau: Bureau, address: str) -> None:
    for number in range(40):
        bureau.start(number)
    token, done, lock, over = secret_of(bureau), Counter[str](), threading.Lock(), threading.Event()

    def record(job: FetchedJob) -> dict[str, str]:
        with lock:
            done[job.id] += 1
            if len(done) == 40:
                over.set()
        return {"case_number": "J"}

    workers = [
        Worker(WorkerClient(address, token, worker=f"py-{number}"), {TOPIC: record}, max_jobs=2, wait_seconds=1)
        for number in range(8)
    ]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    assert over.wait(20)
    for worker in workers:
        worker.stop()
    for thread in threads:
        thread.join(timeout=10)
    assert set(done.values()) == {1}


def test_the_client_needs_the_standard_library_alone() -> None:
    code = (
        "import sys, engine.testing.worker; "
        "print([name for name in ('marshmallow', 'sqlalchemy', 'flask', 'pluggy') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
