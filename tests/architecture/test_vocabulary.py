"""One word, one meaning: the rooms below the plugins know no word of the domain, and names say what a thing is."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DOMAIN = {
    *("grid", "grids", "township", "townships", "village", "villages", "community", "communities"),
    *("household", "households", "population", "parcel", "resident", "residents", "urban", "rural", "patrol"),
    *("incident", "incidents", "reviewer", "clerk"),
}
DOMAIN_CHINESE = re.compile("网格|乡镇|街道|社区|村委|城管|审签")
SHARED = {
    "GridRef",
    "grid_ref",
    "grid-code",
    "不是网格编码 / not a grid code",
    "IncidentRef",
    "report_ref",
    "report-number",
}
"""A department's handler may refer to a grid or an incident: the types of the domain that the plugin API offers."""

VAGUE = re.compile(r"(Service|Manager|Helper|Util|Utils|Mixin)$")
UNQUALIFIED = {"Task", "Case", "Workflow", "Model", "User"}


def sources(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in (ROOT / room).rglob("*.py") if "node_modules" not in path.parts]


def words(name: str) -> set[str]:
    """Return the lower-case words of a snake_case, CamelCase or dotted name."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def docstrings(tree: ast.AST) -> set[int]:
    """Return the ids of the strings that stand alone as statements: text about the code, free to give examples."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def names(tree: ast.AST) -> Iterator[str]:
    """Yield every name and every string that the code itself uses."""
    about = docstrings(tree)
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname", "module"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield value
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in about:
            yield node.value


def domain_words(source: str, allowed: set[str]) -> set[str]:
    """Return the names and strings of a module that speak of the domain."""
    return {
        name
        for name in names(ast.parse(source))
        if name not in allowed and (words(name.replace("OneGrid", "")) & DOMAIN or DOMAIN_CHINESE.search(name))
    }


def offences(paths: Iterable[Path], look: Callable[[str], Iterable[str]]) -> dict[str, list[str]]:
    """Return what a look at each file finds, by file; files without an offence left out."""
    paths = list(paths)
    assert paths, "nothing to look at"
    found = {path.relative_to(ROOT).as_posix(): sorted(look(path.read_text(encoding="utf-8"))) for path in paths}
    return {path: offences for path, offences in found.items() if offences}


def test_the_engine_speaks_no_word_of_the_domain() -> None:
    assert offences(sources("engine"), lambda source: domain_words(source, SHARED)) == {}


def shell() -> list[Path]:
    # the one history of migrations makes the plugins' tables too
    return [path for path in sources("web") if ROOT / "web/migrations/versions" not in path.parents]


def test_the_shell_speaks_no_word_of_the_domain() -> None:
    assert offences(shell(), lambda source: domain_words(source, set())) == {}


def test_the_pages_of_the_shell_speak_no_word_of_the_domain() -> None:
    assert offences((ROOT / "web/templates").rglob("*.html"), DOMAIN_CHINESE.findall) == {}


def test_an_exhausted_job_is_a_dead_job_and_never_the_domains_word() -> None:
    # Camunda's word for it belongs to the domain here; the sentence that says so may use it, and the reference
    said = re.compile(r"^(?!.*(the word \*incident\*|IncidentRef)).*incident.*$", re.IGNORECASE | re.MULTILINE)
    assert offences([*sources("engine"), *shell()], said.findall) == {}


def test_a_class_is_named_after_what_it_is() -> None:
    assert offences(sources("engine", "web", "plugins"), vague_classes) == {}
    assert offences(sources("engine", "web"), unqualified_classes) == {}


def classes(source: str) -> list[str]:
    return [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]


def vague_classes(source: str) -> list[str]:
    return [name for name in classes(source) if VAGUE.search(name)]


def unqualified_classes(source: str) -> list[str]:
    return [name for name in classes(source) if name in UNQUALIFIED]


def test_a_vague_name_would_be_noticed() -> None:
    source = "class TaskService: ...\nclass PluginManager: ...\nclass Task: ...\nclass UserTask: ..."
    assert vague_classes(source) == ["TaskService", "PluginManager"]
    assert unqualified_classes(source) == ["Task"]


@pytest.mark.parametrize(
    "line", ["def split_grid(): ...", "x = 'grid-division'", "class TownshipPost: ...", "x = '网格'"]
)
def test_a_word_of_the_domain_would_be_noticed(line: str) -> None:
    assert domain_words(line, set())


@pytest.mark.parametrize("line", ["x = 'OneGrid of onegrid'", "ONEGRID_HOME = 1", "'''a grid, for example'''"])
def test_the_products_own_name_and_examples_in_docstrings_are_free(line: str) -> None:
    assert not domain_words(line, set())
