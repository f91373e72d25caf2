"""The rules of the house (docs/design.md), as tests: who may import whom, and that the README is true."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from exporter import writer
from exporter.cli import main

PACKAGE = ROOT / "exporter"
FLOORS = {
    "model": 0,
    "errors": 1,
    "mapping": 2,
    "reader": 2,
    "views": 2,
    "writers": 3,
    "loaders": 4,
    "writer": 4,
    "printing": 4,
    "run": 5,
    "cli": 6,
}
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem not in ("__init__", "__main__")
)
DISK = {  # who may touch the disk; loaders may use the network
    "reader/scan.py",
    "reader/cache.py",
    "mapping.py",
    "writer.py",
    "run.py",
    "loaders/web.py",  # the network
    "views/document/pandoc.py",  # a temporary folder for the programs it calls, which read files
    "views/document/picture.py",
    "views/document/book.py",
}


def imported(file: Path) -> set[str]:
    """Whole names of the modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def room(name: str) -> str | None:
    """The room of a module of ours: "exporter.reader.note" lies in "reader"."""
    parts = name.split(".")
    return parts[1] if parts[0] == "exporter" and len(parts) > 1 and parts[1] in FLOORS else None


def where(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("file", MODULES, ids=where)
def test_imports_run_downward(file: Path) -> None:
    here = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imported(file):
        there = room(name)
        if there and there != here:
            assert FLOORS[there] < FLOORS[here], f"{here} may not import {name}"
        if here == "writers" and there == "writers" and name.count(".") > 1:
            mine = "exporter.writers." + file.relative_to(PACKAGE).parts[1].removesuffix(".py")
            assert name == mine or name.startswith(f"{mine}."), f"{where(file)} may not import another writer"
        if here == "writers":
            assert there in (None, "writers", "views", "model", "errors"), f"{where(file)} may not import {name}"


@pytest.mark.parametrize("file", MODULES, ids=where)
def test_only_the_command_line_knows_click(file: Path) -> None:
    assert file.stem in ("cli", "run") or not any(name.split(".")[0] == "click" for name in imported(file))


@pytest.mark.parametrize("file", MODULES, ids=where)
def test_only_few_touch_the_disk(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = {ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.Call)}
    touching = calls & {
        "open",
        "fdopen",
        "read_text",
        "read_bytes",
        "write_text",
        "write_bytes",
        "unlink",
        "scandir",
        "iterdir",
    }
    assert where(file) in DISK or not touching, f"{where(file)} calls {touching}"


def test_help_and_one_format_do_not_pay_for_the_others() -> None:
    code = "import sys, exporter.cli; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"rdflib", "neo4j", "typst", "pypandoc", "re2", "yaml12"}


@pytest.mark.parametrize(
    "word",
    [
        *main.commands,
        *writer.built_in(),
        *sorted(
            {o for command in (main, *main.commands.values()) for p in command.params for o in p.opts if o[:2] == "--"}
        ),
    ],
)
def test_the_readme_names_it(word: str) -> None:
    assert f"`{word}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_finding_is_explained() -> None:
    """Codes are the words with hyphens that the package holds as text of their own, but for a few other names."""
    others = {
        "toc-title",
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "us-letter",
        "ua-1",
        "resvg-safe",
        "a-2a",
        "see-also",
        "knowledge-map",
        "json-ld",
        "n-triples",
        "rdf-xml",
        "mlk-export",
        "pandoc-api-version",
    }
    told: set[str] = set()
    for file in MODULES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                told.update(re.findall(r"\A[a-z0-9]+(?:-[a-z0-9]+)+\Z", node.value))
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE)
    assert sorted(explained) == sorted(told - others)


def test_nothing_of_this_machine_is_in_the_project() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    private = re.compile(
        "|".join(("/" + "work/", "/" + "home/", "files.python" + "hosted", "registry.npm" + "js", "repo.ma" + "ven"))
    )
    for name in listed.stdout.splitlines():
        file = ROOT / name
        if file.is_file():
            assert not private.search(file.read_text(encoding="utf-8", errors="replace")), name
