"""What a plugin adds to the web: a part with its pages and its entries in the menu. No rendering."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask_babel import LazyString

    from engine.types import Actor


@dataclass(frozen=True)
class MenuEntry:
    """One entry of the main menu.

    Attributes:
        label: what people read; `lazy_gettext("…")`, so that it follows the language of each request.
        endpoint: Flask endpoint of a page without arguments, e.g. `grids.overview`.
        groups: candidate groups that see the entry; empty: everyone who is logged in.
            Hiding an entry protects nothing: the page itself checks.
    """

    label: LazyString | str
    endpoint: str
    groups: frozenset[str] = frozenset()

    def shown_to(self, actor: Actor) -> bool:
        """Return whether the actor holds one of the groups, or the entry is for everyone."""
        return not self.groups or any(actor.holds(group) for group in self.groups)


@dataclass(frozen=True)
class WebPart:
    """A blueprint with its menu entries.

    Attributes:
        blueprint: its pages. Templates belong into `templates/<plugin>/`, so that names cannot clash.
        menu: entries, in order, after those of the shell.
        public: pages that need no login. Everything else sends a visitor without a login to the login page.
        programs: calls for programs, below the blueprint's `url_prefix`: no cookie is looked at, no CSRF token is asked
            for, errors are problem+json. It finds out itself who calls.
        fault: of a part for programs: makes the answer for whatever goes wrong, from its status and what is said, where
            their standard has another form than problem+json.
        banner: makes what stands above each page for whoever is logged in: safe HTML, or "" when there is nothing to
            say. It is asked for every page: no look at the database.
    """

    blueprint: Blueprint
    menu: Sequence[MenuEntry] = field(default_factory=tuple)
    public: bool = False
    programs: bool = False
    fault: Callable[[int, str], Response] | None = None
    banner: Callable[[], str] | None = None
