"""What a department's handler or hook is told of its case, and how it asks the host."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import MappingProxyType
from typing import Any

Ask = Callable[[str, tuple[Any, ...], Mapping[str, Any]], Any]


class CapabilityDenied(PermissionError):
    """The host refused a question: the handler that is running did not declare the capability for it."""


class Questions:
    """The questions about one subject: `ctx.grid.get(code)` asks the host `grid.get`."""

    def __init__(self, ask: Ask, subject: str) -> None:
        self._ask = ask
        self._subject = subject

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments, **named: self._ask(f"{self._subject}.{name}", arguments, named)


class Context:
    """The case that a handler or hook works for. Any other attribute is a subject to ask about, e.g. `ctx.grid`.

    Attributes:
        job_id: the job; the same over all attempts. Empty for a hook that no job calls.
        attempt: counts from 1.
        idempotency_key: names this piece of work to a far system, so that it can refuse the second.
        county, org_unit: codes of the place the case belongs to.
        business_key: what people call the case, e.g. the number of a proposal.
        settings: the values of the plugin's settings for the county; a secret is a `SecretText`.
        session: SQLAlchemy's session on the plugin's own tables, in a transaction that is committed when the handler
            or hook returns and undone when it raises. LookupError for a plugin without tables, or without a database.
    """

    def __init__(self, job: Mapping[str, Any], ask: Ask, settings: Mapping[str, Any] | None = None) -> None:
        self.job_id: str = job["id"]
        self.attempt: int = job["attempt"]
        self.idempotency_key: str = job["idempotency_key"]
        self.county: str = job["county"]
        self.org_unit: str = job["org_unit"]
        self.business_key: str | None = job["business_key"]
        self.settings: Mapping[str, Any] = MappingProxyType(dict(settings or {}))
        self._ask = ask
        self._session: Any = None

    @property
    def session(self) -> Any:
        """The session on the plugin's own tables."""
        if self._session is None:
            raise LookupError("this plugin has no database of its own here")
        return self._session

    @contextmanager
    def working_in(self, transaction: AbstractContextManager[Any]) -> Iterator[None]:
        """Give the session of a transaction for the block."""
        with transaction as session:
            self._session = session
            try:
                yield
            finally:
                self._session = None

    def __getattr__(self, name: str) -> Questions:
        if name.startswith("_"):
            raise AttributeError(name)
        return Questions(self._ask, name)
