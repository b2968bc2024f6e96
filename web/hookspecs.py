"""The hooks the web shell calls on core plugins. Departments' plugins have no pages: their code is not loaded here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.hookspecs import hookspec

if TYPE_CHECKING:
    from web.parts import WebPart


@hookspec
def onegrid_blueprints() -> list[WebPart]:  # type: ignore[empty-body]  # a specification has no body
    """Return the parts that the plugin adds to the web: blueprints with their menu entries.

    Called once, when the application is built. Import `routes.py` inside the implementation: commands and workers
    load the plugin too and need no Flask.
    """
