"""The catalogue of texts: taken from the source, kept in `web/translations`, compiled at set-up.

    python -m web.i18n            compile what is there (set-up)
    python -m web.i18n extract    bring the catalogue up to date with the source; untranslated texts stay empty

msgids are the Chinese texts themselves. They come from gettext calls of `web/` and the core plugins' pages, from the
docstrings of the engine's errors, and from messages composed where an error is raised.
"""

from __future__ import annotations

import ast
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from web.language import LANGUAGES, TRANSLATIONS

ROOT = Path(__file__).parent.parent
SOURCE_LANGUAGE = "zh"
CALLS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "Message": None}
EXTENSIONS = {"extensions": "jinja2.ext.do", "trimmed": "true"}

log = logging.getLogger(__name__)


def po_file(language: str) -> Path:
    """Return where the texts of a language are."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def read_catalogue(language: str) -> Catalog:
    """Return the texts of a language as they are kept."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def compile_catalogues() -> int:
    """Compile what has changed; return how many catalogues were written."""
    written = 0
    for language in LANGUAGES:
        source = po_file(language)
        if not source.exists():
            continue
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with target.open("wb") as file:
            write_mo(file, read_catalogue(language))
        written += 1
    return written


def extracted() -> Catalog:
    """Return all texts of the source, with the files they are in."""
    catalogue = Catalog(project="OneGrid", charset="utf-8")
    for path in _sources("*.html"):
        for _line, message, comments, _context in extract_from_file(
            "jinja2", str(path), keywords=CALLS, options=EXTENSIONS
        ):
            catalogue.add(message, locations=[(_name(path), 0)], auto_comments=comments)
    for path in _sources("*.py"):
        for _line, message, comments, _context in extract_from_file("python", str(path), keywords=CALLS):
            catalogue.add(message, locations=[(_name(path), 0)], auto_comments=comments)
    for path in _raising():
        for text in _raised(ast.parse(path.read_text())):
            catalogue.add(text, locations=[(_name(path), 0)])
    return catalogue


def extract() -> None:
    """Bring the catalogues up to date with the source; texts that are gone go."""
    template = extracted()
    for language in LANGUAGES:
        if language == SOURCE_LANGUAGE:
            continue
        catalogue = read_catalogue(language) if po_file(language).exists() else Catalog(locale=language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        po_file(language).parent.mkdir(parents=True, exist_ok=True)
        with po_file(language).open("wb") as file:
            # no header: its dates would change with every run; the language is in the path, the charset UTF-8
            write_po(file, catalogue, width=120, sort_output=True, omit_header=True, include_lineno=False)


def untranslated(language: str) -> list[str]:
    """Return the texts of the source that have no translation."""
    kept = read_catalogue(language)
    missing = []
    for message in extracted():
        if not message.id:
            continue
        translation = kept.get(message.id)
        if translation is None or not translation.string or not all(translation.string):
            missing.append(str(message.id))
    return missing


def _sources(pattern: str) -> Iterator[Path]:
    """Return the files with gettext calls: the web and the core plugins, and the engine's messages of forms."""
    if (ROOT / "engine" / "form_messages.py").match(pattern):
        yield ROOT / "engine" / "form_messages.py"
    for folder in [ROOT / "web", *sorted((ROOT / "plugins").iterdir())]:
        if folder.is_dir() and folder.name != "departments":
            yield from sorted(path for path in folder.rglob(pattern) if "node_modules" not in path.parts)


def _raising() -> Iterator[Path]:
    """Return the files that raise errors with texts for people; deploy checks bring both languages themselves."""
    yield from sorted(path for path in (ROOT / "engine").glob("*.py") if not path.name.startswith("plugin"))
    yield from sorted((ROOT / "engine" / "services").glob("*.py"))
    yield from (path for path in _sources("*.py") if path.is_relative_to(ROOT / "plugins"))


def _raised(tree: ast.Module) -> Iterator[str]:
    """Return the Chinese texts of error classes (their docstrings), of calls that make errors, titles of plugins."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and _has_code(node):
            text = (ast.get_docstring(node, clean=False) or "").strip()
            if _is_chinese(text):
                yield text
        elif isinstance(node, ast.FunctionDef) and node.name == "onegrid_plugin":
            yield from filter(_is_chinese, _titles(node))
        elif isinstance(node, ast.Call) and _makes_error(node):
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                yield from filter(_is_chinese, _texts(argument))


def _titles(node: ast.AST) -> Iterator[str]:
    """Return the titles that a plugin gives itself and its settings."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.keyword) and inner.arg == "title":
            yield from _texts(inner.value)
        elif isinstance(inner, ast.Dict):
            for key, value in zip(inner.keys, inner.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "title":
                    yield from _texts(value)


def _has_code(node: ast.ClassDef) -> bool:
    targets = [
        target for statement in node.body for target in getattr(statement, "targets", [getattr(statement, "target", 0)])
    ]
    return any(isinstance(target, ast.Name) and target.id == "code" for target in targets)


def _makes_error(node: ast.Call) -> bool:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    errors = {
        *("NotFound", "Forbidden", "FormInvalid", "GuardRefused", "InstanceChanged"),
        *("RepairRefused", "SettingInvalid", "SettingUnreadable", "VariableInvalid", "TokenRefused"),
        *("FilesInvalid", "KeyTaken", "ReasonMissing"),
    }
    validators = {"Length", "Range", "Regexp", "OneOf", "Email", "URL", "fail", "make_error", "dict"}
    return name in errors | validators or name.endswith("Error")


def _texts(node: ast.expr) -> Iterator[str]:
    """Return the texts in an argument: constants, f-strings as patterns, and those in lists and dictionaries."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{" + _place(part) + "}" for part in node.values
        )
    elif isinstance(node, ast.List | ast.Tuple):
        for element in node.elts:
            yield from _texts(element)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _place(part: ast.expr) -> str:
    return ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else ""


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def main(arguments: list[str]) -> int:
    """Run the command line of this module; return the exit status."""
    if arguments == ["extract"]:
        extract()
    elif arguments:
        sys.stderr.write("usage: python -m web.i18n [extract]\n")
        return 2
    compile_catalogues()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
