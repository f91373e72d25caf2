"""Where pages lie: at the path of their IRIs, inside the folder, on every file system, whatever a note is called."""

import json
import re
from pathlib import PurePosixPath
from unicodedata import normalize
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples
from writers.skos.test_skos import hostile, knowledge_maps
from writers.vocabulary.site import (
    PLACE,
    data_in,
    graph,
    pages,
    same,
    shown,
    targets,
    vocabulary_graph,
    without_lists,
    write,
)

from exporter import KnowledgeMap
from exporter.rdf.terms import one_line, percent_encode
from exporter.testing import make_map, run_writer, topic
from exporter.writers import vocabulary
from exporter.writers.vocabulary import Options
from exporter.writers.vocabulary.addresses import Addresses

RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[1-9]|lpt[1-9])(\\.|$)")
OWN = ("style.css", "search.html")


def folders(*iris: str, base: str = PLACE) -> list[str]:
    addresses = Addresses(base, iris, OWN)
    return [addresses.folder(iri) for iri in iris]


@pytest.mark.parametrize(
    ("local", "folder"),
    [
        ("", ""),
        ("oak", "oak/"),
        ("tag/", "tag/"),
        ("tag/a%2Fb", "tag/a/b/"),
        ("%E6%95%B0", "数/"),
        ("a%20b", "a b/"),
        ("100%25", "100%/"),
        ("note/A/b.md", "note/A/b.md/"),
    ],
)
def test_a_page_lies_at_the_path_of_its_iri(local: str, folder: str) -> None:
    assert folders(PLACE + local) == [folder]


@pytest.mark.parametrize(
    "local",
    "%2E%2E %2E a%2F%2E%2E%2Fb CON con%2Etxt nul a%3Ab a%3Fb a?b a#b a//b a%2F%2Fb %2Fa a%5Cb a%00 a%2E a%20 %20a %2Ehtaccess "
    f"style.css Search.HTML index.html a%2Findex.ttl %ED%A0%80 %FF {'x' * 201}".split(),
)
def test_what_cannot_lie_there_lies_beside(local: str) -> None:
    addresses = Addresses(PLACE, [PLACE + local], OWN)
    assert re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{8}/", addresses.folder(PLACE + local))
    assert addresses.moved == [PLACE + local]
    assert addresses.folder(PLACE + local) == Addresses(PLACE, [f"{PLACE}b", PLACE + local], OWN).folder(PLACE + local)


def test_the_first_of_two_that_a_disk_takes_for_one_keeps_its_path() -> None:
    first, second, third = folders(f"{PLACE}Oak", f"{PLACE}oak", f"{PLACE}oak%2Fleaf")
    assert first == "Oak/" and second.startswith("oak-") and third.startswith("oak-leaf-")
    assert folders(f"{PLACE}tag/", f"{PLACE}tag")[1].startswith("tag-")
    composed, decomposed = (percent_encode(normalize(form, "é")) for form in ("NFC", "NFD"))
    assert folders(PLACE + composed, PLACE + decomposed)[1] != "e\u0301/"


def test_who_has_an_iri_elsewhere_has_a_page_here() -> None:
    knowledge_map = make_map(
        topic("oak", properties={"iri": "https://other.example/tree#Oak"}), topic("CON"), topic("a/b")
    )
    output = run_writer(vocabulary, knowledge_map, Options())
    told = {finding.code: finding.message for finding in output.findings if finding.code.startswith("vocabulary")}
    assert told.keys() == {"vocabulary-elsewhere", "vocabulary-moved", "vocabulary-slash"}
    assert (
        "https://other.example/tree#Oak" in told["vocabulary-elsewhere"] and f"{PLACE}CON" in told["vocabulary-moved"]
    )
    readme = output.files["README.md"].decode()
    for each in ("https://other.example/tree#Oak", f"{PLACE}CON", f"{PLACE}a%2Fb"):
        line = next(line for line in readme.splitlines() if line.startswith(f"- `{each}`: `"))
        assert f"{line.split('`')[3]}index.html" in output.files
    hashed = run_writer(vocabulary, knowledge_map, Options(base="https://example.org/v#"))
    assert not [finding for finding in hashed.findings if finding.code.startswith("vocabulary")]


@pytest.mark.slow
@settings(max_examples=examples(60))
@given(knowledge_maps(), st.sampled_from([PLACE, "https://example.org/vault#"]))
def test_whatever_things_are_called(knowledge_map: KnowledgeMap, base: str) -> None:
    """No page is left out, breaks out or lies outside; each is HTML without an error, and says what skos says."""
    files = write(knowledge_map, base=base)
    seen = set()
    for path in files:
        parts = PurePosixPath(path).parts
        assert "/".join(parts) == path and ".." not in parts
        for part in parts:
            assert (
                not re.search(r'[\x00-\x1f<>:"|?*\\\\]|[. ]$', part)
                and not RESERVED.match(part)
                and len(part.encode()) <= 255
            )
        key = normalize("NFC", path.casefold())
        assert key not in seen
        seen.add(key)
    documents = pages(files)
    for path, page in documents.items():
        programs = [each for each in page.iter("script") if each.get("type") is None]
        assert len(programs) == (path == "search.html")
        assert all(target in files for target, _ in targets(path, page))
    inside = [each for page in documents.values() for each in data_in(page)]
    whole = vocabulary_graph(knowledge_map, base=base)
    assert same(without_lists(graph(inside, "json-ld")), without_lists(whole))


@pytest.mark.slow
@settings(max_examples=examples(60))
@given(hostile.filter(lambda text: one_line(text) != ""))
def test_a_title_is_shown_as_it_is(title: str) -> None:
    knowledge_map = make_map(
        topic("oak", title=title, aliases=(f"{title} too",), properties={"definition": title, "lang": "en"})
    )
    files = write(knowledge_map)
    page = pages(files)["oak/index.html"]
    assert " ".join(one_line(title).split()) in shown(page)
    search = pages(files)["search.html"]
    index = json.loads(next(each.text or "" for each in search.iter("script") if each.get("id") == "index"))
    assert one_line(title) in index[0][1]


@given(st.lists(hostile, unique=True, max_size=20))
def test_no_two_share_a_folder(names: list[str]) -> None:
    iris = list(dict.fromkeys(PLACE + percent_encode(name) for name in names))
    made = folders(*iris)
    assert len({normalize("NFC", folder.casefold()) for folder in made}) == len(iris)
    for iri, folder in zip(iris, made, strict=True):
        assert unquote(iri.removeprefix(PLACE), errors="replace").rstrip("/") == folder.rstrip("/") or re.search(
            r"-[0-9a-f]{8}/$", folder
        )
