"""The guard at the gate."""

import time
import tracemalloc

import pytest

from engine.bpmn import guard
from engine.bpmn.dialect import BPMN

BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><a>&j;</a>"
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB, "xml.doctype"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "xml.doctype"),
        (b"<a>" * 65 + b"</a>" * 65, "xml.too-large"),
        (b"<a>" + b"<b/>" * 50_001 + b"</a>", "xml.too-large"),
        (b"<a " + b" ".join(b'a%d=""' % n for n in range(65)) + b"/>", "xml.too-large"),
        (b'<a xmlns="%s">' % BPMN.encode() + b"<userTask/>" * 2_001 + b"</a>", "xml.too-large"),
        (b"<a>" + b" " * 2_000_000 + b"</a>", "xml.too-large"),
        (b"<a><?php x?></a>", "xml.instruction"),
        (b'<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd"/></a>', "xml.include"),
        (b"<a></b>", "xml.malformed"),
        (b"\x00", "xml.malformed"),
        (b'<?xml version="1.0" encoding="utf-99"?><a/>', "xml.malformed"),
    ],
)
def test_dangerous_files_are_refused_cheaply(content: bytes, code: str) -> None:
    tracemalloc.start()
    began = time.process_time()
    (finding,) = guard.inspect(content, "x.bpmn")
    assert time.process_time() - began < 1
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert finding.code in {code, "xml.encoding"}
    assert finding.file == "x.bpmn"


def test_a_malformed_file_names_its_line() -> None:
    (finding,) = guard.inspect(b"<a>\n<b>\n</c></a>", "x.bpmn")
    assert finding.line == 3


def test_a_harmless_file_passes() -> None:
    assert guard.inspect(b'<?xml version="1.0"?><a><!-- x --><b/></a>', "x.bpmn") == []
