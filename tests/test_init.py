"""`mlk-export init`: mappings that change nothing, with what was found in the vault."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from command import VAULT, lay, mlk_export, tree
from conftest import ROOT, TESTS

from exporter import ExportError, ReadOptions, find, load_options, writers
from exporter.console import document
from exporter.init import begin, templates
from exporter.options import OptionsFile
from exporter.run import Run

PRIVATE = {
    "Map.md": "---\ntags: [index]\n---\n## Core Areas\n- [[Hill]] - high\n\n## Steps\n1. [[A]]\n2. [[B]]\n\n## People\n- [[A]]\n"
    "\n## More\n- [[A]]\n  - [[B]]\n",
    "Hill.md": "High.\n",
    **{f"{name}.md": '---\nby: "[[Hill]]"\nPrivate: true\n---\nSee:: [[Hill]] #private/diary\n' for name in "ABCDEF"},
    "Open.md": "---\npublish: false\ndraft: no\n---\n#privateer\n",
    "02 - Journal/2020/One.md": "x",
    "Work/Privé/Two.md": "x",
    "Work/Personal growth/Three.md": "x",
    "Templates/New.md": "x",
    "Daily/2020-01-01.md": "x",
    "Daily/2020-01-02.md": "x",
    ".obsidian/templates.json": '{"folder": "Templates"}',
    ".obsidian/daily-notes.json": "[",
    ".obsidian/plugins/periodic-notes/data.json": '{"daily": {"enabled": true, "folder": "/Daily/"}}',
}
MANY_MAPS = {f"{name}.md": "#moc [[Tree]]" for name in ("One", "Two")}
HOSTILE = {
    'Private\n"x"\x7f/Ends\n[map] "\\.md': "x",
    "Journal\u2028/Home\nmap = 1.md": "---\nprivate: true\n---\n",
    **{f"{name}.md": f'---\n"wi\\nth \\"quotes\\"": "[[{"AB"[name == "A"]}]]"\n---\n' for name in "ABC"},
}
VAULTS = {
    "usual": VAULT,
    "private": PRIVATE,
    "many maps": MANY_MAPS,
    "no map": {"Note.md": "x", "My start.md": "y"},
    "hostile": HOSTILE,
}


def vault_toml(folder: Path) -> str:
    return (folder / ".mlk-export" / "vault.toml").read_text(encoding="utf-8")


def found(text: str, option: str) -> list[str]:
    """What stands behind an option, up to the next empty line or option that is explained."""
    lines = text[text.index(f"\n# {option} = ") :].split("\n")[1:]
    del lines[: lines.index("# ]") + 1 if lines[0].endswith("[") else 1]
    return [line.removeprefix("# ") for line in lines[: lines.index("") if "" in lines else None]]


@pytest.mark.parametrize("name", [*VAULTS, "small", "bundled"])
def test_a_vault_is_understood_after_it_as_before(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    vault = tmp_path / "notes"
    if name in VAULTS:
        lay(vault, VAULTS[name])
    else:
        shutil.copytree(ROOT / "vault" if name == "bundled" else TESTS / "vaults" / "small", vault)
    before, notes = Run(vault).read(), tree(vault)
    begin(vault)
    run = Run(vault)
    after = run.read()
    assert run.obeyed == vault / ".mlk-export"
    assert run.read_options() == ReadOptions()
    assert document(after, vault) == document(before, vault)
    assert [*after.knowledge_map.links] == [*before.knowledge_map.links]
    assert [*after.knowledge_map.topics] == [*before.knowledge_map.topics]
    assert {path: data for path, data in tree(vault).items() if not path.startswith(".mlk-export")} == notes


@pytest.mark.parametrize("name", writers.built_in())
def test_each_format_does_after_it_what_it_does_without_a_mapping(name: str, tmp_path: Path) -> None:
    begin(lay(tmp_path))
    writer = find(name)
    mapping = writers.mapping_of(name, writer)
    assert (tmp_path / ".mlk-export" / f"{mapping}.toml").is_file()
    file = OptionsFile(tmp_path / ".mlk-export", mapping)
    assert file.load(writer.Options, writers.keys_of_others(name, writer)) == writer.Options()


def template_of(mapping: str) -> str:
    """A mapping of the project as a template: without the areas of the bundled map."""
    mapping = mapping.replace(" Those of the bundled map:", "")
    example = '# [area_names]\n# "Introduction" = "Introduction to Gardening"\n'
    return re.sub(r'^\[area_names\]\n(?:".*\n)+', example, mapping, flags=re.MULTILINE)


def test_the_templates_are_the_mappings_of_the_project(request: pytest.FixtureRequest) -> None:
    """They are written there, where people read them, and `make update` puts them into the package."""
    files = (ROOT / "mappings").glob("*.toml")
    expected = {file.stem: template_of(file.read_text(encoding="utf-8")) for file in files}
    if request.config.getoption("--update"):
        for name, text in expected.items():
            (ROOT / "exporter" / "mappings" / f"{name}.toml").write_text(text, encoding="utf-8", newline="\n")
    assert templates() == expected
    assert next(iter(templates())) == "vault"


def test_what_was_found_stands_behind_the_options_that_it_is_about(tmp_path: Path) -> None:
    begin(lay(tmp_path, PRIVATE))
    text = vault_toml(tmp_path)
    assert found(text, "map")[0] == 'Found: "Map.md" is the map.'
    assert found(text, "topic_headings")[1:] == [
        'topic_headings = ["People"]',
        'area_headings = ["Core Areas", "More"]',
    ]
    assert found(text, "exclude") == [
        'Found, and left out anyway: 2 daily notes in "Daily/", 1 template in "Templates/".'
    ]
    assert found(text, "see-also")[2:] == ['"by" = "related"  # in 6 notes', '"see" = "related"  # in 6 notes']
    assert found(text, "marks") == [
        "Found: 1 note with 'publish: false': \"Open.md\"",
        'Found: 6 notes with \'private: true\': "A.md", "B.md", "C.md", "D.md", "E.md", ...',
        'Found: 6 notes with \'#private\': "A.md", "B.md", "C.md", "D.md", "E.md", ...',
    ]
    _, *hide = found(text, "hide")
    assert tomllib.loads("\n".join(hide)) == {"hide": ["02 - Journal/", "Work/Privé/"]}


def test_headings_have_the_role_once_their_lines_are_taken_in(tmp_path: Path) -> None:
    begin(lay(tmp_path, PRIVATE))
    settings = ["vault.publish.marks=[]"]
    assert [flaw.code for flaw in Run(tmp_path, settings=settings).read().findings].count("unread-section") == 2
    file = tmp_path / ".mlk-export" / "vault.toml"
    lines = found(file.read_text(encoding="utf-8"), "topic_headings")[1:]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert "unread-section" not in [flaw.code for flaw in Run(tmp_path, settings=settings).read().findings]


@pytest.mark.parametrize(
    ("vault", "lines"),
    [
        (
            "many maps",
            ["Found: 2 notes could be the map, so none is taken. Name one:", 'map = "One.md"', 'map = "Two.md"'],
        ),
        ("no map", ["Found: no note is the map. Name one, if there is one, such as:", 'map = "My start.md"']),
    ],
)
def test_notes_that_may_be_the_map_are_proposed(vault: str, lines: list[str], tmp_path: Path) -> None:
    begin(lay(tmp_path, VAULTS[vault]))
    assert found(vault_toml(tmp_path), "map")[: len(lines)] == lines


def test_names_cannot_leave_their_remark(tmp_path: Path) -> None:
    begin(lay(tmp_path, HOSTILE))
    text = vault_toml(tmp_path)
    assert load_options(tmp_path / ".mlk-export", "vault", ReadOptions) == ReadOptions()
    _, *hide = found(text, "hide")
    assert tomllib.loads("\n".join(hide)) == {"hide": ["Journal\u2028/"]}
    candidates = found(text, "map")
    assert tomllib.loads(candidates[1]) == {"map": "Journal\u2028/Home\nmap = 1.md"}
    _, _, relation = found(text, "see-also")
    assert list(tomllib.loads(relation).values()) == ["related"]


def test_what_may_be_published_is_a_table_once_it_is_taken_in(tmp_path: Path) -> None:
    begin(lay(tmp_path))
    block = vault_toml(tmp_path).partition("\n[publish]\n")[2].partition("[area_names]")[0]
    lines = [line.removeprefix("# ") for line in block.splitlines() if re.match(r"# \w+ = ", line)]
    assert tomllib.loads("\n".join(lines)) == {
        "hide": [],
        "only": [],
        "marks": ["publish: false", "private: true", "draft: true", "#private"],
        "sections": [],
        "callouts": ["private"],
        "properties": [],
    }


def test_what_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    lay(tmp_path, {"Note.md": "x", ".mlk-export/vault.toml": 'language = "de"\n', ".mlk-export/skos.toml": ""})
    made = begin(tmp_path)
    assert sorted(path.name for path in made.kept) == ["skos.toml", "vault.toml"]
    assert vault_toml(tmp_path) == 'language = "de"\n'
    assert len(made.written) == len(templates()) - 2
    assert begin(tmp_path).written == []


def test_where_mappings_are_the_missing_ones_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lay(tmp_path, {"vault/Note.md": "x", "mappings/skos.toml": ""})
    assert begin(Path("vault")).folder == Path("mappings")
    lay(elsewhere := tmp_path / "vault" / "sub", {"mappings/skos.toml": ""})
    monkeypatch.chdir(elsewhere)
    lay(tmp_path, {"other/Note.md": "x"})
    assert begin(Path("../../other")).folder == Path("../../other/.mlk-export")  # those here are of another vault


def test_a_wrong_mapping_and_a_place_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    lay(tmp_path, {"Note.md": "x", "file": ""})
    with pytest.raises(ExportError, match=r"file: cannot be written: .*; name another folder with --mappings"):
        begin(tmp_path, tmp_path / "file")
    lay(tmp_path, {".mlk-export/vault.toml": "mpa = ''"})
    with pytest.raises(ExportError, match=r"vault\.toml:1: unknown key 'mpa'"):
        begin(tmp_path)


@pytest.mark.slow
def test_from_the_command_line(tmp_path: Path) -> None:
    lay(tmp_path / "vault", PRIVATE)
    before = mlk_export("check", "--json", cwd=tmp_path)
    run = mlk_export("init", cwd=tmp_path)
    names = list(templates())
    assert run.paths == [f"vault/.mlk-export/{name}.toml" for name in names]
    assert run.said == ["Read vault/.mlk-export/vault.toml, change what you like, then: mlk-export check"]
    assert mlk_export("check", "--json", cwd=tmp_path).paths == before.paths
    again = mlk_export("init", cwd=tmp_path)
    assert (again.code, again.paths, len(again.said)) == (0, [], len(names) + 1)
    assert again.said[0] == "vault/.mlk-export/vault.toml: is there already; left as it is"
    elsewhere = mlk_export("init", "--vault", "vault", "--mappings", "mine", cwd=tmp_path)
    assert elsewhere.paths == [f"mine/{name}.toml" for name in names]
    assert elsewhere.said[-1].endswith("mlk-export check --mappings mine")
    lay(tmp_path, {"my other/Note.md": "x"})
    assert mlk_export("init", "my other", cwd=tmp_path).said[-1].endswith('then: mlk-export check "my other"')
    assert "no such folder" in mlk_export("init", "--vault", "nowhere", cwd=tmp_path).error
