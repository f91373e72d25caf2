"""An ordinary vault, as a careless person writes it (vaults/ordinary), through the whole program.

Each word that nobody may read begins with "zq", in files' names, titles, aliases, tags, properties and texts, and hidden
notes are named in every way that their owner could think of. So whatever holds a "zq" is a leak.
"""

import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pytest
from command import Run, mlk_export, tree
from conftest import TESTS

from exporter.leaks import LeakError
from exporter.run import Run as Runner

VAULT = TESTS / "vaults" / "ordinary"
SECRET = re.compile("zq", re.IGNORECASE)
PACKED = re.compile(r"(?<=sha256-)[\w+/]+|(?<=;base64,)[\w+/]+")  # no words, of a page
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
# The formats that start no program
ALL = ("--format", "all", "--with-text", "--set=neo4j.missing=true", "--set=opml.depth=all")
CHEAP = (
    *(f"--format={name}" for name in ("json", "canvas", "opml", "skos", "svg", "vocabulary", "neo4j", "neo4j-bulk")),
    "--with-text",
    "--set=neo4j.missing=true",
    "--set=opml.depth=all",
)
ALL_OPEN = "vault.publish={hide = [], marks = [], callouts = [], properties = []}"
LEFT_OUT = (
    "left out: 3 daily notes, 3 templates, 2 empty notes, 2 periodic notes, 1 Kanban board, 1 drawing,"
    " 1 note with placeholders; --all-notes takes them"
)
COUNTS = (
    "52 notes (22 topics, 1 map, 14 excluded, 15 hidden), 23 topics (1 without a note), 4 areas, 7 tags, 45 links"
    " (42 resolved, 1 unresolved, 2 external), "
)
IN_BOOKS = (  # what each book says
    "Flour, water, salt and time.",
    "a friend of mine.",
    "Four things make a loaf; everything else is taste.",
    "Strong flour takes up more water.",
    "In the dark, for three months.",
    "Zwei Prozent Salz, gewogen und nicht geschätzt.",
    "They do not like each other.",
    "But they live together.",
    "Ein Ansatz aus Mehl und Wasser, jeden Tag gefüttert.",
    "One thing is not written yet: Steam.",
    "One cut along the loaf, at an angle.",
    "Thirty degrees, says an expert.",
    "sharpen the blade",
    "Two days in the cold.",
    "Ask somebody for help",
    "Half as much butter as flour.",
    "Heat the stone for an hour at 250 degrees.",
    "A basket of cane; dust it with rice flour.",
    "The plan for a weekend: plan ahead, plan for sleep.",
    "The first loaf with an open crumb",  # of a daily note that another shows
    "Three loaves, one of them burnt.",  # of a weekly one
    "The head of this note is torn, its text is whole.",
    "Bread with beer in place of water.",
    "The friendly way",
)


class Made(NamedTuple):
    """One run, and where its files lie."""

    run: Run
    vault: Path
    out: Path


def export(home: Path, *arguments: str, vault: Path | None = None) -> Made:
    """Run the command in a folder beside the vault; `vault` is one that is there already."""
    if vault is None:
        vault = Path(shutil.copytree(VAULT, home / "Bread Brain"))
    (home / "elsewhere").mkdir(exist_ok=True)
    run = mlk_export("--vault", vault, "--out", "out", *arguments, cwd=home / "elsewhere")
    assert run.code == 0, run.said
    return Made(run, vault, home / "elsewhere" / "out")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """All formats, with the notes' texts."""
    return export(tmp_path_factory.mktemp("ordinary"), *ALL)


def said_by(folder: Path) -> Iterator[tuple[str, str]]:
    """Whatever the files below a folder say, with the place."""
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        name = file.relative_to(folder).as_posix()
        yield name, name
        if file.suffix == ".pdf":
            yield from ((name, text) for text in said_by_pdf(file))
        elif zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                for member in archive.namelist():
                    yield f"{name}: {member}", member
                    if not member.endswith((".png", ".woff2", ".ttf", ".otf")):
                        yield f"{name}: {member}", archive.read(member).decode()
        else:
            yield name, PACKED.sub("", file.read_bytes().decode())


def said_by_pdf(file: Path) -> Iterator[str]:
    pdf = pypdfium2.PdfDocument(file)
    yield json.dumps(pdf.get_metadata_dict())
    yield from (mark.get_title() for mark in pdf.get_toc())
    yield from (page.get_textpage().get_text_bounded() for page in pdf)
    pdf.close()


def sentences(folder: Path, ending: str) -> str:
    """What the file of this ending says, without its markup, in one line."""
    (text,) = (
        "\n".join(text for place, text in said_by(folder) if place.partition(":")[0] == name)
        for name in [file.relative_to(folder).as_posix() for file in folder.rglob(f"*{ending}")]
    )
    return " ".join(unescape(re.sub("<[^>]+>", "", text)).split())


def knowledge_map(made: Made) -> Any:
    return json.loads((made.out / "json" / "knowledge-map.json").read_bytes())


def leaks(made: Made) -> list[str]:
    """The places where something hidden is said, in files and on the terminal."""
    said = [*said_by(made.out), ("stdout", "\n".join(made.run.paths)), ("stderr", "\n".join(made.run.said))]
    return [f"{place}: {match[0]}" for place, text in said if (match := re.search(r"(?i).{0,40}zq.{0,40}", text))]


def test_the_vault_is_whole() -> None:
    """Settings lie in folders that begin with a dot, which some tools leave behind."""
    files = [path for path in VAULT.rglob("*") if path.is_file()]
    assert len(files) == 65
    assert (VAULT / ".obsidian/plugins/periodic-notes/data.json").is_file()
    assert (VAULT / ".mlk-export/vault.toml").is_file()


# -- what is hidden, and what is there --------------------------------------------------------------------------


@pytest.mark.book
def test_nothing_hidden_is_in_any_output(made: Made) -> None:
    assert leaks(made) == []


@pytest.mark.book
def test_nothing_hidden_is_within_the_pdf(made: Made) -> None:
    """Not in addresses, words for the blind, or names of destinations either, which are no text of a page."""
    names = {word.encode().lower() for path in VAULT.rglob("*") for word in re.findall(r"(?i)zq\w{4,}", path.name)}
    assert len(names) > 10
    data = (made.out / "handbook" / "handbook.pdf").read_bytes()
    parts = [data]
    for match in STREAM.finditer(data):
        try:
            parts.append(zlib.decompress(match[1]))
        except zlib.error:  # a picture
            continue
    assert len(parts) > 10
    for part in parts:
        text = part.replace(b"\0", b"").lower()  # UTF-16 as well
        assert not [name for name in names if name in text]


@pytest.mark.book
def test_what_is_visible_is_there(made: Made) -> None:
    for ending in (".pdf", ".epub", ".docx"):
        text = sentences(made.out, ending)
        assert [sentence for sentence in IN_BOOKS if sentence not in text] == [], ending
    script = (made.out / "neo4j" / "load.cypher").read_text(encoding="utf-8")
    assert [sentence for sentence in IN_BOOKS if sentence.split(": ")[0] not in script] == []


@pytest.mark.book
def test_what_was_taken_out_leaves_no_hole(made: Made) -> None:
    """No brackets, marks, commas or bullets around nothing."""
    tables = [(made.out / "neo4j-bulk" / f"topics-{number}.csv").read_text(encoding="utf-8") for number in (1, 2)]
    text = "".join(tables).replace(",,", "")  # where a cell is empty
    assert not re.search(r"\(\)|\*\*\*\*|====|(?<!!)\[\]|, ,|neighbour|\[\^who\]", text)
    for ending in (".pdf", ".epub", ".docx"):
        text = sentences(made.out, ending)
        assert "Who knows more: Bäckerei Müller" in text and "rare: that one." in text
        assert "Bread and, too." in text and "(rating:: good) is of brick" in text
        assert not re.search(r"\(\)|\*\*|,,|•\s*•|Excalidraw Data", text)


@pytest.mark.book
def test_a_picture_that_hidden_notes_use_alone_is_nowhere(made: Made) -> None:
    shown = (VAULT / "Pictures/Crumb photo.png").read_bytes()
    hidden = [(VAULT / path).read_bytes() for path in ("Pictures/zqmanual.png", "Private/zqscan.png")]
    for file in (made.out / "epub/handbook.epub", made.out / "docx/handbook.docx"):
        with zipfile.ZipFile(file) as archive:
            members = [archive.read(name) for name in archive.namelist()]
        assert shown in members
        assert not [picture for picture in hidden if picture in members]


@pytest.mark.book
def test_what_the_run_says(made: Made) -> None:
    assert made.run.said[-2] == LEFT_OUT
    assert made.run.said[-1].startswith(COUNTS)
    assert made.run.said[-1].endswith(f"mappings: {made.vault / '.mlk-export'}")
    assert len(made.run.said) <= 20  # each worth reading
    codes = [re.fullmatch(r".+: (error|warning|note): .+ \[([a-z, -]+)\]", line) for line in made.run.said[:-2]]
    assert [(told[1], set(told[2].split(", "))) for told in codes if told] == [
        ("error", {"bad-yaml"}),
        ("warning", {"missing-note"}),
        ("warning", {"assumed-language"}),
        ("warning", {"drawing-embed"}),
        ("warning", {"skos-base"}),
        ("note", {"picture-without-words", "not-in-book"}),
        ("note", {"opml-link", "opml-alias", "opml-property", "opml-picture"}),
        ("note", {"skos-no-definition", "skos-alone", "skos-metadata"}),
        ("note", {"vocabulary-slash"}),
    ]
    assert ": docx, epub, handbook, html: " in " ".join(made.run.said)  # once for the three books


@pytest.mark.book
def test_the_map_and_its_path(made: Made) -> None:
    content = knowledge_map(made)
    assert [area["id"] for area in content["areas"]] == ["bread", "ingredients", "tools-ovens", "inbox"]
    assert content["summary"] == "All that I know of baking. Ask before rye."
    (path,) = content["paths"]
    assert path["title"] == "Start here"
    assert [(step["text"], step["topics"]) for step in path["steps"]] == [
        ("Know your Flour and Water", ["flour", "water"]),
        ("Feed the starter", ["sauerteig-für-anfänger"]),
        ("Shaping, then Scoring", ["shaping", "scoring"]),
    ]
    notes = {topic["id"]: topic["note"] for topic in content["topics"]}
    assert len(notes) == 23  # the folder Inbox is one
    assert notes["brioche"] == "Recipes/Brioche.md"
    assert not {"plan", "q", "torn", "old-tags", "untitled", "2024-03-17"} & notes.keys()
    properties = {topic["id"]: topic["properties"] for topic in content["topics"]}
    assert properties["flour"] == {"supplier": None}  # no phone
    assert properties["bäckerei-müller"] == {
        "owner": None,
        "words": "with a friend and at noon",
        "colour": "brown",
        "rating": "good",
    }


@pytest.mark.book
def test_the_lock_keeps_the_names_of_hidden_notes_to_itself(made: Made) -> None:
    lines = (made.vault / ".mlk-export/skos.lock").read_text(encoding="utf-8").splitlines()
    names = {entry["iri"]: entry.get("note") for entry in map(json.loads, lines[1:])}
    assert len(names) == 23 + 2
    assert names["flour-of-old"] == "Ingredients/Flour.md"
    assert {iri for iri in names if SECRET.search(iri)} == {"zqdoctor-of-old", "zqmoney"}
    turtle = (made.out / "skos/knowledge-map.ttl").read_text(encoding="utf-8")
    assert "vault:flour-of-old" in turtle and "deprecated" not in turtle


@pytest.mark.book
def test_again_it_writes_the_same(made: Made) -> None:
    before, vault = tree(made.out), tree(made.vault)
    export(made.vault.parent, *ALL, vault=made.vault)
    assert tree(made.out) == before
    assert tree(made.vault) == vault


@pytest.mark.parametrize("words", ["Zqmoney", "Zqdoctor", "She said zqthree times no.", "Zqpension fund"])
def test_the_last_look_finds_what_rules_of_the_mapping_name(tmp_path: Path, words: str) -> None:
    run = Runner(VAULT)
    run.read()
    (tmp_path / "x.json").write_text(f'"Half as much butter as flour. {words}"', encoding="utf-8")
    with pytest.raises(LeakError):
        run.inspect([("x.json", tmp_path / "x.json")])
    (tmp_path / "x.json").write_text('"The plan for a weekend, path_headings, Start here"', encoding="utf-8")
    run.inspect([("x.json", tmp_path / "x.json")])


# -- other runs -------------------------------------------------------------------------------------------------


def test_what_was_open_once_is_gone_when_it_is_hidden(tmp_path: Path) -> None:
    before = export(tmp_path, *CHEAP, "--set", ALL_OPEN)
    places = {line.partition("/")[0] for line in leaks(before)}
    assert {"canvas", "json", "neo4j", "neo4j-bulk", "opml", "skos", "svg", "vocabulary"} <= places
    assert before.run.said[-1].startswith("52 notes (36 topics, 1 map, 15 excluded), ")
    after = export(tmp_path, *CHEAP, vault=before.vault)
    assert leaks(after) == []
    fresh = export(tmp_path / "fresh", *CHEAP)
    alike = {
        path: content
        for path, content in tree(fresh.out).items()
        if not path.startswith(("skos", "vocabulary", "canvas"))
    }
    assert {path: content for path, content in tree(after.out).items() if path in alike} == alike


@pytest.mark.slow
def test_all_notes(tmp_path: Path) -> None:
    made = export(tmp_path, *CHEAP, "--all-notes")
    assert leaks(made) == []
    assert not [line for line in made.run.said if line.startswith("left out")]
    assert made.run.said[-1].startswith("52 notes (35 topics, 1 map, 1 excluded, 15 hidden), ")
    notes = {topic["note"] for topic in knowledge_map(made)["topics"]}
    assert {"Daily/2024-03-17.md", "Untitled.md", "Bake board.md", "Templates/Day.md"} <= notes


@pytest.mark.book
def test_a_book_of_one_area(tmp_path: Path) -> None:
    made = export(tmp_path, "--format", "handbook", "--format", "json", "--only", "[[Ingredients]]")
    assert leaks(made) == []
    content = knowledge_map(made)
    assert [topic["id"] for topic in content["topics"]] == ["ingredients", "flour", "water", "salz-säure"]
    assert [area["id"] for area in content["areas"]] == ["ingredients"]
    text = sentences(made.out, ".pdf")
    assert "Strong flour takes up more water." in text and "Zwei Prozent Salz" in text
    assert not re.search("Sauerteig|Shaping|Oven|Brioche|weekend|crumb", text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "gone", "stay"),
    [
        ("[[Bread]]", {"bread", "shaping", "rye-100", "baking-day", "brioche"}, {"flour", "oven", "march"}),
        ("#ingredient", {"flour"}, {"water", "ingredients"}),
        ("Inbox/", {"idea", "to-read"}, {"march"}),
        ("colour: brown", {"bäckerei-müller"}, {"bread"}),
    ],
)
def test_more_is_hidden_for_one_run(tmp_path: Path, rule: str, gone: set[str], stay: set[str]) -> None:
    made = export(tmp_path, *CHEAP, "--hide", rule)
    assert leaks(made) == []
    topics = {str(topic["id"]) for topic in knowledge_map(made)["topics"]}
    assert not gone & topics
    assert stay <= topics


def test_a_hidden_area_says_nothing_of_its_topics(tmp_path: Path) -> None:
    made = export(tmp_path, *CHEAP, "--hide", "[[Tools & Ovens]]")
    assert not [place for place, text in said_by(made.out) if re.search(r"Ovens|Banneton|\bstone\b", text)]


# -- check ------------------------------------------------------------------------------------------------------


def test_check_says_to_the_owner_what_is_hidden_and_why(tmp_path: Path) -> None:
    run = mlk_export("check", "--json", "--vault", VAULT, cwd=tmp_path)
    assert run.code == 0
    report = json.loads("\n".join(run.paths))
    assert {row["path"]: row["reason"].removeprefix("hidden by ") for row in report["hidden"]} == {
        "Daily/2024-03-24.md": "'private: true'",
        "Inbox/Zqdraft.md": "'draft: true'",
        "Old tags.md": "'#private'",
        "Plan.md": "'publish: false'",
        "Private/Brioche.md": "'Private/'",
        "Private/Zqdoctor.md": "'Private/'",
        "Private/Zqrent 2024.md": "'Private/'",
        "Q.md": "'private: true'",
        "Tools/Zqtagged.md": "'#private'",
        "Torn.md": "'private: true'",
        "Zqfriend.md": "'private: true'",
        "Zqletter.md": "'publish: false'",
        "Zqmoney.md": "'[[Zqmoney]]'",
        "Zqtaxes.md": "'[[Zqmoney]]'",
        "Zqtext.md": "'#private'",
    }
    assert {row["path"]: row["reason"] for row in report["excluded"]} == {
        "Archive/Old starter.md": "ignored by Obsidian's filter 'Archive/'",
        "Bake board.md": "Kanban board",
        "Daily/2024-03-08.md": "daily note",
        "Daily/2024-03-15.md": "daily note",
        "Daily/2024-03-17.md": "daily note",
        "Inbox/New loaf.md": "note with placeholders",
        "Oven sketch.excalidraw.md": "drawing",
        "Templates/Day.md": "template",
        "Templates/Recipe.md": "template",
        "Templates/With code/Loaf.md": "template",
        "Untitled 1.md": "empty note",
        "Untitled.md": "empty note",
        "Weekly/2024-W11.md": "periodic note",
        "Weekly/2024-W12.md": "periodic note",
    }
    assert [(row["file"], row["line"], row["code"]) for row in report["findings"]] == [
        ("Bread/Rye (100 %).md", 22, "missing-note"),
        ("Broken.md", 3, "bad-yaml"),
        ("Home.md", 1, "assumed-language"),
        ("Tools/Oven.md", 8, "drawing-embed"),
    ]
    assert not SECRET.search(json.dumps(report["findings"]))


def test_check_says_it_in_lines(tmp_path: Path) -> None:
    run = mlk_export("check", "--vault", VAULT, cwd=tmp_path)
    lines = [line for line in run.said if line.startswith("hidden by")]
    assert lines == [
        "hidden by '#private': 3 notes: Old tags.md, Tools/Zqtagged.md, Zqtext.md",
        "hidden by 'Private/': 3 notes: Private/Brioche.md, Private/Zqdoctor.md, Private/Zqrent 2024.md",
        "hidden by '[[Zqmoney]]': 2 notes: Zqmoney.md, Zqtaxes.md",
        "hidden by 'draft: true': 1 note: Inbox/Zqdraft.md",
        "hidden by 'private: true': 4 notes: Daily/2024-03-24.md, Q.md, Torn.md and 1 more (--all names each)",
        "hidden by 'publish: false': 2 notes: Plan.md, Zqletter.md",
    ]
    assert not [line for line in run.said if SECRET.search(line) and line not in lines]
    assert run.said[-2] == LEFT_OUT
    assert run.said[-1].startswith(COUNTS)
