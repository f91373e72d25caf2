"""The files are imported by neo4j-admin, with the command of their README, and what is there then is what a script loads."""

import re
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cutting
import pytest
from command import lay, mlk_export
from conftest import ROOT
from graph_databases import REQUIRED, VERSIONS, Neo4j, script
from maps import HERE, hostile_map, hostile_names, rich_map
from texts import hostile_texts

from exporter import ExportError, KnowledgeMap, ReadOptions, find, read
from exporter.errors import Finding
from exporter.model import LearningPath, Step
from exporter.options import load_options
from exporter.testing import topic
from exporter.writers import neo4j

bulk = find("neo4j-bulk")
NEWEST = [*VERSIONS][-1]
ALL_THAT_GOES = "--overwrite-destination=true"


class Server(Neo4j):
    """A server that is down while files are imported."""

    def imported(self, folder: Path, *more: str) -> None:
        """Follow the README of the files, step by step."""
        self.stop()
        done = self.admin(*command(folder), *more, folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        self.start()
        done = self.shell((folder / "schema.cypher").read_bytes().decode())
        assert (done.returncode, done.stdout) == (0, ""), done.stderr


def command(folder: Path) -> list[str]:
    """What the README tells to run."""
    blocks = re.findall(
        r"```sh\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8").replace("\\\n", ""), re.DOTALL
    )
    (words,) = (words for words in map(shlex.split, blocks) if words[0] == "neo4j-admin")
    return words[1:]


def files(knowledge_map: KnowledgeMap, folder: Path, **options: Any) -> list[Finding]:
    """Write the files into the folder; what is told of them."""
    findings = []
    for made in bulk.write(knowledge_map, bulk.Options(**options)):
        if isinstance(made, Finding):
            findings.append(made)
            continue
        parts = [made.content] if isinstance(made.content, str | bytes) else made.content
        data = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)
        (folder / made.path).write_bytes(data)
    return findings


@pytest.fixture(scope="module")
def servers(
    tmp_path_factory: pytest.TempPathFactory, require: Callable[[bool, str], None]
) -> Iterator[Callable[[str], Server]]:
    """Servers by version, each started when a test first asks for it."""
    started: dict[str, Server] = {}

    def server(version: str) -> Server:
        if version not in started:
            started[version] = Server(tmp_path_factory.mktemp("bulk"), require, version)
            started[version].start()
        return started[version]

    yield server
    for server in started.values():
        server.stop()


@pytest.fixture
def server(servers: Callable[[str], Server]) -> Server:
    return servers(REQUIRED)


MAPS = {
    "rich": rich_map,
    "hostile texts": hostile_map,
    "hostile names": lambda: hostile_names([text for text in hostile_texts() if len(text) < 1000][:35]),
}


@pytest.mark.parametrize(("version", "name"), [*((REQUIRED, name) for name in MAPS), (NEWEST, "rich")])
def test_the_graph_is_that_of_the_script(
    servers: Callable[[str], Server], version: str, name: str, tmp_path: Path
) -> None:
    server = servers(version)
    knowledge_map = MAPS[name]()
    text = script(knowledge_map, missing=True)
    server.clear()
    server.load(text)
    expected = server.dump("_since", "_run")
    for form in ("csv", "parquet"):
        (tmp_path / form).mkdir()
        files(knowledge_map, tmp_path / form, parquet=form == "parquet", missing=True)
        server.imported(tmp_path / form, ALL_THAT_GOES)
        imported = server.dump("_run")  # in all rows the same one, so that a small edit is a small diff
        assert imported == expected, form
        server.load(text)
        assert server.dump("_run") == imported, f"{form}: a load of the same map changes something"


def test_the_parts_of_a_vault_in_shards_are_imported_by_their_command(server: Server, tmp_path: Path) -> None:
    """The files of each table are many, and the command names them by a pattern."""
    vault = cutting.write_vault(tmp_path / "vault", cutting.SPLIT)
    server.clear()
    server.load(script(read(vault)[0]))
    expected = server.dump("_since", "_run")
    cutting.cut(cutting.packed(vault, tmp_path / "packed", 4), tmp_path / "out", ["neo4j-bulk"])
    server.imported(tmp_path / "out" / "neo4j-bulk", ALL_THAT_GOES)
    assert server.dump("_run") == expected


def test_a_database_with_data_is_refused(server: Server, small: KnowledgeMap, tmp_path: Path) -> None:
    files(small, tmp_path)
    server.imported(tmp_path, ALL_THAT_GOES)
    before = server.dump()
    server.stop()
    done = server.admin(*command(tmp_path), folder=tmp_path)
    assert done.returncode != 0
    assert ALL_THAT_GOES.partition("=")[0] in done.stdout + done.stderr
    server.start()
    assert server.dump() == before


def test_a_field_of_many_megabytes_is_imported(server: Server, tmp_path: Path, small: KnowledgeMap) -> None:
    """Without what the README says of buffers, neo4j-admin refuses it."""
    long = "ten bytes\n" * 900_000
    knowledge_map = KnowledgeMap(topics=(topic("a", properties={"long": long}), topic("b")))
    files(knowledge_map, tmp_path)
    assert "--read-buffer-size=16m" in command(tmp_path)
    server.stop()
    plain = [word for word in command(tmp_path) if "buffer" not in word]
    assert server.admin(*plain, ALL_THAT_GOES, folder=tmp_path).returncode != 0
    server.imported(tmp_path, ALL_THAT_GOES)
    assert server.one("MATCH (n:Topic {id: 'a'}) RETURN n.long") == long
    files(small, tmp_path)
    assert "buffer" not in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_the_bundled_vault_with_its_text(server: Server, tmp_path: Path) -> None:
    vault, mappings = ROOT / "vault", ROOT / "mappings"
    arguments = ("--vault", vault, "--mappings", mappings, "--out", tmp_path, "--with-text")
    done = mlk_export(*arguments, "--format", "neo4j-bulk", cwd=tmp_path)
    assert done.code == 0, done.said
    server.imported(tmp_path / "neo4j-bulk", ALL_THAT_GOES)
    imported = server.dump("_run")
    assert server.one("MATCH (n:Note) WHERE n.text IS NOT NULL RETURN count(n)") == 43
    server.load(script(read(vault, load_options(mappings, "vault", ReadOptions))[0], with_text=True))
    assert server.dump("_run") == imported


def test_an_empty_map_says_so(tmp_path: Path) -> None:
    assert files(KnowledgeMap(), tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "schema.cypher"]
    assert "nothing to import" in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_what_a_graph_cannot_have_is_told_as_by_the_script(tmp_path: Path) -> None:
    knowledge_map = replace(
        rich_map(), topics=(*rich_map().topics, topic("twice", properties={"x": {"y": 1}, "x.y": 2}))
    )
    findings = [made for made in neo4j.write(knowledge_map, neo4j.Options()) if isinstance(made, Finding)]
    assert {finding.code for finding in findings} == {"long-id", "property-twice"}
    assert files(knowledge_map, tmp_path) == findings


@pytest.mark.parametrize("parquet", [False, True], ids=["csv", "parquet"])
def test_what_files_cannot_say_is_little(tmp_path: Path, parquet: bool, bundled: KnowledgeMap) -> None:
    """Only what needs it is set one by one, as a server does that slowly."""
    files(bundled, tmp_path, parquet=parquet)
    assert "UNWIND" not in (tmp_path / "schema.cypher").read_text(encoding="utf-8")
    path = LearningPath("p", "", (Step("", (), HERE),), HERE)
    odd = KnowledgeMap(topics=(topic("a", properties={"": "", "none": [], "(x)": 1}), topic("b")), paths=(path,))
    files(odd, tmp_path, parquet=parquet)
    sets = re.findall(r"MATCH \(n:(\w+) .*\nSET n\.(`[^`]*`)", (tmp_path / "schema.cypher").read_text(encoding="utf-8"))
    unsaid = ["`property_`", "`title`"] if parquet else ["`none`", "`steps`"]
    assert sorted(name for _, name in sets) == sorted(["`(x)`", *unsaid])


def test_parquet_without_pyarrow_is_refused_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ExportError, match=r"pip install 'mlk-export\[parquet\]'"):
        files(KnowledgeMap(), tmp_path, parquet=True)
    assert [*tmp_path.iterdir()] == []
    with pytest.raises(ExportError, match=r"^--set neo4j\.parquet=true: 'parquet' needs pyarrow: pip install"):
        load_options(tmp_path, "neo4j", bulk.Options, ["parquet=true"])
    lay(tmp_path, {"neo4j.toml": "# files\nparquet = true\n"})
    with pytest.raises(ExportError, match=r"neo4j\.toml:2: 'parquet' needs pyarrow: pip install"):
        load_options(tmp_path, "neo4j", bulk.Options)


@pytest.mark.slow
def test_the_mapping_is_that_of_the_script(tmp_path: Path) -> None:
    lay(tmp_path, {"vault/a.md": "#person\n", "maps/neo4j.toml": 'source = "mine"\n[labels]\nperson = "Person"\n'})
    done = mlk_export("--vault", "vault", "--mappings", "maps", "--format", "neo4j-bulk", cwd=tmp_path)
    assert done.code == 0, done.said
    assert "--nodes=Knowledge:Topic:Note:Person=./topics-1-header.csv,./topics-1.csv" in command(
        tmp_path / "out/neo4j-bulk"
    )
    assert '"mine"' in (tmp_path / "out/neo4j-bulk/topics-1.csv").read_text(encoding="utf-8")
