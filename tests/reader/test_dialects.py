"""Vaults of other programs: the small ones in tests/vaults, with what is right written down by hand; and what else may come."""

from pathlib import Path

import pytest
from command import lay
from conftest import ROOT

from exporter import KnowledgeMap, Publish, Reading, ReadOptions, read
from exporter.init import begin
from exporter.reader.dialects.dialect import Dialect
from exporter.reader.explain import explain
from exporter.reader.vault.scan import scan

VAULTS = ROOT / "tests" / "vaults"


def filed(knowledge_map: KnowledgeMap) -> dict[str, list[str]]:
    return {area.id: [topic.id for topic in knowledge_map.topics_in(area.id)] for area in knowledge_map.areas}


def arrows(reading: Reading) -> list[tuple[str, str, str]]:
    """Where each link leads that files nothing: the note's path, that of its end, the anchor."""
    topic = reading.knowledge_map.topic
    return [
        (topic[link.start].note or link.start, topic[link.end].note or link.end, link.anchor)
        for link in reading.knowledge_map.links
        if link.kind == "mentions"
    ]


def told(reading: Reading) -> list[tuple[str, int, str]]:
    return [
        (finding.source.file, finding.source.line, finding.code)
        for finding in reading.findings
        if finding.code not in ("no-map", "duplicate-id")
    ]


def vault(root: Path, notes: dict[str, str], **options: object) -> Reading:
    lay(root / "vault", notes)
    return read(root / "vault", ReadOptions(map="-", **options))  # type: ignore[arg-type]


# -- documentation -------------------------------------------------------------------------------------------

DOCS_LINKS = [
    ("blog/2026-02-03-first-boil.md", "index.md", ""),
    ("guide/index.md", "guide/water.md", ""),
    ("guide/index.md", "guide/settings.md", ""),
    ("guide/index.md", "index.md", ""),
    ("guide/index.md", "install.md", "hand"),  # nobody calls it so
    ("guide/settings.md", "guide/water.md", "Überlauf overflow"),
    ("guide/settings.md", "guide/water.md", "Überlauf overflow"),
    ("guide/water.md", "guide/settings.md", "The limit"),
    ("guide/water.md", "guide/settings.md", "The limit"),
    ("guide/water.md", "guide/index.md", ""),
    ("index.md", "install.md", "With a package manager"),
    ("index.md", "guide/index.md", ""),
    ("index.md", "guide/water.md", "How hot is *hot*?"),
    ("index.md", "guide/water.md", ""),
    ("index.md", "blog/2026-02-03-first-boil.md", ""),
]
DOCS_TOLD = [
    ("guide/index.md", 3, "missing-heading"),
    ("guide/index.md", 3, "unknown-rule"),  # MDX
    ("index.md", 6, "unknown-rule"),  # another part of the site
    ("install.md", 14, "missing-heading"),
]


def test_the_docs_folder_of_mkdocs() -> None:
    reading = read(VAULTS / "mkdocs" / "docs", ReadOptions(map="-"))
    assert sorted(arrows(reading)) == sorted(DOCS_LINKS)
    assert told(reading) == DOCS_TOLD
    assert [area.id for area in reading.knowledge_map.areas] == ["guide", "blog"]
    in_guide = [topic.note for topic in reading.knowledge_map.topics_in("guide")]
    assert in_guide == ["guide/water.md", "guide/settings.md"]  # as the navigation has it, not sort_rank
    assert reading.knowledge_map.topic["guide"].note == "guide/index.md"
    assert reading.statistics.dialect.startswith(
        "read as documentation by MkDocs, as ../mkdocs.yml is there; `dialect ="
    )


def test_the_folder_above_gives_the_same() -> None:
    below = read(VAULTS / "mkdocs", ReadOptions(map="-"))
    assert sorted(arrows(below)) == sorted(
        (f"docs/{start}", f"docs/{end}", anchor) for start, end, anchor in DOCS_LINKS
    )
    assert told(below) == [(f"docs/{file}", line, code) for file, line, code in DOCS_TOLD]


def test_obsidian_reads_less_of_it() -> None:
    reading = read(VAULTS / "mkdocs" / "docs", ReadOptions(map="-", dialect="obsidian"))
    assert reading.statistics.dialect == ""
    assert reading.statistics.unresolved == 9
    assert len([code for _, _, code in told(reading) if code == "missing-heading"]) == 8


def test_the_text_names_headings_as_it_shows_them() -> None:
    reading = read(VAULTS / "mkdocs" / "docs", ReadOptions(map="-"))
    text = reading.knowledge_map.text("settings")
    assert text.count("](<topic:water#%C3%9Cberlauf>)") == 2
    assert "[the second](<topic:install#By%20hand%20%20%F0%9F%9A%80" not in reading.knowledge_map.text("install")


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Set up the server", "set-up-the-server"),
        ("Set up & run", "set-up--run"),  # GitHub
        ("Set up & run", "set-up-run"),  # GitLab, MkDocs
        ("`code` and *stress*", "code-and-stress"),
        ("What's new?", "whats-new"),
        ("2. Second step", "2-second-step"),
        ("2. Second step", "second-step"),  # Jekyll
        ("Übersicht", "übersicht"),
        ("Übersicht", "ubersicht"),  # Python-Markdown
        ("日本語 の 見出し", "日本語-の-見出し"),
        ("हिन्दी में", "हिन्दी-में"),
        ("🚀 Launch", "-launch"),
        ("🚀 Launch", "launch"),
        ("Release ⚙️ notes", "release-️-notes"),
        ("snake_case name", "snake_case-name"),
        ("A [link](https://example.com) in it", "a-link-in-it"),
        ("Words {#own}", "own"),
        ("Words { #own .class }", "own"),
        ("Words {: #own}", "own"),
        ("C# and F#", "c-and-f"),
    ],
)
def test_what_programs_call_a_heading(tmp_path: Path, heading: str, anchor: str) -> None:
    reading = vault(
        tmp_path, {"a.md": f"[x](b.md#{anchor}) [y](b.md#{anchor.upper()})\n", "b.md": f"# B\n\n## {heading}\n"}
    )
    assert told(reading) == []


@pytest.mark.parametrize("anchor", ["set", "set-up-the", "server", "set_up_the_server", "set-up-the-server-1"])
def test_what_nobody_calls_it(tmp_path: Path, anchor: str) -> None:
    reading = vault(tmp_path, {"a.md": f"[x](b.md#{anchor})\n", "b.md": "## Set up the server\n"})
    assert told(reading) == [("a.md", 1, "missing-heading")]


@pytest.mark.parametrize(
    ("body", "heading"),
    [
        ('<a id="x"></a>\n## Below\n', "Below"),
        ("<a name='x'></a>\n\n> <br>\n\n## Below\n", "Below"),
        ("## Above\n\nWords <span class='c' id=x>here</span>.\n\n## Below\n", "Above"),
        ('## <a id="x"></a>Own\n', '<a id="x"></a>Own'),
        ("## Above\n{: #x }\n\n## Below\n", "Above"),
        ("Words\n{ #x .note }\n\n## Below\n", ""),
    ],
)
def test_ids_of_parts(tmp_path: Path, body: str, heading: str) -> None:
    reading = vault(tmp_path, {"a.md": "[x](b.md#x)\n", "b.md": f"Title\n\n{body}"})
    assert told(reading) == []
    assert [anchor.replace('<a id="x"></a>', "") for _, _, anchor in arrows(reading)] == [
        heading.replace('<a id="x"></a>', "")
    ]


def test_headings_that_read_alike_are_told_apart(tmp_path: Path) -> None:
    links = "[1](b.md#setup) [2](b.md#setup-1) [2](b.md#setup_1) [3](b.md#setup-2)\n"
    reading = vault(tmp_path, {"a.md": links, "b.md": "# One\n## Setup\n# Two\n## Setup\n# Three\n## Setup\n"})
    assert [anchor for _, _, anchor in arrows(reading)] == ["setup", "Two#Setup", "Two#Setup", "Three#Setup"]
    assert told(reading) == []


@pytest.mark.parametrize(
    ("target", "end"),
    [
        ("part/", "part/README.md"),
        ("part", "part/README.md"),
        ("./part/page.md", "part/page.md"),
        ("part/page", "part/page.md"),
        ("part/page.html", "part/page.md"),
        ("part/page/", "part/page.md"),
        ("part/page/index.html", "part/page.md"),
        ("part/page.md?plain=1", "part/page.md"),
        ("/part/page", "part/page.md"),
        ("../vault/part/page.md", None),  # leads out of the vault
        ("page2/", None),
    ],
)
def test_addresses(tmp_path: Path, target: str, end: str | None) -> None:
    reading = vault(tmp_path, {"a.md": f"[x]({target})\n", "part/README.md": "r", "part/page.md": "p"})
    assert [end for _, end, _ in arrows(reading)] == ([end] if end else [])


def test_a_note_with_its_ending_is_first_the_one_beside(tmp_path: Path) -> None:
    """Obsidian would take the one at the top (rule R8)."""
    notes = {"index.md": "top", "part/index.md": "p", "part/a.md": "[x](index.md)"}
    assert arrows(vault(tmp_path, notes)) == [("part/a.md", "part/index.md", "")]
    assert arrows(vault(tmp_path, notes, dialect="obsidian")) == [("part/a.md", "index.md", "")]


def test_a_folder_beside_comes_before_a_note_of_its_name_elsewhere(tmp_path: Path) -> None:
    notes = {"a.md": "[x](guide)", "guide/index.md": "", "other/guide.md": ""}
    assert arrows(vault(tmp_path, {**notes, "mkdocs.yml": ""})) == [("a.md", "guide/index.md", "")]


def test_the_prefix_of_a_site_is_found_by_trying(tmp_path: Path) -> None:
    notes = {
        "a.md": "[b](/handbook/v2/b/) [c](/handbook/v2/part/c#s) [d](/handbook/v2/d) [e](/elsewhere/b/) [f](/about/)",
        "b.md": "b",
        "part/c.md": "## S",
        "f.md": "---\npermalink: /about/\n---\n",
    }
    reading = vault(tmp_path, notes)
    assert arrows(reading) == [("a.md", "b.md", ""), ("a.md", "part/c.md", "s"), ("a.md", "f.md", "")]
    assert told(reading) == [("a.md", 1, "unknown-rule")]


def test_the_folder_at_which_a_site_begins_is_found_by_trying(tmp_path: Path) -> None:
    notes = {"wiki/a.md": "[[/b]] [[/part/c|c]] [[/nowhere]]", "wiki/b.md": "", "wiki/part/c.md": "", "log/b.md": ""}
    reading = vault(tmp_path, notes)
    assert arrows(reading) == [("wiki/a.md", "wiki/b.md", ""), ("wiki/a.md", "wiki/part/c.md", "")]
    rooted = {"a.md": "[b](/part/b/) ![](/x.png)", "docs/part/b.md": "", "static/x.png": ""}
    assert arrows(vault(tmp_path / "2", rooted)) == [("a.md", "docs/part/b.md", "")]
    assert told(read(tmp_path / "2" / "vault")) == []


def test_what_obsidian_finds_stays_as_it_is_written(tmp_path: Path) -> None:
    reading = vault(tmp_path, {"a.md": "[[b#set]] [[b#two words]]", "b.md": "## Set\n## Two  words\n"})
    assert [anchor for _, _, anchor in arrows(reading)] == ["set", "two words"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("docusaurus.config.js", "documentation by Docusaurus"),
        ("_config.yml", "a site by Jekyll"),
        ("book.toml", "a book by mdBook"),
        (".foam/templates/x.json", "a Foam workspace"),
        ("dendron.yml", "a Dendron vault"),
        (".obsidian/app.json", ""),
        ("other.yml", ""),
    ],
)
def test_programs_are_known_by_their_settings(tmp_path: Path, file: str, said: str) -> None:
    assert vault(tmp_path, {"a.md": "", file: ""}).statistics.dialect.startswith(f"read as {said}, as" if said else "")
    assert bool(read(tmp_path / "vault").statistics.dialect) == bool(said)


def test_foam_is_known_by_what_vs_code_is_told(tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": "", ".vscode/extensions.json": '{"recommendations": ["foam.foam-vscode"]}'})
    assert read(tmp_path).statistics.dialect.startswith("read as a Foam workspace, as .vscode/extensions.json is there")
    lay(tmp_path, {".vscode/extensions.json": '{"recommendations": ["golang.go"]}'})
    assert read(tmp_path).statistics.dialect == ""


def test_settings_above_are_for_their_own_folder_of_notes(tmp_path: Path) -> None:
    lay(tmp_path, {"mkdocs.yml": "docs_dir: ./pages\n", "pages/a.md": "", "docs/a.md": ""})
    assert "by MkDocs" in read(tmp_path / "pages").statistics.dialect
    assert read(tmp_path / "docs").statistics.dialect == ""


def test_what_lies_beside_a_vault_of_dendron_is_none(tmp_path: Path) -> None:
    lay(tmp_path, {"dendron.yml": "version: 3\nvaults:\n- fsPath: notes\n", "notes/a.md": "", "other/a.md": ""})
    assert "Dendron" in read(tmp_path / "notes").statistics.dialect
    assert read(tmp_path / "other").statistics.dialect == ""


def test_two_programs_at_once_are_told(tmp_path: Path) -> None:
    notes = {"a.md": "[[B|b]]", "b.md": "", ".obsidian/app.json": "{}"}
    assert vault(tmp_path, {**notes, "mkdocs.yml": ""}).statistics.dialect == ""  # it is but published by the other
    line = vault(tmp_path, {**notes, "dendron.yml": ""}).statistics.dialect
    assert line == (
        "read as a Dendron vault, as dendron.yml is there (.obsidian is, too: Obsidian's rules for links come first); "
        '`dialect = "obsidian"` reads it as Obsidian does'
    )
    named = vault(tmp_path, {}, dialect="docs")
    assert named.statistics.dialect == ""  # who has said so need not be told


def test_obsidians_own_pays_nothing(tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": "", ".obsidian/app.json": "{}"})
    assert type(scan(tmp_path, dialect="").dialect) is Dialect


def test_what_is_hidden_stays_hidden_behind_a_slug(tmp_path: Path) -> None:
    notes = {
        "a.md": "See [it](b.md#the-plan), [that](#) and [the rest](b.md#rest).\n\n![[b#the-plan]]\n",
        "b.md": "# B\n\n## The plan\n\nSecret.\n\n## Rest\n\nOpen.\n",
        "c/README.md": "---\nprivate: true\n---\nhidden",
        "d.md": "To [the folder](c/).\n",
    }
    reading = vault(tmp_path, notes, publish=Publish(sections=("The plan",)))
    assert "the-plan" not in reading.knowledge_map.text("a")
    assert "Secret" not in reading.knowledge_map.text("a")
    assert arrows(reading) == [("a.md", "b.md", "rest")]
    assert reading.knowledge_map.text("d") == "To the folder.\n"


@pytest.mark.parametrize(
    ("settings", "hidden"), [("_config.yml", True), ("dendron.yml", True), (".obsidian/app.json", False)]
)
def test_what_is_not_published_is_hidden(tmp_path: Path, settings: str, hidden: bool) -> None:
    notes = {"a.md": "", "b.md": "---\npublished: false\n---\n", settings: ""}
    assert [*vault(tmp_path, notes).statistics.hidden] == (["b.md"] if hidden else [])
    assert not vault(tmp_path, notes, publish=Publish(marks=())).statistics.hidden


def test_explain_says_whose_rule_it_was(tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": "[x](part/) [y](b.md)", "part/index.md": "", "b.md": "", "mkdocs.yml": ""})
    lines = "\n".join(text for _, text in explain("a", tmp_path))
    assert "part/index.md: as in documentation by MkDocs (docs/dialects.md)" in lines
    assert "b.md: the only file of this name (R5)" in lines


def test_init_tells_the_program(tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": "", "mkdocs.yml": ""})
    begin(tmp_path)
    text = (tmp_path / ".mlk-export" / "vault.toml").read_text(encoding="utf-8")
    assert '# dialect = ""\n# Found: read as documentation by MkDocs, as mkdocs.yml is there; `dialect =' in text


def test_bad_settings_end_no_run(tmp_path: Path) -> None:
    files = {
        "a.md": "[x](b/)",
        "b.md": "",
        "mkdocs.yml": "nav: [a.md, {x: [b.md, 3, null, {y: }]}\ndocs_dir: [",
        "c.md": "",
    }
    assert arrows(vault(tmp_path, files)) == [("a.md", "b.md", "")]
    broken = {"a.md": "", "dendron.yml": "workspace: [x, {vaults: 3}]\n- y"}
    assert vault(tmp_path / "2", broken).statistics.topics == 1
    odd = {"a.md": "", "dendron.yml": "workspace:\n  vaults: [3, {fsPath: [x]}, {name: y}]\n  journal: no\n"}
    assert vault(tmp_path / "3", odd).statistics.topics == 1


def test_the_sentence_is_that_of_the_link(tmp_path: Path) -> None:
    text = "It is said. More of [it](b.md#set-up) there. Then **stop**.\n"
    knowledge_map = vault(tmp_path, {"a.md": text, "b.md": "## Set up\n"}).knowledge_map
    (link,) = knowledge_map.links_from("a")
    assert (link.anchor, knowledge_map.sentence(link)) == ("Set up", "More of it there.")


@pytest.mark.parametrize(
    "text", ["<a " + "id=x " * 40_000, "<a id=x>" * 40_000, "{#x " * 40_000, "<" * 100_000 + "a id=x"]
)
def test_hostile_ids_take_no_time(tmp_path: Path, text: str) -> None:
    reading = vault(tmp_path, {"a.md": "[x](b.md#nowhere)\n", "b.md": f"{text}\n\n## B\n"})
    assert told(reading) == [("a.md", 1, "missing-heading")]


def test_the_summary_of_a_book_is_its_map(tmp_path: Path) -> None:
    summary = "# Summary\n\n[Intro](intro.md)\n\n# Basics\n\n- [Z](z.md)\n    - [A](part/a.md)\n- [Draft]()\n\n# More\n\n- [B](b.md)\n"
    notes = dict.fromkeys(["intro.md", "z.md", "part/a.md", "b.md"], "")
    lay(tmp_path, {"book.toml": "", **{f"src/{path}": text for path, text in {**notes, "SUMMARY.md": summary}.items()}})
    reading = read(tmp_path / "src")
    assert reading.knowledge_map.source.file == "SUMMARY.md"
    assert filed(reading.knowledge_map) == {"basics": ["z", "a"], "more": ["b"]}
    assert reading.findings == []


# -- Dendron -------------------------------------------------------------------------------------------------

DENDRON_LINKS = [
    ("hive.md", "hive.queen.md", "Her life"),
    ("hive.md", "hive.queen.md", "Her life"),
    ("hive.md", "keeping.md", ""),
    ("hive.comb.wax.md", "hive.queen.md", "^years"),
    ("keeping.md", "hive.md", ""),
]


@pytest.mark.parametrize(("folder", "prefix"), [("dendron/notes", ""), ("dendron", "notes/")])
def test_a_dendron_vault_and_its_workspace(folder: str, prefix: str) -> None:
    reading = read(VAULTS / folder)
    knowledge_map = reading.knowledge_map
    assert knowledge_map.source.file == f"{prefix}root.md"
    assert sorted(arrows(reading)) == sorted(
        (prefix + start, prefix + end, anchor) for start, end, anchor in DENDRON_LINKS
    )
    assert told(reading) == [(f"{prefix}hive.md", 18, "missing-note"), (f"{prefix}hive.md", 18, "unknown-rule")]
    assert filed(knowledge_map) == {"hive": ["hive-queen"], "hive-comb": ["hive-comb-wax"]}
    assert [(area.id, area.parent) for area in knowledge_map.areas] == [("hive", None), ("hive-comb", "hive")]
    assert knowledge_map.topic["hive-comb"].title == "comb"  # a level that nobody has written
    hive = knowledge_map.topic["hive"]
    assert hive.tags == ("animal/insect", "work/spring")
    assert knowledge_map.definition("hive") == "A box in which bees live"
    assert (hive.properties["created"], hive.properties["updated"]) == ("2020-07-17", "2022-08-19")
    assert reading.statistics.excluded == {
        f"{prefix}day.log.2026.02.03.md": "daily note",
        f"{prefix}template.visit.md": "template",
    }


def test_dendrons_words_come_first_and_code_stays() -> None:
    text = read(VAULTS / "dendron" / "notes").knowledge_map.text("hive")
    assert "[the queen](<topic:hive-queen#Her%20life>)" in text
    assert "She lives for years." in text  # what it shows
    assert "Her end" not in text
    assert "`[[a|b]]`" in text


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("[[a.b]]", "[[a.b]]"),
        ("[[Words|a.b]]", "[[a.b|Words]]"),
        ("[[ Words | a.b ]]", "[[a.b|Words]]"),
        ("| [[Words\\|a]] |", "| [[a\\|Words]] |"),
        ("[[Words|a#b-c]]", "[[a#b-c|Words]]"),
        ("[[C# words|a]]", "[[a|C# words]]"),
        ("[[Words|#b]]", "[[#b|Words]]"),
        ("![[a#b,1:#c]]", "![[a#b]]"),
        ("![[a#^begin:#b]]", "![[a]]"),
        ("![[a#b:#*]]", "![[a#b]]"),
        ("[[Words|a#Heading: more]]", "[[a#Heading: more|Words]]"),
        ("![[a#b,1:]]", "![[a#b]]"),
        ("[[dendron://own/a.b#c]]", "[[a.b#c|a.b]]"),
        ("[[Words|dendron://own/a.b]]", "[[a.b|Words]]"),
        ("[[Words|dendron://other/a.b]]", "[[dendron://other/a.b|Words]]"),
        ("`[[Words|a]]` and ``` [[b|c]] ```", "`[[Words|a]]` and ``` [[b|c]] ```"),
        ("[[[Words]](https://example.com)", "[[[Words]](https://example.com)"),
        ("#one.two.three, #four.", "#one/two/three, #four."),
        ("Caf\u00e9 [[W\u00f6rter|a]]", "Caf\u00e9 [[a|W\u00f6rter]]"),
    ],
)
def test_dendrons_links_as_obsidian_would_have_them(tmp_path: Path, written: str, read_as: str) -> None:
    lay(
        tmp_path,
        {"own/a.md": f"Line\r\n\r\n{written}\r\n", "dendron.yml": "workspace:\n vaults: [{fsPath: own, name: own}]\n"},
    )
    lines = scan(tmp_path, dialect="").read("own/a.md").decode().replace("\r\n", "\n").split("\n")
    assert lines == ["Line", "", read_as, ""]


def test_dendrons_notes_that_are_no_utf8_are_told(tmp_path: Path) -> None:
    reading = vault(tmp_path, {"a.md": "", "dendron.yml": ""})
    (tmp_path / "vault" / "a.md").write_bytes(b"[[x|b]] \xff\n")
    reading = read(tmp_path / "vault", ReadOptions(map="-"))
    assert ("a.md", 1, "not-utf8") in told(reading)


def test_a_note_of_several_vaults_is_found_by_its_vault(tmp_path: Path) -> None:
    settings = "workspace:\n vaults:\n - {fsPath: one, name: first}\n - {fsPath: two, selfContained: true}\n"
    notes = {
        "dendron.yml": settings,
        "one/x.md": "[[to|dendron://two/y]] [[dendron://first/y]]",
        "one/y.md": "",
        "two/notes/y.md": "",
    }
    reading = vault(tmp_path, notes)
    assert arrows(reading) == [("one/x.md", "two/notes/y.md", ""), ("one/x.md", "one/y.md", "")]
