"""The page of a plugin's settings: operators set values, secrets go in and never come out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.application import Engine
from engine.declaration import REDACTED, SecretText
from engine.types import SYSTEM
from engine.vault import KEY_FILE, Vault
from tests.web.conftest import Visitor

PAGE = "/operations/plugins/plugin_stones/settings"


@pytest.fixture(autouse=True)
def key(engine: Engine, tmp_path: Path) -> None:
    engine.runtime = replace(engine.runtime, vault=Vault(tmp_path / KEY_FILE))


def of(engine: Engine, county: str = "11") -> dict[str, Any]:
    with engine.begin(SYSTEM, write=False) as work:
        return work.settings.of("plugin_stones", county)


def test_the_plugins_page_leads_to_its_settings(as_person: Any) -> None:
    assert PAGE in as_person("operator").get("/operations/plugins/plugin_stones").text


def test_a_value_is_set_for_all_counties_and_for_one(as_person: Any, engine: Engine) -> None:
    operator: Visitor = as_person("operator")
    for county, value in (("", "http://all.example"), ("11", "http://here.example")):
        posted = operator.post(PAGE, {"act": "put", "key": "yard", "county": county, "value": value})
        assert posted.status_code == 302
    assert of(engine) == {"yard": "http://here.example"}
    html = operator.get(PAGE).text
    assert "http://all.example" in html
    assert "孙运维" in html
    assert operator.post(PAGE, {"act": "remove", "key": "yard", "county": "11"}).status_code == 302
    assert of(engine) == {"yard": "http://all.example"}


def test_a_secret_goes_in_and_never_comes_out(as_person: Any, engine: Engine) -> None:
    operator: Visitor = as_person("operator")
    assert operator.post(PAGE, {"act": "put", "key": "seal", "county": "", "value": "s3cret-1"}).status_code == 302
    assert of(engine) == {"seal": SecretText("s3cret-1")}
    pages = operator.get(PAGE).text + operator.get("/operations/plugins/plugin_stones").text
    assert "s3cret" not in pages
    assert REDACTED in pages
    assert "填写设置" in pages


def test_what_does_not_fit_is_said_at_its_field(as_person: Any, engine: Engine) -> None:
    answer = as_person("operator").post(PAGE, {"act": "put", "key": "yard", "county": "", "value": "nowhere"})
    assert answer.status_code == 422
    assert "Not a valid URL" in answer.text
    assert of(engine) == {}


@pytest.mark.parametrize("form", [{"key": "gone"}, {"key": "yard", "county": "999"}, {"key": "yard", "act": "remove"}])
def test_what_is_not_there_is_not_found(as_person: Any, form: dict[str, str]) -> None:
    given = {"act": "put", "county": "", "value": "http://a.example", **form}
    assert as_person("operator").post(PAGE, given).status_code == 404
