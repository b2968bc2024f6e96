"""Files in forms over HTTP: sent with the form or before it, kept on a fault, seen by whoever may see the case."""

from __future__ import annotations

import re
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from engine.application import Engine
from engine.clock import FixedClock
from engine.tables.attachments import Attachment, AttachmentBytes
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM
from engine.upload import MOST_BYTES, Upload, read_upload
from tests.web.conftest import Visitor

FORM = {"purpose": "修路", "kind": "granite", "stones.0.name": "青石", "idempotency_key": "key-of-the-files"}


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


PICTURE = picture()
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def sent(content: bytes, name: str = "现场.png") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def upload(browser: Visitor, task_id: str, content: bytes = PICTURE, name: str = "现场.png") -> Any:
    headers = {"Accept": "application/json"}
    return browser.post(f"/tasks/{task_id}/files", {"photos": sent(content, name)}, headers=headers)


def ids_in(html: str) -> list[str]:
    return re.findall(r'name="photos" value="([0-9a-f]{32})"', html)


def photos_of(engine: Engine, instance: ProcessInstance) -> list[dict[str, Any]]:
    with engine.begin(SYSTEM, write=False) as work:
        done = work.history.completions(instance.id, "apply")
    return list(done[0].detail["photos"])


def test_a_file_goes_with_the_form_without_scripts(
    clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    answer = clerk.post(f"/tasks/{task_id}", {**FORM, "photos": [sent(PICTURE), sent(PDF, "纪要.pdf")]})
    assert answer.status_code == 302
    first, second = photos_of(engine, instance)
    assert (first["name"], first["media_type"]) == ("现场.png", "image/png")
    assert (second["name"], second["media_type"], second["size"]) == ("纪要.pdf", "application/pdf", len(PDF))
    page = clerk.get(f"/instances/{instance.id}").text
    assert f'src="/attachments/{first["id"]}?size=small"' in page
    assert f'href="/attachments/{second["id"]}"' in page


def test_the_same_form_twice_is_done_once(
    clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    answers = [clerk.post(f"/tasks/{task_id}", {**FORM, "photos": sent(PICTURE)}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(photos_of(engine, instance)) == 1


def test_a_draft_keeps_the_file_and_a_button_takes_it_away(clerk: Visitor, task_id: str) -> None:
    clerk.post(f"/tasks/{task_id}/draft", {"photos": sent(PICTURE)})
    kept = ids_in(clerk.get(f"/tasks/{task_id}").text)
    assert len(kept) == 1
    clerk.post(f"/tasks/{task_id}/draft", {"photos": kept[0], "_rows": "remove:photos.0"})
    assert ids_in(clerk.get(f"/tasks/{task_id}").text) == []


def test_a_fault_elsewhere_loses_no_file(
    clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    refused = clerk.post(f"/tasks/{task_id}", {**FORM, "purpose": "", "photos": sent(PICTURE)})
    assert refused.status_code == 422
    kept = ids_in(refused.text)
    assert len(kept) == 1
    assert clerk.get(f"/attachments/{kept[0]}").status_code == 200, "the page shows it"
    assert clerk.post(f"/tasks/{task_id}", {**FORM, "photos": kept[0]}).status_code == 302
    assert [file["id"] for file in photos_of(engine, instance)] == kept


def test_a_bad_file_is_refused_by_name_and_the_good_one_stays(clerk: Visitor, task_id: str) -> None:
    answer = clerk.post(f"/tasks/{task_id}", {**FORM, "photos": [sent(PICTURE), sent(b"<svg/>", "图.svg")]})
    assert answer.status_code == 422
    assert "“图.svg”不是可以上传的文件" in answer.text
    assert len(ids_in(answer.text)) == 1


def test_scripts_send_files_one_by_one(clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str) -> None:
    (file,) = upload(clerk, task_id).json["files"]
    assert (file["name"], file["media_type"]) == ("现场.png", "image/png")
    refused = upload(clerk, task_id, b"MZ\x90", "run.jpg")
    assert refused.status_code == 422
    assert "run.jpg" in refused.json["errors"]["photos"][0]
    clerk.post(f"/tasks/{task_id}", {**FORM, "photos": file["id"]})
    assert photos_of(engine, instance)[0]["id"] == file["id"]


def test_more_files_than_the_form_takes_are_said(clerk: Visitor, task_id: str) -> None:
    answer = clerk.post(f"/tasks/{task_id}", {**FORM, "photos": [sent(PICTURE) for _ in range(4)]})
    assert answer.status_code == 422
    assert "最多 3 个文件" in answer.text


def test_a_file_of_another_form_cannot_be_named(engine: Engine, clerk: Visitor, task_id: str) -> None:
    with engine.begin(SYSTEM) as work:
        other = work.attachments.keep("a.png", "", BytesIO(PICTURE), kept_for="a form of someone else").id
    answer = clerk.post(f"/tasks/{task_id}", {**FORM, "photos": other})
    assert answer.status_code == 422
    assert "文件已不在" in answer.text
    assert clerk.get(f"/attachments/{other}").status_code == 404


def test_who_may_not_see_the_case_sees_no_file(
    as_person: Any, clerk: Visitor, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    (file,) = upload(clerk, task_id).json["files"]
    path = f"/attachments/{file['id']}"
    assert as_person("stranger").get(path).status_code == 404
    assert as_person("reviewer").get(path).status_code == 404, "not yet submitted"
    assert upload(as_person("stranger"), task_id).status_code == 404
    assert upload(as_person("reviewer"), task_id).status_code == 404, "seeing is not doing"
    clerk.post(f"/tasks/{task_id}", {**FORM, "photos": file["id"]})
    assert as_person("reviewer").get(path).status_code == 200
    assert as_person("stranger").get(path).status_code == 404


def test_it_is_sent_so_that_nothing_in_it_runs(clerk: Visitor, task_id: str) -> None:
    html = b"%PDF-1.4 <script>alert(1)</script> %%EOF"
    (file,) = upload(clerk, task_id, html, '../../etc/x\u202e"; y.html').json["files"]
    answer = clerk.get(f"/attachments/{file['id']}")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert not {"..", "/", '"', "\u202e"} & {*file["name"], file["name"][:2]}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert answer.headers["Cache-Control"].startswith("private")


def test_what_is_too_large_is_said_and_other_pages_take_no_large_posts(clerk: Visitor, task_id: str) -> None:
    refused = post_large(clerk, f"/tasks/{task_id}/files", MOST_BYTES)
    assert refused.status_code == 422
    assert "20 MB" in refused.json["errors"]["photos"][0]
    assert post_large(clerk, f"/tasks/{task_id}/claim", 5 << 20).status_code == 413


def post_large(browser: Visitor, path: str, size: int) -> Any:
    """Post a PDF of a little more than `size` bytes, written by hand: the client's own encoder leaves files open."""
    head = b'--x\r\nContent-Disposition: form-data; name="photos"; filename="a.pdf"\r\n\r\n%PDF-'
    headers = {"Accept": "application/json", "X-CSRFToken": browser.token()}
    body, kind = head + bytes(size) + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
    return browser.client.post(path, input_stream=BytesIO(body), content_type=kind, headers=headers)


def test_what_was_never_submitted_goes_after_a_day_but_not_from_a_draft(
    clerk: Visitor, engine: Engine, clock: FixedClock, task_id: str
) -> None:
    (file,) = upload(clerk, task_id).json["files"]
    upload(clerk, task_id, picture("JPEG"), "b.jpg")
    clerk.post(f"/tasks/{task_id}/draft", {"photos": file["id"]})
    assert left(engine) == (2, 2)
    later = engine.at(FixedClock(clock.now().replace(day=clock.now().day + 2)))
    with later.begin(SYSTEM) as work:
        assert work.attachments.tidy() == 1
    assert left(engine) == (1, 1)


def left(engine: Engine) -> tuple[int, int]:
    with engine.begin(SYSTEM, write=False) as work:
        counted = [
            work.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (Attachment, AttachmentBytes)
        ]
    return counted[0] or 0, counted[1] or 0


def test_the_place_where_a_picture_was_taken_is_dropped(clerk: Visitor, task_id: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825).update({1: "N", 2: (IFDRational(27), IFDRational(41), IFDRational(0))})
    raw = picture("JPEG", (3000, 1000), exif=exif, comment=b"secret comment") + b"<html><script>tail</script>"
    assert b"secret" in raw
    (file,) = upload(clerk, task_id, raw, "IMG.jpg").json["files"]
    kept = clerk.get(f"/attachments/{file['id']}").data
    with Image.open(BytesIO(kept)) as opened:
        assert opened.size == (683, 2048), "upright and smaller"
        assert not opened.getexif()
    assert b"secret" not in kept
    assert b"<html>" not in kept


@pytest.mark.parametrize("side", [9000, 60000])
def test_a_bomb_is_refused_before_it_unfolds(clerk: Visitor, task_id: str, side: int) -> None:
    small = bytearray(picture("PNG", (1, 1)))
    small[16:24] = side.to_bytes(4, "big") * 2
    small[29:33] = struct.pack(">I", zlib.crc32(bytes(small[12:29])))
    answer = upload(clerk, task_id, bytes(small), "bomb.png")
    assert answer.status_code == 422
    assert "像素过多" in answer.json["errors"]["photos"][0]


def test_of_a_thousand_files_in_one_request_no_more_are_read_than_a_form_takes(
    clerk: Visitor, task_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(name: str, stream: Any) -> Upload:
        read.append(name)
        return read_upload(name, stream)

    monkeypatch.setattr("web.uploads.read_upload", counted)
    files = [sent(PICTURE) for _ in range(1000)]
    answer = clerk.post(f"/tasks/{task_id}/files", {"photos": files}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "最多 9 个文件" in answer.json["errors"]["photos"][0]
    assert len(read) == 9
