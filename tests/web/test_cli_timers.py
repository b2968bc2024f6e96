"""`onegrid processes timers`: what starts by itself, when, and why it did not."""

from __future__ import annotations

import json
from datetime import timedelta

from click.testing import CliRunner

from engine.jobs.table_queue import drain
from tests.engine.services.test_routing import deploy
from tests.engine.services.test_start_timers import timed
from tests.fixtures.house import House
from web.cli_timers import timers_command


def listed(house: House, *arguments: str) -> str:
    result = CliRunner().invoke(timers_command, arguments, obj=lambda: house.engine, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_it_lists_the_next_times_and_what_failed(house: House) -> None:
    deploy(house, timed=timed("R/PT2H", unit='"gone"'), other=timed("0 8 * * 1-5", key="other"))
    house.clock.advance(timedelta(hours=2))
    drain(house.engine)
    failed, waiting = json.loads(listed(house, "--json"))
    assert (failed["process"], failed["due"], failed["attempts"]) == ("timed", "2026-12-01T11:00:00+08:00", 1)
    assert failed["retry"] == "2026-12-01T11:00:30+08:00"
    assert "NotFound" in failed["error"]
    assert (waiting["timer"], waiting["due"], waiting["error"]) == ("0 8 * * 1-5", "2026-12-02T08:00:00+08:00", None)
    assert "失败 1 次" in listed(house)
