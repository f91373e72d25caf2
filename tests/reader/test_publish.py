"""What is hidden is nowhere: notes, parts of notes, what leads to them, and what only they have."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporter import writers
from exporter.errors import ExportError, OptionError
from exporter.model import NOTHING, File, KnowledgeMap
from exporter.reader import Reading, ReadOptions, read
from exporter.reader.batch import traits
from exporter.reader.batch.core import VARIABLE
from exporter.reader.batch.read import read_columns
from exporter.reader.options import Publish
from exporter.reader.publish.redaction import Parts, cut
from exporter.run import Run
from exporter.writers import mapping_of

Write = Callable[[dict[str, str]], Path]
CHEAP = ("json", "skos", "neo4j", "neo4j-bulk", "canvas", "opml")  # formats that start no program


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the files of a vault."""

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            file = tmp_path / "Vault" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return tmp_path / "Vault"

    return write


def seen(root: Path, formats: tuple[str, ...] = CHEAP, **publish: Any) -> tuple[Reading, str]:
    """What was read, and all that anybody can see of it: the outputs, texts, leads, sentences, findings."""
    reading = read(root, ReadOptions(publish=Publish(**publish)))
    knowledge_map = reading.knowledge_map
    return reading, "\n".join([*everything(knowledge_map, formats), *map(str, reading.findings)])


def everything(knowledge_map: KnowledgeMap, formats: tuple[str, ...]) -> list[str]:
    parts: list[str] = []
    for topic in knowledge_map.topics:
        parts += [knowledge_map.text(topic.id), knowledge_map.lead(topic.id)]
    parts += [knowledge_map.sentence(link) for link in knowledge_map.links]
    for name in formats:
        writer = writers.find(name)
        asked_for = {"json": {"text": True}, "neo4j": {"with_text": True, "missing": True}}
        options = writer.Options(**asked_for.get(mapping_of(name, writer), {}))
        for thing in writer.write(knowledge_map, options, NOTHING):
            if isinstance(thing, File):
                content = [thing.content] if isinstance(thing.content, str | bytes) else thing.content
                parts.append(thing.path)
                parts += [part.decode(errors="replace") if isinstance(part, bytes) else part for part in content]
            else:
                parts.append(str(thing))
    return parts


def ids(reading: Reading) -> set[str]:
    return {topic.id for topic in reading.knowledge_map.topics}


PRIVATE = "# Doctor\nHer number is 0151-234.\n"


@pytest.mark.parametrize(
    "head",
    [
        "publish: false",
        "Publish: False",
        'publish: "no"',
        "publish: [false]",
        "private: true",
        "private: yes",
        "draft: true",
        "tags: [private]",
        "tags: [Private/money]",
        "tags:\n  - work\n  - private",
    ],
)
def test_a_note_that_says_so_is_hidden(write: Write, head: str) -> None:
    root = write({"Doctor.md": f"---\n{head}\n---\n{PRIVATE}", "Flour.md": "![[Doctor]]\n\nAsk [[Doctor]]."})
    reading, output = seen(root)
    assert ids(reading) == {"flour"}
    assert list(reading.statistics.hidden) == ["Doctor.md"]
    assert not re.search("doctor|0151", output, re.IGNORECASE)


@pytest.mark.parametrize(
    "head", ["publish: true", "private: false", "draft: ", "tags: [privately]", "title: private: x"]
)
def test_a_note_that_says_otherwise_is_not(write: Write, head: str) -> None:
    root = write({"Doctor.md": f"---\n{head}\n---\n{PRIVATE}", "Flour.md": "x"})
    assert "0151" in seen(root)[1]


def test_a_tag_in_the_text_hides_the_note_and_one_in_a_heading_the_section(write: Write) -> None:
    root = write(
        {
            "A.md": "# A\nwords alpha #private\n",
            "B.md": "# B\nbefore\n## Salary #private\ngamma\n### Deeper\ndelta\n## Public\nafter\n",
            "C.md": "# C #private\nepsilon\n",
            "D.md": "`#private` in code\n",
        }
    )
    reading, output = seen(root)
    assert ids(reading) == {"b", "d"}
    assert not re.search("alpha|gamma|delta|epsilon|Salary|Deeper", output)
    assert reading.knowledge_map.text("b").split() == ["before", "##", "Public", "after"]


RULES = {
    "Private/": {"doctor", "rent"},
    "private/": {"doctor", "rent"},
    "Private/Doctor.md": {"doctor"},
    "/rivate/D.c/": {"doctor"},
    "Private/*": {"doctor", "rent"},
    "*/d*.md": {"doctor"},
    "**/Rent.md": {"rent"},
    "**/Flour.md": {"flour"},
    "#money": {"rent"},
    "kind: person": {"doctor"},
    "kind: PERSON": {"doctor"},
    "seen: 2024-05-01": {"doctor"},
    "kind:": {"doctor", "flour"},
    "client: Acme": {"flour"},
    "client: [[Acme]]": {"flour"},
    "[[Health]]": {"health", "doctor"},
    "[[Doctor]]": {"doctor"},
    "title: The rent": {"rent"},
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_hides_what_it_fits(write: Write, rule: str) -> None:
    root = write(
        {
            "Private/Doctor.md": '---\nkind: [person, friend]\nseen: 2024-05-01\narea: "[[Health]]"\n---\nx',
            "Private/Rent.md": "---\ntitle: The rent\ntags: money/flat\n---\nx",
            "Flour.md": '---\nkind: thing\nclient: "[[Acme]]"\n---\nx',
            "Health.md": "x",
            "Acme.md": "x",
        }
    )
    every = {"doctor", "rent", "flour", "health", "acme"}
    reading, _ = seen(root, (), hide=(rule,))
    assert {Path(path).stem.lower() for path in reading.statistics.hidden} == RULES[rule]
    assert ids(reading) & every == every - RULES[rule]
    only, _ = seen(root, (), only=(rule,))
    assert ids(only) & every == RULES[rule]
    now, _ = seen(root, (), only=("Private/", "Flour.md"), only_now=(rule,)) if rule != "[[Health]]" else (only, "")
    assert ids(now) & every <= RULES[rule]


def test_hide_wins_over_only_and_a_run_narrows_what_the_mapping_says(write: Write) -> None:
    root = write({"A/x.md": "x", "A/y.md": "x", "B/z.md": "x"})
    assert ids(seen(root, only=("A/",), hide=("A/y.md",))[0]) == {"a", "x"}
    assert ids(seen(root, only=("A/",), only_now=("A/x.md", "B/"))[0]) == {"a", "x"}


@pytest.mark.parametrize("rule", ["", "  ", "#", "[[]]", "/[/", "/a(?=b)/"])
def test_what_is_no_rule_is_refused(write: Write, rule: str) -> None:
    with pytest.raises(OptionError, match="is no rule"):
        seen(write({"a.md": "x"}), hide=(rule,))


def test_a_rule_that_fits_nothing_is_told(write: Write) -> None:
    root = write({"a.md": "x", "b.md": "---\npublish: false\n---\n"})
    reading, _ = seen(root, hide=("Dayly/", "publish: false"), only=("a.md", "#x"))
    unused = [finding.message for finding in reading.findings if finding.code == "unused-filter"]
    assert {message.split("'")[1] for message in unused} == {"Dayly/", "#x"}


@pytest.mark.parametrize(
    ("rule", "nearest"),
    [
        ("Dairy/", "Daily/"),
        ("Daily/2024-03-99.md", "Daily/2024-03-09.md"),
        ("2024-03-09.mt", "Daily/2024-03-09.md"),
        ("#privat", "#Private"),
        ("statsu: draft", "status: draft"),
        ("status: drafd", "status: draft"),
        ("[[Boook]]", "[[Book]]"),
        ("Privates/", ""),  # what is hidden already is nothing to hint at, and must not be named
        ("#nothing/like/it", ""),
    ],
)
def test_a_rule_that_fits_nothing_comes_with_the_nearest_that_would(write: Write, rule: str, nearest: str) -> None:
    root = write(
        {
            "Daily/2024-03-09.md": "---\nstatus: draft\n---\n#Private\n",
            "Private/a.md": "x",
            "Map.md": "## Areas\n- [[Book]]\n## Book\n- [[Daily/2024-03-09]]\n",
            "Book.md": "x",
        }
    )
    options = ReadOptions(publish=Publish(hide=(rule, "Private/"), marks=()), map="Map.md", all_notes=True)
    reading = read(root, options)
    (message,) = (finding.message for finding in reading.findings if finding.code == "unused-filter")
    assert message.endswith(f"fits nothing; {f'nearest: {nearest!r}; ' if nearest else ''}fix it or take it out")


def test_where_all_is_hidden_nothing_is_made(write: Write) -> None:
    with pytest.raises(ExportError, match="nothing is left to be published of 2 notes"):
        read(write({"a.md": "#private", "b.md": "#private"}))


LINKS = {
    "Ask [[Doctor]] now.": "Ask now.",
    "Ask [[Doctor|her]] now.": "Ask her now.",
    "Ask [[Doctor|Dr. Who]] now.": "Ask now.",
    "Ask [[Private/Doctor|doctor]] now.": "Ask now.",
    "Ask [[Dr. Who]] now.": "Ask now.",
    "Ask [[doctor#Phone]] now.": "Ask now.",
    "Ask [her](Private/Doctor.md) now.": "Ask her now.",
    "Ask [*her* page](Private/Doctor.md#Phone) now.": "Ask *her* page now.",
    "Ask [Doctor](<Private/Doctor.md>) now.": "Ask now.",
    "Ask ![[Doctor]] now.": "Ask now.",
    "Ask ![pic](Private/pic.png) now.": "Ask now.",
    "Ask ![[pic.png|100]] now.": "Ask now.",
    "[[Doctor]], [[Doctor]]\nb": "b",
    "[[Doctor]], **[[Doctor|her]]**, (of [[Doctor]])": "**her**, (of)",
    "See **[[Doctor]]**.": "See.",
    "See ==*[[Doctor]]*== ([[Doctor]]) now": "See now",
    "ask a, [[Doctor]], b, [[Doctor]].": "ask a, b.",
    "say: [[Doctor]], b": "say: b",
    "who:: [[Doctor]]\n\nkind:: (by:: [[Doctor]], [[Doctor]]) b": "kind:: b",
    "**who**:: [[Doctor]], her": "**who**:: her",
    "word[^1] and[^2]\n\n[^1]: [[Doctor]]\n[^2]: by [[Doctor]]": "word and[^2]\n\n\n[^2]: by",
    "> [!note] [[Doctor|her]]\n> said": "> [!note] her\n> said",
    "word[^1]\n\n[^1]: by [[Doctor|her]]": "word[^1]\n\n[^1]: by her",
    "| a | b |\n|---|---|\n| [[Doctor\\|her]] | [[Doctor]] |": "| a | b |\n|---|---|\n| her |  |",
    "- [[Doctor]]\n- other": "\n- other",
    "- [[Doctor]] - knows all\n- other": "\n- other",
    "- [x] [[Doctor]]: knows all\n- other": "\n- other",
    "- [[Doctor|her]] knows\n- other": "- her knows\n- other",
    "- [[Doctor]]\n\t- inner\n- other": "- \n\t- inner\n- other",
    "1. a\n2. ![[Doctor]]\n3. c": "1. a\n\n3. c",
    "`[[Doctor]]`": "`[[Doctor]]`",  # the note's own words
    "Title [[Doctor]]\n===\nx": "# Title\n\nx",
}


@pytest.mark.parametrize("text", LINKS)
def test_of_a_link_the_words_stay_unless_they_are_the_name(write: Write, text: str) -> None:
    root = write(
        {
            "Private/Doctor.md": "---\naliases: Dr. Who\n---\n# Doctor\n## Phone\n0151",
            "Private/pic.png": "",
            "Flour.md": f"intro\n\n{text}\n",
        }
    )
    reading, _ = seen(root, (), hide=("Private/",))
    expected = LINKS[text].removeprefix("# ") if text.startswith("Title") else LINKS[text]
    shown = reading.knowledge_map.text("flour")
    assert shown.replace("===\n", "").split("\n", 2)[2].strip("\n").split() == expected.strip("\n").split()
    assert reading.statistics.unresolved == 0
    assert [finding for finding in reading.findings if finding.code != "no-map"] == []


DOCTOR = {
    "Private/Zqdoc.md": "---\naliases: [Zqalias]\n---\n# Zqtitle\n\nzqtext ^zqb\n\n## Zqhead\n\nzqmore",
    "Private/zqpic.png": "",
    "Private/Zq Ünï.md": "zqmore",
    "B.md": "open\n\n## Zqpart #private\n\nzqpart ^zqid\n\n## With [[Zqdoc]]\n\n## The [[Zqdoc|kind]] one\n",
}
ODD_LINKS = {  # what stands in a note, and what is shown of it
    '<a href="Private/Zqdoc.md">words</a> <a href=Private/Zqdoc.md>Zqtitle</a>': "words",
    "a <img src='Private/zqpic.png' alt='x'> b": "a b",
    '<iframe src="Private/zqpic.png"></iframe>b': "b",
    "<details><summary>x [[Zqdoc]]</summary>\n![[Zqdoc]]\n[[Zqdoc|her]]\n</details>": (
        "<details><summary>x </summary> her </details>"
    ),
    "[words][x] and [Zqdoc] ![p][y]\n\n[x]: Private/Zqdoc.md 'Zqtitle'\n[zqdoc]: <Private/Zqdoc.md>\n[y]: /Private/zqpic.png": (
        "words and"
    ),
    "- [x] done\n\n[x]: Private/Zqdoc.md": "- [x] done",
    "[w](obsidian://open?vault=V&file=Private%2FZqdoc) <obsidian://open?vault=V&file=Zqdoc%23Zqhead>": "w",
    "[w](obsidian://vault/V/Private/Zqdoc) obsidian://open?vault=V&file=Zqdoc b": "w b",
    '```mermaid\nclick A "obsidian://open?vault=V&file=Private%2FZqdoc"\n```': "```mermaid click A ```",
    "[[Zqdoc#Zqhead|Zqhead]] [[Zqdoc#^zqb|zqb]] [[Zqdoc#Zqhead|Zqdoc > Zqhead]] [[B#^zqid|zqid]] b": "b",
    "[w](file:///Users/me/V/Private/Zqdoc.md)": "w",
    "[w](%50rivate/%5Aqdoc.md) [w](./Private/../Private/Zqdoc.md) [[/private/ZQDOC.MD]]": "w w",
    "[[Private/Zq U\u0308ni\u0308]] [w](Private/Zq%20U%CC%88ni%CC%88.md)": "w",
    "a [[Private%2FZqdoc]] [[Private / Zqdoc]] [[Private\\Zqdoc]] [w](Private/Zqdoc.md?x=1)": "a w",
    "![[Zqdoc#Nope]] [[Zqdoc#Nope|w]] [[Zqdoc#^nope]]": "w",
    "[[B#Zqpart]] [[B#Zqpart private|w]] [[B#Zqpart#Deeper]] ![[B#^zqid]]": "w",
    "a [[B#With Zqdoc]] [[B#With Zqdoc|w]]": "a w",
    "## To [[Zqdoc]]\n\na [[#To Zqdoc]] [[A#To Zqdoc|w]]": "## To a w",
    "x^[by [[Zqdoc]]] ![[Zqdoc|Zqalias]] ![[zqpic.png#page=3|100x200]]": "x[^n.0] [^n.0]: by",
    '---\na: "[[Zq\\u0064oc]]"\nb: "\\x5b[Zqdoc|w]]"\nc: "see [[Private/\n  Zqdoc]]"\n---\nx': "x",
    "---\ncover: zqpic.png\nnote: Private/Zqdoc.md\nmany: [Private/zqpic.png, y]\n---\nx": "x",
    '---\na: &x "[[Zqdoc]]"\nb: *x\nc: "[x](obsidian://open?file=Zqdoc)"\n---\nx': "x",
    '---\n{"a": "[[Zqdoc]]", "b": ["[[Zqdoc|x]]", 1]}\n---\nx': "x",
    'see [[Zqdoc]]\r\n\r\n- <a href="Private/Zqdoc.md">w</a>\r\n': "see - w",
}


@pytest.mark.parametrize("text", ODD_LINKS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_links_that_are_spelled_oddly_or_are_none_to_obsidian(write: Write, text: str, encoding: str) -> None:
    root = write(DOCTOR)
    (root / "A.md").write_bytes(text.encode(encoding))
    reading, output = seen(root, hide=("Private/",))
    assert reading.knowledge_map.text("a").split() == ODD_LINKS[text].split()
    assert not re.search("zq", output, re.IGNORECASE)
    codes = {finding.code for finding in reading.findings}
    assert codes <= {"no-map", "not-utf8"}


def test_a_heading_that_keeps_its_words_keeps_its_links(write: Write) -> None:
    root = write({**DOCTOR, "A.md": "[[B#The kind one]] [[B#The Zqdoc kind one|w]]"})
    reading, output = seen(root, hide=("Private/",))
    assert reading.knowledge_map.text("a") == "[B \\> The kind one](<topic:b#The%20kind%20one>) w\n"
    assert not re.search("zq", output, re.IGNORECASE)


@pytest.mark.parametrize(
    "head",
    [
        "---\nprivate: true\nx: [\n---\n",
        "---\ntags: a\ntags: b\npublish: false # for now\n---\n",
        "---\nx: a: b\ntags: [work, private]\n---\n",
        "---\nx: a: b\ntags:\n  - work\n  - '#private'\n---\n",
        "---\nprivate: true\n\tx: y\n---\n",
        "---\nprivate: true\n\n",
        "---\nprivate:true\nx: y\n---\n",
        "---\ntags: work, private\n---\n",
        "---\ntag: private/money\n---\n",
    ],
)
def test_a_mark_counts_in_properties_that_nobody_can_read(write: Write, head: str) -> None:
    reading, output = seen(write({"Doctor.md": f"{head}{PRIVATE}", "A.md": "![[Doctor]]"}))
    assert ids(reading) == {"a"}
    assert not re.search("doctor|0151", output, re.IGNORECASE)


@pytest.mark.parametrize(
    "head", ["x: [\ntitle: not private\n", "tags: a, b", "x: [\nprivate: false", "x: [\ntags: work"]
)
def test_properties_that_nobody_can_read_hide_nothing_without_a_mark(write: Write, head: str) -> None:
    assert ids(seen(write({"A.md": f"---\n{head}\n---\nprivate: true"}), ())[0]) == {"a"}


def test_properties_lose_links_to_what_is_hidden(write: Write) -> None:
    head = """
up: "[[Doctor]]"
one: [[Doctor]]
many: ["[[Doctor]]", "[[Rye]]", 'plain']
block:
  - "[[Doctor|her]]"
  - "[her](Private/Doctor.md)"
  - "[[Rye]]"
words: "with [[Doctor|her]] and [[Doctor]] at noon"
deep: {a: "[[Doctor]]", b: 1}
"""
    root = write({"Private/Doctor.md": "x", "Rye.md": "x", "Flour.md": f"---{head}---\nx"})
    reading, output = seen(root, hide=("Private/",))
    flour = reading.knowledge_map.topic["flour"]
    assert "octor" not in output
    assert {link.kind for link in reading.knowledge_map.links_from("flour")} == {"many", "block"}
    assert flour.properties["words"] == "with her and at noon"
    assert flour.properties["deep"] == {"a": None, "b": 1}
    assert not [finding for finding in reading.findings if finding.code not in ("no-map", "unused-filter")]


def test_named_properties_are_never_written(write: Write) -> None:
    note = "---\nPhone: 0151\nclient:\n  - Acme\n  - Bcme\nkept: yes\n---\nwords\nphone:: 0152\n(client:: Ccme) stays\n"
    root = write({"A.md": note, "B.md": '---\n{"phone": "0153", "kept": [1, {"phone": 3}]}\n---\nx'})
    reading, output = seen(root, properties=("phone", "client"))
    assert not re.search("015[123]|[ABC]cme|client", output)
    assert [topic.properties for topic in reading.knowledge_map.topics] == [
        {"kept": "yes"},
        {"kept": [1, {}]},
    ]
    assert reading.knowledge_map.text("a").split() == ["words", "stays"]


def test_a_rule_may_look_at_a_property_that_is_never_written(write: Write) -> None:
    root = write({"A.md": "---\nlevel: secret\n---\nx", "B.md": "---\nlevel: open\n---\nx"})
    reading, output = seen(root, properties=("level",), hide=("level: secret",))
    assert ids(reading) == {"b"}
    assert "level" not in output


CALLOUTS = {
    "a\n\n> [!private] Title\n> inner\n\nb": "a b",
    "> [!PRIVATE]- inner\n> inner\ninner lazy\n\nb": "b",
    "> [!private|red] inner\n> - inner\n>   - inner\n# b": "# b",
    "> [!note] a\n> > [!private] inner\n> > inner\n>\n> b": "> [!note] a > > > > b",
    "> [!note] a\n> > [!private] inner\n> inner lazy\n\nb": "> [!note] a > > b",
    "- a\n  > [!private] inner\n  > inner\n- b": "- a - b",
    "> [!private] inner\n> ```\n> inner\n> ```\nb": "b",
    "> [!private]\n> > inner\n>\n> inner\n> [!note] inner\n\n> [!note] b": "> [!note] b",
    "```\n> [!private] a\n```\nb": "``` > [!private] a ``` b",
    "[!private] a": "[!private] a",
    "> [!privately] a": "> [!privately] a",
}


SECTIONS = {
    "a\n## x #private\ninner\n## b": "a ## b",
    "a\n\nx #private\n---\ninner\n\n- ## b\n  c": "a - ## b c",
    "> ## x #private\n> inner\n\nb": "> > b",
    "> [!note] t\n> ## x #private\n> inner\n> ### inner\n> ## y\n> b": "> [!note] t > > > > ## y > b",
    "> > # x #private\n> > inner\n> b\n\nc": "> > >> > b c",
    "## x #private\ninner": "",
    "> # x #private": ">",
}


@pytest.mark.parametrize("text", SECTIONS)
def test_private_sections_go(text: str) -> None:
    left, _ = cut(f"intro\n\n{text}", Parts(tags={"private"}))
    assert left.split() == ["intro", *SECTIONS[text].split()]
    assert left.count("\n") == text.count("\n") + 2
    assert "inner" not in left


@pytest.mark.parametrize("text", CALLOUTS)
def test_private_callouts_go(text: str) -> None:
    left, pieces = cut(text, Parts(callouts={"private"}))
    assert left.split() == CALLOUTS[text].split()
    assert left.count("\n") == text.count("\n")
    assert "inner" not in left
    assert bool(pieces) == (left != text)


def test_sections_go_by_their_heading(write: Write) -> None:
    root = write(
        {
            "A.md": "# A\n## *Private* notes\nalpha ^x\n## Other\nb\n## private notes\ngamma\n# Last\nc",
            "B.md": "![[A#Private notes]]\n\n![[A#^x]]\n\nsee [[A#Private notes]] and [[A#^x|there]] and [[A#Other]]",
        }
    )
    reading, output = seen(root, sections=("Private notes",))
    assert not re.search("alpha|gamma|rivate", output)
    assert reading.knowledge_map.text("a").split() == ["##", "Other", "b", "#", "Last", "c"]
    assert reading.knowledge_map.text("b").split() == [
        "see",
        "and",
        "there",
        "and",
        "[A",
        "\\>",
        "Other](<topic:a#Other>)",
    ]
    assert [finding.code for finding in reading.findings] == ["no-map"]


def test_a_footnote_that_is_hidden_leaves_no_mark(write: Write) -> None:
    root = write({"A.md": "a[^1] b[^2]\n\n> [!private]\n> [^1]: alpha\n\n[^2]: beta\n"})
    reading, output = seen(root)
    assert reading.knowledge_map.text("a").split() == ["a", "b[^2]", "[^2]:", "beta"]
    assert "alpha" not in output


MAP = """---
tags: [moc]
---
# Kitchen
## Areas
- [[Bread]] - what is baked
- [[Health]] - doctors
  - [[Doctor]] - my number one
- Secret plans
## Topics by Area
### Bread
- [[Flour]]
- [[Doctor]] - whom to call
- Levain
### Health
- [[Rye]]
- Gluten diary
### Secret plans
- World domination
## Learning Path
1. Start with [[Flour]]
2. Ask [[Doctor|the doctor]]
3. [[Health]]
"""
KITCHEN = {
    "Kitchen.md": MAP,
    "Bread.md": "x",
    "Flour.md": "x [[Gluten diary]] #flour",
    "Rye.md": "x",
    "Health.md": "#private healthy [[Only here]] https://only.example #only/tag",
    "Doctor.md": "---\npublish: false\naliases: [Gluten boss]\n---\n![[only.png]] ![[both.png]]",
    "only.png": "",
    "both.png": "",
    "Use.md": "![[both.png]]",
}


def test_the_map_loses_areas_steps_and_topics_that_are_hidden(write: Write) -> None:
    reading, output = seen(write(KITCHEN))
    knowledge_map = reading.knowledge_map
    assert ids(reading) == {"bread", "flour", "rye", "use", "levain", "secret-plans", "world-domination"}
    assert [area.id for area in knowledge_map.areas] == ["bread", "secret-plans"]
    assert [step.text for step in knowledge_map.paths[0].steps] == ["Start with Flour"]
    assert [tag.id for tag in knowledge_map.tags] == ["flour", "moc"]
    assert not re.search(r"health|doctor|only|gluten boss", output, re.IGNORECASE)


def test_a_hidden_area_takes_topics_without_a_note_along(write: Write) -> None:
    reading, output = seen(write(KITCHEN), hide=("[[Secret plans]]",), marks=())
    assert not re.search("secret plans|domination", output, re.IGNORECASE)
    assert "gluten-diary" in ids(reading)
    reading, output = seen(write(KITCHEN), only=("[[Bread]]",), marks=())
    assert ids(reading) == {"bread", "flour", "levain", "doctor"}
    assert not re.search("secret plans|domination|health|gluten diary", output, re.IGNORECASE)


def test_a_path_all_of_whose_steps_are_hidden_goes(write: Write) -> None:
    reading, _ = seen(write({**KITCHEN, "Flour.md": "#private"}))
    assert reading.knowledge_map.paths == ()
    assert not [finding for finding in reading.findings if finding.code in ("empty-path", "empty-map")]


@pytest.mark.parametrize("options", [ReadOptions(), ReadOptions(map="Kitchen")])
def test_a_hidden_map_is_none(write: Write, options: ReadOptions) -> None:
    reading = read(write({**KITCHEN, "Kitchen.md": MAP.replace("tags:", "draft: true\ntags:")}), options)
    assert reading.knowledge_map.source.file == ""
    assert reading.knowledge_map.paths == ()
    assert [finding.code for finding in reading.findings if "map" in finding.code] == [
        "hidden-map" if options.map else "no-map"
    ]
    assert not [finding for finding in reading.findings if "Kitchen" in finding.message]


def test_attachments_that_only_hidden_notes_use_are_not_there(write: Write) -> None:
    reading = read(write(KITCHEN))
    assert reading.knowledge_map.file("both.png") == b""
    for path in ("only.png", "Doctor.md", "Health.md"):
        with pytest.raises(OSError, match="not part of the vault"):
            reading.knowledge_map.file(path)


def test_findings_name_nothing_hidden(write: Write) -> None:
    root = write(
        {
            "Doctor.md": "#private [[nowhere at all]]\n\n---\nbad: [",
            "doctor.MD": "#private",
            "Bad.md": "---\nprivate: true\nid: [1]\n---\n[[Doctr]]",
            "A.md": "[[Doctr]] [[Dokter]] ![[scann.png]]",
            "scan.png": "",
            "B#x.md": "#private",
            "Board.canvas": json.dumps(
                {
                    "nodes": [
                        {"id": "1", "type": "file", "file": "Doctor.md"},
                        {"id": "2", "type": "text", "text": "[[Doctor]] [[A]] [[Doctr]]"},
                    ]
                }
            ),
        }
    )
    reading, output = seen(root)
    assert not re.search(r"Doctor|doctor\.MD|nowhere|Bad\.md|B#x", output)
    assert {finding.source.file for finding in reading.findings} == {"", "A.md", "Board.canvas"}


def test_a_hidden_note_of_one_letter(write: Write) -> None:
    reading, _ = seen(write({"x.md": "#private", "A.md": "an x and [[x]] and [[X|the x]]"}))
    assert reading.knowledge_map.text("a") == "an x and and the x\n"


def test_an_embed_of_an_embed_of_a_hidden_block(write: Write) -> None:
    root = write(
        {
            "A.md": "![[B]]\n\nend",
            "B.md": "b\n\n![[C#^x]]",
            "C.md": "c\n\n> [!private] alpha\n> beta\n\n^x\n\nopen ^y",
            "D.md": "![[C#^y]]",
        }
    )
    reading, output = seen(root)
    assert not re.search("alpha|beta", output)
    assert reading.knowledge_map.text("a").split() == ["b", "end"]
    assert reading.knowledge_map.text("d").split() == ["open"]


def test_a_note_that_is_no_topic_may_be_hidden_too(write: Write) -> None:
    files = {
        "Daily/d.md": "---\nprivate: true\n---\nalpha",
        "Daily/e.md": "open ![[d]]\n\n![[f]]",
        "Daily/f.md": "beta #private",
    }
    root = write({**files, "A.md": "![[d]]\n\n![[e]]"})
    reading = read(root, ReadOptions(exclude=("Daily/",)))
    assert set(reading.statistics.hidden) == {"Daily/d.md", "Daily/f.md"}
    assert set(reading.statistics.excluded) == {"Daily/e.md"}
    assert not re.search("alpha|beta", reading.knowledge_map.text("a"))


def test_the_account_holds(write: Write) -> None:
    statistics = read(write(KITCHEN)).statistics
    assert (
        statistics.notes == 7 == statistics.topics + statistics.map + len(statistics.excluded) + len(statistics.hidden)
    )


def test_a_cache_remembers_nothing_hidden(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exporter.reader.batch.notes.FEWEST", 1)
    root = write({"Doctor.md": "x", "A.md": "[[Doctr]] ![[Doctor]]"})
    message = [finding.message for finding in read(root, cache=tmp_path / "c").findings if "Doctr" in finding.message]
    assert "nearest: Doctor" in message[0]
    for _ in range(2):
        hidden = read(root, ReadOptions(publish=Publish(hide=("Doctor.md",))), cache=tmp_path / "c")
        assert [finding.message for finding in hidden.findings if "Doctor" in finding.message] == []
        assert "Doctor" not in hidden.knowledge_map.text("a")
    assert "![" not in read(root, cache=tmp_path / "c").knowledge_map.text("a")


def test_ten_thousand_hidden_notes(write: Write) -> None:
    files = {f"P/{number}.md": f"[[{number + 1}]] word{number}" for number in range(10_000)}
    reading = read(write({**files, "A.md": "[[17]] [[18|eighteen]]"}), ReadOptions(publish=Publish(hide=("P/",))))
    assert len(reading.statistics.hidden) == 10_000
    assert reading.knowledge_map.text("a") == "eighteen\n"


WORDS = st.integers(0, 10**6).map(lambda number: f"w{number:06d}q")


@st.composite
def vaults(draw: st.DrawFn) -> tuple[dict[str, str], set[int]]:
    """A random vault and the notes of it that are hidden; each note has words that no other has."""
    count = draw(st.integers(2, 7))
    folders = ["", "Area one/", "Area two/", "Private/"]
    paths = [draw(st.sampled_from(folders)) + f"Note n{number}zz" for number in range(count)]
    secret = draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=count - 1))
    forms = [
        "See [[{name}]] there.",
        "See [[{name}|own words]] there.",
        "- [[{name}]] - b{me}own",
        "![[{name}]]",
        "> ![[{name}]]",
        "- ![[{name}#Head h{other}zz]]",
        "[t](<{path}.md>)",
        "[[Alias a{other}zz]]",
        "requires:: [[{name}]]",
        "1. [[{name}]]\n2. [[Note n{me}zz]]",
        "![[shared.png]]",
        "[[{name}#^b{other}zz|there]]",
        "| [[{name}]] | x |\n|---|---|\n| [[{name}\\|y]] | z |",
        "## [[{name}]]",
        "[^f]: [[{name}]]",
        "**[[{name}]]**, ([[{name}]]), _[[{name}|w]]_ and [[{name}]], [[{name}]].",
        '<a href="{path}.md">words</a> <img src="{path}.md">',
        "<details><summary>[[{name}]]</summary>\n[[{name}|w]]\n</details>",
        "[r{me}]: <{path}.md>\n\nsee [words][r{me}] and [r{me}]",
        "[w](obsidian://open?vault=V&file=Note%20n{other}zz)",
        "## With [[{name}]]\n\n[[#With {name}]] and [[#With {name}|w]]",
        "[[{name}#Head h{other}zz|Head h{other}zz]]",
    ]
    heads = [
        'long: "[[Note\\x20n{other}zz]]"',
        'up: "[[{name}]]"',
        'related: ["[[{name}]]", x]',
        "text: see [[{name}]]",
    ]
    files: dict[str, str] = {}
    for me, path in enumerate(paths):
        lines = [f"alias: x{me}", f"aliases: [Alias a{me}zz]"]
        for number, form in enumerate(draw(st.lists(st.sampled_from(heads), max_size=2, unique=True))):
            other = draw(st.integers(0, count - 1))
            lines.append(f"p{number}" + form.format(name=f"Note n{other}zz", other=other))
        if me in secret:
            lines.append(draw(st.sampled_from(["publish: false", "private: true", "tags: [private]"])))
        body = [
            f"# Title t{me}zz",
            f"Words s{me}zz and #tag{me}zz and https://u{me}zz.example/x and [[Missing m{me}zz]].",
        ]
        for form in draw(st.lists(st.sampled_from(forms), max_size=5)):
            other = draw(st.integers(0, count - 1))
            body.append(form.format(name=f"Note n{other}zz", path=paths[other], other=other, me=me))
        body += [f"## Head h{me}zz", f"More v{me}zz ^b{me}zz", f"![[pic{me}zz.png]]"]
        files[f"{path}.md"] = "---\n" + "\n".join(lines) + "\n---\n" + "\n\n".join(body) + "\n"
        files[f"pic{me}zz.png"] = ""
    if draw(st.booleans()):
        items = "\n".join(f"- [[Note n{number}zz]] - about" for number in range(count))
        steps = "\n".join(f"{number + 1}. [[Note n{number}zz]]" for number in range(count))
        files["Map.md"] = (
            f"---\ntags: [moc]\n---\n## Areas\n{items}\n## Topics by Area\n### Title t0zz\n{items}\n## Learning Path\n{steps}\n"
        )
    return files, secret


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=60
)
@given(vaults())
def test_no_word_that_only_hidden_notes_have_is_anywhere(
    tmp_path_factory: pytest.TempPathFactory, vault: tuple[dict[str, str], set[int]]
) -> None:
    files, secret = vault
    root = tmp_path_factory.mktemp("vault")
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    _, output = seen(root)
    for number in secret:
        hit = re.search(rf".{{0,60}}(?<![a-z0-9])\w{number}zz|\w*[a-z]{number}zz", output)
        assert not hit, hit[0]
    for number in {*range(len(files))} - secret:
        if f"Words s{number}zz" in "".join(files.values()):
            assert f"s{number}zz" in output


def test_the_text_of_a_note_that_exclude_names_is_not_shown_by_others(write: Write) -> None:
    root = write({"Private/Doctor.md": "gluten", "Old/O.md": "old", "A.md": "![[Doctor]]\n\nsee [[Doctor]]\n\n![[O]]"})
    (root / ".obsidian").mkdir()
    (root / ".obsidian/app.json").write_text('{"userIgnoreFilters": ["Old/"]}')
    reading = read(root, ReadOptions(exclude=("Private/",)))
    assert reading.knowledge_map.text("a").split() == ["Doctor", "see", "Doctor", "old"]
    assert [(finding.source.line, finding.code) for finding in reading.findings if finding.source.file] == [
        (1, "excluded-embed")
    ]


def test_a_drawing_is_not_shown_as_text(write: Write) -> None:
    drawing = "---\nexcalidraw-plugin: parsed\n---\n# Excalidraw Data\n## Text Elements\nthe stone ^8Xc2Yq1L\n"
    root = write({"x.excalidraw.md": drawing, "Sketch.md": drawing, "A.md": "a\n\n![[x.excalidraw]]\n\n![[Sketch]]"})
    reading, _ = seen(root, ())
    assert reading.knowledge_map.text("a").split() == [
        "a",
        "[x.excalidraw](<file:x.excalidraw.md>)",
        "[Sketch](<file:Sketch.md>)",
    ]
    assert [(finding.source.line, finding.code) for finding in reading.findings if finding.source.file] == [
        (3, "drawing-embed"),
        (5, "drawing-embed"),
    ]
    assert "stone" in read(root, ReadOptions(all_notes=True)).knowledge_map.text("a")


SIGNS = st.lists(
    st.sampled_from(
        '<a |<IMG\n|href| src =|=|"x"|>|\n|\n\n| \n|[[|]]|[!|private|Private]|]|]:|[x]: y|{{|title}}|<%| tp|obsidian:|//open?'
        "|&file=|///|//vault/|> |é|\r\n|---\n| ſRc |<aK data=|{{ title}}|{|`|# |ſ".split("|")
    ),
    max_size=12,
).map("".join)


@settings(max_examples=500)
@given(SIGNS)
def test_no_trait_is_missed_by_the_one_pass_that_looks_for_their_signs(text: str) -> None:
    """What a note's text gives it Python looks for in few notes only, those with a sign of it; the core always."""
    kinds = frozenset(["private"])
    for data in (text.encode(), text.encode("utf-8-sig"), ("\ufeff" + text).encode("utf-16-le")):
        with pytest.MonkeyPatch.context() as patch:
            told = read_columns([data], callouts=kinds).traits
            patch.setenv(VARIABLE, "python")
            assert read_columns([data], callouts=kinds).traits == told
            patch.setattr(traits, "_trait_signs", lambda words, callouts: re.compile(b""))  # which every note has
            assert read_columns([data], callouts=kinds).traits == told


def test_maps_in_maps_lose_what_is_hidden_too(write: Write) -> None:
    root = write(
        {
            "Home.md": "#moc\n- [[Physics MOC]]\n- [[Secret MOC]]\n",
            "Physics MOC.md": "#moc\n- [[Force]] - pulls\n- ask [[Zqdoc|the doctor]] about it\n- [[Zqdoc]] - zqwords\n\n1. [[Force]]\n2. then the [[Zqdoc|doctor]]\n",
            "Secret MOC.md": "#moc #private\n- [[Zqplan]]\n- Zqghost\n",
            "Force.md": "x",
            "Zqdoc.md": "#private",
            "Zqplan.md": "---\npublish: false\n---\n",
        }
    )
    reading, output = seen(root)
    assert ids(reading) == {"physics-moc", "force"}
    assert not re.search("zq|secret", output, re.IGNORECASE)
    assert [step.text for path in reading.knowledge_map.paths for step in path.steps] == ["Force"]


def test_what_is_understood_twice_is_told_once(write: Write) -> None:
    """A rule on an area needs the meaning of all notes, also if it hides nothing in the end."""
    reading, _ = seen(write({"Überblick.md": "x", "Öl.md": "y"}), (), hide=("[[Nowhere]]",))
    codes = sorted(finding.code for finding in reading.findings)
    assert codes == ["assumed-language", "no-map", "unused-filter"]


def test_only_a_note_that_all_may_see_as_it_is_written_has_a_state(write: Write) -> None:
    """It stands for what the note says, so that who searches for what is hidden need not read it."""
    notes = {
        "Map.md": "# Map\n\n- [[Secret]]\n- [[Open]]\n- [[Leading]]\n",
        "Secret.md": "#private\n\nHidden.\n",
        "Open.md": "For all.\n",
        "Leading.md": "To [[Secret]].\n",
        "New.md": "Just written.\n",
    }
    root = write(notes)
    for name in notes:
        then = time.time() - (0 if name == "New.md" else 60)
        os.utime(root / name, (then, then))
    run = Run(root, hide=["#private"])
    run.read()
    assert run.secrets
    assert [name for name in notes if run.secrets.state(name)] == ["Open.md"]
    assert run.secrets.state("Open.md").startswith("Open.md ")
    knowledge_map = run.read().knowledge_map
    assert [name for name in notes if knowledge_map.state(name)] == ["Open.md"]
