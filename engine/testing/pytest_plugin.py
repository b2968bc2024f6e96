"""Fixtures for the tests of plugins; pytest finds them by the entry point `onegrid`. Imports stand in the fixtures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from engine.testing.workbench import Workbench


@pytest.fixture
def plugin_conforms() -> Callable[[Path], None]:
    """Fail with all that is wrong with the plugin whose `pyproject.toml` lies in a folder.

    `plugin_conforms(Path(__file__).parents[1])`
    """
    from engine.testing.conformance import faults  # noqa: PLC0415  no other run of pytest pays for it

    def conforms(folder: Path) -> None:
        found = faults(folder)
        if found:
            pytest.fail("\n".join(found), pytrace=False)

    return conforms


@pytest.fixture(scope="session")
def handler_bench() -> Iterator[Callable[[Path], Workbench]]:
    """Give the workbench of the plugin whose `pyproject.toml` lies in a folder; one process for the whole run.

    `handler_bench(folder).run("lights.plan_repair", {"lamps": 3}, answers={"grid.get": {…}}).outputs`
    """
    from engine.testing.workbench import Workbench, source_in  # noqa: PLC0415  as above

    benches: dict[Path, Workbench] = {}
    with ExitStack() as open_benches:

        def bench(folder: Path) -> Workbench:
            folder = folder.resolve()
            if folder not in benches:
                benches[folder] = open_benches.enter_context(Workbench(source_in(folder)))
            return benches[folder]

        yield bench
