"""Plugins that come, go and change while the host runs: what is not concerned is not touched."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.outcome import Completed, Failed, Outcome
from engine.plugins.host import PluginHost
from engine.plugins.record import PluginRecord, PluginState
from engine.plugins.sources import installed_in
from tests.engine.plugins.workshop import begin, install, job, uninstall

PLUGIN = """
import os, time

@hookimpl
def onegrid_plugin():
    return PluginInfo({name!r}, "试验", ">=1.0,<2", lanes=1)

@handler("{name}.tell", "说", inputs={{"seconds": fields.Float(load_default=0)}},
         outputs={{"version": fields.String(), "pid": fields.Integer()}}, {more})
def tell(ctx, seconds):
    time.sleep(seconds)
    return {{"version": {version!r}, "pid": os.getpid()}}

@hookimpl
def onegrid_handlers():
    return [tell]
"""


def put(site: Path, name: str, version: str, more: str = "") -> None:
    install(site, name, PLUGIN.format(name=name, version=version, more=more), version=version)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    put(tmp_path, "old", "1.0")
    put(tmp_path, "other", "1.0")
    return tmp_path


@pytest.fixture
def host(site: Path) -> Iterator[PluginHost]:
    host = PluginHost().load((), lambda: installed_in(site), strict=True)
    yield host
    host.close()


def record(host: PluginHost, name: str = "old") -> PluginRecord:
    return next(record for record in host.records if record.name == name)


def tell(host: PluginHost, name: str = "old", seconds: float = 0.0) -> Outcome:
    return host.run(f"{name}.tell", job(seconds=seconds), begin)


def said(outcome: Outcome, what: str = "version") -> object:
    assert isinstance(outcome, Completed), outcome
    return outcome.outputs[what]


def test_nothing_happens_when_nothing_has_changed(host: PluginHost) -> None:
    pid = said(tell(host), "pid")
    assert host.refresh() == []
    assert said(tell(host), "pid") == pid


def test_a_new_version_takes_over_while_the_old_one_ends_its_job(host: PluginHost, site: Path) -> None:
    others = said(tell(host, "other"), "pid")
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(tell(host, seconds=1.0)))
    thread.start()
    while not record(host).process._busy:  # type: ignore[union-attr]
        time.sleep(0.01)
    put(site, "old", "2.0", "timeout=7")
    assert host.refresh() == ["old"]
    assert thread.is_alive()
    assert said(tell(host)) == "2.0"
    assert (record(host).version, host.handlers["old.tell"].timeout) == ("2.0", 7)
    thread.join()
    assert said(outcomes[0]) == "1.0"
    assert said(tell(host, "other"), "pid") == others


@pytest.mark.parametrize("fault", ["import no_such_module", "timeout=-1"])
def test_a_version_that_is_not_fit_is_refused_and_the_old_one_goes_on(host: PluginHost, site: Path, fault: str) -> None:
    if fault.startswith("import"):
        install(site, "old", fault, version="2.0")
    else:
        put(site, "old", "2.0", fault)
    assert host.refresh() == []
    assert said(tell(host)) == "1.0"
    assert record(host).warnings[0].startswith("2.0 was not taken up: import: ")
    starts = record(host).starts
    assert host.refresh() == []  # it is not tried again all the time
    put(site, "old", "2.1")
    assert host.refresh() == ["old"]
    assert said(tell(host)) == "2.1"
    assert record(host).warnings == ()
    assert starts == 1


def test_a_plugin_that_goes_takes_its_handlers_with_it_and_brings_them_back(host: PluginHost, site: Path) -> None:
    uninstall(site, "old_plugin")
    before = host.handlers
    assert host.refresh() == ["old"]
    assert set(host.handlers) == {"other.tell"}
    assert "old.tell" in before  # who reads the dictionary meanwhile is not disturbed
    outcome = tell(host)
    assert isinstance(outcome, Failed)
    assert outcome.spared
    put(site, "old", "1.0")
    put(site, "newcomer", "1.0")
    assert sorted(host.refresh()) == ["newcomer", "old"]
    assert (said(tell(host)), said(tell(host, "newcomer"))) == ("1.0", "1.0")


def test_a_reload_replaces_what_has_the_same_version(host: PluginHost, site: Path) -> None:
    pid = said(tell(host), "pid")
    assert host.refresh(forced=["old"]) == ["old"]
    assert said(tell(host), "pid") != pid


def test_a_plugin_edited_under_its_version_is_loaded_anew_and_costs_no_attempt(host: PluginHost, site: Path) -> None:
    record(host).process.rest()  # type: ignore[union-attr]  # as after a crash
    put(site, "old", "1.0", "timeout=5")
    outcome = tell(host)
    assert isinstance(outcome, Failed)
    assert (outcome.spared, outcome.counts) == (True, False)
    assert "have changed since they were loaded" in outcome.message
    assert host.refresh() == ["old"]
    assert (said(tell(host)), host.handlers["old.tell"].timeout) == ("1.0", 5)


def test_a_quarantined_plugin_is_tried_again_after_a_while(
    site: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flag = tmp_path / "ready"
    install(
        site,
        "late",
        f"import os\nassert os.path.exists({str(flag)!r})\n" + PLUGIN.format(name="late", version="1.0", more=""),
    )
    host = PluginHost().load((), lambda: installed_in(site))
    assert record(host, "late").state is PluginState.QUARANTINED
    host.refresh()
    flag.touch()
    assert host.refresh() == []
    monkeypatch.setattr("engine.plugins.departments.TRY_AGAIN", 0.0)
    assert host.refresh() == ["late"]
    assert said(tell(host, "late")) == "1.0"
    host.close()
