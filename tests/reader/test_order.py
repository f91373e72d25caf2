"""What stands where in the tables: by the map, by numbers in properties, by Longform's scenes, else as Obsidian lists files."""

import random
from pathlib import Path

import pytest

from exporter.model import KnowledgeMap
from exporter.reader import Reading, ReadOptions, read
from exporter.reader.names import natural_key


def understand(folder: Path, notes: dict[str, str], **options: object) -> Reading:
    for path, text in notes.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return read(folder, ReadOptions(map="-", **options))  # type: ignore[arg-type]


def titles(knowledge_map: KnowledgeMap) -> list[str]:
    return [topic.title for topic in knowledge_map.topics]


@pytest.mark.parametrize(
    "names",
    [
        ["1.getting_started", "2.accessing_services", "10.api", "11.simplification"],
        ["0", "1", "007", "10", "100", "1000000000000000000000", "a"],
        ["Chapter 1", "Chapter 1 notes", "chapter 2", "Chapter 10", "Chapters"],
        ["_draft", "a b", "a-b", "a1", "ab"],
        ["Äpfel", "apple", "Birne", "Éclair", "zoo", "Ω", "ж", "한글"],
        ["$", "«x»", "🗂️ Index", "1", "a", "कन", "का"],
        ["Kapitel ٢", "Kapitel ３", "Kapitel 10"],
    ],
)
def test_names_are_sorted_naturally(names: list[str]) -> None:
    mixed = random.Random(1).sample(names, len(names))
    assert sorted(mixed, key=natural_key) == names


def test_a_name_of_digits_alone_is_no_trouble() -> None:
    assert natural_key("9" * 5_000) < natural_key("1" + "0" * 5_000)


def test_topics_stand_as_obsidian_lists_files(tmp_path: Path) -> None:
    notes = {"10 Last.md": "", "2 Next.md": "", "1 First.md": "", "b/1.md": "", "B.md": "", "a.md": ""}
    knowledge_map = understand(tmp_path, dict.fromkeys(notes, "words"), areas_without_map=()).knowledge_map
    assert titles(knowledge_map) == ["1", "1 First", "2 Next", "10 Last", "a", "B"]
    assert [topic.title for topic in knowledge_map.topics_in(None)] == titles(knowledge_map)


def test_folders_stand_naturally_with_those_within(tmp_path: Path) -> None:
    folders = ["10.api", "2.x", "1.getting_started/b 10", "1.getting_started/b 9", "1.getting_started"]
    knowledge_map = understand(tmp_path, {f"{folder}/{n}.md": "x" for folder in folders for n in (10, 9)}).knowledge_map
    assert [area.id for area in knowledge_map.areas] == [
        "1-getting-started",
        "1-getting-started-b-9",
        "1-getting-started-b-10",
        "2-x",
        "10-api",
    ]
    assert [area.id for area in knowledge_map.areas_in("1-getting-started")] == [
        "1-getting-started-b-9",
        "1-getting-started-b-10",
    ]
    assert [topic.title for topic in knowledge_map.topics_in("2-x")] == ["9", "10"]


def test_the_map_comes_first(tmp_path: Path) -> None:
    notes = {
        "Map.md": "#index\n\n## [[Z]]\n- [[N 9]]\n- [[N 10]]\n\n## A\n- [[N 3]]\n",
        **{f"N {n}.md": "x\n" if n in (9, 10, 3) else '---\nup: "[[Z]]"\n---\n' for n in (9, 10, 3, 11, 2)},
        "Z.md": "x",
    }
    reading = understand(tmp_path, notes)
    with_map = read(tmp_path, ReadOptions()).knowledge_map
    assert [area.id for area in with_map.areas] == ["z", "a"]
    assert [topic.title for topic in with_map.topics_in("z")] == ["N 9", "N 10", "N 2", "N 11"]
    assert [topic.title for topic in reading.knowledge_map.topics_in("z")] == ["N 2", "N 11"]


def test_numbers_in_properties_order_notes(tmp_path: Path) -> None:
    notes = {
        "f/a.md": "---\nweight: 30\n---\n",
        "f/b.md": '---\nweight: "7.5"\n---\n',
        "f/c.md": "---\norder: 1\nWeight: 20\n---\n",  # weight comes first
        "f/d.md": "x",
        "f/e.md": "nav_order:: -1\n",
        "f/g.md": "---\nweight:\n---\n",
        "f/b 10.md": "---\nsidebar_position: 7.5\n---\n",
        "z.md": "x",  # else "f" holds everything
    }
    reading = understand(tmp_path, notes)
    topics = [topic.title for topic in reading.knowledge_map.topics_in("f")]
    assert topics == ["e", "b", "b 10", "c", "a", "d", "g"]
    assert not [finding for finding in reading.findings if finding.code == "order-property"]
    unordered = understand(tmp_path, {}, order=()).knowledge_map
    assert [topic.title for topic in unordered.topics_in("f")] == ["a", "b", "b 10", "c", "d", "e", "g"]


def test_the_note_of_a_folder_orders_the_folder(tmp_path: Path) -> None:
    notes = {"a/a.md": "---\nweight: 2\n---\n", "b/b.md": "---\nweight: 1\n---\n", "a/x.md": "x", "b/x.md": "x"}
    assert [area.id for area in understand(tmp_path, notes).knowledge_map.areas] == ["b", "a"]


def test_a_number_that_is_none_is_told_once(tmp_path: Path) -> None:
    notes = {
        "a.md": "---\ntitle: A\nweight: heavy\n---\n",
        "b.md": "---\nweight: [1]\n---\n",
        "c.md": "---\nweight: 2\norder: Primates\n---\n",
        "d.md": "---\nweight: true\n---\n",
        "e.md": "---\nweight: .nan\n---\n",
    }
    findings = [finding for finding in understand(tmp_path, notes).findings if finding.code == "order-property"]
    assert [(str(finding.source), finding.message.split(";")[0]) for finding in findings] == [
        ("a.md:3", "the property 'weight' orders notes, but 'heavy' is no number, nor are 3 others")
    ]


@pytest.mark.parametrize(("options", "told"), [({}, 0), ({"order": ("order",)}, 0), ({"order": ("rank",)}, 1)])
def test_a_word_that_is_a_number_nowhere_is_another_property(
    tmp_path: Path, options: dict[str, object], told: int
) -> None:
    findings = understand(tmp_path, {"Lemur.md": "---\norder: Primates\nrank: third\n---\n"}, **options).findings
    assert sum(finding.code == "order-property" for finding in findings) == told


def test_scenes_of_longform_order_notes(tmp_path: Path) -> None:
    project = "---\nlongform:\n  format: scenes\n  sceneFolder: scenes\n  scenes:\n    - Zero\n    - - Two\n      - [One]\n    - Gone\n---\n"
    notes = {"book/Index.md": project, **{f"book/scenes/{name}.md": "x" for name in ("One", "Two", "Zero", "Extra")}}
    notes["z.md"] = "x"
    knowledge_map = understand(tmp_path, notes).knowledge_map
    assert [topic.title for topic in knowledge_map.topics_in("book")] == ["Zero", "Two", "One", "Extra"]


def test_a_hidden_property_orders_nothing(tmp_path: Path) -> None:
    from exporter.reader import Publish

    notes = {"f/a.md": "---\nweight: 2\n---\n", "f/b.md": "---\nweight: 1\n---\n", "z.md": "x"}
    knowledge_map = understand(tmp_path, notes, publish=Publish(properties=("weight",))).knowledge_map
    assert [topic.title for topic in knowledge_map.topics_in("f")] == ["a", "b"]
