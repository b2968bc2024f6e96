"""Settings of plugins: kept for the installation or a county, secrets sealed, handed to the plugin's process alone."""

from __future__ import annotations

import logging
import pickle
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import FixedClock
from engine.declaration import REDACTED, SecretText
from engine.errors import Forbidden, NotFound, SettingInvalid, SettingUnreadable
from engine.feel import Feel
from engine.tables.plugins import PluginEvent, PluginSetting
from engine.types import SYSTEM
from engine.vault import KEY_FILE, Vault
from tests.engine.plugins.workshop import PLUGIN, install, load
from tests.plugins.serving import Served, engine_on, staff

SOURCE = (
    PLUGIN.format(name="fire").replace(
        "uses=",
        """settings={
    "url": fields.Url(require_tld=False, metadata={"title": "地址"}),
    "token": Secret(required=True, validate=validate.Length(min=4)),
    "wait": fields.Integer(validate=validate.Range(max=60)),
    "teams": fields.List(fields.String()),
}, uses=""",
    )
    + """
@handler("fire.tell", "说出", outputs={"said": fields.Raw()})
def tell(ctx):
    token = ctx.settings.get("token")
    plain = {key: ctx.settings.get(key) for key in ("url", "wait", "teams")}
    return {"said": plain | {"token": str(token), "right": bool(token) and token.reveal() == "s3cret-1"}}

@handler("fire.spill", "泄露", outputs={"said": fields.Raw()})
def spill(ctx):
    raise RuntimeError(f"sent {ctx.settings!r} and {ctx.settings['token']}")

@handler("fire.blurt", "说漏", outputs={"said": fields.Raw()}, retry=Retry(1))
def blurt(ctx):
    token = ctx.settings["token"].reveal()
    print("sending", token, flush=True)
    raise RuntimeError(f"401 for {token}")

@handler("fire.hand_out", "交出", outputs={"said": fields.Raw()})
def hand_out(ctx):
    return {"said": {"header": "Bearer " + ctx.settings["token"].reveal()}}

@hookimpl
def onegrid_handlers():
    return [tell, spill, blurt, hand_out]
"""
)


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock, tmp_path: Path) -> Iterator[Engine]:
    install(tmp_path, "fire", SOURCE)
    install(tmp_path, "water", PLUGIN.format(name="water"))
    host = load(tmp_path)
    assert [record.reason for record in host.records] == ["", ""]
    built = engine_on(sqlite, host, clock)
    built.runtime = replace(built.runtime, vault=Vault(tmp_path / KEY_FILE))
    with Feel() as feel:
        built.runtime = replace(built.runtime, feel=feel)
        yield built
    host.close()


def put(engine: Engine, key: str, text: str, county: str = "", plugin: str = "fire") -> None:
    with engine.begin(SYSTEM) as work:
        work.settings.put(plugin, key, text, county)


def of(engine: Engine, county: str = "431103") -> dict[str, Any]:
    with engine.begin(SYSTEM, write=False) as work:
        return work.settings.of("fire", county)


def test_a_countys_value_goes_before_that_for_all(engine: Engine) -> None:
    put(engine, "url", "http://all.example")
    put(engine, "url", "http://here.example", "431103")
    put(engine, "teams", '["一队", "二队"]')
    assert of(engine) == {"url": "http://here.example", "teams": ["一队", "二队"]}
    assert of(engine, "431102")["url"] == "http://all.example"


def test_a_secret_is_sealed_and_never_shown(engine: Engine, tmp_path: Path) -> None:
    put(engine, "token", "s3cret-1")
    with engine.begin(SYSTEM, write=False) as work:
        row = work.session.scalars(sa.select(PluginSetting)).one()
        assert row.value is None
        assert row.sealed is not None
        assert b"s3cret" not in row.sealed
        shown = {each.key: each.value for each in work.settings.shown("fire")}
        log = work.session.scalars(sa.select(PluginEvent)).one()
        assert (log.event, log.reason) == ("setting.put", "token")
    assert shown == {"url": None, "token": REDACTED, "wait": None, "teams": None}
    assert of(engine)["token"] == SecretText("s3cret-1")
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_the_plugins_process_is_given_its_settings_with_the_job(engine: Engine) -> None:
    put(engine, "token", "s3cret-1", "431103")
    put(engine, "wait", "30")
    served = Served(engine, "fire.tell", {})
    [(event, answer)] = served.events
    assert event == "job.done"
    assert answer["said"] == {"url": None, "wait": 30, "teams": None, "token": REDACTED, "right": True}


def test_a_secret_does_not_come_back_in_an_error(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    put(engine, "token", "s3cret-1")
    with caplog.at_level(logging.DEBUG):
        served = Served(engine, "fire.spill", {})
    assert served.events
    assert "s3cret" not in str(served.events) + caplog.text
    assert REDACTED in str(served.events)


def test_a_secret_in_a_plugins_own_words_is_blacked_out(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    put(engine, "token", 's3cret"-1/密')
    with caplog.at_level(logging.DEBUG):
        served = Served(engine, "fire.blurt", {})
        engine.plugins.close()  # ends the listener to what it prints
    assert f"RuntimeError: 401 for {REDACTED}" in str(served.events)
    printed = [line for record in caplog.records if "sending" in (line := getattr(record, "line", ""))]
    assert printed == [f"sending {REDACTED}"]
    assert "s3cret" not in str(served.events) + caplog.text


def test_a_secret_does_not_become_a_variable(engine: Engine) -> None:
    put(engine, "token", "s3cret-1")
    [(event, detail)] = Served(engine, "fire.hand_out", {}).events
    assert event == "job.dead"
    assert "they hold a secret of the plugin's settings" in str(detail)


def test_a_required_setting_that_is_missing_is_said(engine: Engine) -> None:
    served = Served(engine, "fire.tell", {})
    assert "settings: {'token': ['Missing data for required field.']}" in str(served.events[0])


@pytest.mark.parametrize(
    ("key", "text"),
    [("url", "no address"), ("token", "abc"), ("wait", "61"), ("wait", "soon"), ("teams", "一队"), ("teams", '"一队"')],
)
def test_a_value_that_does_not_fit_is_refused_without_repeating_it(engine: Engine, key: str, text: str) -> None:
    with pytest.raises(SettingInvalid, match=key) as refused:
        put(engine, key, text)
    assert text not in str(refused.value)
    assert refused.value.__cause__ is None
    assert of(engine) == {}


@pytest.mark.parametrize(
    ("plugin", "key", "county"),
    [("fire", "tokn", ""), ("water", "token", ""), ("gone", "token", ""), ("fire", "url", "9")],
)
def test_what_is_not_there_cannot_be_set(engine: Engine, plugin: str, key: str, county: str) -> None:
    with pytest.raises(NotFound):
        put(engine, key, "http://a.example", county, plugin)


def test_only_operators_of_the_place_may_set(engine: Engine) -> None:
    near, far = staff("o1", "operator", "431103"), staff("o2", "operator", "431102")
    with engine.begin(near) as work:
        work.settings.put("fire", "url", "http://a.example", "431103")
    for actor, county in [(far, "431103"), (near, ""), (staff("c", "clerk", "431100"), "431103")]:
        with pytest.raises(Forbidden), engine.begin(actor) as work:
            work.settings.put("fire", "url", "http://b.example", county)


def test_a_value_is_taken_away(engine: Engine) -> None:
    put(engine, "wait", "5")
    with engine.begin(SYSTEM) as work:
        work.settings.remove("fire", "wait")
    assert of(engine) == {}
    with pytest.raises(NotFound), engine.begin(SYSTEM) as work:
        work.settings.remove("fire", "wait")


def test_another_key_opens_nothing_and_says_so(engine: Engine, tmp_path: Path) -> None:
    put(engine, "token", "s3cret-1")
    (tmp_path / KEY_FILE).unlink()
    engine.runtime = replace(engine.runtime, vault=Vault(tmp_path / KEY_FILE))
    engine.runtime.vault.prepare()
    with pytest.raises(SettingUnreadable, match="密钥文件"):
        of(engine)
    served = Served(engine, "fire.tell", {})
    assert "不能解密插件的设置" in str(served.events)


def test_a_sealed_secret_does_not_open_in_another_place(engine: Engine) -> None:
    put(engine, "token", "s3cret-1", "431103")
    with engine.begin(SYSTEM) as work:
        work.session.execute(sa.update(PluginSetting).values(county="431102"))
    with pytest.raises(SettingUnreadable):
        of(engine, "431102")


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x01" + b"x" * 60])
def test_a_damaged_secret_is_said(tmp_path: Path, damage: bytes) -> None:
    vault = Vault(tmp_path / KEY_FILE)
    sealed = vault.seal(SecretText("s3cret-1"), "a")
    for broken in (damage, sealed[:20], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(SettingUnreadable):
            vault.open(broken, "a")


def test_a_file_that_is_no_key_is_said(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("c2hvcnQ=")
    with pytest.raises(SettingUnreadable, match="不是密钥文件"):
        Vault(tmp_path / KEY_FILE).prepare()
    with pytest.raises(SettingUnreadable, match="不能读取"):
        Vault(tmp_path / "none").open(b"\x01" * 40, "a")


def test_a_secret_text_leaves_no_trace() -> None:
    secret = SecretText("s3cret-1")
    assert f"{secret} {secret!r} {[secret]}" == f"{REDACTED} {REDACTED} [{REDACTED}]"
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError):
        pickle.dumps(secret)
