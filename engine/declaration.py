"""The declaration of a task handler: everything about it that others need to know, and what it may raise.

Light on purpose (marshmallow only): it is imported in plugins' processes through `engine.plugin_api`.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

HANDLER_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
NAME = re.compile(r"[a-z][a-z0-9_]*")
ERROR_CODE = re.compile(r"[A-Z][A-Z0-9_]*")


class BusinessError(Exception):
    """A business outcome that the declaration names; an error boundary event catches it."""

    def __init__(self, code: str, message: str = "", **variables: Any) -> None:
        super().__init__(message or code)
        self.code = code
        self.variables = variables


class RetryLater(Exception):
    """A technical failure worth another attempt, after `after` seconds when the far system said so."""

    def __init__(self, message: str = "", after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a handler is tried, and the seconds waited in between: backoff·factorⁿ, at most max_delay."""

    attempts: int = 3
    backoff: float = 10.0
    factor: float = 3.0
    max_delay: float = 3600.0

    def delay(self, attempt: int) -> float:
        """Return the seconds to wait after attempt number `attempt` (from 1) failed."""
        return min(self.backoff * self.factor ** (attempt - 1), self.max_delay)


class GridRef(fields.String):
    """The code of a grid in the one shared registry. A reference, never a boundary."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("validate", validate.Regexp(r"^\d{12}-[CE]\d{3}$", error="不是网格编码 / not a grid code"))
        super().__init__(**kwargs)


class IncidentRef(fields.String):
    """The number of what somebody reported. A reference: what it says is asked for, by those who may."""


class UnitRef(fields.String):
    """The code of an organisational unit."""


REDACTED = "••••••"


class SecretText:
    """A secret value. It does not show itself: not printed, not logged, not written as JSON; `reveal()` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret in clear."""
        return self._text

    def __repr__(self) -> str:
        return REDACTED

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretText) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(type(self))  # a hash of the text would be a trace of it

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")


class Secret(fields.String):
    """A setting that is kept encrypted and never shown again. Its value is a `SecretText`."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return value if isinstance(value, SecretText) else SecretText(super()._deserialize(value, attr, data, **kwargs))

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else REDACTED


SchemaLike = type[Schema] | Mapping[str, fields.Field[Any]]


@dataclass(frozen=True)
class Handler:
    """A declared task handler.

    Attributes:
        id: `plugin.verb_noun`, stable for ever.
        inputs, outputs: marshmallow schema classes; unknown names are refused both ways.
        errors: code → what it means; the BusinessErrors it may raise.
        timeout: seconds until the call is stopped.
        idempotency: names of inputs that identify one piece of work; empty: the job's id does.
        uses: capabilities, e.g. `grid:read`.
        transactional: a core handler, run inside the job's own transaction; its effects happen exactly once.
        reserved: a core handler that needs the reserved login of the database; run only where that is held.
        only_in: the keys of the processes in which alone the handler may be drawn; empty: in any.
        deprecated: what to use instead; empty while it is not deprecated.
        external: done by a system elsewhere, which fetches its jobs; `timeout` is then how long it may keep one.
        function: called as function(ctx, **inputs); None for an external one, and where it is only described.
    """

    id: str
    title: str
    inputs: type[Schema]
    outputs: type[Schema]
    errors: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0
    retry: Retry = Retry()
    idempotency: tuple[str, ...] = ()
    uses: frozenset[str] = frozenset()
    icon: str = ""
    transactional: bool = False
    reserved: bool = False
    only_in: tuple[str, ...] = ()
    deprecated: str = ""
    external: bool = False
    function: Callable[..., Mapping[str, Any] | None] | None = field(default=None, compare=False, repr=False)
    doc: str = ""

    @property
    def plugin(self) -> str:
        """The plugin that declares it: the id's first part."""
        return self.id.split(".", 1)[0]

    def load_inputs(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs as Python values; raise marshmallow's ValidationError."""
        loaded: dict[str, Any] = self.inputs(unknown=RAISE).load(dict(data))
        return loaded

    def plain_inputs(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Check inputs against the declaration and return them as plain JSON, with defaults; raise ValidationError."""
        schema = self.inputs(unknown=RAISE)
        plain: dict[str, Any] = schema.dump(schema.load(dict(data)))
        return plain

    def idempotency_key(self, inputs: Mapping[str, Any], job_id: str) -> str:
        """Return what identifies the piece of work, the same for all attempts at it: declared inputs, else the job."""
        return ":".join(str(inputs.get(name)) for name in self.idempotency) or job_id

    def call(self, context: Any, inputs: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Call the function; raise LookupError for a handler that is only described here and runs elsewhere."""
        if self.function is None:
            raise LookupError(f"{self.id} has no function in this process")
        return self.function(context, **inputs)

    def dump_outputs(self, data: Mapping[str, Any] | None) -> dict[str, Any]:
        """Check a result against the declared outputs and return it as plain JSON; raise ValidationError."""
        schema = self.outputs(unknown=RAISE)
        plain: dict[str, Any] = schema.dump(schema.load(dict(data or {})))
        return plain


def handler(  # noqa: PLR0913  keywords, one a fact of the declaration
    id: str,  # noqa: A002  the declaration's own word
    title: str,
    *,
    inputs: SchemaLike | None = None,
    outputs: SchemaLike | None = None,
    errors: Mapping[str, str] | None = None,
    timeout: float = 30.0,
    retry: Retry = Retry(),
    idempotency: Iterable[str] = (),
    uses: Iterable[str] = (),
    icon: str = "",
    transactional: bool = False,
    reserved: bool = False,
    only_in: str | Iterable[str] = (),
    deprecated: str = "",
) -> Callable[[Callable[..., Mapping[str, Any] | None]], Handler]:
    """Declare the decorated function as a task handler; see `Handler` for the arguments.

    Raises:
        ValueError: the declaration contradicts itself (id, error codes, idempotency, time limit).
    """
    declared = _declared(
        id,
        title,
        inputs,
        outputs,
        errors=dict(errors or {}),
        timeout=timeout,
        retry=retry,
        idempotency=tuple(idempotency),
        uses=frozenset(uses),
        icon=icon,
        transactional=transactional,
        reserved=reserved,
        only_in=(only_in,) if isinstance(only_in, str) else tuple(only_in),
        deprecated=deprecated,
    )

    def declare(function: Callable[..., Mapping[str, Any] | None]) -> Handler:
        return replace(declared, function=function, doc=(function.__doc__ or "").strip())

    return declare


def external(  # noqa: PLR0913  keywords, one a fact of the declaration
    id: str,  # noqa: A002  the declaration's own word
    title: str,
    *,
    inputs: SchemaLike | None = None,
    outputs: SchemaLike | None = None,
    errors: Mapping[str, str] | None = None,
    timeout: float = 300.0,
    retry: Retry = Retry(),
    idempotency: Iterable[str] = (),
    icon: str = "",
    deprecated: str = "",
    doc: str = "",
) -> Handler:
    """Declare work that a system elsewhere does: it fetches the jobs over the worker API and reports how they ended.

    Args are those of `Handler`. `timeout` is how long a job stays locked for the worker that fetched it, unless it
    asks for another time; a worker may extend it. There is no `uses`: such a system is given inputs and asks nothing.

    Raises:
        ValueError: the declaration contradicts itself (id, error codes, idempotency, time limit).
    """
    return _declared(
        id,
        title,
        inputs,
        outputs,
        errors=dict(errors or {}),
        timeout=timeout,
        retry=retry,
        idempotency=tuple(idempotency),
        icon=icon,
        external=True,
        deprecated=deprecated,
        doc=doc,
    )


def _declared(
    id: str,  # noqa: A002  as above
    title: str,
    inputs: SchemaLike | None,
    outputs: SchemaLike | None,
    **facts: Any,
) -> Handler:
    declared = Handler(
        id=id,
        title=title,
        inputs=schema_of(inputs, f"{id}.Inputs"),
        outputs=schema_of(outputs, f"{id}.Outputs"),
        **facts,
    )
    check(declared)
    return declared


def schema_of(declared: SchemaLike | None, name: str) -> type[Schema]:
    """Return the schema class of what an author wrote: a class, or fields by name."""
    if declared is None or isinstance(declared, Mapping):
        return Schema.from_dict(dict(declared or {}), name=name)
    return declared


def check(declared: Handler) -> None:
    """Raise ValueError when a declaration contradicts itself; of whatever origin, so that the host can ask it again."""
    name = declared.id
    if not HANDLER_ID.fullmatch(name):
        raise ValueError(f"handler id {name!r}: use 'plugin.verb_noun' in lower case")
    if not declared.title:
        raise ValueError(f"{name}: a title is needed, the process designer sees it in the palette")
    inputs, outputs = declared.inputs().fields, declared.outputs().fields
    _check_names(name, [*inputs, *outputs], declared.errors)
    if secret := [key for key, each in [*inputs.items(), *outputs.items()] if isinstance(each, Secret)]:
        raise ValueError(f"{name}: {secret} are secrets; what goes through a process is not, use the settings")
    unknown = [key for key in declared.idempotency if key not in inputs]
    if unknown:
        raise ValueError(f"{name}: idempotency names {unknown}, which are not inputs")
    if declared.external and (declared.function or declared.uses or declared.transactional):
        raise ValueError(f"{name}: what a system elsewhere does has no function and asks nothing of the host")
    if not 0 < declared.timeout <= 3600:
        raise ValueError(f"{name}: a timeout lies between 0 and 3600 seconds")
    if not (1 <= declared.retry.attempts <= 100 and declared.retry.backoff >= 0 and declared.retry.factor >= 1):
        raise ValueError(f"{name}: 1 to 100 attempts, a backoff of 0 or more, a factor of 1 or more")


def _check_names(handler_id: str, names: Iterable[str], codes: Iterable[str]) -> None:
    for name in names:
        if not NAME.fullmatch(name):
            raise ValueError(f"{handler_id}: field {name!r} must be a lower_case name")
    for code in codes:
        if not ERROR_CODE.fullmatch(code):
            raise ValueError(f"{handler_id}: error code {code!r} must be UPPER_CASE")
