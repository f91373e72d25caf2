"""A graph of Logseq, whole: what is right is written down by hand; tests/conformance/test_logseq.py has rule by rule."""

import json
import random
from datetime import date
from pathlib import Path

import pytest
from command import lay, mlk_export
from conftest import ROOT
from reader.fuzz import check, corpus

from exporter import read
from exporter.reader import Publish, ReadOptions
from exporter.reader.dialects.dates import read_date, write_date
from exporter.reader.dialects.edn import read_edn
from exporter.reader.dialects.logseq_text import rewrite

GRAPH = ROOT / "tests" / "vaults" / "logseq"
BLOCK = "5f0e7a10-0000-4000-8000-000000000001"
PIECES = (
    *("- ", "\t- ", "  ", "\t", "\n", "\n", "\n", "a b. ", "# ", "[[a]]", "#[[a b]]", "[[C#]]", f"(({BLOCK}))", f"id:: {BLOCK}\n", "`", "```\n"),
    *("key:: v\n", "tags:: [[a]], b\n", "title:: t\n", "template:: t\n", "collapsed:: true\n", "logseq.order-list-type:: number\n", "alias:: "),
    *(":LOGBOOK:\n", ":END:\n", "SCHEDULED: <x>\n", "#+BEGIN_NOTE\n", "#+END_NOTE\n", "#+BEGIN_SRC x\n", "#+END_SRC\n", "#+BEGIN_QUERY\n", "TODO "),
    *("{{query x}}", "{{embed [[a]]}}", "---\n", "[a](b)", "> ", "|", "^^x^^", "$$", "%%", "<b>", "\r\n", "- - ", "1. ", '"', "\x1e", "\x85"),
)  # fmt: skip


def test_the_graph_is_understood() -> None:
    reading = read(GRAPH)
    knowledge_map = reading.knowledge_map
    assert knowledge_map.title == "logseq"  # "Contents" would say nothing
    assert [(topic.title, topic.areas, topic.tags, topic.aliases) for topic in knowledge_map.topics] == [
        ("Bread", (), ("baking", "slow-food", "oven"), ("Loaf", "Brot")),
        ("Starter", (), (), ()),
        ("Bread/Sourdough", ("bread",), (), ()),
        ("Starter/Rye", ("starter",), (), ()),
        ("Flour", (), (), ()),
        ("Ada", (), (), ()),
        ("C#", (), (), ()),
        ("Oven", (), (), ()),
        ("slow food", (), (), ()),
        ("What is it?", (), (), ()),
    ]
    assert [(area.id, area.parent) for area in knowledge_map.areas] == [("bread", None), ("starter", None)]
    assert [(path.title, [step.topics for step in path.steps]) for path in knowledge_map.paths] == [
        ("Learning path", [("flour",), ("bread-sourdough",)])
    ]
    assert [
        (link.start, link.kind, link.end, link.source.line) for link in knowledge_map.links if link.kind != "in_area"
    ] == [
        ("bread", "tags", "slow-food", 3),
        ("bread", "created-by", "ada", 5),
        ("bread", "mentions", "flour", 9),
        ("bread", "mentions", "old-page", 9),
        ("bread", "mentions", "ada", 12),
        ("bread", "mentions", "slow-food", 12),
        ("bread", "mentions", "bread-sourdough", 21),
        ("bread", "mentions", "bread-sourdough", 22),
        ("bread-sourdough", "requires", "flour", 1),
        ("bread-sourdough", "requires", "starter-rye", 1),
        ("bread-sourdough", "mentions", "starter-rye", 3),
        ("bread-sourdough", "mentions", "bread", 4),
        ("bread-sourdough", "mentions", "bread", 4),
        ("bread-sourdough", "mentions", "bread", 7),
        ("bread-sourdough", "mentions", "bread", 7),
        ("bread-sourdough", "mentions", "c-23", 7),
        ("bread-sourdough", "mentions", "ada", 8),
        ("starter-rye", "mentions", "starter", 1),
        ("what-is-it-3f", "mentions", "old-page", 1),
        ("what-is-it-3f", "mentions", "old-page", 1),
    ]
    assert reading.statistics.excluded == {
        "drafts/plan.md": "unlisted note",
        "journals/2021_01_01.md": "daily note",
        "logseq/bak/pages/Bread/2021-01-01.md": "daily note",
    }
    assert reading.statistics.hidden == {"pages/Secret.md": "hidden by 'public: false'"}
    assert [(found.source.file, found.source.line, found.code) for found in reading.findings] == [
        ("pages/Bread.md", 1, "unknown-rule"),  # [[Food]] and [[Nobody]]
        ("pages/Bread.md", 17, "unread-query"),
        ("pages/Bread___Sourdough.md", 5, "unknown-rule"),  # a block
        ("pages/contents.md", 4, "path-gap"),
        ("pages/guests.org", 1, "unread-format"),
    ]


def test_the_texts_are_markdown() -> None:
    knowledge_map = read(GRAPH).knowledge_map
    assert knowledge_map.lead("bread") == "Bread is flour and water that somebody has baked."
    assert knowledge_map.lead("slow-food") == "No haste."
    assert knowledge_map.text("slow-food") == "No haste.\n"
    assert knowledge_map.text("bread") == (
        "Bread is [flour](<topic:flour>) and water that somebody has baked. #oven\n"
        "- [ ] ask [Ada](<topic:ada>) about [\\#slow food](<topic:slow-food>)\n"
        "- baked on Jan 1st, 2021, again on Fri, Jan 1st, 2021\n"
        "## Kinds\n"
        "- [a sour one](<topic:bread-sourdough>)\n"
        "- Sourdough needs a [starter/rye](<topic:starter-rye>), and time.\n"
        f"  - see [Bread is flour and water that somebody has baked. \\#oven](<topic:bread#%5E{BLOCK}>)"
        f" and [that](<topic:bread#%5E{BLOCK}>)\n"
        f"  - […](<missing:%28%28{BLOCK[:-1]}9%29%29>)\n"
        "  - ![crumb](<file:assets/crumb.svg#width=30>)\n"
        "  - a [loaf](<topic:bread>), or [Brot](<topic:bread>); [C\\#](<topic:c-23>) is none,"
        " nor is [Nobody](<missing:Nobody>)\n"
        "  - author: [Ada](<topic:ada>)\n"
        "    a property of a block is none of the page\n"
        f"- `[[No link]]` and `(({BLOCK}))`\n"
        "- > [!tip]\n  > Eat it ==warm==.\n"
    )


def test_obsidian_reads_it_otherwise() -> None:
    reading = read(GRAPH, ReadOptions(dialect="obsidian"))
    assert reading.statistics.dialect == ""
    assert "Bread___Sourdough" in {topic.title for topic in reading.knowledge_map.topics}


def test_other_settings_are_another_reading(tmp_path: Path) -> None:
    lay(tmp_path, {f"pages/p{number}.md": "- x\n" for number in range(60)} | {"pages/a.b.md": "- y\n"})
    titles = {}
    for form in ("triple-lowbar", "legacy"):
        lay(tmp_path, {"logseq/config.edn": f"{{:file/name-format :{form}}}"})
        topics = read(tmp_path, cache=tmp_path.parent / "cache").knowledge_map.topics
        titles[form] = next(topic.title for topic in topics if topic.note == "pages/a.b.md")
    assert titles == {"triple-lowbar": "a.b", "legacy": "a/b"}


HIDDEN = {
    "logseq/config.edn": "{:file/name-format :triple-lowbar}",
    "pages/Contents.md": "- [[Open]]\n- [[Plan/Zephyr]]\n",
    "pages/Plan___Zephyr.md": f"title:: Zephyr/Quillon\nalias:: Marzipan\n\n- Gryphon words.\n  id:: {BLOCK}\n",
    "pages/Open.md": (
        "tags:: zephyr/quillon, ok\nsee:: [[Marzipan]], [[Other]]\nof:: the [[marzipan]]\n\n"
        f"- seen (({BLOCK})) and [there]((({BLOCK})))\n- {{{{embed (({BLOCK}))}}}}\n- all #marzipan here\n"
        "- [[Zephyr/Quillon]]\n- #[[Zephyr/Quillon]]\n- kept\n"
    ),
    "pages/Other.md": "- x\n",
}


@pytest.mark.parametrize("own", [False, True])
def test_what_is_hidden_stays_so(own: bool, tmp_path: Path) -> None:
    files = dict(HIDDEN)
    rules: tuple[str, ...] = ("pages/Plan___Zephyr.md",)
    if own:
        files["pages/Plan___Zephyr.md"] = f"public:: false\n{files['pages/Plan___Zephyr.md']}"
        rules = ()
    lay(tmp_path / "v", files)
    reading = read(tmp_path / "v", ReadOptions(publish=Publish(hide=rules)))
    assert list(reading.statistics.hidden) == ["pages/Plan___Zephyr.md"]
    assert [(topic.title, topic.tags) for topic in reading.knowledge_map.topics] == [("Open", ("ok",)), ("Other", ())]
    hide = [word for rule in rules for word in ("--hide", rule)]
    run = mlk_export("--format", "json", "--vault", tmp_path / "v", *hide, cwd=tmp_path)
    assert run.code == 0, run.said
    written = (tmp_path / "out" / "json" / "knowledge-map.json").read_text("utf-8")
    text = reading.knowledge_map.text("open")
    for word in ("ephyr", "uillon", "arzipan", "ryphon"):
        assert word not in written
        assert word not in text
        assert not any(word in line for line in run.said)
    assert "- kept" in text
    assert json.loads(written)["title"] == "v"


def test_parts_of_a_page_are_hidden(tmp_path: Path) -> None:
    page = "alias:: B\nsalary:: 7000\nsee:: [[c]]\n\n- One sentence.\n- ## Private\n\t- gryphon\n- ## Rest\n\t- [[c]]\n"
    lay(tmp_path, {"logseq/config.edn": "{}", "pages/a.md": page, "pages/c.md": "- [[b]]\n"})
    hidden = Publish(properties=("salary",), sections=("Private",))
    knowledge_map = read(tmp_path, ReadOptions(publish=hidden)).knowledge_map
    topic = knowledge_map.topic["a"]
    assert (topic.title, topic.aliases, topic.properties) == ("a", ("B",), {})
    assert [(link.start, link.end, link.source.line) for link in knowledge_map.links] == [
        ("a", "c", 3), ("a", "c", 9), ("c", "a", 1),
    ]  # fmt: skip
    assert knowledge_map.text("a") == "One sentence.\n\n\n## Rest\n- [c](<topic:c>)\n"


def test_any_text_keeps_its_lines() -> None:
    dice = random.Random(7)
    texts = ["".join(dice.choices(PIECES, k=dice.randrange(40))) for _ in range(2000)]
    for text in [*(note.decode("utf-8", "replace").replace("\r\n", "\n") for note in corpus()), *texts]:
        page = rewrite(text)
        assert page.count("\n") == text.count("\n")
        check(page.encode(errors="replace"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", [*PIECES, "[[", "((", "{{", "{{embed ", "[a](", "`a``b", "[[a#", "- [[", "a:: [[", "![a](b){:", "\t- a\n"]
)
def test_long_texts_are_read(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert rewrite(f"- {text}\n").count("\n") == text.count("\n") + 1


def test_settings_are_edn() -> None:
    text = '; c\n{:a "x\\n\\"y" ; :b 1\n :b [#{1 "two"} (x)], :c #_ "gone" {:d :e} #_#_ :f 2 :g nil "h" \\{ :i #"r"}'
    assert read_edn(text)[":a"] == 'x\n"y'
    assert read_edn(text)[":b"] == [["1", "two"], ["x"]]
    assert read_edn(text)[":c"] == [":d", ":e"]
    for nonsense in ("", "}", "{", "{:a", "[1]", '"', "{:a #_}", "\0"):
        assert read_edn(nonsense) in ({}, {":a": []})


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("MMM do, yyyy", "Jan 2nd, 2021"),
        ("EEEE, d MMMM yyyy", "Saturday, 2 January 2021"),
        ("yyyy-MM-dd EEE", "2021-01-02 Sat"),
        ("yyyyMMdd", "20210102"),
        ("E, dd.MM.yy", "Sat, 02.01.21"),
        ("'Day' d/M/yyyy", "Day 2/1/2021"),
    ],
)
def test_days_are_written_and_read(form: str, name: str) -> None:
    assert write_date(date(2021, 1, 2), form) == name
    assert read_date(name.upper(), form) == date(2021, 1, 2)
    assert read_date(f"{name}x", form) is None


def test_days_that_are_none() -> None:
    assert read_date("2021-02-30", "yyyy-MM-dd") is None
    assert read_date("01-02", "MM-dd") is None
    assert read_date("2021 2021", "yyyy yyyy") is None
    assert [write_date(date(2021, 5, day), "do") for day in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23)] == (
        "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd".split()
    )


def test_bytes_that_are_no_utf8_are_told(tmp_path: Path) -> None:
    lay(tmp_path, {"logseq/config.edn": "{}", "pages/b.md": "- x\n"})
    (tmp_path / "pages" / "a.md").write_bytes(b"\xef\xbb\xbfalias:: c\xff, d\r\n\r\n- [[b]]. \xe9 is no letter.\r\n")
    reading = read(tmp_path)
    assert reading.knowledge_map.topic["a"].aliases == ("c\ufffd", "d")
    assert [(found.code, found.source.line) for found in reading.findings if found.code != "no-map"] == [
        ("not-utf8", 1)
    ]
    assert [link.end for link in reading.knowledge_map.links] == ["b"]
