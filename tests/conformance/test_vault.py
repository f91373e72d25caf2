"""The vault as a whole: rules V1 to V4, L8 and L9, and what R22 and R24 mean for its files; rules.py explains the heads."""
# ruff: noqa: N802 - the rules are called V1, L8 and so on

import json
import os
from pathlib import Path

import pytest
from command import lay
from conformance.rules import SETTLED, rule

from exporter.reader.batch.resolve import Names
from exporter.reader.vault import canvas
from exporter.reader.vault.files import Vault
from exporter.reader.vault.scan import scan

LINKS = pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")


def vault(folder: Path, *paths: str, **settings: object) -> Vault:
    """A vault of these files and settings of Obsidian."""
    lay(folder, dict.fromkeys(paths, ""))
    if settings:
        lay(folder, {".obsidian/app.json": json.dumps(settings)})
    return scan(folder)


def meant(scanned: Vault, target: str, source: str = "c.md") -> str | None:
    """The file that a link's path means."""
    return Names([*scanned.notes, *scanned.ignored, *scanned.attachments]).resolve(target, source).path


@rule(
    "V1",
    "excluded files (`userIgnoreFilters`: the start of a path, or a `/regular expression/`) are hidden, but links still lead to them",
    SETTLED,
    "HLP, REL 0.14.6, REL 1.4.8, REL 1.9.3",
    differs="a pattern that looks ahead or back, or repeats what a group held, is refused and told: it could take endless time",
    remark="that case matters is assumed",
)
def test_V1_excluded_files_are_no_topics_but_stay_targets(tmp_path: Path) -> None:
    paths = ["a.md", "Templates/t.md", "Templates.md", "x/Templates/u.md", "old/2020.md", "old/b.md", "old/c.canvas"]
    scanned = vault(tmp_path, *paths, userIgnoreFilters=["Templates/", "/^old\\/(?:\\d+|c)\\./"])
    assert scanned.notes == ("Templates.md", "a.md", "old/b.md", "x/Templates/u.md")
    assert scanned.ignored == ("Templates/t.md", "old/2020.md")
    assert (scanned.attachments, scanned.canvases) == (("old/c.canvas",), ())
    assert meant(scanned, "t") == "Templates/t.md"
    assert meant(scanned, "2020") == "old/2020.md"
    assert meant(scanned, "c.canvas") == "old/c.canvas"
    assert scanned.findings == []


@rule(
    "V2",
    "symbolic links to folders are followed where they lead out of the vault, and to nothing twice; links to files are not",
    SETTLED,
    "HLP, REL 0.11.1",
    remark="of two that overlap the first by path is taken, and the other told",
)
@LINKS
def test_V2_links_to_folders_outside_are_followed(tmp_path: Path) -> None:
    outside = lay(tmp_path / "outside", {"deep/n.md": "n", "file.md": ""})
    lay(tmp_path / "vault", {"a.md": "", "sub/b.md": ""})
    for name, target in {
        "out": outside,
        "twice": outside,
        "within": outside / "deep",
        "loop": tmp_path / "vault",
        "above": tmp_path,
        "in": tmp_path / "vault" / "sub",
        "file.md": outside / "file.md",
    }.items():
        (tmp_path / "vault" / name).symlink_to(target)
    scanned = scan(tmp_path / "vault")
    assert scanned.notes == ("a.md", "out/deep/n.md", "out/file.md", "sub/b.md")
    assert meant(scanned, "n") == "out/deep/n.md"
    assert scanned.read("out/deep/n.md") == b"n"
    assert {finding.code for finding in scanned.findings} == {"symbolic-link"}
    names = ["above", "file.md", "in", "loop", "twice", "within"]
    assert sorted(finding.source.file for finding in scanned.findings) == names


@rule("V3", "settings about new links and attachments change what is written, never what is read", SETTLED, "CORB, HLP")
def test_V3_how_links_are_written_says_nothing_of_how_they_are_read(tmp_path: Path) -> None:
    paths = ["a/b/Note.md", "zzzz/Note.md", "files/p.png"]
    plain = vault(tmp_path / "plain", *paths)
    for form in ("shortest", "relative", "absolute"):
        other = vault(
            tmp_path / form, *paths, newLinkFormat=form, useMarkdownLinks=True, attachmentFolderPath="elsewhere"
        )
        assert (other.notes, other.attachments, other.findings) == (plain.notes, plain.attachments, [])
        for target in ("Note", "b/Note", "p.png", "elsewhere/p.png"):
            assert meant(other, target) == meant(plain, target)


@rule(
    "V4",
    "templates lie in the folder that a plugin's settings name; daily and periodic notes have the folder and the name, a date in"
    " a format of Moment, that the settings say; drawings are called `*.excalidraw.md`",
    SETTLED,
    "HLP",
    differs="Obsidian shows them as it shows any note; here they are no topics, though links may lead to them, but for"
    " `all_notes`, or where nothing else is",
    remark="names in any language; where no settings speak of daily notes, a note named by an ISO date is one",
)
def test_V4_templates_daily_notes_and_drawings_are_no_topics(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            ".obsidian/templates.json": '{"folder": "Templates"}',
            ".obsidian/daily-notes.json": '{"folder": "Daily", "format": "YYYY/MM/D MMMM YYYY"}',
            ".obsidian/plugins/periodic-notes/data.json": '{"weekly": {"enabled": true, "folder": "Daily"}}',
        },
    )
    left_out = {
        "Daily/2024-W11.md": "periodic note",
        "Daily/2024/03/17 mars 2024.md": "daily note",
        "Templates/t.md": "template",
        "o.excalidraw.md": "drawing",
    }
    scanned = vault(tmp_path, "a.md", "Daily/2024/03/plan.md", "x/Templates/u.md", *left_out)
    assert scanned.notes == ("Daily/2024/03/plan.md", "a.md", "x/Templates/u.md")
    assert (scanned.excluded, scanned.findings) == (left_out, [])
    assert meant(scanned, "17 mars 2024") == "Daily/2024/03/17 mars 2024.md"


@rule(
    "L8",
    "a canvas links to the files of its `file` nodes, by their exact path, and to what the Markdown of its `text` nodes links to",
    SETTLED,
    "REL 1.12.0, API",
)
def test_L8_a_canvas_links_to_its_files_and_from_its_texts(tmp_path: Path) -> None:
    drawing = """{"nodes":[
{"id":"1","type":"file","file":"x/Note.md","subpath":"#Head"},
{"id":"2","type":"file","file":"Note.md"},
{"id":"3","type":"text","text":"[[Note]] `[[no]]`"},
{"id":"4","type":"link","url":"https://a.b"},
{"id":"5","type":"group","label":"[[no]]"}],
"edges":[{"id":"6","fromNode":"1","toNode":"3","label":"[[no]]"}]}"""
    lay(tmp_path, {"c.canvas": drawing})
    scanned = vault(tmp_path, "a/Note.md", "x/Note.md")
    (path,) = scanned.canvases
    drawn = canvas.parse(scanned.read(path))
    assert drawn.problems == []
    links = [(line, meant(scanned, link.target, path), link.anchor) for line, link in drawn.links if not link.external]
    # the exact path or nothing for a file; a link in a text goes by all the rules
    assert links == [(2, "x/Note.md", "Head"), (3, None, ""), (4, "a/Note.md", "")]
    assert [(line, link.target) for line, link in drawn.links if link.external] == [(5, "https://a.b")]


@rule(
    "L9",
    "a base holds queries, no links, and is itself a file that a link may mean; it may be empty",
    SETTLED,
    "HLP, CORB",
)
def test_L9_bases_are_targets_and_hold_no_links(tmp_path: Path) -> None:
    lay(tmp_path, {"Books.base": "filters: 'file.hasLink(\"[[x]]\")'\nviews: []\n"})
    scanned = vault(tmp_path, "a.md", "sub/Empty.base")
    assert scanned.attachments == ("Books.base", "sub/Empty.base")
    assert (scanned.canvases, scanned.findings) == ((), [])
    assert meant(scanned, "Books.base") == "Books.base"
    assert meant(scanned, "Empty.base") == "sub/Empty.base"
    assert meant(scanned, "Books") is None
    assert scanned.read("sub/Empty.base") == b""


def test_R22_files_of_every_kind_are_targets_with_their_ending(tmp_path: Path) -> None:
    """Attachments go by the same rules: OTF (observed), HLP."""
    scanned = vault(tmp_path, "a.md", "files/a_pdf_file.pdf", "x/P.PNG", "d.canvas", "e.txt")
    assert meant(scanned, "a_pdf_file.pdf") == "files/a_pdf_file.pdf"
    assert meant(scanned, "p.png") == "x/P.PNG"
    assert meant(scanned, "d.canvas") == "d.canvas"
    assert [meant(scanned, name) for name in ("a_pdf_file", "d", "e.txt")] == [None] * 3


def test_R24_hidden_files_are_not_in_the_vault(tmp_path: Path) -> None:
    """Files and folders that begin with a dot: C (one description)."""
    scanned = vault(
        tmp_path, "a.md", ".obsidian/n.md", ".trash/gone.md", "b/.hidden.md", "b/.h/x.md", ".p.png", "b/.c.canvas"
    )
    assert (scanned.notes, scanned.attachments, scanned.canvases, scanned.excluded) == (("a.md",), (), (), {})
    for path in (".obsidian/n.md", "b/.hidden.md", "b/.h/x.md", ".p.png"):
        with pytest.raises(OSError):
            scanned.read(path)
