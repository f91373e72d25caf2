"""Properties as the order of a vault: plain words, links without quotes, lines with one colon (vaults/properties)."""

import json
from pathlib import Path

import pytest
from command import lay, mlk_export
from conftest import TESTS

from exporter import KnowledgeMap, Publish, Reading, ReadOptions, read
from exporter.reader.meaning.proposals import Proposal

PROPERTIES = TESTS / "vaults" / "properties"
DEFAULT = ReadOptions().relations


def vault(root: Path, notes: dict[str, str], **options: object) -> Reading:
    lay(root / "vault", notes)
    return read(root / "vault", ReadOptions(**options))  # type: ignore[arg-type]


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings if finding.code != "no-map"]


def filed(knowledge_map: KnowledgeMap) -> dict[str, set[str]]:
    return {area.id: {topic.id for topic in knowledge_map.topics_in(area.id)} for area in knowledge_map.areas}


def with_category(word: str) -> dict[str, str]:
    return {f"{word}{k}.md": f"---\ncategory: {word}\n---\n" for k in range(4)}


def test_nothing_files_that_nobody_asked_for() -> None:
    reading = read(PROPERTIES)
    assert filed(reading.knowledge_map) == {
        "baking": {"cloth", "basket"},
        "bowl": {"basket"},
        "notes": {
            *("baking", "bowl", "brick-oven", "deck-oven", "kiln", "oats", "ovens", "peel", "rye", "scale", "wheat"),
            "whisk",
        },
    }
    assert reading.statistics.filed == {"folders": 12, "properties": 2}
    assert [(finding.code, str(finding.source)) for finding in reading.findings] == [
        ("no-map", ".:1"),
        ("unquoted-link", "Notes/Basket.md:3"),
        ("plain-relation", "Notes/Whisk.md:2"),
    ]
    assert reading.findings[1].message == (
        "2 notes have links in properties without quotes, which Obsidian does not read; they are taken as meant; "
        'write parent: "[[Baking]]"'
    )


def test_words_links_fields_and_lines_file_as_the_mapping_says() -> None:
    relations = {**DEFAULT, "category": "in_area", "class": "in_area", "upstream": "in_area"}
    reading = read(PROPERTIES, ReadOptions(relations=relations))
    assert filed(reading.knowledge_map) == {
        "1850": {"kiln"},
        "baking": {"basket", "bowl", "brick-oven", "cloth", "deck-oven", "ovens", "scale"},
        "bowl": {"basket"},
        "grain": {"oats", "rye", "wheat"},
        "notes": {"baking", "peel", "whisk"},
        "ovens": {"bowl", "brick-oven", "deck-oven"},
        "trade": {"wheat"},
    }
    assert reading.knowledge_map.topic["grain"].title == "grain"  # the first spelling
    places = {
        (link.start, link.end): str(link.source) for link in reading.knowledge_map.links if link.kind == "in_area"
    }
    assert places["wheat", "trade"] == "Notes/Wheat.md:2"
    assert places["brick-oven", "ovens"] == "Notes/Brick oven.md:1"
    assert places["bowl", "ovens"] == "Notes/Bowl.md:1"
    assert [(link.start, link.kind, link.end) for link in reading.knowledge_map.links if link.kind != "in_area"] == [
        ("peel", "mentions", "ovens")
    ]
    assert codes(reading) == ["unquoted-link", "plain-relation"]
    assert reading.statistics.orders == ()


@pytest.mark.parametrize(
    ("front", "areas"),
    [
        ("parent: Rye bread", {"rye": {"x"}}),  # by the title
        ("parent: rye", {"rye": {"x"}}),
        ("parent: Secale", {"rye": {"x"}}),  # by an alias
        ("parent: Twin", {}),  # two notes have this title
        ("parent: Nowhere", {}),
        ("area: Nowhere", {"nowhere": {"x"}}),
        ("areas: [Nowhere, Rye]", {"nowhere": {"x"}, "rye": {"x"}}),
        ("area: 1200", {}),
        ("area: true", {}),
        ("area: ''", {}),
        ("area: https://example.org/a", {}),
        ('area: "about [[Rye]]"', {}),
        ('area: "a\\u0000b"', {"a-b": {"x"}}),
        ("area: X", {}),  # itself
        ("up: [[Rye]]", {"rye": {"x"}}),
        ("up: [ [ Rye ] ]", {}),
        ("up: [[Rye, bread]]", {}),
        ("up: [[2024]]", {"2024": {"x"}}),
        ("by: [[2024]]", {}),
    ],
)
def test_what_words_mean(tmp_path: Path, front: str, areas: dict[str, set[str]]) -> None:
    notes = {
        "Rye.md": "---\naliases: [Secale]\n---\n# Rye bread\n",
        "a.md": "# Twin",
        "b.md": "# Twin",
        "2024.md": "",
        "X.md": f"---\n{front}\n---\n",
    }
    assert filed(vault(tmp_path, notes).knowledge_map) == areas


def test_numbers_are_words_where_others_have_words(tmp_path: Path) -> None:
    notes = {"a.md": "---\narea: 101\n---\n", "b.md": "---\narea: Algebra\n---\n", "c.md": "---\narea: 1.10\n---\n"}
    assert filed(vault(tmp_path, notes).knowledge_map) == {"101": {"a"}, "1-10": {"c"}, "algebra": {"b"}}


def test_words_of_a_property_file_under_the_areas_of_the_map(tmp_path: Path) -> None:
    notes = {"Map.md": "#moc\n## Areas\n- [[Rye]]\n", "Rye.md": "", "Oat.md": "", "a.md": "---\nup: Rye\n---\n"}
    reading = vault(tmp_path, {**notes, "b.md": "---\nup: Oat\n---\n"})
    assert filed(reading.knowledge_map) == {"rye": {"a"}}
    links = {(link.start, link.kind, link.end) for link in reading.knowledge_map.links}
    assert links == {("a", "in_area", "rye"), ("b", "broader", "oat")}  # Oat is no area of the map
    assert codes(reading) == []


def test_what_is_hidden_makes_no_area(tmp_path: Path) -> None:
    notes = {
        "Secret.md": "#private",
        "a.md": "---\narea: Secret\nup: [[Secret]]\n---\nupstream: [[Secret]]\n",
        "b.md": "",
    }
    relations = {**DEFAULT, "upstream": "in_area"}
    reading = vault(tmp_path, notes, relations=relations, publish=Publish(properties=("area",)))
    assert "ecret" not in repr([*reading.knowledge_map.topics, *reading.knowledge_map.links, *reading.findings])
    assert "ecret" not in reading.knowledge_map.text("a")


def test_a_hidden_property_files_nothing(tmp_path: Path) -> None:
    notes = {"a.md": "---\narea: Baking\n---\n", "b.md": ""}
    reading = vault(tmp_path, notes, publish=Publish(properties=("area",)))
    assert filed(reading.knowledge_map) == {}


# -- what could be the order -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notes", "orders"),
    [
        (with_category("Rye") | with_category("Oat"), [Proposal("category", 8, 2)]),
        ({f"{k}.md": "---\ncategory: Rye\n---\n" for k in range(9)}, []),  # one thing: no order
        ({f"{k}.md": f"---\ncategory: c{k}\n---\n" for k in range(9)}, []),  # each its own
        ({f"{k}.md": f"---\nstatus: s{k % 2}\n---\n" for k in range(9)}, []),  # words that say how far it is
        ({"R.md": "", "O.md": "", **{f"{k}.md": f'---\nby: "[[{"RO"[k % 2]}]]"\n---\n' for k in range(9)}}, [Proposal("by", 9, 2)]),
        ({"R.md": "", "O.md": "", **{f"{k}.md": f"By:: [[{'RO'[k % 2]}]]" for k in range(9)}}, [Proposal("by", 9, 2)]),
        ({"R.md": "", "O.md": "", **{f"{k}.md": f"up:: [[{'RO'[k % 2]}]]" for k in range(9)}}, []),  # it is the order
        ({"R.md": "", "O.md": "", **{f"{k}.md": f"#x\nMain: [[{'RO'[k % 2]}]]" for k in range(9)}}, [Proposal("main", 9, 2)]),
        ({f"{k}.md": f"---\nclass: {k % 2 or 'one'}\n---\n" for k in range(12)}, []),  # but one word, and numbers
    ],
)  # fmt: skip
def test_what_could_be_the_order(tmp_path: Path, notes: dict[str, str], orders: list[Proposal]) -> None:
    reading = vault(tmp_path, notes)
    assert list(reading.statistics.orders) == orders
    for word, _, areas in orders:  # who follows the advice gets what it says
        followed = vault(tmp_path, {}, relations={**DEFAULT, word: "in_area"})
        assert len(followed.knowledge_map.areas) == areas
        assert followed.statistics.orders == ()


def test_a_run_says_where_areas_come_from_and_what_else_could_be_the_order(tmp_path: Path) -> None:
    notes = {f"{folder}/{path}": text for folder in "AB" for path, text in with_category("Rye" + folder).items()}
    lay(tmp_path / "vault", notes)
    run = mlk_export("check", cwd=tmp_path)
    assert run.said[-2] == (
        "areas: 2, from folders (8 topics); 8 notes have `category`: "
        '`"category" = "in_area"` under [relations] of vault.toml makes 2 areas of it'
    )
    printed = json.loads("\n".join(mlk_export("check", "--json", cwd=tmp_path).paths))
    assert printed["orders"] == [{"property": "category", "notes": 8, "areas": 2}]
    assert printed["counts"]["filed"] == {"map": 0, "properties": 0, "folders": 8, "tags": 0}
    mlk_export("init", cwd=tmp_path)
    mapping = tmp_path / "vault" / ".mlk-export" / "vault.toml"
    text = mapping.read_text(encoding="utf-8")
    line = '# "category" = "in_area"  # in 8 notes, makes 2 areas\n'
    assert line in text
    mapping.write_text(text.replace("# [relations]\n", "[relations]\n").replace(line, line.removeprefix("# ")))
    run = mlk_export("check", cwd=tmp_path)
    assert run.said[-2] == "areas: 2, from properties (8 topics)"
