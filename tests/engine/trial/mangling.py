"""Files that nobody should send and somebody will: real diagrams, broken in every way we could think of.

python -m tests.engine.trial.mangling FOLDER 10000 [SEED]     writes so many of them
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from tests.engine.bpmn import drawing as d

ROOT = Path(__file__).parents[3]
Mangler = Callable[[random.Random, bytes], bytes]


def originals() -> list[bytes]:
    """Return the repository's own diagrams, and small ones with what those do not have."""
    found = [path.read_bytes() for path in sorted((ROOT / "processes").rglob("*.bpmn"))]
    return [*found, *SMALL]


SMALL = [
    d.draw(d.user("a"), d.exclusive("g", default="g-e"), flows="s>a a>g g>a[again] g>e"),
    d.draw(d.parallel("f"), d.parallel("j"), d.user("a"), d.script("b", "1 + 1", "x"), flows="s>f f>a f>b a>j b>j j>e"),
    d.HEAD.encode()
    + b"""<bpmn:message id="m" name="paid"/><bpmn:error id="er" errorCode="X"/>
<bpmn:collaboration id="co"><bpmn:participant id="pt" processRef="p"/></bpmn:collaboration>
<bpmn:process id="p" isExecutable="true" camunda:historyTimeToLive="3"><bpmn:startEvent id="s"/>
<bpmn:subProcess id="sub"><bpmn:startEvent id="s1"/><bpmn:endEvent id="e1"><bpmn:errorEventDefinition errorRef="er"/>
</bpmn:endEvent><bpmn:sequenceFlow id="g1" sourceRef="s1" targetRef="e1"/></bpmn:subProcess>
<bpmn:boundaryEvent id="b" attachedToRef="sub"><bpmn:errorEventDefinition errorRef="er"/></bpmn:boundaryEvent>
<bpmn:callActivity id="c" calledElement="p"/><bpmn:receiveTask id="r" messageRef="m"/><bpmn:endEvent id="e"/>
<bpmn:scriptTask id="sc" scriptFormat="python"><bpmn:script>import os; os.system('true')</bpmn:script></bpmn:scriptTask>
<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="sub"/><bpmn:sequenceFlow id="f2" sourceRef="sub" targetRef="c"/>
<bpmn:sequenceFlow id="f3" sourceRef="b" targetRef="r"/><bpmn:sequenceFlow id="f4" sourceRef="c" targetRef="sc"/>
<bpmn:sequenceFlow id="f5" sourceRef="r" targetRef="e"/><bpmn:sequenceFlow id="f6" sourceRef="sc" targetRef="e"/>
</bpmn:process></bpmn:definitions>""",
]


def mangle(chance: random.Random, content: bytes) -> bytes:
    """Break a file in one to three ways."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice(MANGLERS)(chance, content)
    return content


# bytes


def truncated(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def flipped(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 20) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def with_nul(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + b"\0" * chance.randint(1, 9) + content[at:]


def doubled(_chance: random.Random, content: bytes) -> bytes:
    return content + content


def spliced(chance: random.Random, content: bytes) -> bytes:
    at, length = chance.randrange(len(content) + 1), chance.randint(1, 2000)
    return content[:at] + content[at + length :]


def random_bytes(chance: random.Random, _content: bytes) -> bytes:
    return chance.choice(
        (b"", b"\0", b"PK\x03\x04", b"\x7fELF", b"%PDF-1.7", chance.randbytes(chance.randint(0, 5000)))
    )


# encodings


def recoded(chance: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    name = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "latin-1", "utf-8-sig"))
    return text.encode(name, "replace")


def misdeclared(chance: random.Random, content: bytes) -> bytes:
    name = chance.choice((b"UTF-16", b"GBK", b"klingon", b"", b"UTF-7", b"EBCDIC-CP-US", b"ISO-8859-1"))
    return re.sub(rb'encoding="[^"]*"', b'encoding="' + name + b'"', content)


# XML


def bombed(_chance: random.Random, content: bytes) -> bytes:
    levels = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))
    kind = b'<!DOCTYPE x [<!ENTITY a0 "ha">' + levels + b"]>"
    return re.sub(rb"(<bpmn:definitions)", kind + rb"\1", content, count=1).replace(b'name="', b'name="&a9;', 1)


def external(_chance: random.Random, content: bytes) -> bytes:
    kind = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    return re.sub(rb"(<bpmn:definitions)", kind + rb"\1", content, count=1).replace(b'name="', b'name="&f;', 1)


def deep(chance: random.Random, content: bytes) -> bytes:
    levels = chance.choice((40, 63, 64, 200, 100_000))
    nest = b"".join(b'<bpmn:subProcess id="n%d">' % n for n in range(levels)) + b"</bpmn:subProcess>" * levels
    return content.replace(b"</bpmn:process>", nest + b"</bpmn:process>", 1)


def wide(chance: random.Random, content: bytes) -> bytes:
    tasks = b"".join(b'<bpmn:task id="w%d"/>' % n for n in range(chance.choice((100, 1900, 60_000))))
    return content.replace(b"</bpmn:process>", tasks + b"</bpmn:process>", 1)


def long_chain(chance: random.Random, content: bytes) -> bytes:
    """Nodes in a row, each with two flows to the next: as many ways through as there are atoms."""
    size = chance.choice((50, 400, 900))
    nodes = b"".join(b'<bpmn:inclusiveGateway id="k%d"/>' % n for n in range(size))
    flows = b"".join(
        b'<bpmn:sequenceFlow id="kf%d_%d" sourceRef="k%d" targetRef="k%d"/>' % (n, m, n, min(n + m, size - 1))
        for n in range(size - 1)
        for m in (1, 2)
    )
    return content.replace(b"</bpmn:process>", nodes + flows + b"</bpmn:process>", 1)


def huge_attribute(chance: random.Random, content: bytes) -> bytes:
    return content.replace(b'name="', b'name="' + b"x" * chance.choice((1_000, 500_000, 3_000_000)), 1)


def hard_expression(chance: random.Random, content: bytes) -> bytes:
    text = chance.choice(
        (
            b"(" * 20_000,
            b"[" * 5_000 + b"]" * 5_000,
            b"for i in 1..999999999 return i",
            b'matches("' + b"a" * 40 + b'!", "(a+)+$")',
            b"1" * 100_000,
            b"if " * 3_000,
            b"&#x1F600;" * 100,
        )
    )
    return re.sub(
        rb"(<bpmn:conditionExpression[^>]*>)[^<]*", lambda match: match[1] + text, content, count=chance.randint(1, 3)
    )


# elements


def _edited(content: bytes, edit: Callable[[list[etree._Element]], None]) -> bytes:
    """Edit the tree; a file that is none any more is left as it is."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return content
    edit([element for element in root.iter() if isinstance(element.tag, str)])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def without_attributes(chance: random.Random, content: bytes) -> bytes:
    def edit(elements: list[etree._Element]) -> None:
        for element in chance.sample(elements, min(len(elements), chance.randint(1, 12))):
            for name in list(element.attrib)[: chance.randint(1, 2)]:
                del element.attrib[name]

    return _edited(content, edit)


def without_elements(chance: random.Random, content: bytes) -> bytes:
    def edit(elements: list[etree._Element]) -> None:
        for element in chance.sample(elements, min(len(elements), chance.randint(1, 6))):
            if element.getparent() is not None:
                element.getparent().remove(element)

    return _edited(content, edit)


def swapped(chance: random.Random, content: bytes) -> bytes:
    """Elements change places, tags or attributes with each other."""

    def edit(elements: list[etree._Element]) -> None:
        for _ in range(chance.randint(1, 6)):
            one, other = chance.choice(elements), chance.choice(elements)
            what = chance.randrange(3)
            if what == 0:
                one.tag, other.tag = other.tag, one.tag
            elif what == 1 and one.getparent() is not None and other not in one.iter():
                other.append(one)
            else:
                for name, value in other.attrib.items():
                    one.set(name, value)

    return _edited(content, edit)


def colliding_ids(chance: random.Random, content: bytes) -> bytes:
    def edit(elements: list[etree._Element]) -> None:
        named = [element for element in elements if element.get("id")]
        for element in chance.sample(named, min(len(named), chance.randint(1, 8))):
            odd = (
                "",
                " ",
                "process [start]",
                "a b",
                "é",
                "x" * 9_000,
                "s",
                "../../etc",
                "None",
                "0",
                chance.choice(named).get("id"),
            )
            element.set("id", chance.choice(odd) or "")

    return _edited(content, edit)


def odd_values(chance: random.Random, content: bytes) -> bytes:
    def edit(elements: list[etree._Element]) -> None:
        for element in chance.sample(elements, min(len(elements), chance.randint(1, 12))):
            if element.attrib:
                odd = ("", "true", "-1", "99999999999999999999", "${x}", "=", "é\u2028", "\U0001f600", "a\tb")
                element.set(chance.choice(list(element.attrib)), chance.choice(odd))
            elif element.text and element.text.strip():
                element.text = chance.choice(("", "=", "${a}", "R/P", "P", "PT", "1 +", '"', "now()", "R99999999/PT0S"))

    return _edited(content, edit)


MANGLERS: tuple[Mangler, ...] = (
    truncated, flipped, with_nul, doubled, spliced, random_bytes, recoded, misdeclared, bombed, external, deep, wide,
    long_chain, huge_attribute, hard_expression, without_attributes, without_elements, swapped, colliding_ids,
    odd_values, without_attributes, without_elements, swapped, colliding_ids, odd_values,
)  # fmt: skip
"""Breaking elements is chosen twice as often: what is still XML goes further in."""


def write(folder: Path, number: int, seed: int) -> None:
    """Write mangled files into folders of 500."""
    chance, sources = random.Random(seed), originals()  # noqa: S311  the same files for the same seed
    for index in range(number):
        place = folder / f"{index // 500:03}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{index:05}.bpmn").write_bytes(mangle(chance, chance.choice(sources)))


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
