"""Apache Jena's `riot` reads every file of the SKOS writer, in every syntax, and finds nothing to complain about.

https://jena.apache.org/documentation/io/ - `--validate` is strict: what else would be a warning is an error.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from command import lay
from jena import jars

from exporter import KnowledgeMap, save
from exporter.writers import skos
from exporter.writers.skos import Options

ENDINGS = {"turtle": ".ttl", "json-ld": ".jsonld", "n-triples": ".nt", "rdf-xml": ".rdf", "trig": ".trig"}
SYNTAXES = get_args(get_args(get_type_hints(Options)["syntaxes"])[0])
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
GOOD = "<https://example.org/a> <https://example.org/is> "
BROKEN = {
    "good.ttl": f"{GOOD}1 .\n",  # but for this one
    "space.ttl": f"{GOOD}<b c> .\n",
    "language.ttl": f'{GOOD}"word"@e_n .\n',
    "cut.ttl": GOOD,
    "day.nt": f'{GOOD}"yesterday"^^<http://www.w3.org/2001/XMLSchema#date> .\n',
    "cut.rdf": f'<rdf:RDF xmlns:rdf="{RDF}">\n',
    "name.rdf": f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="a b"/></rdf:RDF>\n',
    "cut.jsonld": '{"@graph": [',
    "cut.trig": f"<https://example.org/g> {{ {GOOD} 1 .\n",
}


@pytest.fixture(scope="session")
def riot(require: Callable[[bool, str], None]) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    jena = jars.command(require)

    def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*jena, "riotcmd.riot", *map(str, arguments)], capture_output=True, text=True)

    return run


Riot = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize("name", ["small", "bundled"])
def test_riot_reads_each_file(riot: Riot, name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    knowledge_map: KnowledgeMap = request.getfixturevalue(name)
    paths = save({"skos": skos.write(knowledge_map, Options(syntaxes=SYNTAXES))}, tmp_path)
    assert {path.suffix for path in paths} == {ENDINGS[syntax] for syntax in SYNTAXES}
    done = riot("--validate", *paths)
    assert (done.returncode, complaints(done.stdout)) == (0, {path.name: 0 for path in paths})


def test_each_syntax_says_the_same_to_riot(riot: Riot, small: KnowledgeMap, tmp_path: Path) -> None:
    """As sorted N-Triples, but for the names of blank nodes."""
    found = {}
    for syntax in SYNTAXES:
        paths = save({"skos": skos.write(small, Options(syntaxes=(syntax,)))}, tmp_path / syntax)
        done = riot("--quiet", "--merge", "--output=nt", *paths)
        assert done.returncode == 0, done.stdout[-2000:]
        found[syntax] = sorted(line for line in done.stdout.splitlines() if "_:" not in line)
    assert len(found["turtle"]) > 100
    for syntax, lines in found.items():
        assert lines == found["turtle"], syntax


def test_riot_refuses_broken_files(riot: Riot, tmp_path: Path) -> None:
    """A check that cannot fail is none."""
    lay(tmp_path, BROKEN)
    done = riot("--validate", *(tmp_path / name for name in BROKEN))
    assert done.returncode == 1
    assert [name for name, count in complaints(done.stdout).items() if not count] == ["good.ttl"]


def complaints(said: str) -> dict[str, int]:
    """How many warnings and errors there are of each file."""
    found: dict[str, int] = {}
    name = ""
    for line in said.splitlines():
        if file := re.search(r"INFO .* File: (.+)", line):
            name = Path(file[1]).name
            found[name] = 0
        elif "WARN" in line or "ERROR" in line:
            found[name] += 1
    return found
