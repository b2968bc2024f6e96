"""One scenario's town: its people in their browsers, the clock, the worker, and the case that is spoken of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from engine.clock import TIMEZONE, FixedClock
from engine.types import SYSTEM
from features.steps.browser import Browser, Form, Page, words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from engine.feel import Feel
    from engine.findings import Finding
    from engine.plugins.host import PluginHost
    from engine.work import Work
    from plugins.grid_registry import api
    from web.config import Settings

# This module is loaded with every run of pytest, and most runs play no feature: what it needs of the system is
# imported where it is used.

TOWNSHIP, RURAL_TOWNSHIP, COUNTY = "431103001", "431103102", "431103"

CLERK, COUNTRY_CLERK, LEADER = "mw.clerk", "plq.clerk", "mw.leader"
REVIEWER, COLLEAGUE, COUNTY_LEADER = "lst.reviewer1", "lst.reviewer2", "lst.leader"
CITY, BUREAU, OPERATOR = "yz.city", "lst.umb", "admin"
HOUSING, EMERGENCY = "lst.hud", "lst.emb"
CATALOGUE_CLERK, LEGALITY, APPROVER = "lst.clerk", "lst.legal", "lst.approver"

PEOPLE = {
    "梅湾街道经办人": CLERK,
    "梅湾街道负责人": LEADER,
    "另一乡镇的经办人": COUNTRY_CLERK,
    "县级审核人": REVIEWER,
    "另一审核人": COLLEAGUE,
    "县级负责人": COUNTY_LEADER,
    "市级网格化服务管理机构": CITY,
    "城管部门": BUREAU,
    "住建部门": HOUSING,
    "应急部门": EMERGENCY,
    "清单经办人": CATALOGUE_CLERK,
    "合法性审查人": LEGALITY,
    "批准人": APPROVER,
    "运维人员": OPERATOR,
}
"""How the features call the demo's accounts."""


@dataclass
class Case:
    """A proposal and its process instance. `typed`: what the clerk last filled in, by field."""

    no: str
    path: str
    grid: str = ""
    merged: tuple[str, ...] = ()
    typed: dict[str, Any] = field(default_factory=dict)


class World:
    """The demo county of one scenario.

    Attributes:
        case: the case that the steps speak of; `other`: one beside it.
        page: the page that was seen last, where a step says what is on it.
        kept: forms that somebody left open in a browser, by a name.
        answers: the pages that several forms sent in one step were answered with.
        findings: what the deploy gate said of the last bundle.
        refusal: what the last attempt to write was refused with.
        receipt, unit: the number of the opinion that was given, the grid unit that was asked about.
        table: the table that was exported last.
        key, answer: a program's key, and what it was answered last: status and content.
    """

    BEGINS: ClassVar = datetime(2026, 12, 1, 9, 0, tzinfo=TIMEZONE)

    def __init__(self, database: sa.Engine, settings: Settings, feel: Feel, plugins: PluginHost) -> None:
        self.clock = FixedClock(self.BEGINS)
        self.database = database
        self.settings = settings
        self.case = self.other = Case("", "")
        self.page: Page | None = None
        self.kept: dict[str, Form] = {}
        self.answers: list[Page] = []
        self.findings: list[Finding] = []
        self.refusal: Exception | None = None
        self.receipt = self.unit = self.table = self.key = ""
        self.answer: tuple[int, Any] = (0, None)
        self._feel = feel
        self._password = (settings.home / "demo-password").read_text(encoding="utf-8").strip()
        self._own_plugins: list[PluginHost] = []
        self.install(plugins)
        self.before = self.grids()

    def install(self, plugins: PluginHost) -> None:
        """Start the system with these plugins: as a restart does."""
        from engine.application import Engine
        from web.app import create_app

        plugins.hook.onegrid_guards(engine=self.database)
        self.engine = Engine(self.database, plugins, clock=self.clock, feel=self._feel, home=self.settings.home)
        self.app = create_app(self.engine, self.settings)
        self._browsers: dict[str, Browser] = {}

    def install_own(self, plugins: PluginHost) -> None:
        """Start the system with plugins that end with the scenario."""
        self._own_plugins.append(plugins)
        self.install(plugins)

    def close(self) -> None:
        for plugins in self._own_plugins:
            plugins.close()

    # -- people ------------------------------------------------------------------------------------------------------

    def browser(self, login: str) -> Browser:
        """Return the browser of an account, the same one through the scenario."""
        if login not in self._browsers:
            self._browsers[login] = Browser(self.app.test_client(), login, self._password, self.settle)
        return self._browsers[login]

    def visitor(self) -> Browser:
        """Return the browser of somebody without an account."""
        return Browser(self.app.test_client(), "", "", self.settle)

    def task(self, login: str, case: Case | None = None) -> Page:
        """Open the case's task from the person's inbox."""
        row = self.inbox_row(login, case)
        assert row is not None, f"{login} has no task of {(case or self.case).no}"
        return self.browser(login).open(row.xpath(".//a")[0].get("href"))

    def inbox_row(self, login: str, case: Case | None = None) -> Any:
        """Return the case's row in the person's inbox, or None."""
        no = (case or self.case).no
        rows = self.browser(login).open("/tasks").find("//tbody/tr")
        return next((row for row in rows if no in words(row)), None)

    def case_page(self, login: str = CLERK, case: Case | None = None) -> Page:
        return self.browser(login).open((case or self.case).path)

    def name_of(self, login: str) -> str:
        return self.browser(login).open("/tasks").reader

    # -- time --------------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let the worker do what is due."""
        from engine.testing import run_until_idle

        run_until_idle(self.engine)

    def wait_until(self, moment: datetime) -> None:
        """Let time pass, with the worker at work at every moment at which something is due."""
        from engine.testing import let_pass

        let_pass(self.engine, moment)

    def wait(self, span: timedelta) -> None:
        self.wait_until(self.clock.now() + span)

    # -- what the registry's api says --------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Work]:
        with self.engine.begin(SYSTEM, write=False) as work:
            yield work

    def picture(self, township: str = TOWNSHIP) -> api.TownshipPicture:
        from plugins.grid_registry import api

        with self.reading() as work:
            return api.township_picture(work.session, township)

    def grid(self, code: str) -> api.GridDetail:
        from plugins.grid_registry import api

        with self.reading() as work:
            return api.grid(work.session, code)

    def verdicts(self) -> dict[str, api.Verdict]:
        """Return what the size rule says of the grids in force of the sub-district, by code."""
        from plugins.grid_registry import api

        with self.reading() as work:
            return api.verdicts(work, api.township_picture(work.session, TOWNSHIP).grids)

    def grids(self) -> dict[str, tuple[Any, ...]]:
        """Return all grids in force of the demo's townships with what may change of them."""
        return {
            grid.code: (grid.name, grid.kind, grid.setting, grid.valid_from, sorted(grid.unit_codes))
            for township in (TOWNSHIP, RURAL_TOWNSHIP)
            for grid in self.picture(township).grids
        }
