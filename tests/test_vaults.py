"""Two public vaults that nobody here wrote go through everything: no crash, each finding with its place, sound output.

The archives are no part of the project: they lie in ../shared/data, or in the folder MLK_EXPORT_DATA.
"""

import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import lxml.html
import pikepdf
import pyoxigraph
import pytest
from command import SUMMARY, mlk_export, tree
from conftest import ROOT

from exporter import NOTHING, VAULT, Finding, KnowledgeMap, find, read, save, writers

pytestmark = pytest.mark.slow  # large vaults

DATA = Path(os.environ.get("MLK_EXPORT_DATA") or ROOT.parent / "shared" / "data")
VAULTS = {"help-en": "obsidian-help-en.tar.xz", "hub": "obsidian-hub.tar.xz"}  # folder in the archive: the archive
LONG = ("handbook", "epub", "docx", "html", "vocabulary")
SLOW = "handbook"  # half a minute for 173 notes; `pytest -k "not slow"` leaves it out
PAIRS = [
    pytest.param(vault, name, id=f"{vault}-{name}{'-slow' * (name == SLOW)}")
    for vault in VAULTS
    for name in writers.built_in()
    if vault != "hub" or name not in LONG  # of 6,591 notes they take minutes, or are 26,000 files
]


@pytest.fixture(scope="session")
def unpacked(require: Callable[[bool, str], None], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a vault, unpacked at its first use."""
    folder = tmp_path_factory.mktemp("vaults")

    def unpack(vault: str) -> Path:
        archive = DATA / VAULTS[vault]
        require(archive.is_file(), f"{archive.name}, a public vault; name its folder with MLK_EXPORT_DATA")
        if not (folder / vault).exists():
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter="data")
        return folder / vault

    return unpack


@pytest.fixture(scope="session")
def understood(unpacked: Callable[[str], Path]) -> Callable[[str], tuple[KnowledgeMap, list[Finding]]]:
    """What a vault says, read at its first use."""
    known: dict[str, tuple[KnowledgeMap, list[Finding]]] = {}

    def understand(vault: str) -> tuple[KnowledgeMap, list[Finding]]:
        folder = unpacked(vault)
        if vault not in known:
            known[vault] = read(folder)[:2]
        return known[vault]

    return understand


def assert_places(folder: Path, findings: list[Finding]) -> None:
    """Each finding names a file of the vault and a line that it has, or the vault as a whole."""
    lines = {path: data.count(b"\n") + 1 for path, data in tree(folder).items() if isinstance(data, bytes)}
    lines[VAULT.file] = VAULT.line
    lost = [found for found in findings if not 1 <= found.source.line <= lines.get(found.source.file, 0)]
    assert not lost


@pytest.mark.parametrize("vault", VAULTS)
def test_check_tells_each_flaw_with_its_place(vault: str, unpacked: Callable[[str], Path]) -> None:
    folder = unpacked(vault)
    before = set(tree(folder))
    run = mlk_export("check", "--all", "--vault", folder, cwd=folder.parent)
    assert (run.code, run.paths) == (0, [])
    summary = SUMMARY.fullmatch(run.said[-1])
    assert summary
    others = [line for line in run.said[:-1] if line.startswith(("hidden by ", "left out: "))]
    assert len(others) == {"help-en": 0, "hub": 2}[vault]  # notes with #private; templates
    assert int(summary["findings"]) == len(run.findings) == len(run.said) - 1 - len(others) - len(run.doubts)
    for finding in run.findings:
        place = Path(finding.place)
        assert place == folder or place.is_file(), finding
        assert 1 <= finding.line <= (1 if place == folder else place.read_bytes().count(b"\n") + 1), finding
    assert set(tree(folder)) == before


@pytest.mark.parametrize("vault", VAULTS)
def test_every_note_is_read(
    vault: str,
    unpacked: Callable[[str], Path],
    understood: Callable[[str], tuple[KnowledgeMap, list[Finding]]],
) -> None:
    folder = unpacked(vault)
    knowledge_map, findings = understood(vault)
    assert_places(folder, findings)
    visible = [path for path in tree(folder) if path.endswith(".md") and not f"/{path}".count("/.")]
    notes = {topic.note for topic in knowledge_map.topics} | {knowledge_map.source.file}
    statistics = read(folder).statistics
    assert set(visible) <= notes | statistics.excluded.keys() | statistics.hidden.keys()
    # templates, and two notes that say #private
    assert (len(statistics.excluded), len(statistics.hidden)) == {"help-en": (0, 0), "hub": (22, 2)}[vault]


@pytest.mark.parametrize("vault", VAULTS)
def test_every_text_can_be_asked_for(
    vault: str, understood: Callable[[str], tuple[KnowledgeMap, list[Finding]]]
) -> None:
    knowledge_map, _ = understood(vault)
    for topic in knowledge_map.topics:
        text = knowledge_map.text(topic.id)
        assert bool(text) == bool(topic.note)
        text.encode()


def test_links_that_lead_nowhere_are_few(understood: Callable[[str], tuple[KnowledgeMap, list[Finding]]]) -> None:
    knowledge_map, findings = understood("hub")
    missing = sum(finding.code == "missing-note" for finding in findings)  # the archive has no pictures
    assert 0 < missing <= 0.005 * (len(knowledge_map.links) + missing)


def assert_readable(file: Path, knowledge_map: KnowledgeMap) -> None:
    """The file is what its name says, by the judgement of a reader that nobody here wrote."""
    match file.suffix:
        case ".json":
            json.loads(file.read_bytes())
        case ".canvas":
            canvas = json.loads(file.read_bytes())
            cards = {card["id"] for card in canvas["nodes"]}
            assert len(cards) == len(canvas["nodes"])
            assert all({edge["fromNode"], edge["toNode"]} <= cards for edge in canvas["edges"])
        case ".html":
            assert lxml.html.parse(file).find(".//h1").text_content()
        case ".jsonld":
            assert json.loads(file.read_bytes())["@graph"]
        case ".ttl":
            assert sum(1 for _ in pyoxigraph.parse(path=str(file)))
        case ".opml":
            assert len(list(ElementTree.parse(file).iter("outline"))) >= len(knowledge_map.topics)
        case ".svg":
            groups = [each.get("class") for each in ElementTree.parse(file).iter("{http://www.w3.org/2000/svg}g")]
            assert groups.count("station") >= min(len(knowledge_map.topics), 180)
        case ".pdf":
            with pikepdf.open(file) as pdf:
                assert len(pdf.pages) > len(knowledge_map.areas)
        case ".epub" | ".docx":
            with zipfile.ZipFile(file) as book:
                assert book.testzip() is None
                pages = [name for name in book.namelist() if name.endswith(("html", "document.xml"))]
                assert sum(len(ElementTree.fromstring(book.read(page)).findall(".//")) for page in pages) > len(
                    knowledge_map.topics
                )
        case _:
            assert file.read_text(encoding="utf-8").strip()


@pytest.mark.book
@pytest.mark.parametrize(("vault", "name"), PAIRS)
def test_every_format_is_written(
    vault: str,
    name: str,
    tmp_path: Path,
    unpacked: Callable[[str], Path],
    understood: Callable[[str], tuple[KnowledgeMap, list[Finding]]],
) -> None:
    folder = unpacked(vault)
    knowledge_map, _ = understood(vault)
    module = find(name)
    findings: list[Finding] = []
    made = {name: module.write(knowledge_map, module.Options(), NOTHING)}
    paths = save(made, tmp_path / "out", tell=findings.extend)
    assert_places(folder, findings)
    assert paths
    for path in paths:
        assert_readable(path, knowledge_map)
