"""The rules of other programs: G of docs folders and Foam, N of Dendron; see rules.py."""
# ruff: noqa: N802 - the rules are called G1, N2 and so on

from pathlib import Path

import pytest
from command import lay
from conformance.rules import ONE_DESCRIPTION, SETTLED, rule

from exporter import Reading, ReadOptions, read

MKDOCS = {"mkdocs.yml": "docs_dir: .\n"}
DENDRON = {"dendron.yml": "workspace:\n  vaults: [{fsPath: ., name: own}]\n"}
FOAM = {".foam/templates/daily-note.md": ""}


def reading(folder: Path, *files: dict[str, str], **options: object) -> Reading:
    for each in files:
        lay(folder, each)
    return read(folder, ReadOptions(map="-", **options))  # type: ignore[arg-type]


def ends(read_vault: Reading) -> list[tuple[str, str]]:
    """The path and the anchor to which each link of the note "a" leads."""
    topic = read_vault.knowledge_map.topic
    links = [link for link in read_vault.knowledge_map.links_from("a") if link.kind == "mentions"]
    return [(topic[link.end].note or link.end, link.anchor) for link in links]


def codes(read_vault: Reading) -> list[str]:
    return [finding.code for finding in read_vault.findings if finding.code not in ("no-map", "duplicate-id")]


@rule(
    "G1",
    "the anchor of a link is a slug of the heading: small letters of any script, digits, `_` and `-`, each blank a hyphen, the rest "
    "left out; what is written like the second of two is `-1`",
    SETTLED,
    "GHS",
    remark="case does not matter; hyphens that stand together or at an edge may be one or none, as GitLab and MkDocs have it; "
    "Obsidian's own rules S1 and S2 hold, too",
)
def test_G1_slugs(tmp_path: Path) -> None:
    links = "[1](b.md#set-up--run-it) [2](b.md#set-up-run-it) [3](b.md#%C3%BCber-uns-1) [4](b.md#Run-it-Now) [5](b.md#run-now)"
    headings = "# B\n## Set up & run it!\n## Über uns\n## 🚀 *Run* `it` now\n# C\n## Über uns\n"
    found = reading(tmp_path, MKDOCS, {"a.md": links, "b.md": headings})
    assert codes(found) == ["missing-heading"]
    anchors = [anchor for _, anchor in ends(found)]
    assert anchors == ["Set up & run it!", "Set up & run it!", "C#Über uns", "🚀 *Run* `it` now", "run-now"]


@rule(
    "G2",
    "Python-Markdown writes letters without their marks and the second of two with `_1`; kramdown begins with the first letter",
    SETTLED,
    "PYM, KRA",
    remark="tried after GitHub's, whichever program it is: pages are read in more than one",
)
def test_G2_slugs_of_others(tmp_path: Path) -> None:
    links = "[1](b.md#uber-uns) [2](b.md#uber-uns_1) [3](b.md#steps)"
    found = reading(tmp_path, MKDOCS, {"a.md": links, "b.md": "# B\n## Über uns\n# C\n## Über uns\n## 3. Steps\n"})
    assert codes(found) == []
    assert [anchor for _, anchor in ends(found)] == ["Über uns", "C#Über uns", "3. Steps"]


@rule(
    "G3",
    'an anchor is an id: `<a id="x">`, `<a name="x">`, that of any element, `{ #x }` and `{: #x }` behind a heading or a text',
    SETTLED,
    "GHS, PYM, KRA",
    differs="an id above a heading, with nothing but marks between them, means the heading; any other the heading under which it stands",
)
def test_G3_ids(tmp_path: Path) -> None:
    note = '<a id="One"></a>\n\n## First\n\nWords <span id="two">here</span>.\n\n## Second { #three }\n\nWords\n{: #four }\n'
    links = "[1](b.md#One) [2](b.md#two) [3](b.md#three) [4](b.md#four)"
    found = reading(tmp_path, MKDOCS, {"a.md": links, "b.md": note})
    assert codes(found) == []
    assert [anchor for _, anchor in ends(found)] == ["First", "First", "Second three", "Second three"]


@rule(
    "G4",
    "a Markdown link's path begins at the folder of its note, even where the same path lies at the root",
    SETTLED,
    "MKD, JEK",
    remark="if nothing is there, Obsidian's rules hold; where no settings say which program it is, only a path with `.md` goes first",
)
@pytest.mark.parametrize("settings", [MKDOCS, FOAM, {}])
def test_G4_relative_first(tmp_path: Path, settings: dict[str, str]) -> None:
    notes = {"x.md": "", "part/x.md": "", "part/a.md": "[1](x.md) [2](/x.md) [3](y.md)", "other/y.md": ""}
    assert [path for path, _ in ends(reading(tmp_path, settings, notes))] == ["part/x.md", "x.md", "other/y.md"]


@rule(
    "G5",
    "the address of a folder leads to its `index.md`, `README.md` or `_index.md`; `page`, `page/`, `page.html` and `../page/` of a page that is a folder itself to `page.md`",
    SETTLED,
    "MKD, JEK",
    remark="what is behind `?` does not count; `.mdx` is not read, which is told once",
)
def test_G5_addresses(tmp_path: Path) -> None:
    notes = {"p/index.md": "", "q/README.md": "", "r/_index.md": "", "s/page.md": "", "s/a.md": ""}
    links = (
        "[1](../p/) [2](../q) [3](../r/index.html) [4](page) [5](page/) [6](page.html?x=1) [7](../page/) [8](page.mdx)"
    )
    found = reading(tmp_path, MKDOCS, {**notes, "s/a.md": links})
    pages = ["p/index.md", "q/README.md", "r/_index.md", *["s/page.md"] * 4]
    assert ([path for path, _ in ends(found)], codes(found)) == (pages, ["unknown-rule"])


@rule(
    "G6",
    "an address that begins with `/` begins at the site's root, which may be above the folder: what stands before the folder's own is taken off",
    ONE_DESCRIPTION,
    "JEK, MKD",
    differs="no program says where the folder's own begins in general: it is the folder's name, or what leads at least two and half of such "
    "addresses to notes, and what lacks before them likewise; `permalink`, `slug`, `url` and posts (`2026-02-03-x.md` is `/2026/02/03/x/`) count; what leads nowhere is told once",
)
def test_G6_addresses_from_the_root(tmp_path: Path) -> None:
    links = "[1](/docs/b/) [2](/docs/part/c) [3](/2026/02/03/d/) [4](/own) [5](/about)"
    notes = {"b.md": "", "part/c.md": "", "_posts/2026-02-03-d.md": "", "e.md": "---\npermalink: /own\n---\n"}
    found = reading(tmp_path / "docs", MKDOCS, {**notes, "a.md": links})
    assert [path for path, _ in ends(found)] == ["b.md", "part/c.md", "_posts/2026-02-03-d.md", "e.md"]
    assert codes(found) == ["unknown-rule"]


@rule("G7", "`nav` of mkdocs.yml is the order of its notes, and that of the folders in which they lie", SETTLED, "MKD")
def test_G7_navigation(tmp_path: Path) -> None:
    nav = "nav:\n- z.md\n- Part:\n  - part/b.md\n  - part/a.md\n- part/c.md\ntheme: !!python/name:x\n"
    notes = {"z.md": "", "part/a.md": "", "part/b.md": "", "part/c.md": "", "apart/d.md": ""}
    knowledge_map = reading(tmp_path, {"mkdocs.yml": f"docs_dir: .\n{nav}", **notes}).knowledge_map
    assert [area.id for area in knowledge_map.areas] == ["part", "apart"]
    assert [topic.id for topic in knowledge_map.topics_in("part")] == ["b", "a", "c"]


@rule(
    "G8",
    "Foam: `[[folder]]` leads to the `index.md` or `README.md` of that folder, wherever it lies, unless there is a note of this name",
    SETTLED,
    "FOAM",
    remark="all other wikilinks go as in Obsidian; what nobody has written is told, where Foam shows a placeholder",
)
def test_G8_folders_in_foam(tmp_path: Path) -> None:
    notes = {
        "a.md": "[[projects]] [[garden/plans/]] [[both]]",
        "x/projects/index.md": "",
        "x/garden/plans/README.md": "",
    }
    found = reading(tmp_path, FOAM, notes, {"y/both/index.md": "", "both.md": ""})
    assert [path for path, _ in ends(found)] == ["x/projects/index.md", "x/garden/plans/README.md", "both.md"]


@rule("G9", "Foam: `alias: one, two` are aliases", SETTLED, "FOAM")
def test_G9_aliases_in_foam(tmp_path: Path) -> None:
    found = reading(
        tmp_path, FOAM, {"a.md": "---\nalias: one, two\n---\n", "b.md": "---\nalias: [three]\naliases: four\n---\n"}
    )
    assert [topic.aliases for topic in found.knowledge_map.topics] == [("one", "two"), ("four", "three")]
    assert codes(found) == []


@rule(
    "N1",
    "dots in a note's name are levels: `a.b.c.md` lies under `a.b.md`, or under `b` where nobody has written it",
    SETTLED,
    "DEN",
)
def test_N1_levels(tmp_path: Path) -> None:
    knowledge_map = reading(tmp_path, DENDRON, dict.fromkeys(["a.md", "a.b.c.md", "a.d.md"], "")).knowledge_map
    assert [(area.id, area.parent) for area in knowledge_map.areas] == [("a", None), ("a-b", "a")]
    assert [topic.title for topic in knowledge_map.topics_in("a-b")] == ["c"]
    assert knowledge_map.topic["a-b"].note is None


@rule(
    "N2",
    "`[[words|note]]`: the words come first; `[[dendron://vault/note]]` names the vault",
    SETTLED,
    "DEN",
    remark="a vault that is not in this folder is told once",
)
def test_N2_words_come_first(tmp_path: Path) -> None:
    found = reading(
        tmp_path, DENDRON, {"a.md": "[[B here|b.c]] [[x|dendron://own/b.c]] [[y|dendron://far/z]]", "b.c.md": ""}
    )
    assert [link.text for link in found.knowledge_map.links_from("a")] == ["B here", "x"]
    assert codes(found) == ["unknown-rule"]


@rule("N3", "`#heading-as-slug` names a heading, `#^id` a block", SETTLED, "DEN")
def test_N3_anchors(tmp_path: Path) -> None:
    found = reading(tmp_path, DENDRON, {"a.md": "[[b#set-up-it]] [[b#^x1]]", "b.md": "## Set up it\n\nWords ^x1\n"})
    assert (ends(found), codes(found)) == ([("b.md", "Set up it"), ("b.md", "^x1")], [])


@rule(
    "N4",
    "`![[note#from,1:#to]]` shows what stands from one heading, or from some lines behind it, up to another",
    SETTLED,
    "DEN",
    differs="all that stands under the first heading is shown; `#^begin` and `#^end` are the whole note",
)
def test_N4_ranges(tmp_path: Path) -> None:
    shown = {"a.md": "![[b#one,1:#*]]\n\n![[b#^begin:#two]]\n", "b.md": "## One\nfirst\n## Two\nsecond\n"}
    found = reading(tmp_path, DENDRON, shown)
    assert (ends(found), codes(found)) == ([("b.md", "one"), ("b.md", "")], [])
    assert found.knowledge_map.text("a").count("first") == 2


@rule(
    "N5",
    "`#a.b` and `tags: a.b` are tags with levels, as are `tags.a.b` notes",
    SETTLED,
    "DEN",
    differs="a tag is a tag, and no link to the note `tags.a.b`; `@user` is plain text",
)
def test_N5_tags(tmp_path: Path) -> None:
    found = reading(
        tmp_path, DENDRON, {"a.md": "---\ntags: [x.y, z]\n---\n#work.now.\n", "b.md": "---\ntags: q.r\n---\n"}
    )
    assert [topic.tags for topic in found.knowledge_map.topics] == [("x/y", "z", "work/now"), ("q/r",)]
    assert codes(found) == []


@rule(
    "N6",
    "`id` is Dendron's own and no name; `desc` describes; `created` and `updated` are milliseconds",
    SETTLED,
    "DEN",
)
def test_N6_properties(tmp_path: Path) -> None:
    note = "---\nid: k3x9a\ndesc: About it\ncreated: 1595003088839\n---\n"
    knowledge_map = reading(tmp_path, DENDRON, {"a.b.md": note}).knowledge_map
    assert knowledge_map.topic["a-b"].properties == {"created": "2020-07-17", "description": "About it"}


@rule(
    "N7",
    "`daily.journal.2026.02.03` is a daily note, `template.x` a template; the settings may call them otherwise; `root` is the map if it lists notes",
    SETTLED,
    "DEN",
    remark="rule V4 says what becomes of them",
)
def test_N7_notes_of_its_own(tmp_path: Path) -> None:
    lay(tmp_path, DENDRON)
    lay(
        tmp_path,
        {"root.md": "- [[a]]\n", "a.md": "", "daily.journal.2026.02.03.md": "", "template.x.md": "", "daily.md": ""},
    )
    found = read(tmp_path)
    assert found.statistics.excluded == {"daily.journal.2026.02.03.md": "daily note", "template.x.md": "template"}
    assert found.knowledge_map.source.file == "root.md"


@rule("N8", "what stands in code is no link and no tag", SETTLED, "DEN", remark="so nothing of it is turned round")
def test_N8_code(tmp_path: Path) -> None:
    note = "`[[words|b]] #x.y`\n\n```\n[[words|b]]\n```\n\n[[words|b]]\n"
    found = reading(tmp_path, DENDRON, {"a.md": note, "b.md": ""})
    assert found.knowledge_map.text("a") == note.removesuffix("[[words|b]]\n") + "[words](<topic:b>)\n"
