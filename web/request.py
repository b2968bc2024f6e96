"""The request's actor and its one unit of work. Nothing here decides what the actor may do.

One request, one transaction: the work begins when the login or a view first asks for it and is committed when the view
returns; an exception that leaves the view rolls it back before the error page is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue

from engine.types import Actor, ActorKind
from engine.upload import MOST_BYTES, MOST_FILES
from web.db import db

if TYPE_CHECKING:
    from engine.application import Engine
    from engine.work import Work

VISITOR = Actor(id="visitor", name="", kind=ActorKind.PERSON)
"""Who acts on public pages without a login: no posts, so nothing that is scoped."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
READ_ONLY = "_onegrid_read_only"
TAKES_FILES = "_onegrid_takes_files"
LARGEST_WITH_FILES = MOST_FILES * MOST_BYTES + (4 << 20)
"""Bytes of a post to a view that takes files; all others are held to MAX_CONTENT_LENGTH."""

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def read_only(view: View) -> View:
    """Mark a view whose POST changes nothing, e.g. a preview: its work takes no write lock and is rolled back."""
    setattr(view, READ_ONLY, True)
    return view


def takes_files(view: View) -> View:
    """Mark a view whose POST brings files: it may be as large as nine of them."""
    setattr(view, TAKES_FILES, True)
    return view


def current_engine() -> Engine:
    """Return the engine that the application was built with."""
    return cast("Engine", current_app.extensions["onegrid"])


def current_actor() -> Actor:
    """Return who is logged in, or VISITOR on a public page."""
    return cast(Actor, g.get("actor", VISITOR))


def installation_home() -> Path:
    """Return the folder in which this installation keeps its files."""
    return current_engine().home


def current_work() -> Work:
    """Return the unit of work of this request: read-only for GET, committed at the end of the view otherwise."""
    if "work" not in g:
        begun = current_engine().begin(current_actor(), write=g.work_writes, session=db.session())
        g.work = g.work_stack.enter_context(begun)
    return cast("Work", g.work)


def act_as(actor: Actor) -> None:
    """Let whoever has been found to be logged in act from here on, in the unit of work that found it out too."""
    g.actor = actor
    if "work" in g:
        g.work = g.work.by(actor)


def end_work() -> None:
    """End the unit of work that has begun, if one has; whoever asks next begins another."""
    if "work" in g:
        g.work_stack.pop_all().close()
        _forget()


@contextmanager
def work_scope(*, write: bool) -> Iterator[None]:
    """Hold the unit of work that views inside may ask for: commit it on a clean exit, roll it back on an exception."""
    with ExitStack() as stack:
        stack.callback(_forget)
        g.work_stack, g.work_writes = stack.enter_context(ExitStack()), write
        yield


@contextmanager
def separate_work(actor: Actor, *, write: bool) -> Iterator[Work]:
    """Begin a unit of work of its own, where the request has none yet or has none any more."""
    with current_engine().begin(actor, write=write, session=db.session()) as work:
        yield work


def _forget() -> None:
    g.pop("work", None)


class Shell(Flask):
    """A Flask application whose views run inside a unit of work, that of finding out who asks included."""

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Do what comes before the view, in its unit of work; that ends here when the view is not reached."""
        if getattr(self.view_functions.get(request.endpoint or ""), TAKES_FILES, False):
            request.max_content_length = LARGEST_WITH_FILES  # before anything reads the form
        with ExitStack() as stack:
            stack.enter_context(work_scope(write=self._writes()))
            answer = super().preprocess_request()
            if answer is None:
                g.view_scope = stack.pop_all()
        return answer

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view of the request; its work is committed before the response is made."""
        with g.pop("view_scope"):
            return super().dispatch_request()

    def _writes(self) -> bool:
        view = self.view_functions.get(request.endpoint or "")
        return request.method not in SAFE_METHODS and not getattr(view, READ_ONLY, False)

    def send_static_file(self, filename: str) -> Response:
        """Send a static file, or the gzip twin that the build put beside it."""
        if (
            request.accept_encodings.quality("gzip") > 0
            and (Path(self.static_folder or "") / f"{filename}.gz").is_file()
        ):
            response = super().send_static_file(f"{filename}.gz")
            response.headers["Content-Encoding"] = "gzip"
            response.mimetype = guess_type(filename)[0] or "application/octet-stream"
        else:
            response = super().send_static_file(filename)
        response.vary.add("Accept-Encoding")
        return response
