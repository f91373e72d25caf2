"""What is otherwise in a graph of Logseq: rules O1 to O14; rules.py explains the heads."""
# ruff: noqa: N802 - the rules are called O1 and so on

from pathlib import Path

import pytest
from command import lay
from conformance.rules import ONE_DESCRIPTION, SETTLED, rule

from exporter import KnowledgeMap, Reading, read
from exporter.reader.dialects.logseq import Logseq
from exporter.reader.dialects.logseq_text import rewrite
from exporter.reader.markdown.patterns import JOINT

CONFIG = "{:file/name-format :triple-lowbar}"
UUID = "5f0e7a10-0000-4000-8000-000000000001"


def graph(folder: Path, pages: dict[str, str], config: str = CONFIG) -> Reading:
    """What a graph of these pages says; a name without a folder is a page's."""
    lay(folder, {path if "/" in path else f"pages/{path}": text for path, text in pages.items()})
    lay(folder, {"logseq/config.edn": config})
    return read(folder)


def links(knowledge_map: KnowledgeMap) -> list[tuple[str, str, str, str]]:
    """Start, kind, end and words of each link, without what is filed."""
    return [(link.start, link.kind, link.end, link.text) for link in knowledge_map.links if link.kind != "in_area"]


def lines(text: str) -> list[str]:
    """The lines of a page as Obsidian would have them, without those that are gone."""
    return [line for line in rewrite(text).split("\n") if line.strip(f" \t{JOINT}")]


@rule("O1", "`A___B.md` is the page `A/B`, `%3F` in a file's name is `?`; empty levels are none", SETTLED, "LSD, LSP")
@pytest.mark.parametrize(
    ("file", "page"),
    [
        ("A___B", "A/B"),
        ("What%3F A%3A B", "What? A: B"),
        ("a%252Fb", "a%2Fb"),
        ("foo%5F%5F%5Fbar", "foo___bar"),
        ("CON___", "CON"),
        ("v1.0___notes", "v1.0/notes"),
        ("50% done", "50% done"),
        ("%E4", "%E4"),
    ],
)
def test_O1_names_of_files(file: str, page: str) -> None:
    assert Logseq().page(f"pages/sub/{file}.md") == page


@rule("O2", "where the settings name no format, `.` and `%2F` in a file's name are `/`", SETTLED, "LSD, LSP")
def test_O2_names_of_files_of_old(tmp_path: Path) -> None:
    reading = graph(tmp_path, {"A.B.md": "- [[c/ü]]\n", "C%2F%C3%BC.md": "- [[A/B]]\n"}, "{}")
    assert [topic.title for topic in reading.knowledge_map.topics if topic.note] == ["A/B", "C/ü"]
    assert [link[2] for link in links(reading.knowledge_map)] == ["c-2f-c3-bc", "a-b"]


@rule(
    "O3",
    "`title::` is the page's name, `alias::` are further ones, with commas between; case is no matter",
    SETTLED,
    "LSD, LSP",
)
def test_O3_names_by_properties(tmp_path: Path) -> None:
    pages = {
        "x.md": "title:: Oven\nalias:: Stove, [[Hot, box]], #kiln\n\n- # Hot\n",
        "y.md": "- [[oven]] [[STOVE]] [[hot, Box]] [[Kiln]] [[stöve]]\n",
    }
    reading = graph(tmp_path, pages)
    oven = reading.knowledge_map.topic["x"]
    assert (oven.title, oven.aliases) == ("Oven", ("Stove", "Hot, box", "kiln"))
    assert [link[2:] for link in links(reading.knowledge_map)] == [
        ("x", "oven"), ("x", "STOVE"), ("x", "hot, Box"), ("x", "Kiln"),
    ]  # fmt: skip
    assert [(found.code, found.source.line) for found in reading.findings if found.code != "no-map"] == [
        ("unknown-rule", 1)
    ]


@rule(
    "O4",
    "the first block's `key:: value` lines are the page's properties; what links alone are is typed; Logseq's own say nothing",
    SETTLED,
    "LSD, LSP",
    remark="`public:: false` hides; links within words are plain ones; those of other blocks are their words",
)
def test_O4_properties(tmp_path: Path) -> None:
    pages = {
        "a.md": "see_also:: [[B]], #b and [[b]]\nprice:: 3\nNote:: on [[B]]\nid:: x\nicon:: y\ntags:: b, [[a c]], 2024\n\n- z:: 1\n",
        "b.md": "- requires:: [[a]]\n  price:: 1.50\n- text\n  up:: [[a]]\n",
        "c.md": "public:: false\n\n- hidden\n",
        "d.md": "- Public:: False\n- hidden\n",
        "e.md": "title:: x\nx:: 1\nx:: 2\npublic:: false\n",
    }
    reading = graph(tmp_path, pages)
    knowledge_map = reading.knowledge_map
    a, b = knowledge_map.topics
    assert (a.properties, a.tags) == ({"price": 3, "note": "on B"}, ("b", "a-c"))
    assert b.properties == {"price": "1.50"} or b.properties == {"price": 1.5}
    assert [(link.kind, link.end, link.source.line) for link in knowledge_map.links] == [
        ("related", "b", 1), ("related", "b", 1), ("related", "b", 1), ("mentions", "b", 3), ("tags", "b", 6),
        ("requires", "a", 1), ("mentions", "a", 4),
    ]  # fmt: skip
    assert reading.statistics.hidden == {f"pages/{page}.md": "hidden by 'public: false'" for page in "cde"}
    assert knowledge_map.text("b") == "- text\n  up: [a](<topic:a>)\n"


@rule(
    "O5",
    "a name that is a date, in the graph's format or a usual one, is that day's page, which is no topic",
    SETTLED,
    "LSP",
)
def test_O5_days(tmp_path: Path) -> None:
    config = '{:journal/page-title-format "EEE, d MMMM yyyy" :journal/file-name-format "yyyyMMdd" :journals-directory "days"}'
    pages = {
        "days/20210103.md": "- [[a]]\n",
        "a.md": "- [[Sun, 3 January 2021]] [[jan 3rd, 2021]] [[2021-01-03]] [[Jan 4th, 2021]]\n",
    }
    reading = graph(tmp_path, pages, config)
    assert reading.statistics.excluded == {"days/20210103.md": "daily note"}
    assert (reading.statistics.resolved, reading.statistics.unresolved) == (3, 1)


@rule(
    "O6",
    "`[words]([[page]])`, `#[[a page]]` and `[[C#]]` are links to pages",
    SETTLED,
    "LSD",
    remark="`[[page#heading]]` is Obsidian's link where no page has that name",
)
def test_O6_links(tmp_path: Path) -> None:
    pages = {
        "C%23.md": "- [a *word*]([[d e]]) #[[D e]] [[c#]] `[[d e]] #[[d e]]` [`b`]([[d e]])\n",
        "d e.md": "- [[C#]] [[d e#Heading]] [[C##x]]\n",
    }
    knowledge_map = graph(tmp_path, pages).knowledge_map
    assert links(knowledge_map) == [
        ("c-23", "mentions", "d-e", "a word"),
        ("c-23", "mentions", "d-e", "#D e"),
        ("c-23", "mentions", "d-e", "b"),
        ("d-e", "mentions", "c-23", "C#"),
    ]


@rule("O7", "`((id))` shows the block with `id:: id`, `[words](((id)))` leads to it", SETTLED, "LSD")
def test_O7_blocks(tmp_path: Path) -> None:
    pages = {
        "a.md": f"- One *block*\n  id:: {UUID}\n  collapsed:: true\n-\n- # Another\n  id:: {UUID[:-1]}2\n",
        "b.md": f"- as (({UUID})) says, [there]((({UUID.upper()})))\n- (({UUID[:-1]}2)) or\n- [so]((({UUID[:-1]}2)))\n",
        "c.md": f"- x\n\t- {{{{embed (({UUID})) }}}}\n",
    }
    reading = graph(tmp_path, pages)
    assert [found for found in reading.findings if found.code != "no-map"] == []
    text = reading.knowledge_map.text
    assert text("b").startswith(f"as [One block](<topic:a#%5E{UUID}>) says, [there](<topic:a#%5E{UUID}>)\n")
    assert "[Another](<topic:a#%5E" in text("b")
    assert text("c") == "- x\n\t- One *block*\n"


@rule(
    "O8",
    "a tag is a link to the page of its name",
    SETTLED,
    "LSD",
    differs="where there is no such page, it is a tag alone, as in other programs",
    remark="blanks and signs that Obsidian's tags cannot hold become hyphens",
)
def test_O8_tags(tmp_path: Path) -> None:
    pages = {"a.md": "tags:: Slow food's\n\n- #b #c\n", "b.md": "- x\n", "Slow food's.md": "- y\n"}
    reading = graph(tmp_path, pages)
    assert links(reading.knowledge_map) == [
        ("a", "tags", "slow-food-s", "#Slow-food-s"),
        ("a", "mentions", "b", "#b"),
    ]
    assert reading.knowledge_map.topic["a"].tags == ("Slow-food-s", "b", "c")
    assert (reading.statistics.links, reading.statistics.unresolved) == (2, 0)


@rule(
    "O9",
    "of macros, `{{embed}}` shows a page, `{{video}}` and its kin an address, `{{cloze}}` its words; others nothing",
    SETTLED,
    "LSD",
)
def test_O9_macros(tmp_path: Path) -> None:
    page = "- {{embed [[b]]}}\n- {{video https://x.org/v}} {{cloze known}}{{renderer :todo}} {{mine x}}\n- {{query [[b]]}}\n- {{{query (and)}}}\n"
    reading = graph(tmp_path, {"a.md": page, "b.md": "- Words.\n"})
    assert reading.knowledge_map.text("a") == "- Words.\n- <https://x.org/v> known {{mine x}}\n"
    assert [(found.code, found.source.line) for found in reading.findings if found.code != "no-map"] == [
        ("unread-query", 3)
    ]


@rule(
    "O10",
    "a page is a tree of blocks; blocks with headings stand at the margin, with what lies below them",
    ONE_DESCRIPTION,
    "LSD",
    remark="our choice, as Logseq shows headings in the tree; a block that is a sentence and opens the page is its first paragraph",
)
def test_O10_outline() -> None:
    page = "- # A\n\t- A sentence that opens.\n\t\t- one\n\t\t\t- two\n\t- ## B\n\t  more\n\t\t- three\n\t\t  ```\n\t\t  - x\n\t\t  ```\n- four\n\t- ## C\n"
    assert rewrite(page) == (
        "# A\nA sentence that opens.\n- one\n\t- two\n## B\nmore\n- three\n  ```\n  - x\n  ```\n- four\n\t- ## C\n"
    )


@rule(
    "O11",
    "Logseq's own lines (`id::`, `SCHEDULED:`, `:LOGBOOK:`), templates, queries and empty blocks are not shown",
    SETTLED,
    "LSD",
)
def test_O11_what_is_not_shown() -> None:
    page = (
        "- [[a]]\n  collapsed:: true\n  SCHEDULED: <2021-01-02 Sat>\n  :LOGBOOK:\n  CLOCK: [x]\n  :END:\n  b\n-\n- c\n"
        "- t\n  template:: u\n\t- v\n\t\t- w\n- d\n- #+BEGIN_QUERY\n  {:title x}\n  #+END_QUERY\n- [#A] e\n- -\n"
    )
    assert lines(page) == ["- [[a]]", "  b", "- c", "- d", f"  {JOINT}%%query%%", "- e", "- -"]
    assert rewrite(page).count("\n") == page.count("\n")


@rule(
    "O12",
    "`TODO` and `DONE` are tasks, `logseq.order-list-type:: number` numbers, `#+BEGIN_X` a quote, callout or code",
    SETTLED,
    "LSD",
)
def test_O12_marks() -> None:
    page = (
        "- TODO a\n- DONE b\n- CANCELED c\n- DOING\n- d\n  logseq.order-list-type:: number\n\t- e\n"
        "- #+BEGIN_NOTE\n  f\n  - g\n  #+END_NOTE\n- #+begin_quote\n  h\n  #+end_quote\n- #+BEGIN_SRC py\n  - [[i]]\n  #+END_SRC\n"
        "- ^^j^^ ![k](../assets/k.png){:height 2, :width 30}\n"
    )
    assert lines(page) == [
        "- [ ] a", "- [x] b", "- [-] c", "1. d", "\t- e",
        "- > [!note]", "  > f", "  > - g", "- >", "  > h", "- ```py", "  - [[i]]", "  ```",
        "- ==j== ![k|30x2](../assets/k.png)",
    ]  # fmt: skip


@rule("O13", "a page `A/B` lies in `A`, which is a page though nobody has written it", SETTLED, "LSD, LSP")
def test_O13_levels(tmp_path: Path) -> None:
    pages = {"a___B___c.md": "- [[A/b]] [[A]]\n", "x.md": "title:: A/d\n\n- y\n", "D.md": "- z\n", "d___e.md": "- w\n"}
    reading = graph(tmp_path, pages)
    knowledge_map = reading.knowledge_map
    titles = {topic.id: topic.title for topic in knowledge_map.topics}
    assert {titles[area.id]: area.parent and titles[area.parent] for area in knowledge_map.areas} == {
        "a": None, "a/B": "a", "D": None,
    }  # fmt: skip
    assert {topic.title: [titles[area] for area in topic.areas] for topic in knowledge_map.topics if topic.areas} == {
        "a/B/c": ["a/B"], "A/d": ["a"], "d/e": ["D"],
    }  # fmt: skip
    assert [link[2:] for link in links(knowledge_map)] == [("a-b", "A/b"), ("a", "A")]


@rule(
    "O14",
    "what `:hidden` names, and Logseq's own folder, are no pages; Org files and databases are not read",
    SETTLED,
    "LSD",
)
def test_O14_files(tmp_path: Path) -> None:
    pages = {"a.md": "- b\n", "drafts/c.md": "- d\n", "logseq/bak/pages/a/x.md": "- e\n", "journals/f.org": "* g\n"}
    reading = graph(tmp_path, pages, '{:hidden ["/drafts"] ; "pages"\n}')
    assert reading.statistics.excluded == dict.fromkeys(("drafts/c.md", "logseq/bak/pages/a/x.md"), "unlisted note")
    assert [str(found) for found in reading.findings if found.code == "unread-format"] == [
        "journals/f.org:1: warning: 1 Org-mode file is not read; save it as Markdown to have it, too [unread-format]"
    ]


def test_O10_headings_by_property() -> None:
    page = (
        "- Two words\n  heading:: true\n\t- a\n\t  heading:: 3\n\t\t- b\n\t\t  more\n"
        "\t- c\n\t\t- d\n\t\t  heading:: true\n- # e\n  heading:: 2\n"
    )
    assert lines(page) == ["# Two words", "### a", "- b", "  more", "- c", "\t- ### d", "# e"]
