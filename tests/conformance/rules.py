"""The rules of Obsidian's semantics: each test of one carries its row of docs/conformance.md, which is made from them.

To add a row, write its test as `test_S4_what_it_shows` in a module of this folder and put the rule above all else:

    @rule("S4", "`#[^1]` means a footnote", SETTLED, "HLP, CORB")
    def test_S4_footnotes_as_targets() -> None: ...

then take its id out of NOT_YET and run `python -m pytest --update tests/conformance`, which writes the page. A rule has
one row, but may have more tests, in any module: those without the decorator are found by their names. `differs` says
why we do otherwise on purpose, `remark` what else is worth knowing. New sources go into SOURCES.
"""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

HERE = Path(__file__).parent
Test = TypeVar("Test", bound=Callable[..., None])

SETTLED = "settled"  # seen in Obsidian itself, or said in its help, release notes or programming interface
ONE_DESCRIPTION = "one description"  # one source outside of Obsidian says so, and nobody has checked

CHAPTERS = {
    "R": ("Which file a link means", 24),
    "S": ("Which part of a note", 6),
    "L": ("Links and embeds", 10),
    "T": ("Tags", 7),
    "P": ("Properties", 6),
    "B": ("Structure", 7),
    "V": ("The vault", 4),
    "D": ("Plugins", 2),
    "G": ("Docs folders and Foam", 9),
    "N": ("Dendron", 8),
    "O": ("Logseq's graphs", 14),
}
IDS = [f"{letter}{number}" for letter, (_, last) in CHAPTERS.items() for number in range(1, last + 1)]
NOT_YET: dict[str, str] = {}  # id: what it says, while it has no test of its own here
SOURCES = {
    "OTF": "what Obsidian itself read in 89 notes, captured by the tests of the plugin obsidian-tasks (MIT)",
    "MVM": "markdown-vault-mcp's page on Obsidian's Markdown and its issues 1350 and 1358: seen in Obsidian 1.13.7",
    "CYA": "issues 138 to 140 of cyanheads/obsidian-mcp-server: the index of Obsidian 1.13.7, read back",
    "VG": "issue 141 of luke321/vault-graph: seen in Obsidian",
    "HLP": "Obsidian's help, and the issues about it",
    "REL": "Obsidian's release notes, by version",
    "API": "obsidian.d.ts, Obsidian's programming interface",
    "CORB": "Corbomite's VAULT-FORMAT.md: a description of what Obsidian 1.12.7 does, by others",
    "ODU": "mnaoumov/obsidian-dev-utils, a library for plugins: what it expects of Obsidian",
    "DV": "the source of the plugin Dataview",
    "BC": "the source of the plugin Breadcrumbs",
    "GHS": "github-slugger, what GitHub and Docusaurus call headings; GitHub's help on links to sections",
    "PYM": "Python-Markdown's extensions toc and attr_list, which MkDocs uses",
    "KRA": "kramdown, Jekyll's Markdown",
    "MKD": "MkDocs' user guide: writing your docs, `use_directory_urls`, `nav`",
    "JEK": "Jekyll's documentation: posts, permalinks",
    "FOAM": "Foam's own documentation: wikilinks, embeds, note properties",
    "DEN": "Dendron's wiki: links, note references, tags, special notes",
    "LSD": "Logseq's documentation (docs.logseq.com), as its own graph has it",
    "LSP": "the source of Logseq's graph parser",
    "CommonMark": "the specification 0.31.2 of CommonMark, by section",
    "YAML": "npm's `yaml` 2, with which Obsidian reads properties; `tests/reader/yaml_traps.json` records what it does",
}


class Rule(NamedTuple):
    """One row of the page."""

    id: str
    says: str
    state: str
    sources: str
    differs: str
    remark: str


class Row(NamedTuple):
    """A rule, and the tests that hold it: name and file."""

    rule: Rule
    tests: list[tuple[str, str]]


def rule(
    id: str, says: str, state: str, sources: str, *, differs: str = "", remark: str = ""
) -> Callable[[Test], Test]:
    """Say which rule a test holds, and what the page tells of it."""

    def mark(test: Test) -> Test:
        assert test.__name__.startswith(f"test_{id}_"), f"{test.__name__} has the rule {id}"
        assert state in (SETTLED, ONE_DESCRIPTION), state
        for source in sources.split(", "):
            assert source.split()[0] in SOURCES, f"{source}: name it in SOURCES"
        test.rule = Rule(id, says, state, sources, differs, remark)  # type: ignore[attr-defined]
        return test

    return mark


def rows() -> list[Row]:
    """The rows of all the tests in this folder."""
    tests = [
        (item, path.name)
        for path in sorted(HERE.glob("test_*.py"))
        for name, item in vars(importlib.import_module(f"conformance.{path.stem}")).items()
        if name.startswith("test_")
    ]
    rules: list[Rule] = [test.rule for test, _ in tests if hasattr(test, "rule")]
    names = [(test.__name__, file) for test, file in tests]
    return [Row(rule, [test for test in names if test[0].startswith(f"test_{rule.id}_")]) for rule in rules]


def page() -> str:
    """docs/conformance.md."""
    rows_by_id = {row.rule.id: row for row in rows()}
    return "\n".join([*_introduction(), *_tables(rows_by_id), *_legend()]) + "\n"


def _introduction() -> Iterator[str]:
    yield "# Obsidian's rules, and ours"
    yield ""
    yield "<!-- made by `python -m pytest --update tests/conformance` from the tests; change those -->"
    yield ""
    yield "Obsidian has no specification. These rules come from what others saw in it or wrote about it, and each has a test."
    yield "*Settled*: seen in Obsidian itself, or said in its help, release notes or programming interface. *One description*:"
    yield "one source outside of Obsidian says so, nobody has checked. *We differ*: on purpose, with the reason. The sources'"
    yield "names are explained at the end. Rules of other programs (G, N) are *settled* where their own documentation or source says so;"
    yield "[dialects.md](dialects.md) tells which vaults they are for. Obsidian itself follows no slug (G1 to G3) and no address of a folder"
    yield "(G5), so in a vault of Obsidian's they are findings; where no settings say whose a vault is, they hold behind Obsidian's."
    yield ""
    yield "Besides, `tests/conformance/test_oracle.py` compares us with what the real Obsidian read in 89 notes: headings, list"
    yield "items, links, tags, blocks, properties and which file each link means. Today nothing differs. And"
    yield "`tests/reader/test_front_matter.py` compares our reading of properties with that of Obsidian's YAML parser."


def _tables(rows_by_id: dict[str, Row]) -> Iterator[str]:
    for letter, (title, _) in CHAPTERS.items():
        chapter = [rows_by_id[id] for id in IDS if id[0] == letter and id in rows_by_id]
        if chapter:
            yield from (
                "",
                f"## {title}",
                "",
                "| rule | what it says | state | sources | test |",
                "|---|---|---|---|---|",
            )
        for row in chapter:
            id, says, state, sources, differs, remark = (_cell(word) for word in row.rule)
            state = "; ".join(part for part in (state, differs and f"**we differ**: {differs}", remark) if part)
            tests = ", ".join(f"[`{name}`](../tests/conformance/{file})" for name, file in row.tests)
            yield f"| {id} | {says} | {state} | {sources} | {tests} |"
    if NOT_YET:
        yield from ("", "## Rules without a row yet", "", "| rule | what it says |", "|---|---|")
        yield from (f"| {id} | {_cell(NOT_YET[id])} |" for id in IDS if id in NOT_YET)


def _legend() -> Iterator[str]:
    yield from ("", "## Sources", "", "| name | what it is |", "|---|---|")
    yield from (f"| {name} | {_cell(text)} |" for name, text in SOURCES.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
