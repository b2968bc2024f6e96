"""Pictures that claim more than they are, and many of them at once: neither memory nor threads run out."""

from __future__ import annotations

import struct
import threading
import zlib
from io import BytesIO

import pytest
from PIL import Image

from engine import picture
from engine.picture import PicturesBusy, PictureTooLarge, rewritten
from engine.upload import UploadUnfit, read_upload


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def drawn(kind: str, size: tuple[int, int]) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("size", [(8000, 8000), (6001, 6000), (70_000, 1), (1, 2_000_000)])
def test_what_would_be_read_whole_is_refused_by_what_it_claims(size: tuple[int, int]) -> None:
    with pytest.raises(PictureTooLarge):
        rewritten(claiming(*size))


def test_a_large_photo_is_read_at_the_size_that_is_kept() -> None:
    found = rewritten(drawn("JPEG", (8000, 6000)))
    assert Image.open(BytesIO(found.content)).size == (2048, 1536)


def test_a_picture_is_made_smaller_before_it_is_turned_and_keeps_its_way_up() -> None:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x112] = 6  # to be turned by a quarter
    wide = Image.new("RGB", (3000, 1000), "red")
    wide.paste("blue", (0, 0, 1500, 1000))
    wide.save(out, "PNG", exif=exif)
    found = Image.open(BytesIO(rewritten(out.getvalue()).content))
    assert found.size == (683, 2048)
    assert found.getpixel((300, 100)) == (0, 0, 255)
    assert found.getpixel((300, 1900)) == (255, 0, 0)
    assert not found.getexif()


def test_a_drawing_of_few_colours_keeps_its_transparent_part() -> None:
    out = BytesIO()
    few = Image.new("P", (3000, 30))
    few.putpalette([0, 0, 0, 255, 0, 0])
    few.paste(1, (1500, 0, 3000, 30))
    few.save(out, "PNG", transparency=0)
    found = Image.open(BytesIO(rewritten(out.getvalue()).content))
    assert (found.mode, found.size) == ("RGBA", (2048, 20))
    assert [found.getpixel((x, 10))[3] for x in (100, 2000)] == [0, 255]  # type: ignore[index]


def test_beyond_a_few_that_wait_senders_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "PATIENCE", 0.0)
    reading, going_on = threading.Semaphore(0), threading.Event()

    def slow(_content: bytes) -> picture.Picture:
        reading.release()
        going_on.wait(10)
        return picture.Picture(b"", "image/png", b"")

    monkeypatch.setattr(picture, "_rewritten", slow)
    threads = [threading.Thread(target=rewritten, args=(b"",)) for _ in range(1 + picture.WAITING)]
    for each in threads:
        each.start()
    reading.acquire(timeout=10)
    while picture._places._value:  # until all have their place
        pass
    with pytest.raises(PicturesBusy):
        rewritten(b"")
    with pytest.raises(UploadUnfit, match="请稍候再传"):
        read_upload("现场.png", BytesIO(drawn("PNG", (8, 8))))
    going_on.set()
    for each in threads:
        each.join(10)
    assert rewritten(b"").media_type == "image/png", "the places are free again"
