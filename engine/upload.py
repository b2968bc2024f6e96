"""What a person sends as a file, judged by its content and made fit to be kept. No database."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import IO, Final

from engine import form_messages as say
from engine.form_messages import Message
from engine.picture import PicturesBusy, PictureTooLarge, PictureUnreadable, rewritten

MOST_BYTES: Final = 20 * 1024 * 1024
"""Of one file, as it is sent."""
MOST_FILES: Final = 9
"""Of one field."""
NAME_LENGTH: Final = 80
PDF: Final = "application/pdf"
ENDINGS: Final = {"image/jpeg": ".jpg", "image/png": ".png", PDF: ".pdf"}
"""Kinds that are kept, and how their names end."""

_PICTURES: Final = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP", re.DOTALL)
_HEIC: Final = re.compile(rb"....ftyp(heic|heix|hevc|heim|heis|hevm|hevs|mif1|msf1|avif)", re.DOTALL)
_TAIL: Final = 2048
# what does not belong into a name: controls, marks that turn the direction of writing, separators of paths
_UNFIT: Final = re.compile('[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff<>:"|?*/\\\\\ud800-\udfff]')


class UploadUnfit(ValueError):
    """A file that is not kept. `said` tells the person which one, why, and what to do."""

    def __init__(self, said: Message) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True, slots=True)
class Upload:
    """A file fit to be kept. `sent` is the SHA-256 of what was sent: the same for the same file sent again."""

    name: str
    media_type: str
    content: bytes
    preview: bytes | None
    sent: str

    @property
    def digest(self) -> str:
        """SHA-256 of what is kept, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def read_upload(name: str, stream: IO[bytes]) -> Upload:
    """Return a file as it is kept; its kind is found in its content, never in its name or in what the browser says.

    Args:
        name: as the person's device calls it.
        stream: its bytes.

    Raises:
        UploadUnfit: it is empty, too large, damaged, or of another kind than JPEG, PNG, WebP and PDF; or too many are
            sent at this moment.
    """
    content = stream.read(MOST_BYTES + 1)
    shown = plain_name(name)
    if not content:
        raise UploadUnfit(say.file_empty(shown))
    if len(content) > MOST_BYTES:
        raise UploadUnfit(say.file_too_large(shown, MOST_BYTES >> 20))
    sent = hashlib.sha256(content).hexdigest()
    if _PICTURES.match(content):
        return _picture(shown, content, sent)
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-_TAIL:]:
        return Upload(_named(shown, PDF), PDF, content, None, sent)
    if _HEIC.match(content):
        raise UploadUnfit(say.file_heic(shown))
    raise UploadUnfit(say.file_kind(shown))


def _picture(name: str, content: bytes, sent: str) -> Upload:
    try:
        picture = rewritten(content)
    except PicturesBusy:
        raise UploadUnfit(say.file_later(name)) from None
    except PictureTooLarge:
        raise UploadUnfit(say.file_many_pixels(name)) from None
    except PictureUnreadable:
        raise UploadUnfit(say.file_damaged(name)) from None
    return Upload(_named(name, picture.media_type), picture.media_type, picture.content, picture.preview, sent)


def plain_name(name: str) -> str:
    """Return a file's own name without folders and without characters that deceive, at most 80 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    return _UNFIT.sub("", last).strip(" .")[-NAME_LENGTH:] or "file"


def _named(name: str, media_type: str) -> str:
    """Return the name with the ending of what the file really is."""
    stem, dot, ending = name.rpartition(".")
    own = dot and f".{ending.lower()}" in {ENDINGS[media_type], ".jpeg" if media_type == "image/jpeg" else ""}
    return name if own else (stem if dot and stem and len(ending) <= 5 else name) + ENDINGS[media_type]
