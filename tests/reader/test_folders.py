"""Folders as areas: which note stands for each, which are folded, and what becomes of ids (vaults/folders)."""

from pathlib import Path

import pytest
from command import lay
from conftest import TESTS

from exporter import KnowledgeMap, Publish, Reading, ReadOptions, read
from exporter.reader.explain import explain

FOLDERS = TESTS / "vaults" / "folders"


def vault(root: Path, notes: dict[str, str], **options: object) -> Reading:
    lay(root / "vault", notes)
    return read(root / "vault", ReadOptions(**options))  # type: ignore[arg-type]


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def ids(reading: Reading) -> dict[str | None, str]:
    return {topic.note: topic.id for topic in reading.knowledge_map.topics}


def filed(knowledge_map: KnowledgeMap) -> dict[str, list[str]]:
    return {area.id: [topic.id for topic in knowledge_map.topics_in(area.id)] for area in knowledge_map.areas}


def test_a_vault_of_folders_is_understood_as_its_owner_means_it() -> None:
    reading = read(FOLDERS)
    knowledge_map = reading.knowledge_map
    assert [(area.id, knowledge_map.topic[area.id].title, area.parent) for area in knowledge_map.areas] == [
        ("content-bread", "bread", None),
        ("content-law", "law", None),
        ("milling", "On milling", None),
        ("content-ovens", "All about ovens", None),
        ("content-tools", "tools", None),
        ("content-tools-small", "small", "content-tools"),
    ]
    assert filed(knowledge_map) == {
        "content-bread": ["content-bread-readme", "rye", "wheat"],
        "content-law": ["prices", "weights"],
        "milling": ["roller", "stone"],
        "content-ovens": ["steam", "deck"],
        "content-tools": ["peel"],
        "content-tools-small": ["brush", "lame"],
    }
    assert [topic.id for topic in knowledge_map.topics if not topic.areas and topic.id not in knowledge_map.area] == [
        "content",
        "readme",
    ]
    assert knowledge_map.definition("content-ovens") == "A chamber in which bread is baked."
    assert knowledge_map.lead("content-bread") == "Bread is flour and water that has been baked."
    assert {(link.start, link.end) for link in knowledge_map.links if link.kind == "mentions"} == {
        ("content", "rye"),
        ("content-bread", "rye"),
        ("rye", "content-bread"),
    }
    assert codes(reading) == ["no-map", "missing-note"]  # [[ovens/index]] is called _Index


def test_explain_says_that_a_note_stands_for_its_folder() -> None:
    said = "\n".join(text for _, text in explain("content/bread/index.md", FOLDERS))
    assert "id: content-bread (the folder's, for which this note stands)" in said
    assert "title: bread (the folder's name, as the note's own is but 'Index')" in said
    said = "\n".join(text for _, text in explain("content/bread/README.md", FOLDERS))
    assert "id: content-bread-readme (its path, as the file's name says little)" in said
    assert "title: How these notes are kept (the heading that opens the note)" in said


@pytest.mark.parametrize(
    ("names", "ids_of"),
    [
        (["X.md", "index.md", "README.md"], ["x", "x-index", "x-readme"]),
        (["x.MD", "Index.md"], ["x", "x-index"]),
        (["index.md", "_index.md"], ["x", "x-index"]),
        (["_index.md", "ReadMe.md"], ["x", "x-readme"]),
        (["README.md"], ["x"]),
    ],
)
def test_the_strongest_name_stands_for_the_folder(tmp_path: Path, names: list[str], ids_of: list[str]) -> None:
    reading = vault(tmp_path, {**{f"X/{name}": "" for name in names}, "X/a.md": "", "b.md": ""})
    assert [ids(reading)[f"X/{name}"] for name in names] == ids_of
    assert {area: {*topics} for area, topics in filed(reading.knowledge_map).items()} == {"x": {"a", *ids_of[1:]}}
    assert codes(reading) == ["no-map"]


def test_a_note_beside_its_folder_comes_before_an_index_in_it(tmp_path: Path) -> None:
    reading = vault(tmp_path, {"X.md": "", "X/index.md": "", "X/a.md": ""})
    assert filed(reading.knowledge_map) == {"x": ["a", "x-index"]}


def test_a_folder_that_holds_but_its_note_is_a_note(tmp_path: Path) -> None:
    notes = {"posts/one/index.md": "# One", "posts/two/two.md": "", "posts/deep/er/index.md": "", "a.md": ""}
    knowledge_map = vault(tmp_path, notes).knowledge_map
    assert filed(knowledge_map) == {"posts": ["posts-one", "two"], "posts-deep": ["posts-deep-er"]}
    assert knowledge_map.topic["posts-deep-er"].title == "er"


def test_an_id_that_is_taken_gets_the_hash_of_the_folder_with_and_without_a_note(tmp_path: Path) -> None:
    notes = {"A/Bread.md": "", "Bread/rye.md": "", "Bread/oat.md": ""}
    (before,) = vault(tmp_path, notes).knowledge_map.topic["rye"].areas
    reading = vault(tmp_path, {"Bread/index.md": "What rises."})
    assert ids(reading)["Bread/index.md"] == before
    assert before.startswith("bread-")
    assert ids(reading)["A/Bread.md"] == "bread"  # it has been, and stays
    assert [str(finding) for finding in reading.findings if finding.code == "duplicate-id"] == [
        f"Bread/index.md:1: warning: the id 'bread' of its folder is taken by 'A/Bread.md'; this note gets {before!r}; "
        "give it an `id` of its own [duplicate-id]"
    ]


def test_folders_whose_ids_are_one_both_survive(tmp_path: Path) -> None:
    notes = {"a/b/index.md": "", "a/b/x.md": "", "a/c/z.md": "", "a b/index.md": "", "a b/y.md": ""}
    reading = vault(tmp_path, notes)
    assert ids(reading)["a b/index.md"] == "a-b"
    assert ids(reading)["a/b/index.md"].startswith("a-b-")
    assert codes(reading) == ["no-map", "duplicate-id"]


def test_an_id_of_its_own_is_kept(tmp_path: Path) -> None:
    reading = vault(tmp_path, {"X/index.md": "---\nid: mine\n---\n", "X/a.md": "", "b.md": ""})
    assert filed(reading.knowledge_map) == {"mine": ["a"]}
    assert reading.knowledge_map.topic["mine"].title == "X"


def test_words_of_the_map_mean_the_note_of_a_folder(tmp_path: Path) -> None:
    notes = {
        "Map.md": "#moc\n## Areas\n- Bread - what rises\n",
        "Bread/index.md": "",
        "Bread/rye.md": "[[Bread]]",
        ".obsidian/app.json": "{}",
    }
    knowledge_map = vault(tmp_path, notes).knowledge_map
    assert filed(knowledge_map) == {"bread": ["rye"]}
    assert knowledge_map.topic["bread"].note == "Bread/index.md"
    assert [(link.start, link.kind, link.end) for link in knowledge_map.links] == [
        ("rye", "in_area", "bread"),
        ("rye", "mentions", "bread"),
    ]


def test_a_map_may_stand_for_a_folder(tmp_path: Path) -> None:
    notes = {"X/index.md": "#moc\n- [[a]]\n", "X/a.md": "", "X/b.md": "", "Y/c.md": ""}
    reading = vault(tmp_path, notes)
    assert reading.knowledge_map.source.file == "X/index.md"
    assert filed(reading.knowledge_map) == {"x": ["a", "b"], "y": ["c"]}


# -- folding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paths", "areas"),
    [
        (["X/notes/a.md", "z.md"], {"x": ["a"]}),
        (["X/b.md", "X/notes/a.md", "z.md"], {"x": ["b"], "x-notes": ["a"]}),
        (["X/more/b.md", "X/notes/a.md", "z.md"], {"x": [], "x-more": ["b"], "x-notes": ["a"]}),
        (["X/X.md", "X/archive/a.md", "z.md"], {"x": ["a"]}),
        (["X.md", "X/archive/a.md"], {"x": ["a"]}),
        (["X/deep/deep.md", "X/deep/a.md", "z.md"], {"deep": ["a"]}),
        (["X/X.md", "X/deep/deep.md", "X/deep/a.md", "z.md"], {"x": [], "deep": ["a"]}),
        (["X/index.md", "X/deep/index.md", "X/deep/a.md", "z.md"], {"x": [], "x-deep": ["a"]}),
        (["content/a.md", "content/X/b.md"], {"content-x": ["b"]}),
        (["content/X/b.md", "content/X/Y/a.md", "content/Z/c.md"], {"content-x": ["b"], "content-x-y": ["a"], "content-z": ["c"]}),
        (["a/b/c/d.md"], {"a": ["d"]}),
        (["README.md", "docs/a.md"], {"docs": ["a"]}),
        (["docs/index.md", "docs/a.md"], {"docs": ["a"]}),
        (["z.md", "docs/a.md"], {"docs": ["a"]}),
    ],
)  # fmt: skip
def test_a_folder_that_holds_one_folder_alone_is_folded(
    tmp_path: Path, paths: list[str], areas: dict[str, list[str]]
) -> None:
    assert filed(vault(tmp_path, dict.fromkeys(paths, "")).knowledge_map) == areas


def test_levels_of_a_dialect_are_not_folded(tmp_path: Path) -> None:
    knowledge_map = vault(tmp_path, {"a.b.c.md": "", "a.b.d.md": ""}, dialect="dendron").knowledge_map
    assert filed(knowledge_map) == {"a": [], "a-b": ["a-b-c", "a-b-d"]}


def test_the_outer_name_stands_for_folders_that_are_folded(tmp_path: Path) -> None:
    notes = dict.fromkeys(["Algebra/notes/old/a.md", "Topology/notes/index.md", "Topology/notes/b.md"], "")
    knowledge_map = vault(tmp_path, notes).knowledge_map
    assert filed(knowledge_map) == {"algebra": ["a"], "topology-notes": ["b"]}
    assert [knowledge_map.topic[area.id].title for area in knowledge_map.areas] == ["Algebra", "Topology"]


def test_a_rule_may_name_a_folder_that_is_folded(tmp_path: Path) -> None:
    notes = dict.fromkeys(["X/archive/a.md", "z.md", "y.md"], "")
    reading = vault(tmp_path, notes, publish=Publish(hide=("[[archive]]",)))
    assert {topic.id for topic in reading.knowledge_map.topics} == {"y", "z"}


def test_what_is_hidden_or_excluded_holds_no_folder_open(tmp_path: Path) -> None:
    notes = {
        "X/index.md": "---\ndraft: true\n---\n# Secret",
        "X/README.md": "# README",
        "X/s.md": "#private",
        "z.md": "",
    }
    reading = vault(tmp_path, {**notes, "X/in/a.md": "", "X/in/b.md": "", "X/old/c.md": ""}, exclude=("X/old/",))
    assert filed(reading.knowledge_map) == {"x": ["a", "b"]}
    assert reading.knowledge_map.topic["x"].note == "X/README.md"
    assert reading.knowledge_map.topic["x"].title == "X"
