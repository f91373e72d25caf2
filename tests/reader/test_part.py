"""`--area` and `--tag`: a part of a vault is a whole map, and says nothing of the rest but in its notes' own words."""

import json
import re
from pathlib import Path

import pytest
from command import lay

from exporter import KnowledgeMap, Reading, UsageError, export_vault, read, writers
from exporter.run import Run
from exporter.testing import run_writer

MAP = """# All of it

## Areas
- [[Baking]] - with heat
  - [[Bread]] - with flour
- [[Garden]] - outside

## Learning Path
1. Sow in the [[Garden]] first
2. Mill [[Rye]], then bake [[Rye Bread]]
3. Rest

## Topics by Area
### Bread
- [[Rye Bread]]
- [[Pizza]]
### Garden
- [[Rye]]
- [[Beans]]
- [[Pizza]]
- Weeds

#index
"""
NOTES = {
    "Map.md": MAP,
    "Baking.md": "Needs an oven. #kitchen\n",
    "Bread.md": "Is for the [[Garden|outdoors]], too.\n",
    "Rye Bread.md": "---\nrequires: '[[Rye]]'\n---\nMade of [[Rye]], see [[Bread#Types]] and [[Nowhere]]. [Web](https://e.org/) #kitchen/warm\n",
    "Pizza.md": "---\nrelated: '[[Rye Bread]]'\n---\nOn [[Weeds]] or ![[Beans]] #kitchen\n",
    "Garden.md": "Has [[Beans]] and [[Lost]].\n",
    "Rye.md": "A grain for [[Rye Bread]]. #grain\n",
    "Beans.md": "Climb.\n",
    "Loose.md": "Alone with [[Beans]]. #grain\n",
}


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # where no mappings lie
    return lay(tmp_path / "vault", NOTES)


def part(vault: Path, areas: tuple[str, ...] = (), tags: tuple[str, ...] = ()) -> Reading:
    return Run(vault, areas=areas, tags=tags).read()


def ids(knowledge_map: KnowledgeMap) -> set[str]:
    return set(knowledge_map.topic)


@pytest.mark.parametrize(
    ("areas", "tags", "expected"),
    [
        (("Baking",), (), "baking bread rye-bread pizza"),
        (("bread",), (), "bread rye-bread pizza"),
        (("[[Bread|of all kinds]]",), (), "bread rye-bread pizza"),
        (("Garden",), (), "garden rye beans pizza weeds"),
        (("Garden", "Bread"), (), "garden rye beans pizza weeds bread rye-bread"),
        ((), ("grain",), "garden rye loose"),
        ((), ("kitchen/warm",), "baking bread rye-bread"),
        ((), ("#Kitchen",), "baking bread garden rye-bread pizza"),
        ((), ("grain", "kitchen/warm"), "baking bread garden rye-bread rye loose"),
        (("Bread",), ("kitchen",), "bread rye-bread pizza"),
        (("Garden",), ("grain",), "garden rye"),
    ],
)
def test_what_remains(vault: Path, areas: tuple[str, ...], tags: tuple[str, ...], expected: str) -> None:
    assert ids(part(vault, areas, tags).knowledge_map) == set(expected.split())


@pytest.mark.parametrize("areas", [("Baking",), ("Garden",), ("Bread", "Garden"), ()])
@pytest.mark.parametrize("tags", [("kitchen",), ("grain",), ()])
def test_no_table_names_what_is_not_there(vault: Path, areas: tuple[str, ...], tags: tuple[str, ...]) -> None:
    if not (areas or tags) or (areas == ("Baking",) and tags == ("grain",)):
        return
    knowledge_map, findings, statistics = part(vault, areas, tags)
    there = ids(knowledge_map)
    named = {id_ for topic in knowledge_map.topics for id_ in topic.areas}
    named |= {id_ for area in knowledge_map.areas for id_ in (area.id, area.parent) if id_}
    named |= {id_ for link in knowledge_map.links for id_ in (link.start, link.end)}
    named |= {id_ for path in knowledge_map.paths for step in path.steps for id_ in step.topics}
    named |= {reference.topic for reference in knowledge_map.references}
    named |= {str(want.topic) for missing in knowledge_map.missing for want in missing.wanted_by}
    for topic in knowledge_map.topics:
        named |= set(re.findall(r"<topic:([^>#]+)", knowledge_map.text(topic.id)))
    assert named <= there
    assert {tag for topic in knowledge_map.topics for tag in topic.tags} <= {tag.id for tag in knowledge_map.tags}
    notes = {topic.note for topic in knowledge_map.topics if topic.note}
    assert {finding.source.file for finding in findings} <= notes
    assert statistics.notes == statistics.topics == len(notes)
    assert statistics.links == statistics.resolved + statistics.unresolved + statistics.external


def test_links_paths_and_titles(vault: Path) -> None:
    knowledge_map, findings, statistics = part(vault, ("Bread",))
    assert (knowledge_map.title, knowledge_map.summary) == ("Bread", "with flour")
    assert knowledge_map.area["bread"].parent is None
    assert knowledge_map.topic["pizza"].areas == ("bread",)  # it lies in the garden, too
    assert {(link.start, link.kind, link.end) for link in knowledge_map.links} == {
        ("rye-bread", "in_area", "bread"),
        ("pizza", "in_area", "bread"),
        ("rye-bread", "mentions", "bread"),
        ("pizza", "related", "rye-bread"),
    }
    (path,) = knowledge_map.paths
    assert [(step.text, step.topics) for step in path.steps] == [("Mill Rye, then bake Rye Bread", ("rye-bread",))]
    assert [(missing.name, missing.source.file) for missing in knowledge_map.missing] == [("Nowhere", "Rye Bread.md")]
    assert [tag.id for tag in knowledge_map.tags] == ["kitchen", "kitchen/warm"]
    assert {finding.code for finding in findings} == {"missing-note", "missing-heading"}
    assert statistics.part == "a part: the area 'Bread', 3 of 9 notes"
    assert (statistics.links, statistics.resolved, statistics.unresolved, statistics.external) == (9, 7, 1, 1)


def test_texts_keep_the_words_of_links_to_the_rest(vault: Path) -> None:
    knowledge_map = part(vault, ("Bread",)).knowledge_map
    assert knowledge_map.text("bread") == "Is for the outdoors, too.\n"
    assert knowledge_map.text("rye-bread").startswith(
        "Made of Rye, see [Bread \\> Types](<topic:bread#Types>) and [Now"
    )
    assert "Climb." in knowledge_map.text("pizza")  # an embed is a note's own word
    whole = read(vault).knowledge_map
    assert "<topic:garden>" in whole.text("bread")


def test_several_names_make_a_title_of_the_maps(vault: Path) -> None:
    assert part(vault, ("Bread", "Garden")).knowledge_map.title == "All of it: Bread, Garden"
    assert part(vault, (), ("grain",)).knowledge_map.title == "All of it: #grain"


def test_a_part_with_everything_counts_what_the_whole_counts(tmp_path: Path) -> None:
    folder = lay(tmp_path / "all", {path: f"{text}\n#all\n" for path, text in NOTES.items() if path != "Map.md"})
    whole, everything = read(folder).statistics, part(folder, (), ("all",)).statistics
    for name in ("notes", "topics", "links", "resolved", "unresolved", "external"):
        assert getattr(whole, name) == getattr(everything, name)


@pytest.mark.parametrize(
    ("areas", "tags", "message"),
    [
        (("Bred",), (), "--area Bred: no area is called so; nearest: Bread"),
        (("Rye",), (), "--area Rye: is no area; known: Baking, Bread, Garden"),
        (("xyz",), (), "--area xyz: no area is called so; known: Baking, Bread, Garden"),
        ((), ("grains",), "--tag grains: no note has this tag; nearest: grain"),
        ((), ("",), "--tag : no note has this tag; known: "),
        (("Baking",), ("grain",), "the area 'Baking' and #grain: no note fits; name fewer of them"),
    ],
)
def test_what_nothing_is_called_so(vault: Path, areas: tuple[str, ...], tags: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        part(vault, areas, tags)
    assert str(caught.value).startswith(message)


@pytest.mark.book  # for the page
@pytest.mark.parametrize("name", sorted(writers.built_in().keys() - {"handbook", "epub", "docx"}))
def test_every_format_takes_a_part(vault: Path, name: str) -> None:
    writer = writers.find(name)
    made = run_writer(writer, part(vault, ("Bread",)).knowledge_map, writer.Options())
    text = b"".join(made.files.values()).decode()
    assert "Pizza" in text
    embedded = "" if name == "html" else "|Climb"  # the page has texts
    assert not re.search(f"Garden|Lost|Loose{embedded}", text)


def test_what_is_published_is_not_forgotten_by_a_part(vault: Path, tmp_path: Path) -> None:
    settings = ["skos.base=https://me.example/"]
    export_vault(vault, ["skos"], tmp_path / "whole", settings=settings)
    lock = vault / ".mlk-export" / "skos.lock"
    before, turtle = lock.read_bytes(), (tmp_path / "whole/skos/knowledge-map.ttl").read_bytes()
    report = export_vault(vault, ["skos"], tmp_path / "part", settings=settings, areas=["Bread"])
    assert lock.read_bytes() == before
    assert not [finding for finding in report.findings if finding.code == "skos-gone"]
    assert b"deprecated" not in (tmp_path / "part/skos/knowledge-map.ttl").read_bytes()
    export_vault(vault, ["skos"], tmp_path / "whole", settings=settings)
    assert (tmp_path / "whole/skos/knowledge-map.ttl").read_bytes() == turtle


def test_a_renamed_note_of_the_part_keeps_its_name_there(vault: Path, tmp_path: Path) -> None:
    settings = ["skos.base=https://me.example/"]
    export_vault(vault, ["skos"], tmp_path / "out", settings=settings)
    (vault / "Pizza.md").rename(vault / "Flatbread.md")
    lay(
        vault,
        {"Map.md": MAP.replace("Pizza", "Flatbread"), "Flatbread.md": f"---\naliases: Pizza\n---\n{NOTES['Pizza.md']}"},
    )
    export_vault(vault, ["skos", "json"], tmp_path / "out", settings=settings, areas=["Bread"])
    turtle = (tmp_path / "out/skos/knowledge-map.ttl").read_text()
    assert "vault:pizza" in turtle
    assert "vault:flatbread" not in turtle
    topics = json.loads((tmp_path / "out/json/knowledge-map.json").read_text())["topics"]
    assert "flatbread" in {topic["id"] for topic in topics}
