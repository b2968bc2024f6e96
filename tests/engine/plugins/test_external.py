"""`external()`: declared like a handler, described and restored, and never called here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.declaration import Retry, external, fields, handler
from engine.derived.openapi import openapi
from engine.description import describe_handler, restore_handler
from engine.outcome import Failed
from tests.engine.plugins.workshop import PLUGIN, begin, install, job, load

SOURCE = (
    PLUGIN
    + """
record = external("far.record_case", "登记", inputs={{"number": fields.Integer(required=True)}})

@handler("far.call", "调用")
def call(ctx):
    return {{}}

@hookimpl
def onegrid_handlers():
    return [record, call]
"""
)


def test_it_is_described_and_restored() -> None:
    declared = external("far.record_case", "登记", retry=Retry(2, 1), timeout=5, doc="Records.", deprecated="别用")
    restored = restore_handler(describe_handler(declared))
    assert restored.external
    assert (restored.timeout, restored.retry, restored.doc, restored.deprecated) == (5, Retry(2, 1), "Records.", "别用")
    assert not restore_handler(describe_handler(handler("far.call", "调用")(lambda ctx: None))).external


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"id": "record"}, "plugin.verb_noun"),
        ({"errors": {"known": "已知"}}, "UPPER_CASE"),
        ({"idempotency": ["number"]}, "not inputs"),
        ({"timeout": 3601}, "3600"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        external(**{"id": "far.record_case", "title": "登记", **given})


def test_a_department_declares_both_kinds_and_the_host_calls_only_what_is_here(tmp_path: Path) -> None:
    install(tmp_path, "far", SOURCE.format(name="far"))
    host = load(tmp_path, strict=True)
    try:
        assert {id_: declared.external for id_, declared in host.handlers.items()} == {
            "far.call": False,
            "far.record_case": True,
        }
        outcome = host.run("far.record_case", job(number=1), begin)
        assert isinstance(outcome, Failed)
        assert not outcome.retryable
    finally:
        host.close()


def test_what_is_not_external_is_not_in_the_document() -> None:
    inputs = {"at": fields.DateTime(allow_none=True), "tags": fields.List(fields.String())}
    document = openapi(
        [external("far.record_case", "登记", inputs=inputs), handler("far.call", "调用")(lambda c: None)]
    )
    assert document["components"]["schemas"]["Topic"]["properties"]["topic"]["enum"] == ["far.record_case"]
    assert "far_call.Inputs" not in document["components"]["schemas"]
