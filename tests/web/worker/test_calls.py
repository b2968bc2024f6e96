"""The worker API call by call: what each answers, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from engine.errors import InstanceChanged
from engine.services.external_jobs import ExternalJobs
from engine.services.worker_tokens import digest_of
from engine.types import SYSTEM
from tests.engine.workers.bureau import TOPIC, Bureau
from tests.web.worker.conftest import Caller, secret_of

TOPICS = [{"topic": TOPIC}]


def test_a_job_is_fetched_done_and_reported(bureau: Bureau, caller: Caller) -> None:
    instance = bureau.start()
    [job] = caller.fetch()
    assert set(job) == {
        *("id", "topic", "handler_version", "inputs", "lock_token", "locked_until", "attempt", "attempts_left"),
        *("idempotency_key", "county", "process_instance", "element_id"),
    }
    for _ in range(2):
        answer = caller.report(job, "complete", outputs={"case_number": "J-1"})
        assert (answer.status_code, answer.data) == (204, b"")
    assert bureau.end_of(instance) == ("completed", "end")


def test_no_job_is_an_empty_list(caller: Caller) -> None:
    assert caller.fetch() == []


def test_every_report_has_its_answer(bureau: Bureau, caller: Caller) -> None:
    bureau.start()
    [job] = caller.fetch()
    extended = caller.report(job, "extend", lock_seconds=300)
    assert extended.get_json() == {"locked_until": (bureau.clock.now() + timedelta(seconds=300)).isoformat()}
    assert caller.report(job, "release").status_code == 204
    [job] = caller.fetch()
    assert caller.report(job, "failure", message="断线", details="第 3 次", retry_after_seconds=60).status_code == 204
    assert bureau.job(job["id"]).last_error == "断线\n第 3 次"
    bureau.clock.advance(timedelta(seconds=60))
    [job] = caller.fetch()
    assert caller.report(job, "error", code="DUPLICATE", message="同案").status_code == 204


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic x", "Bearer " + "x" * 500])
def test_without_a_token_that_holds_nothing_is_said(app: Flask, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for answer in (
        app.test_client().post("/worker/v1/jobs/fetch", json={}, headers=headers),
        app.test_client().get("/worker/v1/openapi.json", headers=headers),
    ):
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.get_json()["code"] == "token.unknown"


def test_tokens_expire_are_rotated_and_revoked(bureau: Bureau, caller: Caller) -> None:
    [old] = [token for token in tokens(bureau) if token["digest"] == digest_of(caller.token)]
    with bureau.engine.begin(SYSTEM) as work:
        new = work.worker_tokens.rotate(old["id"], lifetime=timedelta(days=90), overlap=timedelta(hours=1)).secret
    after = Caller(caller.client, new)
    assert caller.fetch() == after.fetch() == []
    bureau.clock.advance(timedelta(hours=1))
    assert status(caller) == 401
    assert status(after) == 200
    [current] = [token for token in tokens(bureau) if token["digest"] == digest_of(new)]
    with bureau.engine.begin(SYSTEM) as work:
        work.worker_tokens.revoke(current["id"])
    assert status(after) == 401


def test_only_digests_of_tokens_are_kept(bureau: Bureau, caller: Caller) -> None:
    assert caller.token.startswith("ogw_")
    assert caller.token not in str(tokens(bureau))


def tokens(bureau: Bureau) -> list[dict[str, Any]]:
    with bureau.engine.begin(SYSTEM, write=False) as work:
        return [
            {column.name: getattr(token, column.name) for column in token.__table__.columns}
            for token in work.worker_tokens.all()
        ]


def status(caller: Caller) -> int:
    return caller.post("/jobs/fetch", {"worker": "w1", "topics": TOPICS}).status_code


def test_a_topic_out_of_reach_is_refused_by_name(caller: Caller) -> None:
    answer = caller.post("/jobs/fetch", {"worker": "w1", "topics": [*TOPICS, {"topic": "neighbour.secret"}]})
    assert answer.status_code == 403
    assert (answer.get_json()["topics"], answer.get_json()["known"]) == (["neighbour.secret"], [TOPIC])


def test_a_job_out_of_reach_is_not_there(app: Flask, bureau: Bureau, caller: Caller) -> None:
    bureau.start()
    [job] = caller.fetch()
    west = Caller(app.test_client(), secret_of(bureau, county="12"))
    assert west.report(job, "complete", outputs={"case_number": "J"}).status_code == 404
    assert caller.post("/jobs/none/release", {"worker": "w1", "lock_token": "x"}).status_code == 404


def test_a_cancelled_job_is_404_and_a_stale_lock_409(bureau: Bureau, caller: Caller) -> None:
    instance = bureau.start()
    [job] = caller.fetch()
    stale = caller.report({**job, "lock_token": "0" * 32}, "complete", outputs={"case_number": "J"})
    assert (stale.status_code, stale.get_json()["code"]) == (409, "lock.lost")
    with bureau.engine.begin(SYSTEM) as work:
        work.instances.cancel(instance, "撤回")
    gone = caller.report(job, "complete", outputs={"case_number": "J"})
    assert (gone.status_code, gone.get_json()["code"]) == (404, "job.cancelled")


def test_what_does_not_fit_the_declaration_is_422_and_the_lock_stays(bureau: Bureau, caller: Caller) -> None:
    bureau.start()
    [job] = caller.fetch()
    answer = caller.report(job, "complete", outputs={"number": "J"})
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"case_number", "number"}
    answer = caller.report(job, "error", code="SURPRISE")
    assert (answer.status_code, answer.get_json()["declared"]) == (422, ["DUPLICATE", "REFUSED"])
    assert caller.report(job, "error", code="DUPLICATE", outputs={" ": 1}).status_code == 422
    assert caller.report(job, "complete", outputs={"case_number": "J"}).status_code == 204


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"NaN", "application/json"),
        (b'{"worker": "w1", "topics": [{"topic": "bureau.record_case"}]}', "text/plain"),
        (b'{"worker": "w\\u0000", "topics": [{"topic": "bureau.record_case"}]}', "application/json"),
        (b'{"worker": "w1", "topics": [{"topic": "bureau.record_case"}], "wait_seconds": 31}', "application/json"),
        (b'{"worker": "w1", "topics": [{"topic": "bureau.record_case"}], "max_jobs": 101}', "application/json"),
        (b'{"worker": "w1", "topics": [{"topic": "bureau.record_case"}], "surprise": 1}', "application/json"),
        (b'{"worker": "w1", "topics": []}', "application/json"),
        (b"[" * 150 + b"]" * 150, "application/json"),
    ],
)
def test_a_body_that_does_not_fit_is_400_and_says_why(caller: Caller, data: bytes, content_type: str) -> None:
    answer = caller.send("/jobs/fetch", data, content_type)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "body.invalid")
    assert answer.get_json()["errors"]


def test_errors_are_json_in_the_readers_language_whatever_is_accepted(app: Flask, caller: Caller) -> None:
    caller.headers = {"Accept": "text/html", "Accept-Language": "en"}
    answer = caller.post("/jobs/none/release", {"worker": "w1", "lock_token": "x"})
    assert answer.mimetype == "application/problem+json"
    assert caller.get("/nowhere").mimetype == "application/problem+json"
    assert app.test_client().get("/worker/v1/jobs/fetch").mimetype == "application/problem+json"
    assert caller.send("/jobs/fetch", b"{").get_json()["detail"] == "The body is not the JSON that is asked for."


def test_a_cookie_counts_for_nothing(app: Flask, caller: Caller) -> None:
    client = app.test_client()
    client.set_cookie("onegrid_login", "whatever")
    assert client.post("/worker/v1/jobs/fetch", json={"worker": "w1", "topics": TOPICS}).status_code == 401


def test_other_writers_in_the_way_are_no_lost_lock(
    bureau: Bureau, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contended(*_args: object) -> None:
        raise InstanceChanged

    bureau.start()
    [job] = caller.fetch()
    monkeypatch.setattr(ExternalJobs, "complete", contended)
    answer = caller.report(job, "complete", outputs={"case_number": "J"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


def test_the_calls_of_a_token_are_counted(app: Flask, bureau: Bureau, caller: Caller) -> None:
    other = Caller(app.test_client(), secret_of(bureau))
    left = [int(who.get("/openapi.json").headers["X-RateLimit-Remaining"]) for who in (caller, caller, other)]
    assert left == [2999, 2998, 2999]


def test_the_document_is_openapi_of_the_tokens_own_topics(caller: Caller) -> None:
    answer = caller.get("/openapi.json")
    document = answer.get_json()
    validate(document)
    schemas = document["components"]["schemas"]
    assert schemas["Topic"]["properties"]["topic"]["enum"] == [TOPIC]
    assert schemas["bureau_record_case.Outputs"]["required"] == ["case_number"]
    assert schemas["bureau_record_case.ErrorCode"]["enum"] == ["DUPLICATE", "REFUSED"]


def test_the_document_names_every_call_that_there_is(app: Flask, caller: Caller) -> None:
    document = caller.get("/openapi.json").get_json()
    said = {path.replace("{id}", "<fetched_id>") for path in document["paths"]}
    served = {
        r.rule.removeprefix("/worker/v1") for r in app.url_map.iter_rules() if r.endpoint.startswith("worker_api")
    }
    assert said == served


def test_the_log_says_which_plugin_called_and_about_which_job_and_never_the_token(
    bureau: Bureau, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    bureau.start()
    with caplog.at_level("INFO"):
        [job] = caller.fetch()
        caller.report(job, "release")
    records = [vars(record) for record in caplog.records if getattr(record, "endpoint", "").startswith("worker_api.")]
    assert [record["actor"] for record in records] == ["bureau", "bureau"]
    assert records[-1]["fetched_id"] == job["id"]
    assert caller.token not in str(records)
