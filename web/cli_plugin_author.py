"""`onegrid plugins init` and `test`: for those who write a department's plugin."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from string import Template

import click

from engine.declaration import NAME
from engine.testing.conformance import CONTRACT, faults, write_contract
from engine.testing.workbench import NotFit

WRITTEN: Mapping[str, str] = {
    "pyproject.toml": "pyproject.toml.txt",
    "README.md": "README.md.txt",
    "src/onegrid_{name}/plugin.py": "src/plugin.py.txt",
    "src/onegrid_{name}/handlers.py": "src/handlers.py.txt",
    "src/onegrid_{name}/content/processes/{name}_work.bpmn": "content/process.bpmn.txt",
    "src/onegrid_{name}/content/forms/{name}_report.form.json": "content/form.json.txt",
    "src/onegrid_{name}/content/i18n/en.i18n.json": "content/en.i18n.json.txt",
    "src/onegrid_{name}/content/scenarios/{name}_work.feature": "content/scenarios.feature.txt",
    "tests/test_plugin.py": "tests/test_plugin.py.txt",
}
"""File of the new plugin → the template it is made from."""

_PLAIN = re.compile(r"[^\"\\<>&{}$\x00-\x1f]{1,60}")
"""A title that may stand in Python, TOML, JSON and XML as it is."""


@click.command("init")
@click.argument("name")
@click.option("--title", default="", help="给人看的名称；默认同 NAME。")
@click.option("--department", default="", help="部门代码，如 UMB；默认由 NAME 得出。")
@click.option(
    "--dir", "parent", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="写到哪个文件夹下。"
)
def init_command(name: str, title: str, department: str, parent: Path) -> None:
    """写一个新的部门插件：NAME 用小写英文和下划线，如 street_lights。"""
    words = _words(name, title, department)
    folder = parent / name
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} 已经存在，而且不是空的。请换一个名称，或者用 --dir 换一处。")
    template = files("web") / "plugin_template"
    for path, source in WRITTEN.items():
        _write(folder / path.format(name=name), template.joinpath(source), words)
    (folder / f"src/onegrid_{name}/__init__.py").touch()
    write_contract(folder)
    click.echo(f"已写好 {folder}\n下一步：onegrid plugins test {folder}")


def _words(name: str, title: str, department: str) -> dict[str, str]:
    if not NAME.fullmatch(name):
        raise click.BadParameter(
            f"“{name}”应为小写英文字母、数字和下划线，以字母开头，如 street_lights。", param_hint="NAME"
        )
    title = title or name
    if not _PLAIN.fullmatch(title):
        raise click.BadParameter("至多60个字，不能有引号、反斜线、尖括号、花括号、& 和 $。", param_hint="--title")
    department = department or "".join(word[0] for word in name.split("_") if word).upper()
    if not re.fullmatch(r"[A-Z][A-Z0-9]{0,9}", department):
        raise click.BadParameter("应为至多10个大写字母和数字，如 UMB。", param_hint="--department")
    return {"name": name, "dashed": name.replace("_", "-"), "title": title, "department": department}


def _write(file: Path, template: Traversable, words: Mapping[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(Template(template.read_text("utf-8")).substitute(words), encoding="utf-8")


@click.command("test")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path())
@click.option("--accept", is_flag=True, help=f"把现在的声明记为承诺（{CONTRACT}）。")
def test_command(folder: Path, *, accept: bool) -> None:
    """检验一个插件：能否加载、流程能否部署、场景是否成立、有没有收回承诺；再运行它自己的测试。

    不必先安装。退出码：0 全部通过；1 有不合之处。
    """
    try:
        if accept:
            click.echo(f"已写 {write_contract(folder)}")
    except NotFit as unfit:
        click.echo(str(unfit), err=True)
        sys.exit(1)
    found = faults(folder)
    for fault in found:
        click.echo(fault, err=True)
    if not (folder / CONTRACT).exists():
        click.echo(f"没有 {CONTRACT}：发布前请用 --accept 记下承诺。")
    sys.exit(_own_tests(folder) or bool(found))


def _own_tests(folder: Path) -> int:
    """Run the plugin's tests; return 0 when they pass or there are none."""
    if not (folder / "tests").is_dir():
        click.echo("没有 tests/。")
        return 0
    if find_spec("pytest") is None:
        click.echo("没有安装 pytest，tests/ 没有运行：pip install pytest", err=True)
        return 1
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".", "tests"]
    return subprocess.run(command, cwd=folder, check=False).returncode  # noqa: S603  our own interpreter
