"""What a vault means: the map's roles, areas from elsewhere, ids, typed links, topics without a note."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import TESTS

from exporter import Finding, KnowledgeMap, ReadOptions, read
from exporter.errors import OptionError
from exporter.model import VAULT

Vault = Callable[..., tuple[KnowledgeMap, list[Finding]]]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """Write the notes into a folder and read it: `vault({"A.md": "text"}, option=...)`."""

    def make(notes: dict[str, str], **options: object) -> tuple[KnowledgeMap, list[Finding]]:
        for path, text in notes.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return read(tmp_path, ReadOptions(**options))[:2]  # type: ignore[arg-type]

    return make


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def filed(knowledge_map: KnowledgeMap) -> dict[str, list[str]]:
    return {area.id: [topic.id for topic in knowledge_map.topics_in(area.id)] for area in knowledge_map.areas}


MAP = "#index\n\n## Core Areas\n- [[A]] - first\n- [[B]]\n\n## Key Topics by Area\n"
AB = {"A.md": "a", "B.md": "b", "X.md": "x", "Y.md": "y"}


# -- the map -----------------------------------------------------------------------------------------------


def test_a_heading_means_an_area_by_its_link(vault: Vault) -> None:
    knowledge_map, findings = vault({**AB, "M.md": MAP + "### On [[B]] and more\n- [[X]]\n"})
    assert (filed(knowledge_map), findings) == ({"a": [], "b": ["x"]}, [])


def test_a_heading_means_an_area_by_its_title(vault: Vault) -> None:
    notes = {**AB, "B.md": "# The *second* one\n", "M.md": MAP + "### the second one:\n- [[X]]\n"}
    assert filed(vault(notes)[0])["b"] == ["x"]


def test_a_heading_means_an_area_by_its_alias(vault: Vault) -> None:
    notes = {**AB, "B.md": "---\naliases: [Bee]\n---\n", "M.md": MAP + "### BEE\n- [[X]]\n"}
    assert filed(vault(notes)[0])["b"] == ["x"]


def test_a_heading_means_an_area_by_the_mapping(vault: Vault) -> None:
    knowledge_map, findings = vault({**AB, "M.md": MAP + "### Elsewhere\n- [[X]]\n"}, area_names={"Elsewhere": "B"})
    assert (filed(knowledge_map)["b"], findings) == (["x"], [])


def test_a_mapping_of_another_vault_is_told(vault: Vault) -> None:
    names = {"Introduction": "Compilers", "Tools": "Compiler Tools"}
    own = {**AB, "M.md": MAP + "### A\n- [[X]]\n"}
    (finding,) = vault(own, area_names=names)[1]
    assert (finding.source, finding.code) == (VAULT, "foreign-mapping")
    assert finding.message.startswith("none of the 2 areas that [area_names] of vault.toml names is in this vault; ")
    assert codes(vault(own, area_names=names, map="-")[1]) == ["foreign-mapping"]
    (finding,) = vault(own, area_names={"Tools": "Compiler Tools"})[1]
    assert finding.message.startswith("no area that [area_names] of vault.toml names is in this vault; ")


@pytest.mark.parametrize("names", [{"Elsewhere": "Nothing"}, {"Nothing": "B"}, {"Nothing": "bee"}, {"Nothing": "Old"}])
def test_a_mapping_that_names_anything_here_is_this_vaults(vault: Vault, names: dict[str, str]) -> None:
    notes = {**AB, "B.md": "---\naliases: [Bee]\n---\n", "Old.md": "", "M.md": MAP + "### Elsewhere\n- [[X]]\n"}
    findings = vault(notes, area_names={"No": "Nowhere", **names})[1]
    assert codes(findings) == ["unknown-area"]


def test_an_area_that_nobody_knows_is_made_and_told(vault: Vault) -> None:
    knowledge_map, findings = vault({**AB, "M.md": MAP + "### Elsewhere\n- [[X]]\n"})
    assert filed(knowledge_map) == {"a": [], "b": [], "elsewhere": ["x"]}
    assert codes(findings) == ["unknown-area"]
    assert findings[0].source.line == 8


def test_the_order_of_each_area_is_kept(vault: Vault) -> None:
    knowledge_map, _ = vault({**AB, "M.md": MAP + "### A\n- [[X]]\n- [[Y]]\n### B\n- [[Y]]\n- [[X]]\n"})
    assert filed(knowledge_map) == {"a": ["x", "y"], "b": ["y", "x"]}
    assert knowledge_map.topic["x"].areas == ("a", "b")
    assert [topic.id for topic in knowledge_map.topics] == ["a", "b", "x", "y"]


def test_a_comment_is_no_summary_and_has_no_dash(vault: Vault) -> None:
    lines = (
        "- [[A]]\n%% made by a script: do not edit %%",
        "- [[B]] %% draft - later %% - two",
        "- [[C]] <!-- old: no --> - three",
    )
    knowledge_map, _ = vault(
        {"M.md": "#index\n\n## Key Topics\n" + "\n".join(lines), "A.md": "x", "B.md": "x", "C.md": "x"}
    )
    assert [knowledge_map.topic[id_].summary for id_ in "abc"] == ["", "two", "three"]


def test_words_behind_the_dash_are_the_summary(vault: Vault) -> None:
    items = "- [[X]] - the *X* - of `x`\n- [[Y]]: why\n- [[A - Z|not - yet]] — one - two\n- Without a note - words\n"
    knowledge_map, _ = vault({**AB, "M.md": "#index\n## Core Areas\n" + items})
    assert [(topic.id, topic.summary) for topic in knowledge_map.topics][:4] == [
        ("x", "the X - of x"),
        ("y", "why"),
        ("a-z", "one - two"),
        ("without-a-note", "words"),
    ]
    assert knowledge_map.topic["without-a-note"].note is None
    assert knowledge_map.topic["without-a-note"].title == "Without a note"


def test_a_path_keeps_words_topics_and_order(vault: Vault) -> None:
    path = "## Learning Path\n1. Begin with [[Y|why]], then [[X]]\n   - and [[A]]\n2. Rest\n3. [[Y]] again\n"
    knowledge_map, _ = vault({**AB, "M.md": "#index\n" + path})
    (learning,) = knowledge_map.paths
    assert [(step.text, step.topics, step.source.line) for step in learning.steps] == [
        ("Begin with why, then X and A", ("y", "x", "a"), 3),
        ("Rest", (), 5),
        ("Y again", ("y",), 6),
    ]


def test_several_paths(vault: Vault) -> None:
    path = "## Learning Paths\n### Short\n1. [[A]]\n### Long\n1. [[A]]\n2. [[B]]\n"
    knowledge_map, _ = vault({**AB, "M.md": "#index\n" + path})
    assert [(path.id, len(path.steps)) for path in knowledge_map.paths] == [("short", 1), ("long", 2)]


def test_an_empty_path_is_told(vault: Vault) -> None:
    knowledge_map, findings = vault({**AB, "M.md": MAP + "## Learning Path\nNothing yet.\n"})
    assert knowledge_map.paths == ()
    assert codes(findings) == ["empty-path"]


def test_areas_within_areas(vault: Vault) -> None:
    knowledge_map, _ = vault({**AB, "M.md": "#index\n## Areas\n- [[A]]\n  - [[B]]\n    - [[X]]\n- [[Y]]\n"})
    assert [(area.id, area.parent) for area in knowledge_map.areas] == [
        ("a", None),
        ("b", "a"),
        ("x", "b"),
        ("y", None),
    ]


def test_a_map_without_roles_is_an_area_for_each_heading(vault: Vault) -> None:
    knowledge_map, findings = vault({**AB, "M.md": "#moc\n# Home\n## [[A]]\n- [[X]]\n## Others\n- [[Y]]\n- [[B]]\n"})
    assert (filed(knowledge_map), findings) == ({"a": ["x"], "others": ["y", "b"]}, [])


def test_a_list_without_a_role_is_told(vault: Vault) -> None:
    _, findings = vault({**AB, "M.md": MAP + "### A\n- [[X]]\n\n## Scribbles\n- [[Y]]\n"})
    assert codes(findings) == ["unread-section"]
    assert "the heading 'Scribbles' has no role, so its 1 entry is not read" in findings[0].message


def test_a_link_outside_is_a_topic_with_a_reference(vault: Vault) -> None:
    knowledge_map, _ = vault({**AB, "M.md": MAP + "### A\n- [MLIR](https://mlir.llvm.org) - a site\n"})
    assert knowledge_map.topic["mlir"].summary == "a site"
    assert [(r.topic, r.url) for r in knowledge_map.references] == [("mlir", "https://mlir.llvm.org")]


def test_a_map_that_leads_nowhere_names_topics_without_notes(vault: Vault) -> None:
    knowledge_map, findings = vault({"M.md": MAP + "### A\n- [[X]]\n"})
    assert [topic.id for topic in knowledge_map.topics if topic.note is None] == ["a", "b", "x"]
    assert codes(findings) == ["missing-note"] * 3


def test_notes_link_to_topics_without_a_note(vault: Vault) -> None:
    knowledge_map, findings = vault({**AB, "X.md": "[[not yet]]", "M.md": MAP + "### A\n- Not yet\n"})
    assert [(link.kind, link.end) for link in knowledge_map.links_from("x")] == [("mentions", "not-yet")]
    assert findings == []
    assert knowledge_map.text("x") == "[not yet](<topic:not-yet>)\n"


def test_which_note_is_the_map(vault: Vault) -> None:
    lists = "## Areas\n- [[A]]\n"
    assert vault({"A.md": "", "M.md": f"{lists}#MOC"})[0].source.file == "M.md"
    knowledge_map, findings = vault({"N.md": f"{lists}#index"})
    assert (knowledge_map.source.file, codes(findings)) == ("", ["two-maps"])
    assert vault({}, map="n")[0].source.file == "N.md"
    assert vault({}, map="-")[1] == []
    with pytest.raises(OptionError, match="'Z' names no note"):
        vault({}, map="Z")


@pytest.mark.parametrize(
    ("front", "names", "language", "told"),
    [
        ("", ["Plain"], "en", False),
        ("", ["Café", "Plain"], "en", True),
        ("", ["機械", "ひらがな", "Plain"], "ja", True),
        ("", ["Їжак", "Кава", "Plain"], "uk", True),
        ("", ["한국어", "Plain", "Other", "Another"], "en", True),
        ("---\nlang: de\n---\n", ["Übersicht"], "de", False),
        ("---\nlanguage: en\n---\n", ["機械"], "en", False),
    ],
)
def test_the_language_that_nobody_says_is_assumed_and_told(
    vault: Vault, front: str, names: list[str], language: str, told: bool
) -> None:
    titles = "\n".join(f"- [[{name}]]" for name in names)
    knowledge_map, findings = vault(
        {"M.md": f"{front}#index\n\n## Key Topics\n{titles}\n"} | {f"{name}.md": "x" for name in names}
    )
    assert knowledge_map.language == language
    assert [(str(finding.source), finding.code) for finding in findings] == [("M.md:1", "assumed-language")] * told
    assert vault({}, language="fr")[0].language == "fr"
    assert "assumed-language" not in codes(vault({}, language="fr")[1])


def test_no_map_is_told(vault: Vault) -> None:
    _, findings = vault({"A.md": "", "B.md": ""})
    assert codes(findings) == ["no-map"]


def test_a_note_named_after_the_vault_is_the_map(tmp_path: Path) -> None:
    folder = tmp_path / "Garden"
    folder.mkdir()
    (folder / "garden.md").write_text("# Green\nIntro of *it*.\n## Areas\n- [[A]]\n")
    knowledge_map = read(folder).knowledge_map
    assert (knowledge_map.title, knowledge_map.summary, knowledge_map.source.file) == (
        "Green",
        "Intro of it.",
        "garden.md",
    )


def test_links_to_the_map_stand_in_no_table_and_are_told(vault: Vault) -> None:
    knowledge_map, findings = vault({**AB, "X.md": "up:: [[M]]\n\n[[M]]", "M.md": MAP})
    assert knowledge_map.links == ()
    assert codes(findings) == ["map-link"]
    assert findings[0].message == "2 links lead to the map itself, which is no topic; left out of every table"


# -- areas from elsewhere ----------------------------------------------------------------------------------


def test_areas_from_properties(vault: Vault) -> None:
    notes = {"A.md": "", "B.md": '---\nup: "[[A]]"\n---\n', "C.md": "parent:: [[B]]"}
    knowledge_map, _ = vault(notes, map="-")
    assert filed(knowledge_map) == {"a": ["b"], "b": ["c"]}
    assert [(area.id, area.parent) for area in knowledge_map.areas] == [("a", None), ("b", "a")]


def test_areas_from_folders(vault: Vault) -> None:
    notes = {
        "loose.md": "",
        "ml/ml.md": "# Machine learning",
        "ml/w.md": "",
        "ml/deep/x.md": "",
        "y/z.md": "",
        "y.md": "",
    }
    knowledge_map, _ = vault(notes, map="-")
    assert filed(knowledge_map) == {"ml": ["w"], "ml-deep": ["x"], "y": ["z"]}
    assert [(area.id, area.parent) for area in knowledge_map.areas] == [("ml", None), ("ml-deep", "ml"), ("y", None)]
    assert knowledge_map.topic["ml"].title == "Machine learning"
    assert knowledge_map.topic["ml-deep"].note is None


def test_areas_from_tags(vault: Vault) -> None:
    knowledge_map, _ = vault({"a.md": "#ml/deep", "b.md": "#ml"}, map="-", areas_without_map=("tags",))
    assert [(area.id, area.parent) for area in knowledge_map.areas] == [("ml", None), ("ml-deep", "ml")]
    assert filed(knowledge_map) == {"ml": ["b"], "ml-deep": ["a"]}


def test_the_map_and_a_property_disagree(vault: Vault) -> None:
    notes = {**AB, "X.md": '---\nup: "[[B]]"\n---\n', "M.md": MAP + "### A\n- [[X]]\n"}
    knowledge_map, findings = vault(notes)
    assert knowledge_map.topic["x"].areas == ("a", "b")
    assert codes(findings) == ["area-disagreement"]
    assert str(findings[0].source) == "X.md:2"
    assert "M.md:9" in findings[0].message
    assert vault({}, areas_from=("properties", "map"))[0].topic["x"].areas == ("b", "a")
    assert vault({}, areas_from=("map",))[0].topic["x"].areas == ("a",)


def test_up_to_what_is_no_area_of_the_map_is_a_broader_link(vault: Vault) -> None:
    knowledge_map, _ = vault({**AB, "X.md": '---\nup: "[[Y]]"\n---\n', "M.md": MAP})
    assert [(link.start, link.kind, link.end) for link in knowledge_map.links] == [("x", "broader", "y")]


def test_areas_in_one_another_are_cut_and_told(vault: Vault) -> None:
    notes = {name: f'---\nup: "[[{end}]]"\n---\n' for name, end in (("A.md", "B"), ("B.md", "C"), ("C.md", "A"))}
    knowledge_map, findings = vault(notes, map="-")
    assert codes(findings) == ["area-circle"]
    assert sum(area.parent is None for area in knowledge_map.areas) == 1
    assert len(knowledge_map.links) == 2


# -- topics ------------------------------------------------------------------------------------------------


def test_ids_come_from_the_property_or_the_file_name_never_from_the_title(vault: Vault) -> None:
    notes = {
        "Some Note.md": "# Another title",
        "B.md": "---\nid: the-b\ntitle: Bee\n---\n",
        "7.md": "---\nid: 7\n---\n",
    }
    knowledge_map, _ = vault({**notes, "Größe & Maß.md": "", "+++.md": ""}, map="-")
    ids = {topic.title: topic.id for topic in knowledge_map.topics}
    assert ids.pop("+++").startswith("note-")
    assert ids == {"Another title": "some-note", "Bee": "the-b", "7": "7", "Größe & Maß": "größe-maß"}


def test_two_notes_with_one_name_both_survive(vault: Vault) -> None:
    knowledge_map, findings = vault({"x/rye.md": "", "rye.md": "", "longer/rye.md": ""}, map="-")
    ids = {topic.note: topic.id for topic in knowledge_map.topics if topic.note}
    assert ids["rye.md"] == "rye"
    assert len(set(ids.values())) == 3
    assert codes(findings) == ["duplicate-id"] * 2
    more, _ = vault({"an/other/readme.md": ""}, map="-")
    assert ids.items() <= {topic.note: topic.id for topic in more.topics}.items()


def test_two_notes_with_one_id_both_survive(vault: Vault) -> None:
    notes = {"a.md": "---\nid: same\n---\n", "b.md": "---\ntags: x\nid: same\n---\n", "same.md": ""}
    knowledge_map, findings = vault(notes, map="-")
    assert len({topic.id for topic in knowledge_map.topics}) == 3
    assert knowledge_map.topic["same"].note == "a.md"
    assert [str(finding.source) for finding in findings] == ["b.md:3", "same.md:1"]


def test_a_wrong_id_is_told(vault: Vault) -> None:
    knowledge_map, findings = vault({"a.md": "---\nid: [x]\n---\n"}, map="-")
    assert (knowledge_map.topics[0].id, codes(findings)) == ("a", ["bad-id"])


def test_tags_are_one_whatever_their_case_and_lie_in_one_another(vault: Vault) -> None:
    knowledge_map, _ = vault({"a.md": "---\ntags: [ML/Deep, '#x']\n---\n#ml/deep/er #ml", "b.md": "#ML"}, map="-")
    assert [(tag.id, tag.parent) for tag in knowledge_map.tags] == [
        ("ML", None),
        ("ML/Deep", "ML"),
        ("ML/Deep/er", "ML/Deep"),
        ("x", None),
    ]
    assert knowledge_map.topic["a"].tags == ("ML/Deep", "x", "ML/Deep/er", "ML")


def test_properties_keep_what_is_no_field_and_no_link(vault: Vault) -> None:
    front = 'id: a\ntags: t\nrequires: "[[B]]"\nsize: 3\nmixed: ["[[B]]", words]\nseen: about [[B|the b]]\n'
    knowledge_map, _ = vault({"a.md": f"---\n{front}---\n", "b.md": ""}, map="-")
    assert knowledge_map.topic["a"].properties == {"size": 3, "mixed": ["B", "words"], "seen": "about the b"}
    links = [(link.kind, link.end, link.source.line) for link in knowledge_map.links]
    assert links == [("requires", "b", 4), ("mixed", "b", 6)]


def test_typed_links_from_inline_fields(vault: Vault) -> None:
    text = "Prerequisites:: [[b]], [[c]]\n\nand [inspired by:: [[c]]] but [[b]]"
    knowledge_map, _ = vault({"a.md": text, "b.md": "", "c.md": ""}, map="-")
    assert sorted((link.kind, link.end) for link in knowledge_map.links) == [
        ("inspired-by", "c"),
        ("mentions", "b"),
        ("requires", "b"),
        ("requires", "c"),
    ]


def test_a_relation_that_is_no_link_is_told(vault: Vault) -> None:
    knowledge_map, findings = vault({"a.md": "---\nrequires: C\nup: [[B]]\n---\n", "b.md": ""}, map="-")
    assert codes(findings) == ["plain-relation", "unquoted-link"]
    assert [(link.kind, link.end) for link in knowledge_map.links] == [("in_area", "b")]


def test_an_alias_is_told_with_the_note_that_has_it(vault: Vault) -> None:
    _, findings = vault({"a.md": "[[Bee]]", "b.md": "---\naliases: Bee\n---\n"}, map="-")
    assert "[[b|Bee]]" in findings[0].message


def test_missing_parts_of_notes_are_told(vault: Vault) -> None:
    notes = {"a.md": "[[b#Here]] [[b#There]] [[b#^x]] [[b#^y]] ![[no.png]]", "b.md": "# Here\ntext ^x\n"}
    _, findings = vault(notes, map="-")
    assert codes(findings) == ["missing-block", "missing-file", "missing-heading"]


def test_every_record_points_into_the_vault(small: KnowledgeMap) -> None:
    tables = (small.topics, small.areas, small.tags, small.links, small.paths, small.references)
    sources = {record.source for table in tables for record in table}
    sources |= {step.source for path in small.paths for step in path.steps}
    for source in sources:
        lines = (TESTS / "vaults" / "small" / source.file).read_text(encoding="utf-8").split("\n")
        assert 1 <= source.line <= len(lines), source


def test_bars_in_the_words_of_a_link_in_a_table(vault: Vault) -> None:
    text = "| a | b |\n| - | - |\n| [[b\\|x\\|y]] | z |\n"
    knowledge_map, _ = vault({"a.md": text, "b.md": ""}, map="-")
    assert [link.text for link in knowledge_map.links] == ["x|y"]
    assert "[x\\|y](<topic:b>)" in knowledge_map.text("a")


ITALIAN = "La gestione della memoria, Il ciclo di vita del processo, Che cosa è un grafo e come si usa con gli alberi"


@pytest.mark.parametrize(
    ("headings", "language", "told"),
    [
        (ITALIAN, "it", True),
        ("Der Baum und die Wurzel, Wie man ein Haus mit dem Plan für das Dach baut", "de", True),
        ("Le cycle de la vie et les fonctions du code, Une boucle pour les tableaux", "fr", True),
        ("The life of a process, How to read from the disk, What is a tree and how it grows in the heap", "en", False),
        (
            f"{ITALIAN}, The life of the process and of the disk, How to read it, What is to be read from the heap",
            "en",
            True,
        ),
        ("Kernel, Fusion, Tile", "en", False),
    ],
)
def test_a_vault_in_latin_letters_is_in_the_language_of_its_small_words(
    vault: Vault, headings: str, language: str, told: bool
) -> None:
    """Of titles and headings; where two languages are near one another nothing is concluded."""
    notes = {f"n{k}.md": f"# {heading}\n" for k, heading in enumerate(headings.split(", ") * 4)}
    knowledge_map, findings = vault({"Map.md": "- [[n0]]\n", **notes})
    assert knowledge_map.language == language
    assert ("assumed-language" in codes(findings)) is told
