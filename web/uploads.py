"""Files of a request: read and judged before anything is written, kept with the form, sent to whoever may see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Response, g, request

from engine import form_messages as say
from engine.errors import FormInvalid
from engine.upload import MOST_FILES, Upload, UploadUnfit, read_upload
from web.request import current_work, end_work

if TYPE_CHECKING:
    from engine.form_messages import Message
    from engine.services.attachments import Opened
    from engine.work import Work

Kept = Mapping[str, list[str]]
"""Dotted path of a field → ids of the files that came for it in this request."""

_NUMBER = re.compile(r"\.\d+(?=\.|\Z)")
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def are_sent() -> bool:
    """Return whether the request brings files; a field that was left empty is none."""
    return any(file.filename for _, file in request.files.items(multi=True))


def read_files(paths: Iterable[str]) -> None:
    """Read the request's files for the fields at these paths (without the numbers of rows), for `keep_files`.

    The request's unit of work ends before: on SQLite nobody else could write while pictures are made smaller.

    Raises:
        FormInvalid: files are not taken; the others can be kept all the same.
    """
    end_work()
    known, found = set(paths), list[tuple[str, Upload]]()
    errors: dict[str, list[Message]] = {}
    sent = [(name, file) for name, file in request.files.items(multi=True) if file.filename]
    for number, (name, file) in enumerate(sent):
        if _NUMBER.sub("", name) not in known:
            continue
        if number >= MOST_FILES:  # reading one may take a second: a request has thousands of parts
            errors.setdefault(name, [say.files_more(MOST_FILES)])
            break
        try:
            found.append((name, read_upload(file.filename or "", file.stream)))
        except UploadUnfit as unfit:
            errors.setdefault(name, []).append(unfit.said)
    g.uploads = found
    if errors:
        raise FormInvalid(errors={name: list(said) for name, said in errors.items()})


def keep_files(work: Work, kept_for: str) -> Kept:
    """Keep what `read_files` has read; raise FormInvalid when too many wait."""
    kept: dict[str, list[str]] = {}
    for name, upload in g.get("uploads", ()):
        kept.setdefault(name, []).append(work.attachments.add(upload, kept_for).id)
    return kept


def sent_digests() -> Kept:
    """Return the digests of the files that `read_files` has read: the same when the same request comes again."""
    digests: dict[str, list[str]] = {}
    for name, upload in g.get("uploads", ()):
        digests.setdefault(name, []).append(upload.sent)
    return digests


@dataclass(frozen=True, slots=True)
class PostedFiles:
    """A page's own files. `same` is the same when the same request comes again, whatever ids its files get.

    Attributes:
        files: `{id, name, media_type, size}`: those sent before for this form, and those sent now that are taken.
        faults: what is wrong with the others, as messages.
        same: for a fingerprint.
    """

    files: list[dict[str, Any]]
    faults: list[str]
    same: list[Any]


def posted_files(name: str, kept_for: str) -> PostedFiles:
    """Return the files of a page's form. The request's unit of work ends: ask for `current_work` again.

    Args:
        name: of the file input, and of the hidden inputs that hold the ids of what was sent before.
        kept_for: names the form: a random key in it, at least 16 characters, so that nobody else's can be meant.
    """
    faults: list[str] = []
    if are_sent():
        faults += _faults(name, lambda: read_files([name]))
    work, before = current_work(), request.form.getlist(name)
    kept: dict[str, list[str]] = {}
    faults += _faults(name, lambda: kept.update(keep_files(work, kept_for)))
    found = work.attachments.find([*before, *kept.get(name, [])], kept_for)
    return PostedFiles(found, faults, [before, sent_digests()])


def _faults(name: str, do: Callable[[], None]) -> list[str]:
    try:
        do()
    except FormInvalid as refused:
        return list(refused.errors.get(name) or refused.errors.get("") or ())
    return []


def send_attachment(opened: Opened) -> Response:
    """Return a file as an answer: pictures to be shown, all else to be saved; nothing in it is ever run."""
    response = Response(opened.content, mimetype=opened.media_type)
    way = "inline" if opened.media_type.startswith("image/") else "attachment"
    plain = opened.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(opened.name)}"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, max-age=300"
    response.set_etag(f"{opened.digest[:32]}-{len(opened.content)}")
    response.make_conditional(request)
    return response
