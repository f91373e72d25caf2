"""The rules of the house (docs/design.md), as tests: who may import whom, and that the README is true."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypandoc
import pytest
from conftest import ROOT
from graph_databases import ArcadeDB
from maven import java

from exporter import writers
from exporter.cli import main
from exporter.reader import ReadOptions
from exporter.reader.batch.cache import FEWEST
from exporter.reader.batch.core import find_core

PACKAGE = ROOT / "exporter"
# The rooms of each package, ground first: what stands behind a bar may import what stands before it, and nothing else.
FLOORS = {
    "exporter": "regex version | model outline | errors | findings | options rdf leaks | reader views | console writers | telling saving loaders | baseline run |"
    " export load init testing watch serve | shards | __init__ | cli | __main__",
    "exporter.cli": "places terminal | words | shared | commands live cut | __init__",
    "exporter.saving": "folder locks | __init__",
    "exporter.model": "records table output secrets language store passage part | content | knowledge_map | __init__",
    "exporter.leaks": "words passage own page | markup needles | runs pdf | documents | __init__",
    "exporter.rdf": "__init__ terms names | blank_nodes turtle jsonld rdfxml graph | ntriples trig rdflib_plugin excerpt",
    "exporter.reader": "names digests options markdown | dialects | vault | batch | ahead meaning content | publish | statistics | reading | understanding | __init__ | explain part",
    "exporter.reader.publish": "rules torn edits | markup | redaction selection | visible | __init__",
    "exporter.reader.markdown": "__init__ html patterns yaml_keys | front_matter | blocks | inline | plain_text | lead | note | record | relations",
    "exporter.reader.dialects": "slugs signs dialect edn dates logseq_text | dendron docs logseq | __init__",
    "exporter.reader.vault": "__init__ settings canvas | plugins | files | doubt filters | conventions | scan",
    "exporter.reader.batch": "__init__ core entries | files resolve full | columns | properties traits | read | cache late | made notes",
    "exporter.reader.meaning": "__init__ map_note folders suggestions rows vocabulary implied | topics | areas order missing | links paths words | proposals | maps | interpret",
    "exporter.reader.content": "__init__ paragraph | passages sentences places | text | content",
    "exporter.views": "__init__ about alphabet date decided translations web | languages | body plan plane graph skos structure | book cypher",
    "exporter.views.body": "text address fonts workshop hold limits omissions marks macros chemistry colours | halving | pandoc | nodes picture commands | footnotes captions columns terms"
    " | body sources html unprinted | transformation tex | formulas | __init__",
    "exporter.views.book": "__init__ chart back_matter archive blocks result underground | bibliography plan | cover | edition | bodies finish front | drawing | book",
    "exporter.views.plane": "__init__ layout arrows sections | board sides search atlas | drawing",
    "exporter.views.plan": "__init__ colours text network grid | layout | plan | sheet pen | drawing",
    "exporter.views.graph": "tables | rows properties | topics relationships | known | __init__",
    "exporter.views.skos": "hierarchy annotations lock | options iris matches | scheme relations | vocabulary"
    " | known prefixes records | __init__",
    "exporter.writers": "__init__ | canvas docx epub handbook html json neo4j neo4j_bulk opml skos svg vocabulary",
    "exporter.writers.canvas": "names options page document room | cards base | pages placing renaming | merge | update | __init__",
    "exporter.writers.docx": "page | styles | word_tree | document | __init__",
    "exporter.writers.epub": "pages | ebook | __init__",
    "exporter.writers.handbook": "text options volumes typst_server compiler | formula typst_code | typst_tree | note_source book_data | typesetting | __init__",
    "exporter.writers.html": "tree plan plane outline data | drawing texts | articles | document | __init__",
    "exporter.writers.opml": "profiles xml_text passages | options | losses | lines | document | __init__",
    "exporter.writers.neo4j": "script | __init__",
    "exporter.writers.neo4j_bulk": "layout after_import | csv parquet | __init__",
    "exporter.writers.svg": "picture | __init__",
    "exporter.writers.vocabulary": "options addresses resources words | markup rules | page | facts lists | __init__",
    "exporter.shards": "store program | upload tidy shard pool formats | parse cluster pack | engines flat | known skeleton | veil write | finish | __init__",
    "exporter.loaders": "__init__ web | bolt graph_store | neo4j",
}
FLOOR = {
    f"{package}.{room}": number
    for package, floors in FLOORS.items()
    for number, rooms in enumerate(floors.split("|"))
    for room in rooms.split()
}
WRITERS_KNOW = ("model", "outline", "version", "errors", "rdf", "views", "writers")  # not the reader, nor the disk
MODULES = sorted(PACKAGE.rglob("*.py"))
LATE = ("leaks", "loaders", "rdf", "regex.py", "testing.py", "views", "writers")  # that few runs import
DISK = {  # who may touch the disk; loaders may use the network
    "reader/vault/scan.py",
    "reader/vault/files.py",
    "reader/batch/files.py",
    "baseline.py",
    "cli/terminal.py",  # where nobody reads
    "init.py",  # the mappings that a vault begins with
    "options.py",
    "leaks/documents.py",  # what was made, before it is saved
    "leaks/own.py",  # the program's own words
    "serve.py",  # what was made, for a browser
    "shards/store.py",
    "shards/shard.py",
    "shards/flat.py",  # the skeleton, which is mapped
    "shards/pack.py",  # settings
    "shards/program.py",  # its own sources
    "shards/upload.py",
    "shards/__init__.py",
    "saving/__init__.py",
    "saving/folder.py",
    "saving/locks.py",
    "loaders/web.py",  # the network
    "testing.py",  # golden trees
    "views/body/pandoc.py",  # a temporary folder for the programs it calls, which read files
    "views/body/limits.py",  # how much there is in it
    "views/body/picture.py",
    "views/body/workshop.py",  # in a process of its own, which has that folder alone
    "views/book/book.py",
    "writers/html/texts.py",  # a temporary folder for pictures
    "views/book/result.py",
}


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


KNOWN = {module_of(file) for file in MODULES}


def imported(file: Path) -> set[str]:
    """Whole names of the modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            inner = {f"{module}.{alias.name}" for alias in node.names} & KNOWN
            names |= inner if len(inner) == len(node.names) else {module, *inner}
    return names


def room_in(module: str, package: str) -> str:
    """The room of a package in which a module lies: "exporter.reader.markdown.note" is in "markdown" of the reader."""
    inside = module.removeprefix(package).removeprefix(".").partition(".")[0]
    return f"{package}.{inside or '__init__'}"


def where(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("file", MODULES, ids=where)
def test_imports_run_downward(file: Path) -> None:
    """At every depth: through the house, and within each room that is a house of its own."""
    here = module_of(file)
    for name in imported(file) & KNOWN:
        package = "exporter"
        while (mine := room_in(here, package)) == (theirs := room_in(name, package)) and mine in FLOORS:
            package = mine
        if mine != theirs:
            assert FLOOR[theirs] < FLOOR[mine], f"{here} may not import {name}"
        if here.startswith("exporter.writers."):
            assert name.split(".")[1] in WRITERS_KNOW, f"{here} may not import {name}"


@pytest.mark.parametrize("package", FLOORS)
def test_every_room_has_its_floor(package: str) -> None:
    folder = ROOT.joinpath(*package.split("."))
    rooms = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert sorted(rooms) == sorted(FLOORS[package].replace("|", " ").split())


@pytest.mark.parametrize("package", sorted(FLOORS.keys() - {"exporter.writers"}))  # there a file is a format
def test_a_package_names_its_files(package: str) -> None:
    """So that who looks for something finds the file, and who makes one says what it is for."""
    tree = ast.parse(ROOT.joinpath(*package.split("."), "__init__.py").read_text(encoding="utf-8"))
    told = (ast.get_docstring(tree) or "") if package != "exporter" else (ROOT / "docs/design.md").read_text("utf-8")
    rooms = set(FLOORS[package].replace("|", " ").split()) - {"__init__"}
    assert not {room for room in rooms if not re.search(rf"\b{room}(\.py\b|/)", told)}


@pytest.mark.parametrize("file", MODULES, ids=where)
def test_only_the_command_line_knows_click(file: Path) -> None:
    assert where(file).startswith("cli/") or not any(name.split(".")[0] == "click" for name in imported(file))


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
    assert not loaded & {"rdflib", "neo4j", "typst", "pypandoc", "re2", "yaml12", "watchfiles", "http.server"}


def test_a_check_of_a_plain_vault_does_not_pay_for_others(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "a.md").write_text("# A\n\n[[b]], which nobody wrote\n")
    code = "import sys; from exporter.cli import main; main(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    arguments = [sys.executable, "-c", code, "check", str(tmp_path), "--no-cache"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=tmp_path)
    loaded = set(done.stdout.split())
    assert "exporter.reader.meaning.interpret" in loaded
    assert not loaded & {"difflib", "importlib.metadata", "msgspec", "secrets", "shutil", "tomllib", "yaml12"}
    others = ("dialects.dendron", "dialects.docs", "dialects.logseq", "dialects.logseq_text", "dialects.slugs")
    assert not loaded & {f"exporter.reader.{name}" for name in others}
    assert not loaded & {"exporter.views", "exporter.export", "exporter.leaks", "exporter.load"}


@pytest.mark.skipif(not find_core(), reason="without the core properties are lists")
def test_a_check_in_which_nothing_changed_loads_no_library_for_the_cache(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    for number in range(FEWEST):
        text = f"---\naliases: [n{number}]\nid: i{number}\n---\n[[{number + 1}]]\n"
        (tmp_path / f"{number}.md").write_text(text)
        os.utime(tmp_path / f"{number}.md", (0, 0))  # what was changed a moment ago is read again
    code = "import sys; from exporter.cli import main; main(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    environment = os.environ | {"MLK_EXPORT_CACHE": str(tmp_path / ".cache")}
    arguments = [sys.executable, "-c", code, "check", str(tmp_path)]
    runs = [
        subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment).stdout
        for _ in range(2)
    ]
    assert list((tmp_path / ".cache").iterdir())
    assert {"msgspec", "tempfile"}.isdisjoint(runs[1].split())
    assert runs[0].splitlines()[:-1] == runs[1].splitlines()[:-1]


@pytest.mark.parametrize("file", [file for file in MODULES if where(file).split("/")[0] not in LATE], ids=where)
def test_patterns_are_compiled_when_they_are_used(file: Path) -> None:
    """Where every run passes: `regex` instead of `re.compile`, outside of functions."""
    waiting: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            assert not (isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"), ast.unparse(node)
            waiting += ast.iter_child_nodes(node)


@pytest.mark.parametrize(
    "word",
    [
        *main.commands,
        *writers.built_in(),
        *sorted(
            {o for command in (main, *main.commands.values()) for p in command.params for o in p.opts if o[:2] == "--"}
        ),
    ],
)
def test_the_page_of_the_command_line_names_it(word: str) -> None:
    assert f"`{word}`" in (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", writers.built_in())
def test_the_readme_names_the_format(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
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
        *(word for word in ReadOptions().relations if "-" in word),
        "excalidraw-plugin",
        "kanban-plugin",
        "daily-notes",
        "knowledge-map",
        "learning-path",
        "json-ld",
        "n-triples",
        "rdf-xml",
        "mlk-export",
        "neo4j-bulk",
        "site-packages",
        "dist-packages",
        "pandoc-api-version",
        "custom-style",
        "data-label",
        "font-size",
        "doc-backlink",
        "doc-endnotes",
        "doc-noteref",
        "footnote-ref",
        "connect-src",
        "script-src",
        "script-src-elem",
        "default-src",
        "content-security-policy",
        "http-equiv",
        "no-cache",
        "no-store",
        "same-origin",
        "page-progression-direction",
    }
    told: set[str] = set()
    for file in MODULES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                told.update(re.findall(r"\A[a-z0-9]+(?:-[a-z0-9]+)+\Z", node.value))
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE)
    assert sorted(explained) == sorted(told - others)


def test_who_has_no_marks_starts_no_server_no_java_and_no_pandoc(tmp_path: Path) -> None:
    """So the quick run, which takes only those, needs none of them."""
    starts: tuple[Callable[[], object], ...] = (lambda: ArcadeDB(tmp_path), lambda: java(11))
    for start in starts:
        with pytest.raises(pytest.fail.Exception, match=r"this test needs @pytest\.mark\.(server|java)"):
            start()
    with pytest.raises(OSError, match="No pandoc was found"):
        pypandoc.get_pandoc_path()


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
