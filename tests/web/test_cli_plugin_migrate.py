"""`onegrid plugins migrate`: says of each plugin that owns tables whether they are up to date."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from engine.plugins.record import PluginRecord, PluginState
from web.cli_plugin_migrate import migrate_command


def record(name: str, **facts: Any) -> PluginRecord:
    return PluginRecord(name, f"{name}.plugin", False, **{"hooks": ("onegrid_models",), **facts})


OWNER = record("ledger")
BROKEN = record("broken", state=PluginState.QUARANTINED, stage="migrate", reason="no such column")
OTHER = record("other", hooks=())


@pytest.mark.parametrize(
    ("records", "arguments", "status", "said"),
    [
        ([OWNER, OTHER], [], 0, "ledger: ready\n"),
        ([OWNER, BROKEN], [], 1, "broken: quarantined migrate no such column"),
        ([OWNER, BROKEN], ["ledger"], 0, "ledger: ready\n"),
        ([OWNER], ["none"], 1, "there is no such plugin: none"),
    ],
)
def test_the_state_of_each(records: list[PluginRecord], arguments: list[str], status: int, said: str) -> None:
    engine = SimpleNamespace(plugins=SimpleNamespace(records=records))
    result = CliRunner().invoke(migrate_command, arguments, obj=lambda: engine)
    assert result.exit_code == status
    assert said in result.output
