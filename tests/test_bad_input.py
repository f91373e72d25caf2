"""What people and disks do to a vault: each flaw is told with its place and a way out, and the rest is exported."""

import json
import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from command import MAP, Run, lay, mlk_export, tree

from exporter import writers

pytestmark = pytest.mark.slow  # each starts the command

SECRET = "hush-hush"


def png(width: int) -> bytes:
    """A picture, one pixel high (https://www.w3.org/TR/png-3/)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" + bytes(range(3 * width)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a vault without flaws and with an earlier export of it, where the command is run."""
    lay(tmp_path / "vault")
    assert mlk_export("--format", "json", cwd=tmp_path).code == 0
    return tmp_path


def exported(here: Path, files: dict[str, str | bytes]) -> tuple[Run, list[str]]:
    """Lay these files down beside the sound ones, and export; gives the run and the topics' ids."""
    lay(here / "vault", files)
    return again(here)


def again(here: Path) -> tuple[Run, list[str]]:
    """Export; gives the run and the topics' ids."""
    run = mlk_export("--format", "json", cwd=here)
    assert (run.code, run.paths) == (0, ["out/json/knowledge-map.json"])
    assert len(run.said) == len(run.findings) + 1
    table = json.loads((here / run.paths[0]).read_text(encoding="utf-8"))
    return run, [topic["id"] for topic in table["topics"]]


def told(run: Run) -> list[tuple[str, int, str]]:
    return [(finding.place, finding.line, finding.code) for finding in run.findings]


def refused(here: Path, *arguments: str, vault: str = "vault", code: int = 1) -> str:
    """Run what has to end with one error and leave all as it was; gives the error. Code 2: it was typed wrong."""
    before = tree(here)
    run = mlk_export("--format", "json", "--vault", vault, *arguments, cwd=here)
    assert (run.code, run.paths, len(run.said) - len(run.findings)) == (code, [], 1)
    assert tree(here) == before
    return run.error


# -- vaults that are none -------------------------------------------------------------------------------------


def test_a_vault_that_does_not_exist(here: Path) -> None:
    assert refused(here, vault="vautl", code=2) == "vautl: no such folder; nearest: vault"


def test_a_vault_that_is_a_file(here: Path) -> None:
    place = "vault/Hill.md"
    assert refused(here, vault=place, code=2).startswith(
        f"{place}: is a file, not a folder; name the folder that holds your notes"
    )


def test_an_empty_vault(here: Path) -> None:
    (here / "empty").mkdir()
    assert "empty: no notes here; a vault is a folder with Markdown files, whose names end in .md" in refused(
        here, vault="empty", code=2
    )


# -- the map ---------------------------------------------------------------------------------------------------


def test_a_vault_without_a_map(here: Path) -> None:
    (here / "vault" / "Map.md").unlink()
    run, topics = again(here)
    assert told(run) == [("vault", 1, "no-map")]
    assert "tag one with #index or #moc" in run.findings[0].message
    assert topics == ["hill", "tree"]


def test_a_vault_with_two_maps(here: Path) -> None:
    run, topics = exported(here, {"Other map.md": "Mine.\n\n#moc\n"})
    assert told(run) == [("vault/Other map.md", 3, "two-maps")]
    assert "Map.md, Other map.md" in run.findings[0].message
    assert "name one as `map` in vault.toml" in run.findings[0].message
    assert topics == ["map", "other-map", "hill", "tree"]  # both are areas


def test_a_map_whose_links_lead_nowhere(here: Path) -> None:
    run, topics = exported(here, {"Map.md": "# Map\n\n## Areas\n- [[Sea]] - salt\n- [[Sky]]\n\n#index\n"})
    assert told(run) == [("vault/Map.md", 4, "missing-note"), ("vault/Map.md", 5, "missing-note")]
    assert "no note is named 'Sea'; write it or fix the link" in run.findings[0].message
    assert topics == ["sea", "sky", "hill", "tree"]


def test_a_map_that_is_empty(here: Path) -> None:
    run, topics = exported(here, {"Map.md": "#index\n"})
    assert told(run) == [("vault/Map.md", 1, "empty-map")]
    assert topics == ["hill", "tree"]


# -- notes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("---\ntitle: x\nrequires: [a\n---\n", 4),
        ('---\na: "b\n---\n', 2),
        ("---\na: 1\na: 2\n---\n", 3),
        ("---\n- a\n- b\n---\n", 2),
        ("---\na: *nowhere\n---\n", 2),
        ("---\ntitle: never ended\n\n", 1),
        ("---\na: &a [*a, *a]\n---\n", 2),
    ],
)
def test_broken_yaml_is_told_and_the_body_is_read(here: Path, head: str, line: int) -> None:
    run, topics = exported(here, {"Sick.md": f"{head}See the [[Hill]].\n"})
    (finding,) = run.findings
    assert (finding.place, finding.code) == ("vault/Sick.md", "bad-yaml")
    assert 1 <= finding.line <= line
    assert topics == ["hill", "tree", "sick"]
    links = json.loads((here / "out/json/knowledge-map.json").read_text())["links"]
    assert ("sick", "hill") in [(link["start"], link["end"]) for link in links]


def test_bytes_that_are_not_utf_8(here: Path) -> None:
    run, topics = exported(here, {"Sick.md": b"One\n\nCaf\xe9 and [[Hill]].\n"})
    assert told(run) == [("vault/Sick.md", 3, "not-utf8")]
    assert "byte 0xE9 is not UTF-8; it is replaced; save the note as UTF-8" in run.findings[0].message
    assert topics == ["hill", "tree", "sick"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_note_in_utf_16(here: Path, encoding: str) -> None:
    run, topics = exported(here, {"Sick.md": "\ufeff# Größe\n\nSee [[Nowhere]].\n".encode(encoding)})
    assert told(run) == [
        ("vault/Sick.md", 1, "not-utf8"),
        ("vault/Map.md", 1, "assumed-language"),
        ("vault/Sick.md", 3, "missing-note"),
    ]
    assert "is UTF-16, which Obsidian does not read; save it as UTF-8" in run.findings[0].message
    assert topics == ["hill", "tree", "sick"]


def test_a_note_that_is_no_text(here: Path) -> None:
    run, topics = exported(here, {"Sick.md": png(1), "Nul.md": b"\0\0\0", "Empty.md": b"", "Lone.md": b"\xff\xfe\x00"})
    assert {finding.code for finding in run.findings} == {"not-utf8", "nul-bytes"}
    assert {finding.place for finding in run.findings} == {"vault/Sick.md", "vault/Lone.md", "vault/Nul.md"}
    assert topics == ["hill", "tree", "empty", "lone", "nul", "sick"]


def test_two_notes_with_one_name(here: Path) -> None:
    run, topics = exported(here, {"a/Wood.md": "One.", "b/Wood.md": "Two.", "Fire.md": "Burns\n[[Wood]].\n"})
    assert told(run) == [("vault/Fire.md", 2, "ambiguous-link"), ("vault/b/Wood.md", 1, "duplicate-id")]
    assert "a/Wood.md is taken; write the link with its folder" in run.findings[0].message
    assert "a/Wood.md" in run.findings[1].message
    assert "give it an `id` of its own" in run.findings[1].message
    assert len(set(topics)) == 7  # the folders are areas


def test_two_notes_with_one_id(here: Path) -> None:
    run, topics = exported(here, {"A.md": "---\nid: x\n---\n", "B.md": "---\ntags: [a]\nid: x\n---\n"})
    assert told(run) == [("vault/B.md", 3, "duplicate-id")]
    assert "A.md" in run.findings[0].message
    assert "x" in topics
    assert len(set(topics)) == 4


def test_a_note_with_the_id_of_another_ones_name(here: Path) -> None:
    run, topics = exported(here, {"A.md": "---\nid: tree\n---\n"})
    assert told(run) == [("vault/Tree.md", 1, "duplicate-id")]
    assert len(set(topics)) == 3


def test_a_folder_called_like_a_note(here: Path) -> None:
    run, topics = exported(here, {"x.md/Inside.md": "Hello."})
    assert told(run) == [("vault/x.md", 1, "folder-as-note")]
    assert "inside" in topics


def test_links_to_folders_outside_are_followed_and_others_are_not(here: Path) -> None:
    lay(here, {"outside/Other.md": "See the [[Hill]].", "outside/note.md": "hidden"})
    (here / "vault" / "folder").symlink_to(here / "outside")
    (here / "vault" / "note.md").symlink_to(here / "outside" / "note.md")
    (here / "vault" / "dead.md").symlink_to("nowhere")
    (here / "vault" / "loop").symlink_to(".")
    run, topics = again(here)
    assert told(run) == [(f"vault/{name}", 1, "symbolic-link") for name in ("dead.md", "loop", "note.md")]
    assert "is not followed; put the file itself here" in run.findings[0].message
    assert topics == ["hill", "folder", "tree", "note", "other"]
    lay(here, {"mappings/vault.toml": "follow_links = false"})
    run, topics = again(here)
    assert topics == ["hill", "tree"]


def test_a_named_pipe_does_not_hang_the_run(here: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(here / "vault" / "pipe.md")
    run, topics = again(here)
    assert told(run) == [("vault/pipe.md", 1, "no-file")]
    assert topics == ["hill", "tree"]


def test_a_note_that_is_too_large(here: Path) -> None:
    lay(here, {"mappings/vault.toml": "largest_note = 0.001"})
    run, topics = exported(here, {"Big.md": 1001 * "x"})
    assert told(run) == [("vault/Big.md", 1, "large-note")]
    assert "raise `largest_note` in vault.toml" in run.findings[0].message
    assert topics == ["hill", "tree"]


def test_notes_that_embed_one_another_come_to_an_end(here: Path) -> None:
    run, _ = exported(here, {"A.md": "![[B]]", "B.md": "![[A]]\n\n![[B]]"})
    assert not run.findings


# -- names ---------------------------------------------------------------------------------------------------------

HOSTILE = [
    'it\'s "quoted"',
    "two\nlines",
    "hash # pipe | caret ^ brackets [x]",
    "🌳🏽 emoji 👩‍🌾",
    "שלום עולם",
    "a\u202eb",
    "l" + 199 * "o",
    "-rf",
    "--help",
    "$(touch x) `touch x` ; & * ? <a> %s {0} \\",
    "C:",
    "CON",
    "dots...",
    "100%",
    "e\u0301",
    "'); DROP TABLE notes; --",
    "{{template}}",
    "<script>alert(1)</script>".replace("/", "∕"),
]


@pytest.mark.book
def test_hostile_names_are_read_and_written_in_every_format(here: Path) -> None:
    lay(here / "vault", {f"{name}.md": f"# {name}\n\nSee [[Hill]].\n" for name in HOSTILE})
    before = {path.name for path in here.iterdir()}
    vault = tree(here / "vault")
    run = mlk_export("--format", "all", cwd=here)
    assert run.code == 0
    assert {Path(path).parts[1] for path in run.paths} == set(writers.built_in())
    assert {path.name for path in here.iterdir()} == before
    lock = [".mlk-export", ".mlk-export/skos.lock"]  # all that is ever written into a vault
    assert {path: data for path, data in tree(here / "vault").items() if path not in lock} == vault
    topics = json.loads((here / "out/json/knowledge-map.json").read_text(encoding="utf-8"))["topics"]
    assert {f"{name}.md" for name in HOSTILE} <= {topic["note"] for topic in topics}
    assert len({topic["id"] for topic in topics}) == len(topics) == len(HOSTILE) + 2


def test_a_vault_with_a_hostile_name(here: Path) -> None:
    for name in HOSTILE:
        lay(here / name)
        run = mlk_export("--format", "json", f"--vault={name}", "--out", f"{name}/out", cwd=here)
        assert run.code == 0, name
        assert (here / name / "out" / "json" / "knowledge-map.json").is_file()


# -- orders ----------------------------------------------------------------------------------------------------------


def test_an_output_folder_that_cannot_be_written(here: Path) -> None:
    message = refused(here, "--out", "vault/Hill.md/x", code=2)
    assert message.startswith("vault/Hill.md/x: cannot be written: ")
    assert message.endswith("; choose another folder with --out")


def test_an_unknown_format(here: Path) -> None:
    assert refused(here, "--format", "hanbook", code=2).startswith("no format 'hanbook'; nearest: handbook")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mpa = 'Map'\n", "mappings/vault.toml:1: unknown key 'mpa'; did you mean 'map'?"),
        ("\nmap = Map\n", "mappings/vault.toml:2: not TOML: "),
        ("\nmap = 1\n", "mappings/vault.toml:2: 'map' must be a string, not 1"),
        (
            "areas_from = ['folder']\n",
            "mappings/vault.toml:1: 'areas_from[0]' cannot be 'folder'; did you mean 'folders'?",
        ),
    ],
)
def test_a_broken_mapping(here: Path, text: str, message: str) -> None:
    lay(here, {"mappings/vault.toml": text})
    assert refused(here).startswith(message)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("map = 'Mpa'", "'Mpa' names no note; fix it, or leave `map` out"),
        ("exclude = ['T/', '/(/']", "'/(/' is no pattern: missing ): (; fix it, or take it out of `exclude`"),
        ("exclude = ['']", "'' is no text, or an empty one; fix it, or take it out of `exclude`"),
    ],
)
def test_a_wrong_value_of_the_mapping(here: Path, entry: str, message: str) -> None:
    """Is told with the place where it stands, whatever command reads the vault."""
    assert refused(here, "--set", f"vault.{entry}", code=2) == f"--set vault.{entry}: {message}"
    lay(here, {"mappings/vault.toml": f"# ours\n{entry}\n"})
    told = f"mappings/vault.toml:2: {message}"
    assert refused(here) == told
    assert mlk_export("check", cwd=here).error == told
    assert mlk_export("explain", "Hill", cwd=here).error == told


def test_a_broken_mapping_of_a_writer_is_told_before_any_work(here: Path) -> None:
    lay(here, {"mappings/opml.toml": "no_aera = 'x'\n"})
    message = refused(here, "--format", "opml")
    assert message == "mappings/opml.toml:1: unknown key 'no_aera'; did you mean 'no_area'?"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("json.indent=2", "--set json.indent=2: unknown key 'indent'; known: text"),
        ("vault.mpa=''", "--set vault.mpa='': unknown key 'mpa'; did you mean 'map'?"),
        ("vautl.map=''", "--set vautl.map='': this run has no 'vautl'; known: json, vault"),
        (
            "vault.exclude=Map",
            "--set vault.exclude=Map: 'exclude' must be a list; write --set \"vault.exclude=['Map']\"",
        ),
    ],
)
def test_an_unknown_setting(here: Path, setting: str, message: str) -> None:
    assert refused(here, "--set", setting, code=2).startswith(message)


def test_a_file_of_somebody_in_the_way_is_named_and_stays_and_the_other_formats_are_written(here: Path) -> None:
    lay(here, {"out/opml/knowledge-map.opml": "mine"})
    lay(here / "vault", {"New.md": "New."})
    run = mlk_export("--format", "json,opml", cwd=here)
    assert (run.code, run.paths) == (1, ["out/json/knowledge-map.json"])
    assert run.error.startswith("out/opml/knowledge-map.opml: was made by somebody else")
    assert (here / "out/opml/knowledge-map.opml").read_text() == "mine"


# -- secrets -----------------------------------------------------------------------------------------------------------


def spied(here: Path) -> None:
    """Lay down a vault that asks for secrets outside of it in every way that we know."""
    lay(
        here,
        {"secret.md": f"# {SECRET}\n", "outside/secret.md": SECRET, "secret.png": png(5), "vault/ours.png": png(3)},
    )
    absolute = str(here / "secret.md")
    places = [
        "../secret.md",
        "../../secret.md",
        "../secret",
        "sub/../../secret.md",
        "..\\secret.md",
        "%2e%2e/secret.md",
        "../secret.png",
        "../../secret.png",
        str(here / "secret.png"),
        f"file://{here / 'secret.png'}",
        absolute,
        f"file://{absolute}",
        "/etc/passwd",
        "file:///etc/passwd",
        "link/secret.md",
        "link/secret",
        "secret",
        "secret.png",
    ]
    forms = ("[[{}]]", "![[{}]]", "![x]({})", "![x](<{}>)", "[x]({})", '<img src="{}">', "![x|100]({})")
    lines = [form.format(place) for place in places for form in forms]
    lines += [f"![x][{k}]" for k in range(len(places))]
    lines += [f"[{k}]: {place}" for k, place in enumerate(places)]
    lines += [
        f"```{{include}} {absolute}\n```",
        f"\\input{{{absolute}}}",
        f'#read("{absolute}")',
        f'#include "{absolute}"',
    ]
    lines += [f'```{{=typst}}\n#read("{absolute}")\n```', f'`#read("{absolute}")`{{=typst}}', f"$#read({absolute!r})$"]
    lines += ["![[ours.png]]"]
    head = f'---\ncover: "{absolute}"\nlogo: ../secret.png\nimage: "[[../secret.png]]"\n---\n'
    spy = head + "\n\n".join(lines)
    lay(here / "vault", {"sub/Spy.md": spy, "Spy.md": spy, "Map.md": f"{MAP}\n\n" + "\n\n".join(lines)})
    (here / "vault" / "link").symlink_to(here / "outside")
    (here / "vault" / "above").symlink_to(here)
    lay(here, {"mappings/vault.toml": "follow_links = false"})
    (here / "vault" / "secret.png").symlink_to(here / "secret.png")
    (here / "vault" / "secret.md").symlink_to(here / "secret.md")


@pytest.mark.book
def test_nothing_from_outside_the_vault_is_read_and_nothing_outside_the_output_is_written(here: Path) -> None:
    spied(here)
    outside = {path: data for path, data in tree(here).items() if not path.startswith("out/")}
    run = mlk_export("--format", "all", cwd=here)
    assert run.code == 0
    assert {Path(path).parts[1] for path in run.paths} == set(writers.built_in())
    lock = (here / "mappings/skos.lock").read_text()
    assert SECRET not in lock and "root:x:" not in lock
    (here / "mappings/skos.lock").unlink()
    assert {path: data for path, data in tree(here).items() if not path.startswith("out/")} == outside
    written = [data for data in tree(here / "out").values() if isinstance(data, bytes)]
    assert not any(SECRET.encode() in data or b"root:x:" in data for data in written)


@pytest.mark.book
def test_no_picture_from_outside_the_vault_is_printed(here: Path) -> None:
    spied(here)
    assert mlk_export("--format", "handbook", cwd=here).code == 0
    with pikepdf.open(here / "out" / "handbook" / "handbook.pdf") as pdf:
        streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        assert {int(item.Width) for item in streams if item.get("/Subtype") == "/Image"} == {3}


@pytest.mark.book
def test_no_words_from_outside_the_vault_are_printed(here: Path, require: Callable[[bool, str], None]) -> None:
    require(shutil.which("pdftotext") is not None, "pdftotext, of poppler-utils")
    spied(here)
    assert mlk_export("--format", "handbook", cwd=here).code == 0
    command = ["pdftotext", here / "out" / "handbook" / "handbook.pdf", "-"]
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Spy" in words
    assert SECRET not in words
    assert "root:x:" not in words


@pytest.mark.book
def test_the_environment_is_not_exported(here: Path) -> None:
    lay(
        here / "vault",
        {"Spy.md": "---\nx: $MLK_SECRET ${MLK_SECRET} !ENV MLK_SECRET\n---\n$MLK_SECRET ${MLK_SECRET}\n"},
    )
    mlk_export("--format", "all", cwd=here, MLK_SECRET="hush-hush")
    assert not any(b"hush-hush" in data for data in tree(here / "out").values() if isinstance(data, bytes))
