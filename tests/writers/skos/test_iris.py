"""IRIs live: a note keeps its own whatever becomes of the file, and no IRI is ever given to something else."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from command import lay
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples

from exporter import ReadOptions, read
from exporter.errors import ExportError, Finding
from exporter.model import File, KnowledgeMap, Lock, Previous, Source, Topic
from exporter.views.skos import lock
from exporter.views.skos.vocabulary import Vocabulary
from exporter.writers.skos import Options, write

BASE = "https://example.org/vault/"
NOTES = {
    "Soil.md": "# Soil\n\nWhat all grows in. [[Water]]\n",
    "Water.md": "# Water\n\nWhat falls as rain. [rain](https://example.org/rain)\n",
    "Sub/Worm.md": "---\ntitle: The worm\n---\nA helper of the [[Soil]].\n",
    "Light.md": "#sun\n",
    "Air.md": "---\naliases: [Wind]\n---\nMoves.\n",
}


class Vault:
    """A vault that is exported again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.lock = folder, ""
        lay(folder, NOTES)
        self.export()

    def export(self, **options: object) -> dict[str, str]:
        """IRIs without the base, by the note's path."""
        self.map = read(self.folder, ReadOptions(map="-"))[0]
        made = list(write(self.map, Options(**options), Previous(lock=self.lock)))  # type: ignore[arg-type]
        self.lock = next((thing.content for thing in made if isinstance(thing, Lock)), self.lock)
        self.files = {thing.path: "".join(thing.content) for thing in made if isinstance(thing, File)}  # type: ignore[arg-type]
        self.codes = [thing.code for thing in made if isinstance(thing, Finding)]
        self.messages = [thing.message for thing in made if isinstance(thing, Finding)]
        entries = self.entries()
        return {entry["note"]: entry["iri"] for entry in entries if "gone" not in entry and "note" in entry}

    def entries(self) -> list[dict[str, Any]]:
        """What the lock says, a line of explanation before it."""
        first, *lines = self.lock.splitlines()
        assert first.startswith("# The IRI of each concept")
        return [json.loads(line) for line in lines]

    def deprecated(self) -> dict[str, str]:
        """The IRIs that are no more, and what has taken their place."""
        return {entry["iri"]: entry.get("by", "") for entry in self.entries() if entry.get("gone")}

    def move(self, old: str, new: str) -> None:
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(self.folder / new)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path)


def test_a_second_run_changes_nothing(vault: Vault) -> None:
    before, files = vault.lock, vault.files
    assert vault.export()["Sub/Worm.md"] == "worm"
    assert vault.lock == before
    assert vault.files == files


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Soil.md", "Elsewhere/Soil.md"),
        ("Soil.md", "Ground.md"),  # known by its heading, and by what it says
        ("Sub/Worm.md", "Sub/Lumbricus.md"),
        ("Water.md", "H2O.md"),
    ],
)
def test_a_renamed_note_keeps_its_iri(vault: Vault, old: str, new: str) -> None:
    before = vault.export()
    vault.move(old, new)
    assert vault.export()[new] == before[old]
    assert not vault.deprecated()
    assert "deprecated.ttl" not in vault.files
    again = vault.lock
    assert vault.export()[new] == before[old]
    assert vault.lock == again


def test_a_renamed_note_is_known_by_its_old_name_as_an_alias(vault: Vault) -> None:
    (vault.folder / "Light.md").unlink()
    lay(vault.folder, {"Sunshine.md": "---\naliases: [light]\n---\nAnew.\n"})
    assert vault.export()["Sunshine.md"] == "light"


def test_a_name_that_is_free_again_gets_another_iri(vault: Vault) -> None:
    vault.move("Soil.md", "Ground.md")
    lay(vault.folder, {"Soil.md": "Something else, of the same name as before.\n"})
    iris = vault.export()
    # the file of this name is the note of this name; the other one is new
    assert iris["Soil.md"] == "soil"
    vault.move("Soil.md", "Sub/Earth.md")
    lay(vault.folder, {"Sub/Soil.md": "And once more.\n"})
    iris = vault.export()
    assert len({*iris.values()}) == len(iris)


def test_a_deleted_note_is_deprecated(vault: Vault) -> None:
    (vault.folder / "Light.md").unlink()
    iris = vault.export()
    assert "light" not in iris.values()
    assert vault.deprecated() == {"light": ""}
    assert "skos-gone" in vault.codes
    deprecated = vault.files["deprecated.ttl"]
    assert "vault:light\n    a skos:Concept" in deprecated
    assert 'owl:deprecated "true"^^xsd:boolean' in deprecated
    assert "vault:light" not in vault.files["knowledge-map.ttl"]
    vault.export()
    assert vault.deprecated() == {"light": ""}  # it is not forgotten


@pytest.mark.parametrize("way", ["aliases: [Light]", "replaces: light", f"replaces: {BASE}light"])
def test_a_redirect_is_known(vault: Vault, way: str) -> None:
    (vault.folder / "Light.md").unlink()
    lay(vault.folder, {"Air.md": f"---\n{way}\n---\nMoves.\n"})
    vault.export()
    assert vault.deprecated() == {"light": "air"}
    assert "skos-gone" not in vault.codes
    assert "dct:isReplacedBy vault:air" in vault.files["deprecated.ttl"]
    assert "dct:replaces vault:light" in vault.files["knowledge-map.ttl"]


def test_a_note_that_comes_back_has_its_iri_again(vault: Vault) -> None:
    text = (vault.folder / "Light.md").read_text()
    (vault.folder / "Light.md").unlink()
    vault.export()
    lay(vault.folder, {"Light.md": text})
    assert vault.export()["Light.md"] == "light"
    assert not vault.deprecated()


def test_an_id_of_its_own_comes_before_the_lock(vault: Vault) -> None:
    lay(vault.folder, {"Soil.md": "---\nid: the-ground\n---\n" + NOTES["Soil.md"]})
    assert vault.export()["Soil.md"] == "the-ground"
    assert vault.deprecated() == {"soil": "the-ground"}
    vault.move("Soil.md", "Ground.md")
    assert vault.export()["Ground.md"] == "the-ground"


def test_a_whole_iri_comes_before_all(vault: Vault) -> None:
    lay(vault.folder, {"Soil.md": "---\niri: https://soil.example/1\nid: x\n---\nWords\n"})
    assert vault.export()["Soil.md"] == "https://soil.example/1"
    assert vault.deprecated() == {"soil": "https://soil.example/1"}
    assert "<https://soil.example/1>\n    a skos:Concept" in vault.files["knowledge-map.ttl"]


@pytest.mark.parametrize(
    "iri",
    [
        "no iri",
        "urn:x:y",
        "ftp://x.org/y",
        BASE,
        f"{BASE}path/learning-path",
        f"{BASE}tag/x",
        "https://a.example/taken",
        7,
    ],
)
def test_an_iri_that_cannot_be_is_told(iri: object) -> None:
    topics = (
        Topic("a", "A", "", (), (), (), "A.md", {"iri": "https://a.example/taken"}, Source("A.md", 1)),
        Topic("b", "B", "", (), (), (), "B.md", {"iri": iri}, Source("B.md", 1)),
    )
    vocabulary = Vocabulary(KnowledgeMap(topics=topics), Options())
    assert vocabulary.concept("b") == f"{BASE}b"
    assert [(finding.code, finding.source.file) for finding in vocabulary.findings if finding.code == "skos-iri"] == [
        ("skos-iri", "B.md")
    ]


def test_an_iri_that_another_note_has_by_its_id() -> None:
    topics = (
        Topic("a", "A", "", (), (), (), "A.md", {}, Source("A.md", 1)),
        Topic("b", "B", "", (), (), (), "B.md", {"iri": f"{BASE}a"}, Source("B.md", 1)),
    )
    vocabulary = Vocabulary(KnowledgeMap(topics=topics), Options())
    assert vocabulary.concept("b") == f"{BASE}a"
    assert vocabulary.concept("a") not in (f"{BASE}a", f"{BASE}b")


def test_the_lock_of_another_vault_is_left_alone(vault: Vault) -> None:
    before = vault.lock
    for name in NOTES:
        (vault.folder / name).unlink()
    lay(vault.folder, {"Other.md": "x", "Soil.md": "y"})
    vault.export()
    assert vault.lock == before
    assert "skos-lock" in vault.codes
    vault.export(most_lost=100)
    assert sorted(vault.deprecated()) == ["air", "light", "sub", "water", "worm"]


def test_the_base_may_change(vault: Vault) -> None:
    vault.move("Soil.md", "Ground.md")
    vault.export()
    before = vault.lock
    vault.export(base="https://soil.example/#")
    assert vault.lock == before
    assert "@prefix vault: <https://soil.example/#> ." in vault.files["knowledge-map.ttl"]
    assert "vault:soil\n    a skos:Concept" in vault.files["knowledge-map.ttl"]


A = '{"iri":"a","title":"A","note":"A.md","mark":"1"}\n'
B = '{"iri":"b","title":"B","note":"B.md"}\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "skos.lock:1: is damaged"),
        ("[]", "skos.lock:1: is damaged"),
        (f"# x\n{A}" + '{"iri": "b"}', "skos.lock:3: is damaged"),
        (f'{A}{{"iri": "b", "title": "", "x": 1}}', "skos.lock:2: is damaged"),
        (f"<<<<<<< HEAD\n{A}", "skos.lock:1: is damaged"),
        (f"# x\n{A}{B}" + A.replace("A.md", "C.md"), "skos.lock:4: 'a' stands in line 2, too, and that says something"),
        (A + A.replace("title", "gone"), "skos.lock:2: is damaged"),
    ],
)
def test_a_damaged_lock_ends_the_run(text: str, told: str) -> None:
    with pytest.raises(ExportError) as caught:
        list(write(KnowledgeMap(), Options(), Previous(lock=text)))
    assert str(caught.value).startswith(told)


def test_a_line_that_two_branches_have_counts_once() -> None:
    assert lock.parse(f"# x\n{A}\n{B}# x\n{A}") == lock.parse(A + B)


def test_where_a_note_was_changed_on_two_branches_it_is_known_by_neither() -> None:
    first, second = lock.parse(A + B + A.replace('"1"', '"2"'))
    assert (first.iri, first.note, first.mark, second.iri) == ("a", "A.md", "", "b")


def test_characters_that_are_ends_of_lines_elsewhere_are_none_here() -> None:
    entry = lock.Entry("a", "A", note="one\u2028two\x85.md")
    assert lock.parse("".join(lock.dump([entry]))) == [entry]


def test_without_a_lock_nothing_is_kept() -> None:
    assert not [thing for thing in write(KnowledgeMap(), Options()) if isinstance(thing, Lock)]


NAMES = st.sampled_from(["a", "b", "c", "a b", "A-B", "é", "1"])
TOPICS = st.lists(
    st.tuples(
        NAMES, st.sampled_from(["", "Sub/"]), NAMES, st.lists(NAMES, max_size=2), st.sampled_from([None, "x", "y"])
    ),
    max_size=6,
    unique_by=lambda made: made[1] + made[0],
)


def mapped(made: Iterable[tuple[str, str, str, list[str], str | None]]) -> KnowledgeMap:
    topics: dict[str, Topic] = {}
    for name, folder, title, aliases, id_ in made:
        id_ = id_ or name.lower().replace(" ", "-")
        while id_ in topics:
            id_ += "-0123abcd"
        note = f"{folder}{name}.md"
        topics[id_] = Topic(id_, title, "", (), (), tuple(aliases), note, {}, Source(note, 1))
    return KnowledgeMap(topics=tuple(topics.values()))


@given(st.lists(TOPICS, min_size=2, max_size=5))
@settings(deadline=None, max_examples=examples(200))
def test_no_iri_is_shared_or_forgotten(states: list[list[tuple[str, str, str, list[str], str | None]]]) -> None:
    lock, assigned = "", set[str]()
    for state in states:
        vocabulary = Vocabulary(mapped(state), Options(most_lost=100), lock)
        iris = [vocabulary.concept(topic.id) for topic in vocabulary.map.topics]
        deprecated = [concept.iri for concept in vocabulary.iris.deprecated]
        assert len({*iris, *deprecated}) == len(iris) + len(deprecated)
        assigned |= {*iris}
        assert assigned == {*iris, *deprecated}
        lock = vocabulary.iris.lock
        again = Vocabulary(mapped(state), Options(most_lost=100), lock)
        assert [again.concept(topic.id) for topic in again.map.topics] == iris
        assert again.iris.lock == lock
