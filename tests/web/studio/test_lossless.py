"""Opening a diagram in the studio and saving it loses nothing, whatever editor wrote it: read and written in Node."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "web" / "assets"
EVERYTHING = Path(__file__).parent / "everything.bpmn"
DIAGRAMS = sorted(
    path
    for folder in ("processes", "plugins", "tests")
    for path in (ROOT / folder).rglob("*.bpmn")
    if "node_modules" not in path.parts
)
DEFAULTS = {("cancelActivity", "true"), ("isSequential", "false"), ("textFormat", "text/plain")}
"""What the schema of BPMN says of an attribute that is not written."""
TAG = re.compile(r"\A(?:\w[\w.-]*):")

Shape = tuple[str, tuple[tuple[str, str], ...], str, tuple[tuple[str, tuple[Any, ...]], ...]]


def shape(element: Any) -> Shape:
    """Return what an element means: names by namespace, children in order among those of the same name.

    Order between children of different names is none of a diagram's meaning; white space around text neither.
    """
    written = [(name, value) for name, value in element.attrib.items() if (name, value) not in DEFAULTS]
    attributes = {name: _without_prefix(str(name), value) for name, value in written}
    children: dict[str, list[Shape]] = {}
    for child in element.iterchildren(tag=etree.Element):
        children.setdefault(child.tag, []).append(shape(child))
    text = (element.text or "").strip()
    return (
        element.tag,
        tuple(sorted(attributes.items())),
        text,
        tuple((tag, tuple(children[tag])) for tag in sorted(children)),
    )


def _without_prefix(name: str, value: str) -> str:
    """`bpmn:tFormalExpression` and `tFormalExpression` are one type, whatever prefix the file gave to BPMN."""
    return TAG.sub("", value) if name.endswith("}type") else value


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """What the studio's reading and writing makes of each diagram."""
    if shutil.which("node") is None or not (ASSETS / "node_modules").exists():
        pytest.skip("the browser's packages are not set up (npm ci in web/assets)")
    command = ["node", "roundtrip.js", *map(str, DIAGRAMS)]
    found: dict[str, Any] = json.loads(subprocess.run(command, cwd=ASSETS, capture_output=True, check=True).stdout)
    return found


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.name)
def test_a_diagram_comes_out_as_it_went_in(path: Path, written: dict[str, Any]) -> None:
    assert written[str(path)]["warnings"] == []
    assert shape(etree.fromstring(written[str(path)]["xml"].encode())) == shape(etree.parse(path).getroot())


def test_the_comparison_sees_what_is_lost() -> None:
    root = etree.parse(EVERYTHING).getroot()
    whole = shape(root)
    seen = Counter()
    for element in list(root.iter(tag=etree.Element)):
        for name, value in set(element.attrib.items()) - DEFAULTS:
            del element.attrib[name]
            seen[shape(root) != whole] += 1
            element.attrib[name] = value
    assert seen[False] == 0
    assert seen[True] > 100
