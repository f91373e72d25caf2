"""Which file a link means: rules R1 to R24, each where it holds and where it does not; rules.py explains the heads."""
# ruff: noqa: N802 - the rules are called R1 to R24

from pathlib import Path

import pytest
from command import lay
from conformance.rules import ONE_DESCRIPTION, SETTLED, rule

from exporter import Finding, KnowledgeMap, ReadOptions, read
from exporter.model import MENTIONS
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.inline import Mention, shown_text
from exporter.reader.markdown.note import parse


def meant(paths: str, target: str, source: str = "c.md") -> str | None:
    """The file that a link's path means in the note `source`, in a vault of these files."""
    return Names([*paths.split(", "), source]).resolve(target, source).path


def links(markdown: str) -> list[Mention]:
    return [link for link in parse(markdown.encode()).mentions if not link.external]


def targets(markdown: str) -> list[str]:
    return [link.target for link in links(markdown)]


def vault(folder: Path, **notes: str) -> tuple[KnowledgeMap, list[Finding]]:
    """Read a vault without a map: each keyword is a note's name."""
    lay(folder, {f"{name}.md": text for name, text in notes.items()})
    return read(folder, ReadOptions(map="-"))[:2]


@rule(
    "R1",
    "`[[#Heading]]` and `[[#^block]]` mean the note itself",
    SETTLED,
    "MVM, OTF",
    differs="resolved and checked, but no row of the links table, for a topic does not lead to itself",
)
def test_R1_an_empty_path_means_the_note_itself(tmp_path: Path) -> None:
    assert meant("a.md", "", "x/y.md") == "x/y.md"
    assert [(link.target, link.anchor) for link in links("[[#H]] [[#^b]] [x](#H)")] == [
        ("", "H"),
        ("", "^b"),
        ("", "H"),
    ]
    knowledge_map, findings = vault(tmp_path, a="# T\n\n## H\n[[#H]] [[#Nowhere]] [[a]]\n", b="[[a#H]]\n")
    assert [(link.start, link.end) for link in knowledge_map.links] == [("b", "a")]
    assert [finding.code for finding in findings] == ["missing-heading"]


@rule(
    "R2",
    'case does not matter: names are compared in lower case, not case-folded ("ß" is not "ss")',
    SETTLED,
    "OTF, MVM, ODU, REL 1.8.0",
)
def test_R2_case_does_not_matter() -> None:
    assert meant("Log.md", "LOG") == "Log.md"
    assert meant("sub/link_in_yaml.md", "liNk_in_YaMl") == "sub/link_in_yaml.md"
    assert meant("Sub/Log.md", "sUB/lOG") == "Sub/Log.md"
    assert meant("Pic.PNG", "pic.png") == "Pic.PNG"
    assert meant("Straße.md", "STRASSE") is None
    assert meant("ὀδός.md", "ὈΔΌΣ") == "ὀδός.md"


@rule(
    "R3",
    "composed and decomposed letters are the same: both sides are compared in NFC",
    SETTLED,
    "MVM, CORB",
    remark="a no-break space is a space to us: Obsidian's paths have none, and nobody sees that a link has one",
)
def test_R3_composed_and_decomposed_letters_are_one() -> None:
    assert meant("Cafe\u0301.md", "Caf\u00e9") == "Cafe\u0301.md"
    assert meant("Caf\u00e9.md", "Cafe\u0301") == "Caf\u00e9.md"
    assert meant("E\u0301/Note.md", "\u00e9/note") == "E\u0301/Note.md"
    assert meant("Cafe.md", "Caf\u00e9") is None
    assert meant("a b.md", "a\u00a0b") == "a b.md"
    assert meant("a\u00a0b.md", "a b") == "a\u00a0b.md"
    assert meant("a\u202fb/c.md", "A b/C") == "a\u202fb/c.md"
    assert meant("a b.md", "a\u200bb") is None


@rule("R4", "a name with a dot is first a whole file name, then a note's", SETTLED, "MVM, CORB")
def test_R4_a_dot_may_begin_an_ending() -> None:
    assert meant("img.png, img.png.md", "img.png") == "img.png"
    assert meant("img.png.md", "img.png") == "img.png.md"
    assert meant("Note.v2.md", "Note.v2") == "Note.v2.md"
    assert meant("Ext.md", "Ext.MD") == "Ext.md"
    assert meant("y/a.png, x/a.png.md", "x/a.png") == "x/a.png.md"
    assert meant("img.png", "img") is None


@rule("R5", "the only file of a name is meant, wherever it lies, by a link without a folder", ONE_DESCRIPTION, "CORB")
def test_R5_the_only_note_of_a_name_is_meant_wherever_it_lies() -> None:
    assert meant("very/deep/down/Note.md", "Note", "elsewhere/c.md") == "very/deep/down/Note.md"
    assert meant("very/deep/down/Note.md", "other/Note") is None


@rule("R6", "`./` and `../` begin at the note's folder and name one exact path", SETTLED, "MVM, VG, REL 0.6.0")
def test_R6_dots_begin_at_the_folder_of_the_note() -> None:
    assert meant("y.md, b/y.md", "../y", "a/x.md") == "y.md"
    assert meant("y.md, a/y.md", "./y", "a/x.md") == "a/y.md"
    assert meant("y.md, a/b/y.md", "./b/../b/y", "a/x.md") == "a/b/y.md"
    assert meant("p/q.png", "../p/q.png", "a/x.md") == "p/q.png"
    assert meant("Missing.md", "./Missing", "a/x.md") is None
    assert meant("b/y.md", "../y", "a/x.md") is None


@rule("R7", "`/` begins at the vault's root and names one exact path", ONE_DESCRIPTION, "CORB")
def test_R7_a_slash_begins_at_the_root() -> None:
    assert meant("x/A.md", "/x/A") == "x/A.md"
    assert meant("x/A.md, A.md", "/A", "x/c.md") == "A.md"
    assert meant("x/A.md", "/A") is None


@rule("R8", "the exact path wins, even over a note beside the source", SETTLED, "MVM")
@pytest.mark.parametrize("source", ["c.md", "a/c.md", "a/b/c.md"])
def test_R8_the_exact_path_wins(source: str) -> None:
    assert meant("Note.md, a/Note.md, a/b/Note.md", "Note", source) == "Note.md"
    assert meant("b/Note.md, a/b/Note.md", "b/Note", source) == "b/Note.md"


@rule(
    "R9",
    "else the path must end with what is written",
    SETTLED,
    "MVM, CORB",
    differs='only at a "/": whole folder names count, as nobody means `ab/Note` by `[[b/Note]]`',
)
def test_R9_a_folder_in_the_link_is_the_end_of_the_path() -> None:
    assert meant("a/b/Note.md, a/Note.md", "b/Note") == "a/b/Note.md"
    assert meant("x/b/p.png, p.png", "b/p.png") == "x/b/p.png"
    assert meant("ab/Note.md", "b/Note") is None
    assert meant("b/x/Note.md", "b/Note") is None


@rule("R10", "of these, the one in the source's own folder; the folders above it count for nothing", SETTLED, "MVM, VG")
def test_R10_then_the_folder_of_the_source() -> None:
    paths = "a/b/Note.md, zzzz/Note.md"
    assert meant(paths, "Note", "zzzz/c.md") == "zzzz/Note.md"
    assert meant(paths, "Note", "ZZZZ/c.md") == "zzzz/Note.md"
    assert meant(f"{paths}, b/Note.md", "Note", "zzzz/deep/c.md") == "b/Note.md"


@rule("R11", "then the shortest path, counted in characters, not in folders", SETTLED, "MVM")
def test_R11_then_the_shortest_path() -> None:
    assert meant("zzzz/Note.md, a/b/Note.md", "Note") == "a/b/Note.md"
    assert meant("aaaaaaaa/Note.md, b/Note.md", "Note") == "b/Note.md"


@rule(
    "R12",
    "equally short paths: Obsidian's choice is not stable",
    SETTLED,
    "MVM",
    differs="the first by name, and the finding `ambiguous-link`",
)
def test_R12_equally_short_paths_are_told(tmp_path: Path) -> None:
    target = Names(["bb/Tie.md", "aa/Tie.md", "ccc/Tie.md"]).resolve("Tie", "c.md")
    assert target == ("aa/Tie.md", ("bb/Tie.md",))
    assert not Names(["aa/Tie.md", "bb/Tie.md"]).resolve("bb/Tie", "c.md").rivals
    _, findings = vault(tmp_path, **{"aa/Tie": "", "bb/Tie": "", "c": "x\n\n[[Tie]]\n"})
    ambiguous = [finding for finding in findings if finding.code == "ambiguous-link"]
    assert [str(finding.source) for finding in ambiguous] == ["c.md:3"]
    assert "bb/Tie.md" in ambiguous[0].message


@rule(
    "R13",
    "an alias is no target: it never resolves a link",
    SETTLED,
    "MVM, VG, HLP",
    remark="the finding `missing-note` names the note that has the alias",
)
def test_R13_an_alias_is_no_target(tmp_path: Path) -> None:
    knowledge_map, findings = vault(tmp_path, a="---\naliases: [AL, Bee]\n---\n", b="[[al]] [[a|AL]]\n")
    assert [(link.start, link.end, link.text) for link in knowledge_map.links] == [("b", "a", "AL")]
    assert [(str(finding.source), finding.code) for finding in findings] == [("b.md:1", "missing-note")]
    assert "[[a|al]]" in findings[0].message


@rule(
    "R14",
    "a Markdown link is percent-decoded, then looked up in the whole vault by the same rules",
    SETTLED,
    "MVM, OTF",
)
def test_R14_markdown_links_go_by_the_same_rules(tmp_path: Path) -> None:
    assert targets("[y](My%20Note.md) [z](caf%C3%A9) [w](a.md#b%20c)") == ["My Note.md", "café", "a.md"]
    assert links("[w](a.md#b%20c)")[0].anchor == "b c"
    knowledge_map, findings = vault(tmp_path, **{"Sub/My Note": "", "c": "[y](My%20Note.md) [z](Other/My%20Note.md)\n"})
    mentions = [(link.start, link.end, link.text) for link in knowledge_map.links if link.kind == MENTIONS]
    assert mentions == [("c", "my-note", "y")]
    assert [finding.code for finding in findings] == ["missing-file"]


@rule(
    "R15",
    "a Markdown link's destination holds no blank, unless in `<...>`; a title may follow; without a destination it is no link",
    SETTLED,
    "MVM, OTF, REL 1.7.0, REL 0.13.6",
)
@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[y](My Note.md)", []),
        ("[y](<My Note.md>)", ["My Note.md"]),
        ('[y](a.md "title")', ["a.md"]),
        ("[y](a.md 'title') [z](b.md (title))", ["a.md", "b.md"]),
        ("[y]( a.md )", ["a.md"]),
        ("[y](a(b)c.md) [z](a\\(b.md)", ["a(b)c.md", "a(b.md"]),
        ("[]() [a]() [b](<>)", []),
        ("[y] (a.md)", []),
        ("[a [b](c.md) d](e.md)", ["c.md"]),
        ("[a [[c]] d](e.md)", ["c"]),
        ("[a ![b](c.png) d](e.md)", ["e.md", "c.png"]),
        ("\\[a](b.md)", []),
        ("[a\\](b.md)", []),
        ("[a](b.md", []),
    ],
)
def test_R15_what_a_markdown_link_is(markdown: str, expected: list[str]) -> None:
    assert targets(markdown) == expected


@rule(
    "R16",
    "a scheme in a Markdown link leads out of the vault; `[[https://x]]` is a note nobody has written",
    SETTLED,
    "OTF, MVM",
    differs="`[[obsidian://...]]` leads out too, for no file can have this name",
)
def test_R16_a_scheme_leads_out_of_the_vault() -> None:
    markdown = (
        "[a](https://x.org/y#z) [b](mailto:a@b.org) [c](obsidian://open?vault=v) <https://d.org> ![e](http://f/g.png)"
    )
    mentions = parse(markdown.encode()).mentions
    assert [link.external for link in mentions] == [True] * 5
    assert [link.target for link in mentions][:2] == ["https://x.org/y#z", "mailto:a@b.org"]
    assert targets("[[https://x.org]]") == ["https://x.org"]
    assert meant("a.md", "https://x.org") is None
    assert targets("[a](c:d.md) [b](x/https:d.md)") == ["c:d.md", "x/https:d.md"]


@rule(
    "R17",
    "the text stands behind the first `|`, the subpath behind the first `#`",
    SETTLED,
    "OTF, API",
    remark="blanks at the edges are trimmed, which nobody knows",
)
@pytest.mark.parametrize(
    ("markdown", "target", "anchor", "text"),
    [
        ("[[a#h|b]]", "a", "h", "b"),
        ("[[a#h||b]]", "a", "h", "|b"),
        ("[[a|b|c]]", "a", "", "b|c"),
        ("[[pa#th/x]]", "pa", "th/x", ""),
        ("[[a#b#c]]", "a", "b#c", ""),
        ("[[a|b#c]]", "a", "", "b#c"),
        ("[[a|]]", "a", "", ""),
        ("[[ a # h | b ]]", "a", "h", "b"),
    ],
)
def test_R17_the_first_bar_and_the_first_hash_split(markdown: str, target: str, anchor: str, text: str) -> None:
    (link,) = links(markdown)
    assert (link.target, link.anchor, link.text) == (target, anchor, text)


@rule("R18", r"in a table the bar is escaped: `[[n\|a]]`", SETTLED, "HLP")
def test_R18_in_a_table_the_bar_is_escaped() -> None:
    assert [(link.target, link.text) for link in links("| a |\n|---|\n| [[n\\|b]] ![[i.png\\|9]] |\n")] == [
        ("n", "b"),
        ("i.png", ""),
    ]


@rule("R19", "`[[]]` is no link; `[[|x]]` is one whose name is this very text", SETTLED, "OTF")
def test_R19_what_is_empty() -> None:
    assert targets("[[]] [[ ]]") == []
    assert [(link.target, shown_text(link)) for link in links("[[|x]] [[|]] [[|#h]]")] == [
        ("|x", "|x"),
        ("|", "|"),
        ("|", "| > h"),
    ]


@rule(
    "R20",
    "only `]]` closes; no line break inside; of nested links the inner one",
    SETTLED,
    "MVM",
    remark="`[[[x]]]` is taken as the inner link, which nobody knows",
)
@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[[Sq]uare]]", ["Sq]uare"]),
        ("[[one\ntwo]]", []),
        ("[[a] [[b]]", ["b"]),
        ("[[Nested [[Inner]] x]]", ["Inner"]),
        ("[[[x]]]", ["x"]),
        ("[[a]", []),
        ("[[a\n\n]]", []),
        ("a]] [[b]]", ["b"]),
    ],
)
def test_R20_only_two_brackets_close(markdown: str, expected: list[str]) -> None:
    assert targets(markdown) == expected


@rule("R21", 'without a text, `a#b#c` is shown as "a > b > c", and `#h` as "h"', SETTLED, "OTF")
def test_R21_what_is_shown_without_a_text() -> None:
    assert [shown_text(link) for link in links("[[a#b#c]] [[#h]] [[#^b]] [[a|t]] [[x/y]]")] == [
        "a > b > c",
        "h",
        "^b",
        "t",
        "x/y",
    ]


@rule("R22", "files that are no notes need their ending, and go by the same rules", SETTLED, "OTF, HLP")
def test_R22_other_files_need_their_ending() -> None:
    paths = "files/a_pdf_file.pdf, x/p.png, y/z/p.png"
    assert meant(paths, "a_pdf_file.pdf") == "files/a_pdf_file.pdf"
    assert meant(paths, "a_pdf_file") is None
    assert meant(paths, "p.png", "y/z/c.md") == "y/z/p.png"
    assert meant(paths, "p.png") == "x/p.png"


@rule("R23", "the formats that there are", SETTLED, 'HLP "Accepted file formats"')
def test_R23_which_files_there_are(tmp_path: Path) -> None:
    names = "avif bmp gif jpeg jpg png svg webp flac m4a mp3 ogg wav webm 3gp mkv mov mp4 ogv pdf canvas base"
    lay(tmp_path, {f"f.{name}": b"" for name in f"{names} txt py MD2".split()})
    _, findings = vault(tmp_path, c=" ".join(f"[[f.{name}]]\n" for name in f"{names} txt py md2".split()))
    assert [finding.message.split()[4] for finding in findings] == ["'f.txt';", "'f.py';", "'f.md2';"]


@rule("R24", "files and folders whose names begin with a dot are not in the vault", ONE_DESCRIPTION, "CORB")
def test_R24_hidden_files_are_not_in_the_vault(tmp_path: Path) -> None:
    lay(tmp_path, {".obsidian/n.md": "", ".trash/gone.md": "", "a/.hidden.md": "", ".p.png": b""})
    knowledge_map, findings = vault(tmp_path, c="[[n]] [[gone]] [[.hidden]]\n\n![[.p.png]]\n")
    assert [topic.id for topic in knowledge_map.topics] == ["c"]
    assert [finding.source.line for finding in findings if finding.code.startswith("missing-")] == [1, 1, 1, 3]
