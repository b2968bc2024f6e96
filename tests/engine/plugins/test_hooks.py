"""Hooks of a department's plugin: asked at load and kept as data, or called in its process with a time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import hookspecs
from engine.declaration import SecretText
from engine.outcome import Answered, Failed
from engine.plugins import hooks as plugin_hooks
from engine.plugins.content import COUNT_LIMIT, FILE_LIMIT, FOLDERS, Content
from engine.plugins.host import PluginHost
from engine.plugins.pipe import DESCRIPTION_LIMIT
from engine.plugins.process import NO_CASE
from engine.plugins.record import PluginRecord, PluginState
from tests.engine.plugins.workshop import Registry, begin, install, load

SOURCE = Path(__file__).with_name("hooks.py.txt")
FILES = {
    "processes/hooks_walk.bpmn": b"<not read here/>",
    "decisions/hooks_pay.dmn": b"\xff\xfe",
    "calendars/duty.toml": (
        'title = "值班"\n[[shift]]\nname = "日"\non_duty = "一组"\nfrom = 08:00:00\nto = 20:00:00\ndays = ["mon"]\n'
    ).encode(),
    "i18n/hooks.i18n.json": b"{}",
    "docs/zh.md": "# 说明".encode(),
}
PLACE = {"county": "431103", "org_unit": "431103001", "org_path": "/431100/431103/431103001/"}


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for path, data in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(data)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Iterator[PluginHost]:
    site = tmp_path_factory.mktemp("site")
    install(site, "hooks", SOURCE.read_text())
    put(site / "hooks_content", FILES | {"processes/.hidden": b"", "processes/__init__.py": b""})
    host = load(site, registry)
    assert [(record.name, record.state, record.reason) for record in host.records] == [("hooks", "ready", "")]
    yield host
    host.close()


def ask(host: PluginHost, key: str | None = None, timeout: float = 5, **more: Any) -> Answered | Failed:
    case = {**NO_CASE, **PLACE, "business_key": key, **more}
    return host.call("hooks", "onegrid_health", {}, timeout, case, begin if key == "ask" else None)


def test_a_hook_is_called_in_the_plugins_process(host: PluginHost) -> None:
    assert ask(host) == Answered(
        [
            {"name": "远端", "ok": True, "detail": "431103 None None", "hint": ""},
            {"name": "密钥", "ok": False, "detail": "", "hint": ""},
        ]
    )


def test_settings_come_with_the_call_and_secrets_do_not_show_themselves(host: PluginHost) -> None:
    answer = ask(host, settings={"url": "http://far", "token": SecretText("s3cret")})
    assert isinstance(answer, Answered)
    assert [check["detail"] for check in answer.value] == ["431103 •••••• ••••••", ""]
    assert answer.value[1]["ok"]
    leaked = ask(host, "leak", settings={"token": SecretText("s3cret")})
    assert isinstance(leaked, Failed)
    assert "s3cret" not in leaked.message + leaked.trace


def test_settings_that_do_not_fit_fail_the_call_without_naming_values(host: PluginHost) -> None:
    failed = ask(host, settings={"url": "s3cret"})
    assert isinstance(failed, Failed)
    assert failed.message.startswith("settings: {'url'")
    assert "s3cret" not in failed.message


@pytest.mark.parametrize(
    ("how", "message", "retryable"),
    [
        ("die", "the plugin's process broke off: the process ended", True),
        ("raise", "RuntimeError: broken", True),
        ("later", "RetryLater: the far system is busy", True),
        ("not_json", "the result is not JSON: object is not JSON", False),
    ],
)
def test_a_hook_that_breaks_costs_its_own_call(host: PluginHost, how: str, message: str, retryable: bool) -> None:
    failed = ask(host, how)
    assert isinstance(failed, Failed)
    assert (failed.message, failed.retryable) == (message, retryable)
    assert isinstance(ask(host), Answered)


def test_a_hook_is_killed_at_its_time_limit(host: PluginHost) -> None:
    kills, began = host.records[0].kills, time.monotonic()
    failed = ask(host, "hang", 0.3)
    assert isinstance(failed, Failed)
    assert failed.message.endswith("s and was stopped")
    assert (host.records[0].kills, time.monotonic() - began < 2) == (kills + 1, True)
    assert isinstance(ask(host), Answered)


def test_a_hook_waits_for_other_work_no_longer_than_its_time(host: PluginHost) -> None:
    lanes: Any = host.records[0].process
    lanes.most = 1
    began = threading.Event()

    def hold() -> None:
        with lanes._lane(5):
            began.set()
            done.wait(5)

    done = threading.Event()
    thread = threading.Thread(target=hold)
    thread.start()
    began.wait(5)
    failed = ask(host, timeout=0.2)
    done.set()
    thread.join()
    assert failed == Failed("the plugin's process was busy for 0.2 s", counts=False, spared=True)


def test_a_hook_may_ask_about_the_place_of_its_case(host: PluginHost, registry: Registry) -> None:
    assert ask(host, "ask") == Answered([{"name": "网格", "ok": True, "detail": "", "hint": ""}])
    assert registry.asked[-1][0] == PLACE["org_path"]


def test_a_hook_without_a_case_may_ask_nothing(host: PluginHost) -> None:
    answer = host.call("hooks", "onegrid_health", {}, 5, NO_CASE | {"business_key": "ask"})
    assert isinstance(answer, Failed)
    assert answer.message == "CapabilityDenied: nothing may be asked here"


@pytest.mark.parametrize("name", ["onegrid_hints", "hooks.take_long", "", "__import__"])
def test_what_is_not_there_is_not_called(host: PluginHost, name: str) -> None:
    assert host.call("hooks", name, {}, 5) == Failed("there is no such handler or hook here", retryable=False)


def test_a_plugin_that_is_not_there_is_not_called(host: PluginHost) -> None:
    assert isinstance(host.call("nobody", "onegrid_health", {}, 5), Failed)


def test_the_record_says_what_it_implements_and_what_will_go(host: PluginHost) -> None:
    record = host.records[0]
    assert record.hooks == ["onegrid_content", "onegrid_handlers", "onegrid_health", "onegrid_plugin"]
    [text] = record.deprecations
    assert text.endswith("old_call goes away in API 2")
    assert "hooks_plugin.py:10" in text


def test_content_is_handed_over_as_data(host: PluginHost) -> None:
    content: Content = host.records[0].declared["onegrid_content"]
    assert content.files == FILES
    assert set(content.of("processes", "docs")) == {"processes/hooks_walk.bpmn", "docs/zh.md"}


def quarantined(tmp_path: Path, files: dict[str, bytes], more: Callable[[Path], object] = lambda _: None) -> str:
    install(tmp_path, "hooks", SOURCE.read_text())
    put(tmp_path / "hooks_content", files)
    more(tmp_path / "hooks_content")
    host = load(tmp_path)
    host.close()
    record: PluginRecord = host.records[0]
    assert (record.state, record.stage) == (PluginState.QUARANTINED, "content"), record.reason
    return record.reason


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("scripts/run.py", b"", "there is no folder 'scripts'"),
        ("processes/walk.txt", b"", "a file of processes/ ends with .bpmn"),
        ("processes/-.bpmn", b"", "a name is made of"),
        ("processes/网格.bpmn", b"", "a name is made of"),
        ("calendars/duty.toml", b"title =", "calendars/duty.toml: Invalid value"),
        ("calendars/duty.toml", b"title = 'x'", "calendars/duty.toml: it has a title and [[shift]] entries"),
        ("reports/r.json", b"{", "reports/r.json: Expecting"),
        ("docs/a.md", b"\xff", "docs/a.md: 'utf-8'"),
        ("docs/a.md", b"x" * (FILE_LIMIT + 1), "docs/a.md: more than 1048576 bytes"),
    ],
)
def test_a_file_that_is_not_taken_keeps_the_plugin_from_loading(
    tmp_path: Path, path: str, data: bytes, reason: str
) -> None:
    assert reason in quarantined(tmp_path, {path: data})


def test_content_has_a_size(tmp_path: Path) -> None:
    many = {f"docs/a{number}.md": b"" for number in range(COUNT_LIMIT + 1)}
    assert "more than 300 files" in quarantined(tmp_path, many)


def test_content_that_is_no_folder_is_said(tmp_path: Path) -> None:
    assert "files belong into one of the folders" in quarantined(tmp_path, {"a.md": b""})


def test_content_at_its_limit_fits_into_one_description(tmp_path: Path) -> None:
    install(tmp_path, "hooks", SOURCE.read_text())
    put(tmp_path / "hooks_content", {f"docs/a{number}.md": b"x" * FILE_LIMIT for number in range(4)})
    host = load(tmp_path)
    assert sum(map(len, host.records[0].declared["onegrid_content"].files.values())) == 4 << 20 < DESCRIPTION_LIMIT
    host.close()


def test_every_hook_of_a_department_is_asked_or_called() -> None:
    others = {"onegrid_plugin", "onegrid_handlers"}
    assert set(plugin_hooks.ASKED) | plugin_hooks.CALLED | others == hookspecs.DEPARTMENT_HOOKS
    assert not set(plugin_hooks.ASKED) & plugin_hooks.CALLED
    assert FOLDERS
