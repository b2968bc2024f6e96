"""A client of the worker API, with the standard library alone: for tests, and to copy into a system elsewhere.

    client = WorkerClient("https://onegrid.example", token, worker="records-1")

    def record(job):
        return {"case_number": register(job.inputs["summary"], key=job.idempotency_key)}

    Worker(client, {"bureau.record_case": record}).run()

A job is handed out at least once. Give `job.idempotency_key` to your system, so that it can refuse the second.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

log = logging.getLogger(__name__)

Json = dict[str, Any]

GONE = frozenset({404, 409})
"""Nobody waits for the result any more."""

AGAIN = frozenset({0, 429, 500, 502, 503, 504})
"""The same request may be answered later; 0: there was no answer."""


class WorkerRefused(Exception):
    """The host refused a request.

    Attributes:
        status: of HTTP; 0 when there was no answer.
        code: what it is about, e.g. `lock.lost`.
        problem: the whole answer: `detail`, and `errors` by field where outputs did not fit.
        retry_after: seconds after which to ask again, when the host said so.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: float | None = None) -> None:
        super().__init__(f"{status} {problem.get('code', '')}: {problem.get('detail', '')} {problem.get('errors', '')}")
        self.status = status
        self.code = str(problem.get("code", ""))
        self.problem = dict(problem)
        self.retry_after = retry_after


class DeclaredError(Exception):
    """Raise it in a function to report a business error that the declaration names."""

    def __init__(self, code: str, message: str = "", **outputs: Any) -> None:
        super().__init__(message or code)
        self.code, self.message, self.outputs = code, message, outputs


class TryLater(Exception):
    """Raise it in a function to report a failure that may pass, after so many seconds if that is known."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


@dataclass(frozen=True)
class FetchedJob:
    """A job that this worker holds until `locked_until`, by its `lock_token`."""

    id: str
    topic: str
    inputs: Mapping[str, Any]
    lock_token: str
    locked_until: datetime
    attempt: int
    attempts_left: int
    idempotency_key: str
    county: str
    process_instance: str
    element_id: str
    handler_version: str

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> FetchedJob:
        """Return the job that an answer describes; words of a newer host are passed over."""
        known = {name: data[name] for name in cls.__dataclass_fields__}
        return cls(**{**known, "locked_until": datetime.fromisoformat(data["locked_until"])})


class WorkerClient:
    """The calls of the worker API, one by one. Each raises WorkerRefused."""

    def __init__(self, address: str, token: str, *, worker: str, timeout: float = 10.0) -> None:
        """Prepare a client; `worker` is this process's own name, different from that of every other."""
        self._base = f"{address.rstrip('/')}/worker/v1"
        self._token = token
        self._worker = worker
        self._timeout = timeout

    def fetch(
        self, topics: Sequence[str], *, max_jobs: int = 1, wait_seconds: float = 0, lock_seconds: float | None = None
    ) -> list[FetchedJob]:
        """Lock jobs, waiting for some for at most `wait_seconds` (up to 30); perhaps none."""
        body = {
            "worker": self._worker,
            "topics": [{"topic": topic, "lock_seconds": lock_seconds} for topic in topics],
            "max_jobs": max_jobs,
            "wait_seconds": wait_seconds,
        }
        return [FetchedJob.of(data) for data in self._ask("/jobs/fetch", body, self._timeout + wait_seconds)]

    def complete(self, job: FetchedJob, outputs: Mapping[str, Any]) -> None:
        """Report that a job is done."""
        self._report(job, "complete", outputs=outputs)

    def failure(
        self, job: FetchedJob, message: str, *, retryable: bool = True, retry_after_seconds: float | None = None
    ) -> None:
        """Report that an attempt failed."""
        self._report(job, "failure", message=message, retryable=retryable, retry_after_seconds=retry_after_seconds)

    def error(self, job: FetchedJob, code: str, message: str = "", outputs: Mapping[str, Any] | None = None) -> None:
        """Report a business error that the declaration names."""
        self._report(job, "error", code=code, message=message, outputs=outputs or {})

    def extend(self, job: FetchedJob, lock_seconds: float) -> datetime:
        """Keep a job for so many seconds from now; return until when."""
        return datetime.fromisoformat(self._report(job, "extend", lock_seconds=lock_seconds)["locked_until"])

    def release(self, job: FetchedJob) -> None:
        """Give a job back unworked; no attempt is used."""
        self._report(job, "release")

    def openapi(self) -> Json:
        """Return the document for this token's topics."""
        document: Json = self._ask("/openapi.json", None, self._timeout)
        return document

    def _report(self, job: FetchedJob, what: str, **body: Any) -> Any:
        held = {"worker": self._worker, "lock_token": job.lock_token}
        return self._ask(f"/jobs/{job.id}/{what}", {**held, **body}, self._timeout)

    def _ask(self, path: str, body: Json | None, timeout: float) -> Any:
        request = urllib.request.Request(  # noqa: S310  the address is this program's own setting
            self._base + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310  as above
                said = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                raise WorkerRefused(
                    error.code, _problem(error.read()), _seconds(error.headers.get("Retry-After", ""))
                ) from error
        except (OSError, ValueError) as error:
            raise WorkerRefused(0, {"detail": f"{type(error).__name__}: {error}"}) from error
        return json.loads(said) if said else None


class Worker:
    """A loop that fetches jobs and does them, one after the other, until it is stopped."""

    def __init__(
        self,
        client: WorkerClient,
        work: Mapping[str, Callable[[FetchedJob], Mapping[str, Any]]],
        *,
        max_jobs: int = 1,
        wait_seconds: float = 20.0,
        pause: float = 1.0,
    ) -> None:
        """Prepare the loop.

        Args:
            client: how to reach the host.
            work: topic → function of the job that returns its outputs, or raises DeclaredError or TryLater;
                anything else it raises is a failed attempt.
            max_jobs: how many to fetch at a time. They are all locked while the first is done.
            wait_seconds: how long a fetch waits at the host.
            pause: seconds to wait after an empty or a failed fetch.
        """
        self._client = client
        self._work = work
        self._max_jobs = max_jobs
        self._wait_seconds = wait_seconds
        self._pause = pause
        self._stopping = threading.Event()
        self.done = 0

    def stop(self) -> None:
        """Let the job in hand finish, give back the others, then end `run`. May be called from a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Work until `stop`. Raises WorkerRefused when the token does not hold, or gives no right to a topic."""
        while not self._stopping.is_set():
            jobs = self._fetch()
            for job in jobs:
                if self._stopping.is_set():
                    self._tell(job, partial(self._client.release, job))
                else:
                    self._do(job)
            if not jobs:
                self._stopping.wait(self._pause)

    def _fetch(self) -> list[FetchedJob]:
        try:
            return self._client.fetch([*self._work], max_jobs=self._max_jobs, wait_seconds=self._wait_seconds)
        except WorkerRefused as refused:
            if refused.status not in AGAIN:
                raise
            log.warning("no jobs can be fetched: %s", refused)
            self._stopping.wait(refused.retry_after or self._pause)
            return []

    def _do(self, job: FetchedJob) -> None:
        try:
            outputs = self._work[job.topic](job)
        except DeclaredError as error:
            code, message, said = error.code, error.message, error.outputs
            self._tell(job, lambda: self._client.error(job, code, message, said))
        except TryLater as later:
            message, after = str(later), later.after
            self._tell(job, lambda: self._client.failure(job, message, retry_after_seconds=after))
        except Exception as error:
            log.exception("job %s failed", job.id)
            message = f"{type(error).__name__}: {error}"[:2000]
            self._tell(job, lambda: self._client.failure(job, message))
        else:
            self._tell(job, lambda: self._client.complete(job, outputs))
            self.done += 1

    def _tell(self, job: FetchedJob, report: Callable[[], None]) -> None:
        """Report, again while the host does not answer and the lock holds: the same report has one effect."""
        while True:
            try:
                return report()
            except WorkerRefused as refused:
                if refused.status in GONE:
                    return log.warning("job %s is not ours any more: %s", job.id, refused)
                if refused.status == 422:
                    return self._tell(job, partial(self._client.failure, job, str(refused)[:2000], retryable=False))
                if refused.status not in AGAIN or datetime.now(UTC) >= job.locked_until:
                    raise
                time.sleep(refused.retry_after or self._pause)


def _problem(body: bytes) -> Json:
    try:
        problem = json.loads(body)
    except ValueError:
        return {"detail": body[:200].decode("utf-8", "replace")}
    return problem if isinstance(problem, dict) else {"detail": str(problem)}


def _seconds(said: str) -> float | None:
    return float(said) if said.isdecimal() else None
