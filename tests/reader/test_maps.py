"""The map as people write it: numbered lists, quotes, tables, embeds, names without links; and maps within maps."""

from pathlib import Path

import pytest
from command import lay

from exporter import KnowledgeMap, Reading, ReadOptions, read


def vault(root: Path, notes: dict[str, str], **options: object) -> Reading:
    lay(root / "vault", notes)
    return read(root / "vault", ReadOptions(**options))  # type: ignore[arg-type]


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def filed(knowledge_map: KnowledgeMap) -> dict[str, list[str]]:
    return {area.id: [topic.id for topic in knowledge_map.topics_in(area.id)] for area in knowledge_map.areas}


def parents(knowledge_map: KnowledgeMap) -> dict[str, str | None]:
    return {area.id: area.parent for area in knowledge_map.areas}


def steps(knowledge_map: KnowledgeMap) -> dict[str, list[tuple[str, ...]]]:
    return {path.title: [step.topics for step in path.steps] for path in knowledge_map.paths}


BAKERY = {"Flour.md": "f", "Water.md": "w", "Rye.md": "r", "Oven.md": "o"}


# -- numbered lists ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["Start here", "Roadmap", "Syllabus", "Lernpfad", "Reading order", "Whatever"])
def test_a_numbered_list_of_links_is_a_path_whatever_its_heading(tmp_path: Path, heading: str) -> None:
    text = f"#moc\n## {heading}\n1. [[Flour]] first\n2. then [[Rye]]\n## Ingredients\n- [[Flour]]\n- [[Water]]\n"
    reading = vault(tmp_path, {**BAKERY, "Map.md": text})
    assert steps(reading.knowledge_map) == {heading: [("flour",), ("rye",)]}
    assert filed(reading.knowledge_map) == {"ingredients": ["flour", "water"]}
    assert codes(reading) == []


def test_each_numbered_list_is_a_path(tmp_path: Path) -> None:
    text = "#moc\n## A\n1. [[Flour]]\n- [[Water]]\n\n2. [[Rye]]\n   - [[Oven]]\n## B\n1. [[Oven]]\n2. [[Oven]]\n"
    reading = vault(tmp_path, {**BAKERY, "Map.md": text})
    paths = [(path.id, path.title, [step.topics for step in path.steps]) for path in reading.knowledge_map.paths]
    assert paths == [
        ("a", "A", [("flour",)]),
        ("a-2", "A", [("rye", "oven")]),
        ("b", "B", [("oven",), ("oven",)]),
    ]
    assert filed(reading.knowledge_map) == {"a": ["water"]}


def test_a_numbered_list_without_links_is_no_path(tmp_path: Path) -> None:
    reading = vault(tmp_path, {**BAKERY, "Map.md": "#moc\n## Bread\n1. Sourdough\n2. [Mill](https://mill.example)\n"})
    assert reading.knowledge_map.paths == ()
    assert filed(reading.knowledge_map) == {"bread": ["sourdough", "mill"]}


def test_a_numbered_list_that_says_how_is_no_path(tmp_path: Path) -> None:
    text = "#moc\n## How\n1. Click there\n2. Write it as in [[Rye]]\n3. Wait\n"
    reading = vault(tmp_path, {**BAKERY, "Map.md": text})
    assert reading.knowledge_map.paths == ()


def test_areas_may_be_numbered(tmp_path: Path) -> None:
    reading = vault(tmp_path, {**BAKERY, "Map.md": "#moc\n## Areas\n1. [[Rye]]\n2. [[Flour]]\n"})
    assert (filed(reading.knowledge_map), reading.knowledge_map.paths) == ({"rye": [], "flour": []}, ())


@pytest.mark.parametrize(
    ("areas", "path", "topics"),
    [
        ("Bereiche", "Lernpfad", "Weitere Themen"),
        ("Domaines", "Parcours d'apprentissage", "Autres sujets"),
        ("Áreas", "Ruta de aprendizaje", "Otros temas"),
        ("Области", "Порядок чтения", "Другие темы"),
        ("领域", "学习路径", "其他主题"),
    ],
)
def test_headings_in_other_languages(tmp_path: Path, areas: str, path: str, topics: str) -> None:
    text = f"#moc\n## {areas}\n- [[Rye]]\n## {path}\n- [[Flour]]\n- [[Water]]\n## {topics}\n- [[Oven]]\n"
    reading = vault(tmp_path, {**BAKERY, "Map.md": text})
    assert filed(reading.knowledge_map) == {"rye": []}
    assert steps(reading.knowledge_map) == {path: [("flour",), ("water",)]}
    assert codes(reading) == []


# -- where lists stand ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "- [[Rye]] - dark\n  - [[Oven]]\n",
        "> - [[Rye]] - dark\n>   - [[Oven]]\n",
        "> [!abstract] Index\n> - [[Rye]] - dark\n>   - [[Oven]]\n",
        "| Note | What |\n|---|:-:|\n| [[Rye\\|the rye]] | dark |\n| [[Oven]] |\n",
        "> | Note | What |\n> |---|---|\n> | [[Rye]] | dark |\n> | [[Oven]] | |\n",
        "- ![[Rye]] - dark\n- ![[Oven]]\n",
        "- Rye - dark\n- oven\n",
        "- **Rye**: dark\n- *Oven*\n",
    ],
)
def test_lists_of_every_kind_are_read(tmp_path: Path, text: str) -> None:
    for heading in ("", "## Baking\n"):
        reading = vault(tmp_path, {**BAKERY, "Map.md": f"#moc\n\n{heading}{text}"})
        knowledge_map = reading.knowledge_map
        assert filed(knowledge_map) == ({"baking": ["rye", "oven"]} if heading else {})
        assert [topic.id for topic in knowledge_map.topics if topic.note is None] == (["baking"] if heading else [])
        assert [topic.id for topic in knowledge_map.topics if topic.id != "baking"][:2] == ["rye", "oven"]
        assert knowledge_map.topic["rye"].summary == "dark"
        assert codes(reading) == []


def test_a_row_of_links_lists_each(tmp_path: Path) -> None:
    table = "| Dry | Wet |\n| --- | --- |\n| [[Flour]] | [[Water]] |\n| [[Rye]], [[Oven]] | no link |\n"
    reading = vault(tmp_path, {**BAKERY, "Map.md": f"#moc\n## All\n{table}\n```\n| a |\n|---|\n| [[Nowhere]] |\n```\n"})
    assert filed(reading.knowledge_map) == {"all": ["flour", "water", "rye", "oven"]}
    assert reading.knowledge_map.topic["flour"].summary == ""
    assert codes(reading) == []


def test_topics_on_one_line_keep_their_order(tmp_path: Path) -> None:
    text = "#moc\n## All\n- [[Water]], then [[Oven]], then [[Flour]]\n## Way\n1. [[Rye]], then [[Flour]]\n"
    knowledge_map = vault(tmp_path, {**BAKERY, "Map.md": text}).knowledge_map
    assert filed(knowledge_map) == {"all": ["water", "oven", "flour"]}
    assert steps(knowledge_map) == {"Way": [("rye", "flour")]}
    assert [topic.id for topic in knowledge_map.topics] == ["all", "water", "oven", "flour", "rye"]


def test_pictures_in_a_list_are_no_topics(tmp_path: Path) -> None:
    text = "#moc\n## All\n- ![[no.png]] [[Rye]]\n- ![](https://x.example/y.png)\n- ![[Nobody]]\n"
    reading = vault(tmp_path, {**BAKERY, "Map.md": text})
    assert filed(reading.knowledge_map) == {"all": ["rye", "nobody"]}


def test_the_heading_that_opens_the_map_is_no_area(tmp_path: Path) -> None:
    reading = vault(tmp_path, {**BAKERY, "Map.md": "# Bakery\n- [[Rye]]\n## Wet\n- [[Water]]\n\n#moc\n"})
    assert filed(reading.knowledge_map) == {"wet": ["water"]}


# -- folders -------------------------------------------------------------------------------------------------


def test_what_the_map_does_not_file_is_filed_by_folder(tmp_path: Path) -> None:
    notes = {f"{name}.md": "" for name in ("F/A", "F/B", "F/C", "G/D", "G/E", "G/Area", "Top", "F/X")}
    text = "#moc\n- [[B]]\n## Areas\n- [[Area]]\n## Topics by area\n### Area\n- [[D]]\n## Topics\n- [[X]]\n"
    knowledge_map = vault(tmp_path, {**notes, "Map.md": text}).knowledge_map
    assert filed(knowledge_map) == {"area": ["d"], "f": ["b", "a", "c"], "g": ["e"]}  # the map names B
    assert parents(knowledge_map) == {"area": None, "f": None, "g": None}
    assert knowledge_map.topic["x"].areas == ()  # the map says that it lies in none
    without = vault(tmp_path, {}, areas_from=("map", "properties")).knowledge_map
    assert filed(without) == {"area": ["d"]}


def test_a_folder_with_the_note_of_an_area_is_that_area(tmp_path: Path) -> None:
    notes = {"Bread/Bread.md": "", "Bread/Rye.md": "", "Map.md": "#moc\n## Areas\n- [[Bread]]\n"}
    assert filed(vault(tmp_path, notes).knowledge_map) == {"bread": ["rye"]}


# -- which note is the map -----------------------------------------------------------------------------------


def root_of(reading: Reading) -> str:
    return reading.knowledge_map.source.file


PHYSICS = {"Physics.md": "#moc\n- [[Force]]\n- [[Waves]] - all of them\n", "Maths.md": "#moc\n- [[Sets]]\n"}
TOPICS = {"Force.md": "", "Waves.md": "", "Sets.md": "", "Spin.md": ""}


@pytest.mark.parametrize("back", ["", "\n[[Start page]]\n"])
def test_the_map_that_leads_to_the_others_is_the_root(tmp_path: Path, back: str) -> None:
    maps = {path: text + back for path, text in PHYSICS.items()}
    reading = vault(tmp_path, {**TOPICS, **maps, "x/Start page.md": "#index\n- [[Maths]]\n- [[Physics]]\n"})
    knowledge_map = reading.knowledge_map
    assert root_of(reading) == "x/Start page.md"
    assert filed(knowledge_map) == {"maths": ["sets"], "physics": ["force", "waves"]}
    assert knowledge_map.topic["waves"].summary == "all of them"
    assert set(codes(reading)) <= {"map-link"}


def test_maps_lie_in_maps_to_any_depth(tmp_path: Path) -> None:
    notes = {
        **TOPICS,
        "Home.md": "## Science\n- [[Physics]]\n",
        "Physics.md": "#moc\n## Kinds\n- [[Quantum MOC]]\n- [[Force]]\n## To learn\n1. [[Force]]\n2. [[Waves]]\n",
        "Quantum MOC.md": "- [[Spin]]\n- [[Spin stack]]\n- Not written\n- [[Nor this]]\n",
        "Spin stack.md": "#moc\n- [[Waves]]\n",
    }
    reading = vault(tmp_path, notes)
    knowledge_map = reading.knowledge_map
    assert root_of(reading) == "Home.md"
    assert parents(knowledge_map) == {
        "science": None,
        "physics": "science",
        "quantum-moc": "physics",
        "spin-stack": "quantum-moc",
    }
    assert filed(knowledge_map) == {
        "science": ["physics"],
        "physics": ["quantum-moc", "force"],
        "quantum-moc": ["spin", "spin-stack"],
        "spin-stack": ["waves"],
    }
    assert steps(knowledge_map) == {"To learn": [("force",), ("waves",)]}
    assert codes(reading) == ["missing-note"]


def test_a_map_that_lists_nothing_holds_what_links_to_it(tmp_path: Path) -> None:
    notes = {
        "Home.md": "#moc\n- [[Physics]]\n- [[Maths]]\n",
        "Physics.md": "#moc\nSee `dataview`.\n",
        "Maths.md": "#moc\n- [[Sets]]\n",
        "Force.md": "Of [[Physics]].",
        "Waves.md": "---\nup: '[[Physics]]'\n---\n",
        "Sets.md": "In [[Physics]], too.",
        "Spin.md": "---\nup: '[[Maths]]'\n---\nNot of [[Physics]].",
    }
    reading = vault(tmp_path, notes)
    assert filed(reading.knowledge_map) == {"physics": ["sets", "force", "waves"], "maths": ["sets", "spin"]}
    assert codes(reading) == []


def test_maps_in_a_circle_are_cut_and_told(tmp_path: Path) -> None:
    notes = {
        **TOPICS,
        "Home.md": "- [[A]]\n- [[Home]]\n",
        "A.md": "#moc\n- [[A]]\n- [[B]]\n- [[Force]]\n",
        "B.md": "#moc\n- [[C]]\n- [[Home]]\n",
        "C.md": "#moc\n- [[A]]\n",
    }
    reading = vault(tmp_path, notes)
    assert root_of(reading) == "Home.md"
    assert codes(reading).count("area-circle") == 1
    assert set(codes(reading)) == {"area-circle", "map-link"}
    assert sorted(parents(reading.knowledge_map)) == ["a", "b", "c"]
    assert list(parents(reading.knowledge_map).values()).count(None) == 1
    assert "force" in filed(reading.knowledge_map)["a"]


@pytest.mark.parametrize("name", ["Home", "index", "README", "start", "MOC", "vault", "Vault"])
def test_a_note_at_the_top_with_the_name_of_a_map_is_it(tmp_path: Path, name: str) -> None:
    reading = vault(tmp_path, {**TOPICS, f"{name}.md": "# T\n## S\n- [[Force]]\n", "x/Home.md": "- [[Force]]\n"})
    assert root_of(reading) == f"{name}.md"
    assert filed(reading.knowledge_map) == {"s": ["force"], "x": ["home"]}


def test_words_in_a_guessed_map_are_no_topics(tmp_path: Path) -> None:
    text = "## S\n- [[Force]]\n  - what pulls\n- Waves\n- [[Not written]]\n- [[Spin]]\n- [Site](https://x.example)\n"
    reading = vault(tmp_path, {**TOPICS, "Home.md": text})
    assert filed(reading.knowledge_map) == {"s": ["force", "waves", "not-written", "spin"]}
    assert "what-pulls" in vault(tmp_path, {"Home.md": f"#moc\n{text}"}).knowledge_map.topic


def test_maps_without_a_root_are_areas(tmp_path: Path) -> None:
    reading = vault(tmp_path, {**TOPICS, **PHYSICS, "x/Y.md": "", "x/Z.md": "---\nup: '[[Maths]]'\n---\n"})
    assert (root_of(reading), codes(reading)) == ("", ["two-maps"])
    assert filed(reading.knowledge_map) == {"maths": ["sets", "z"], "physics": ["force", "waves"], "x": ["y"]}
    assert filed(vault(tmp_path, {}, map="-").knowledge_map) == {"maths": ["z"], "x": ["y"]}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("x/vault.md", "- [[Force]]\n"),
        ("x/README.md", "- [[Force]]\n"),
        ("vault.md", "Words on [[Force]].\n"),
        ("README.md", "- fast\n- small\n- free\n- [[Force]]\n"),
        ("Home.md", ""),
    ],
)
def test_a_guess_that_lists_no_notes_or_lies_deeper_is_no_map(tmp_path: Path, path: str, text: str) -> None:
    reading = vault(tmp_path, {"f/Force.md": "", "g/Field.md": "", path: text})
    assert (root_of(reading), codes(reading)) == ("", ["no-map"])
    assert filed(reading.knowledge_map)["f"] == ["force"]


@pytest.mark.parametrize(
    ("notes", "root"),
    [
        ({"A.md": "#moc\n- [[Force]]\n", "Home.md": "- [[Spin]]\n"}, "A.md"),  # a tag is no guess
        ({"A.md": "#moc\n", "B.md": "#moc\n", "Home.md": "- [[Spin]]\n"}, "Home.md"),
        ({"A.md": "#moc\n", "B.md": "#moc\n", "index.md": "- [[Spin]]\n"}, "index.md"),
        ({"x/A.md": "#moc\n", "x/B.md": "#moc\n", "C.md": "#moc\n"}, "C.md"),
        ({"A.md": "#moc\n[[B]] [[C]]", "B.md": "#moc\n[[A]]", "C.md": "#moc\n[[A]]"}, "A.md"),
        ({"A.md": "#moc\n[[C]]", "B.md": "#moc\n", "C.md": "#moc\n"}, ""),
        ({"A.md": "#moc\n", "B.md": "#moc\n"}, ""),
        ({"A.md": "#moc\n[[B]]", "B.md": "#moc\n[[A]]"}, ""),
    ],
)
def test_which_of_several_maps_is_the_root(tmp_path: Path, notes: dict[str, str], root: str) -> None:
    reading = vault(tmp_path, {**TOPICS, **notes})
    assert root_of(reading) == root
    assert ("two-maps" in codes(reading)) == (root == "")


def test_two_roots_are_told_and_the_likelier_is_taken(tmp_path: Path) -> None:
    reading = vault(tmp_path, {**TOPICS, "README.md": "- [[Spin]]\n", "index.md": "- [[Force]]\n"})
    assert root_of(reading) == "index.md"
    (finding,) = reading.findings
    assert (finding.code, str(finding.source)) == ("two-maps", "README.md:1")
    assert "'index.md' is taken, and each other is an area" in finding.message


def test_a_map_that_lists_itself_is_told(tmp_path: Path) -> None:
    reading = vault(tmp_path, {**TOPICS, "Home.md": "- [[Home]]\n- [[Spin]]\n- [[#Part]]\n# Part\n"})
    assert [(finding.code, str(finding.source)) for finding in reading.findings] == [("map-link", "Home.md:1")]
    assert "1 link leads to the map itself" in reading.findings[0].message


def test_a_map_of_many_items_and_many_maps(tmp_path: Path) -> None:
    items = "".join(f"- [[N{number}]] - words\n" for number in range(20_000))
    rows = "| a |\n|---|\n" + "|---|\n" * 20_000
    maps = {f"M{number}.md": f"#moc\n- [[M{number + 1}]]\n" for number in range(2_000)}
    reading = vault(tmp_path, {**maps, "M2000.md": "#moc\n", "Home.md": f"- [[M0]]\n## All\n{items}\n{rows}"})
    assert root_of(reading) == "Home.md"
    assert len(filed(reading.knowledge_map)["all"]) == 20_000
    assert parents(reading.knowledge_map)["m2000"] == "m1999"
