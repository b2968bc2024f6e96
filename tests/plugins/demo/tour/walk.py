"""Somebody who walks the tour: each person in a browser of their own, and what they pressed and read kept by step."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from playwright.sync_api import Browser, Locator, Page, expect

from tests.fixtures.browser import DESKTOP, PHONE
from tests.plugins.demo.tour.pictures import keep

PATIENCE = 15_000
"""Milliseconds until what should be seen is missed."""


@dataclass
class Step:
    """One step as it was walked: who logged in, and the words that were pressed, chosen or read."""

    accounts: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


class Walk:
    """The whole tour on one server.

    Attributes:
        steps: what was walked so far, one entry a step.
        now: what everybody's clock says.
        pictures: whether the README's pictures are taken on the way.
    """

    pictures = False

    def __init__(self, browser: Browser, site: str, password: str, now: datetime, settle: Callable[[], object]) -> None:
        self.steps: list[Step] = []
        self.now = now
        self.settle = settle
        self.site = site
        self._browser = browser
        self._password = password
        self._people: dict[str, Person] = {}

    def step(self) -> None:
        """Begin the next step."""
        self.steps.append(Step())

    def person(self, login: str, *, phone: bool = False) -> Person:
        """Return an account in its own browser, on the page that it was left on; the first time it logs in."""
        self.steps[-1].accounts.add(login)
        if login not in self._people:
            self._people[login] = Person(self, self._page(phone=phone))
            self._people[login].log_in(login, self._password)
        return self._people[login]

    def passer_by(self, *, phone: bool = False) -> Person:
        """Return somebody without an account."""
        return Person(self, self._page(phone=phone))

    def close(self) -> None:
        """Close all browsers."""
        for context in self._browser.contexts:
            context.close()

    def _page(self, *, phone: bool) -> Page:
        context = self._browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport=PHONE if phone else DESKTOP, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        context.clock.set_fixed_time(self.now)  # what scripts call now is what the server does
        return context.new_page()


class Person:
    """One person: acts by the words that are on the page, and waits for what is to be seen."""

    def __init__(self, walk: Walk, page: Page) -> None:
        self.page = page
        self._walk = walk

    @property
    def main(self) -> Locator:
        """The page without its head."""
        return self.page.get_by_role("main")

    def log_in(self, login: str, password: str) -> None:
        """Log in by the form."""
        self.page.goto(f"{self._walk.site}/login")
        self.page.get_by_label("账号").fill(login)
        self.page.get_by_label("密码").fill(password)
        self.main.get_by_role("button", name="登录").click()
        self.page.wait_for_url("**/tasks")

    def go(self, path: str) -> None:
        """Open an address that the tour names."""
        self.note(path)
        self.page.goto(f"{self._walk.site}{path}")

    def menu(self, entry: str) -> None:
        """Choose an entry of the menu."""
        self.note(entry)
        link = self.page.get_by_role("navigation", name="主导航").get_by_role("link", name=entry, exact=True)
        with self.page.expect_navigation():
            link.click()

    def follow(self, link: str) -> None:
        """Follow a link by some of its words."""
        self.note(link)
        with self.page.expect_navigation():
            self.main.get_by_role("link", name=link).first.click()

    def press(self, button: str) -> None:
        """Press a button that changes the page in place."""
        self.note(button)
        self.main.get_by_role("button", name=re.compile(f"^{re.escape(button)}")).first.click()

    def send(self, button: str) -> None:
        """Send a form, and let the system do what follows from it."""
        self.note(button)
        with self.page.expect_navigation():
            self.main.get_by_role("button", name=button, exact=True).last.click()
        expect(self.main.locator("[data-error-summary]")).to_have_count(0)
        self._walk.settle()

    def open_task(self, title: str, step: str) -> None:
        """Open the task of this step of a case in the inbox."""
        self.note("待办", step)
        self.page.goto(f"{self._walk.site}/tasks")
        row = self.main.get_by_role("row").filter(has_text=title).filter(has_text=step)
        with self.page.expect_navigation():
            row.get_by_role("link").click()
        expect(self.main.get_by_role("heading", name=step)).to_be_visible()

    def fill(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.note(label)
        self._field(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list by its words."""
        self.note(label, option)
        self._field(label).select_option(label=option)

    def tick(self, label: str) -> None:
        """Tick a box or a choice."""
        self.note(label)
        self._field(label).check()

    def see(self, *words: str) -> None:
        """Wait until the page says this."""
        for each in words:
            expect(self.main).to_contain_text(each, use_inner_text=True, timeout=PATIENCE)
        self.note(*words)

    def picture(self, name: str, whole: str = "") -> None:
        """Take a picture of what is seen now, if they are wanted; `whole`: the diagram to show as a whole."""
        if not self._walk.pictures:
            return
        if whole:
            self.page.set_viewport_size({"width": 1280, "height": 1000})
            expect(self.page.locator(whole)).to_be_visible()
            self.main.get_by_role("button", name="显示全图").click()
        keep(self.page.screenshot(animations="disabled", caret="hide"), name)

    def note(self, *words: str) -> None:
        """Keep words that were met in another way."""
        self._walk.steps[-1].words.update(words)

    def _field(self, label: str) -> Locator:
        return self.main.get_by_label(re.compile(f"^{re.escape(label)}\\s*(必填)?$"))
