"""What people type, right and wrong: the exit code, and the words that are in the answer and those that are not.

In this process, since there are many; test_cli.py starts the command itself.
"""

import os
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from command import lay, tree

from exporter import cli
from exporter.cli import main, places

pytestmark = pytest.mark.slow  # there are two hundred of them

MAP = "# Our map\n\n## Areas\n- [[Hill]] - what rises\n\n## Topics by Area\n### Hill\n- [[Tree]]\n- [[Old Oak]]\n\n#index\n"
NOTES = {
    ".obsidian/app.json": "{}",
    "Map.md": MAP,
    "Hill.md": "A hill.\n",
    "Tree.md": '---\nrequires: "[[Hill]]"\naliases: [Plant]\n---\nGrows on the [[Hill]]. #green\n',
    "Old Oak.md": "An old [[Tree]]. #green/dark\n",
    "Sub/Leaf.md": "Falls from the [[Tree]].\n",
}
FILES = {
    **{f"Notes/{path}": text for path, text in NOTES.items()},
    **{f"My Notes/{path}": text for path, text in NOTES.items()},
    "docs/index.md": "# Docs\n\nSee [[Nowhere]].\n",
    "broken/A.md": "A.\n",
    "broken/.mlk-export/vault.toml": "language = en\n",
    "misled/A.md": "A.\n",
    "misled/.mlk-export/vault.toml": "langauge = 'en'\n",
    **{f"Diary/{path}": text for path, text in NOTES.items()},
    "Diary/.mlk-export/vault.toml": "publish.hide = ['Sub/']\n",
    "node_modules/x/README.md": "# x\n",
    "file.txt": "no folder",
    "nothing here/file.txt": "no notes",
}
JSON = "json/knowledge-map.json"
BESIDE = "; --out names another folder"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with vaults and what else lies about, in which somebody sits."""
    home = lay(tmp_path / "home", FILES)
    (home / "empty").mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home)
    return home


def typed(words: str | list[str]) -> Result:
    """Run the command as if this had been typed; a bug is raised."""
    arguments = shlex.split(words) if isinstance(words, str) else words
    result = CliRunner().invoke(main, arguments, prog_name="mlk-export")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


RIGHT: list[tuple[str | list[str], list[str], list[str]]] = [
    # a folder is enough
    ("Notes -f json", [f"Notes-export/{JSON}", f"output: Notes-export{os.sep}, beside the vault{BESIDE}"], []),
    ("-f json Notes", [f"Notes-export/{JSON}"], []),
    ("-f json Notes/", [f"Notes-export/{JSON}"], []),
    ("--vault Notes -f json", [f"Notes-export/{JSON}"], []),
    ("Notes --vault Notes -f json", [f"Notes-export/{JSON}"], []),
    ("'~/Notes' -f json", [f"home/Notes-export/{JSON}", "home/Notes-export"], ["~"]),
    ("--vault=~/Notes -f json", [f"home/Notes-export/{JSON}"], ["~"]),
    ("'My Notes' -f json", [f"My Notes-export/{JSON}"], []),
    ("docs -f json", [f"out/{JSON}", "docs/index.md:3: warning: no note is named 'Nowhere'"], ["beside"]),
    ("Notes -f json --out '~/Out'", [f"home/Out/{JSON}"], ["beside", "~"]),
    ("Notes -f json --out Notes", [f"Notes/{JSON}"], ["beside"]),
    ("Notes/Sub -f json", ["a part of a vault, which begins at Notes", 'add --only "Sub/"', f"Sub-export/{JSON}"], []),
    ("Diary/Sub -f json --any-folder", ["a part of a vault, which begins at Diary", f"Sub-export/{JSON}"], []),
    ("Diary/Sub -f json --mappings docs", [f"Sub-export/{JSON}"], []),
    ("'My Notes/Sub' check", ['name the vault: mlk-export "My Notes'], []),
    ("node_modules -f json --any-folder", [f"out/{JSON}"], []),
    ("check Notes", ["5 notes (4 topics, 1 map"], ["beside"]),
    ("Notes check", ["5 notes (4 topics, 1 map"], []),
    ("--vault Notes check", ["5 notes (4 topics, 1 map"], []),
    ("Notes check --strict", ["5 notes (4 topics, 1 map"], []),
    ("--strict check Notes", ["5 notes (4 topics, 1 map"], []),
    ("check ./docs", ["1 note ("], []),
    ("wanted docs", ["Nowhere (wanted by 1 note)"], []),
    ("docs wanted --json", ['"Nowhere"'], []),
    # notes, as they are called or linked to
    ("explain Tree Notes", ["Notes/Tree.md:1: id: tree"], []),
    ("explain Notes Tree", ["Notes/Tree.md:1: id: tree"], []),
    ("Notes explain Tree", ["Notes/Tree.md:1: id: tree"], []),
    ("explain tree --vault Notes", ["Notes/Tree.md:1: id: tree"], []),
    ("explain Old Oak Notes", ["id: old-oak"], []),
    ("Notes explain Old Oak", ["id: old-oak"], []),
    ("explain '[[Old Oak]]' Notes", ["id: old-oak"], []),
    ("explain '![[Old Oak#Bark|the oak]]' Notes", ["id: old-oak"], []),
    ("explain '[the oak](Old%20Oak.md)' Notes", ["id: old-oak"], []),
    ("explain 'obsidian://open?vault=Notes&file=Old%20Oak' Notes", ["id: old-oak"], []),
    ("explain 'Old Oak.md' Notes", ["id: old-oak"], []),
    ("explain 'Notes/Old Oak.md' Notes", ["id: old-oak"], []),
    ("explain 'Old Oak#Bark' Notes", ["id: old-oak"], []),
    ("explain 'Notes/Old Oak.md'", ["Notes/Old Oak.md:1: id: old-oak"], []),
    ("explain '~/Notes/Sub/Leaf.md'", ["Notes/Sub/Leaf.md:1: id: leaf"], []),
    ("explain Plant Notes", ["id: tree"], []),
    ("path '[[Tree]]' Notes", ["Hill.md:1: Hill", "Tree.md:1: Tree"], ["Oak"]),
    # formats by any of their names
    ("Notes -f JSON", [JSON], []),
    ("Notes -f .json", [JSON], []),
    ("Notes -f json,opml", [JSON, "opml/knowledge-map.opml"], []),
    ("Notes -f 'Json, OPML' -f mindmap", [JSON, "opml/knowledge-map.opml"], []),
    ("Notes -f poster", ["svg/knowledge-map.svg"], []),
    ("Notes -f vocab", ["vocabulary/index.html", "vocabulary/letters.html"], []),
    ("Notes -f ttl", ["skos/knowledge-map.ttl"], []),
    ("Notes -f Turtle", ["skos/knowledge-map.ttl"], []),
    ("Notes -f rdf", ["skos/knowledge-map.ttl"], []),
    ("Notes -f cypher", ["neo4j/load.cypher"], []),
    ("Notes -f csv", ["neo4j-bulk/"], []),
    ("Notes -f neo4j_bulk", ["neo4j-bulk/"], []),
    # settings as shells leave them
    ("Notes -f skos --set skos.base=https://me.example/", ["skos/knowledge-map.ttl"], ["skos-base"]),
    ("Notes -f skos --set 'skos.base=\"https://me.example/\"'", ["skos/knowledge-map.ttl"], []),
    (["Notes", "-f", "skos", "--set", "skos.base='https://me.example/'"], ["skos/knowledge-map.ttl"], []),
    (["check", "Notes", "--set", "vault.exclude=['Sub/']"], ["1 excluded"], []),
    ("check Notes --hide '#nothing'", ["the rule '#nothing' (`hide` in [publish], or --hide) fits nothing"], []),
    # a part
    ("Notes -f json --area Hill", ["a part: the area 'Hill', 3 of 5 notes", "3 notes (3 topics"], []),
    ("Notes -f json --area '[[hill]]' --tag '#GREEN/'", ["the area 'Hill' and #green, 3 of 5 notes"], []),
    ("check Notes --tag green/dark", ["2 notes (2 topics"], []),
    # as little as possible, and help
    ("Notes -f json -q", [JSON], ["notes (", "output"]),
    ("docs -f json --quiet", [JSON], ["Nowhere"]),
    ("check docs -q", [], ["Nowhere", "note"]),
    ("help", ["Commands:", "Examples:"], []),
    ("help check", ["Usage: mlk-export check", "--report"], []),
    ("help cache clear", ["Usage: mlk-export cache clear"], []),
    ("check --help", ["Usage: mlk-export check"], []),
    ("--help", ["Commands:"], []),
    ("formats", ["handbook", "Also: pdf, book."], []),
    ("cache", ["MB"], []),
    ("--version", ["version"], []),
]

WRONG: list[tuple[str | list[str], int, list[str]]] = [
    # folders
    ("", 2, ["Usage: "]),
    ("-f json", 2, ["no vault here", "name yours: mlk-export FOLDER"]),
    ("check", 2, ["no vault here"]),
    ("Elsewhere -f json", 2, ["Elsewhere: no such folder; name the folder that holds your notes"]),
    ("Nots -f json", 2, ["Nots: no such folder; nearest: Notes"]),
    ("notes/ -f json", 2, ["notes: no such folder; nearest: Notes"]),
    ("'~/Nots' -f json", 2, ["Nots: no such folder; nearest: ", "home/Notes"]),
    ("--vault Nots -f json", 2, ["Nots: no such folder; nearest: Notes"]),
    ("check ../hom/Notes", 2, ["../hom/Notes: no such folder; name the folder"]),
    ("Notes -f json --vault docs", 2, ["Notes, docs: one run reads one vault; name one"]),
    ("Notes docs -f json", 2, ["one run reads one vault"]),
    ("check Notes docs", 2, ["one run reads one vault"]),
    ("My Notes -f json", 2, ['My Notes: write the name of a folder with blanks in quotes: "My Notes"']),
    ("check My Notes", 2, ['"My Notes"']),
    (['My Notes" -f json'], 2, ["a quote is left in the name; write the folder without a backslash"]),
    ("'' -f json", 2, ["no folder is named"]),
    ("Notes -f json --out ''", 2, ["no folder is named"]),
    ("Notes/Tree.md -f json", 2, ["Tree.md: is a file, not a folder; name the folder that holds your notes"]),
    ("file.txt check", 2, ["file.txt: is a file, not a folder"]),
    ("empty -f json", 2, ["empty: no notes here; a vault is a folder with Markdown files"]),
    ("'nothing here' -f json", 2, ["no notes here"]),
    (
        "Diary/Sub -f json",
        2,
        ["Diary/.mlk-export/vault.toml hides notes, and it would hide none here", 'add --only "Sub/"', "--any-folder"],
    ),
    ("explain Leaf Diary/Sub", 2, ["it would hide none here"]),
    ("node_modules -f json", 2, ["is a folder of dependencies, hardly a vault", "--any-folder"]),
    ("/ -f json", 2, ["is the root of a drive, hardly a vault"]),
    ("'~' -f json", 2, ["is your home folder, hardly a vault"]),
    ("check .", 2, ["is your home folder, hardly a vault"]),
    ("check ..", 2, ["is the folder of all home folders, hardly a vault"]),
    ("Notes -f json --out file.txt", 2, ["file.txt: cannot be written: file.txt is a file; choose another folder"]),
    ("Notes -f json --out file.txt/x", 2, ["cannot be written: file.txt is a file"]),
    ("Notes -f json --out /dev/null", 2, ["is a file; choose another folder with --out"]),
    ("Notes -f json --mappings nowhere", 2, ["nowhere: no such folder; name the one with vault.toml"]),
    ("Notes -f json --mappings Notes/Map.md", 2, ["Map.md: is a file, not a folder"]),
    ("~zqnobody/Notes -f json", 2, ["~zqnobody/Notes: no such folder"]),
    (300 * "n", 2, ["nnnn: File name too long"]),
    (f"Notes -f json --out {300 * 'n'}", 2, ["nnnn: File name too long"]),
    (f"check Notes --mappings {300 * 'n'}", 2, ["nnnn: File name too long"]),
    (f"explain {300 * 'n'} Notes", 2, ["no note or topic is named"]),
    ("explain '~draft' Notes", 2, ["no note or topic is named '~draft'"]),
    ("init Nots", 2, ["Nots: no such folder"]),
    # words in a wrong place
    ("chek", 2, ["'chek' is neither a command nor a folder; nearest: check"]),
    ("chek Notes", 2, ["nearest: check"]),
    ("export Notes", 2, ["export: no such folder"]),
    ("pdf Notes", 2, ["'pdf' is a format, and formats are named with --format: mlk-export FOLDER --format pdf"]),
    ("Notes pdf", 2, ["'pdf' is a format"]),
    ("Notes -f pdf docx", 2, ["'docx' is a format"]),
    ("check Notes json", 2, ["'json' is a format"]),
    ("check Notes --strict error", 2, ["'error' is a level, which stands behind an equals sign: --strict=error"]),
    ("Notes -f json check", 2, ["'check' is a command, and commands come first: mlk-export check FOLDER"]),
    ("-f json check Notes", 2, ["--format does not go with 'check'"]),
    ("--area Hill load Notes --to http://localhost", 2, ["--area does not go with 'load'"]),
    ("--overwrite check Notes", 2, ["--overwrite does not go with 'check'"]),
    ("check Notes -f json", 2, ["No such option"]),
    ("formats Notes", 2, ["unexpected extra argument"]),
    ("cache claer", 2, ["No such command 'claer'"]),
    ("help chek", 2, ["no command 'chek'; known: cache, check"]),
    ("help check all", 2, ["no command 'all'"]),
    ("Notes --fromat json", 2, ["No such option", "--format"]),
    ("Notes -f", 2, ["requires an argument"]),
    ("Notes -f json -v", 2, ["No such option"]),
    # formats
    ("Notes -f jsn", 2, ["no format 'jsn'; nearest: json"]),
    (
        "Notes -f x",
        2,
        [
            "no format 'x'; known: canvas, docx, epub, handbook, html, json, neo4j, neo4j-bulk, opml, skos, svg, vocabulary, all"
        ],
    ),
    ("Notes -f xhtml", 2, ["no format 'xhtml'; nearest: html"]),
    ("Notes -f Site", 2, ["no format 'Site'; nearest: html"]),
    ("Notes -f graph", 2, ["nearest: neo4j-bulk", "svg"]),
    ("Notes -f png", 2, ["nearest: svg", "--set svg.png=true"]),
    ("Notes -f md", 2, ["no format 'md'; nearest: json (with --with-text"]),
    ("Notes -f anki", 2, ["nearest: json"]),
    ("Notes -f xlsx", 2, ["neo4j.parquet=true"]),
    ("Notes -f json-ld", 2, ["skos.syntaxes=['json-ld']"]),
    ("Notes -f hanbook", 2, ["nearest: handbook"]),
    ("Notes -f json,", 2, ["a format is missing; known: "]),
    ("Notes -f ''", 2, ["a format is missing"]),
    ("Notes -f 'json;opml'", 2, ["no format 'json;opml'"]),
    ("Notes -f all,jsn", 2, ["no format 'jsn'"]),
    # settings and rules
    ("Notes -f json --set vault.langauge=de", 2, ["unknown key 'langauge'; did you mean 'language'?"]),
    ("Notes -f json --set language=de", 2, ["'language=de' is not NAME.KEY=VALUE, as in skos.base=https://..."]),
    ("Notes -f json --set vault.language", 2, ["is not NAME.KEY=VALUE"]),
    ("Notes -f json --set vault.language de", 2, ["de: no such folder"]),
    (
        "Notes -f json --set vault.map=Our map",
        2,
        ["map: no such folder; write a name or a value with blanks in quotes"],
    ),
    ("check Notes --baseline Notes/Map.md", 2, ["is no baseline"]),
    ("check Notes --write-baseline Notes/Map.md", 2, ["is no baseline, so it is left as it is"]),
    ("Notes -f json --set vault.exclude=Sub/", 2, ["""write --set "vault.exclude=['Sub/']\""""]),
    ("Notes -f json --set vault.all_notes=yes", 2, ["must be true or false"]),
    ("Notes -f json --set skos.base=https://me.example/", 2, ["this run has no 'skos'; known: json, vault"]),
    ("Notes -f epub --set epub.title=x", 2, ["epub is shaped by handbook: --set handbook.title=x"]),
    ("Notes -f skos --set skos.base=me", 2, ["--set skos.base=me: 'base' must be an http(s) IRI"]),
    ("Notes -f json --set vault.map=Nowhere", 2, ["--set vault.map=Nowhere: "]),
    ("Notes -f json --with-text=yes", 2, ["does not take a value"]),
    ("Notes -f opml --with-text", 2, ["--with-text does not go with opml"]),
    ("Notes -f json --only '/[/'", 2, ["--only: '/[/' is no rule"]),
    ("check Notes --hide '#'", 2, ["--hide: '#' is no rule"]),
    ("check Notes --area Hil", 2, ["--area Hil: no area is called so; nearest: Hill"]),
    ("check Notes --area Tree", 2, ["--area Tree: is no area"]),
    ("Notes -f json --tag gren", 2, ["--tag gren: no note has this tag; nearest: green"]),
    ("wanted Notes --limit two", 2, ["'two' is not a valid integer"]),
    ("wanted Notes --limit -1", 2, ["-1"]),
    # notes
    ("explain", 2, ["Missing argument"]),
    ("explain Nowhere Notes", 2, ["no note or topic is named 'Nowhere'"]),
    ("explain '[[Tre]]' Notes", 2, ["nearest: Tree"]),
    ("explain Old Oaks Notes", 2, ["'Old Oaks'; nearest: Old Oak"]),
    ("path Map Notes", 2, ["'Map.md' is no topic"]),
    # databases
    ("load Notes", 2, ["--to"]),
    ("load Notes --to localhost", 2, ["--to: this is no address"]),
    ("load Notes --to ftp://localhost", 2, ["no loader for 'ftp' addresses"]),
    ("load Notes --to bolt://me:hush@localhost", 2, ["no user and password in the address"]),
    ("load Notes --to bolt://localhost --max-delete 200", 2, ["200"]),
    # the vault and the machine
    ("docs -f json --strict", 1, ["Nowhere", "--strict"]),
    ("check docs --strict", 1, ["Nowhere", "--strict"]),
    ("broken -f json", 1, ["vault.toml:1: not TOML"]),
    ("check misled", 1, ["vault.toml:1: unknown key 'langauge'; did you mean 'language'?"]),
    ("load docs --to bolt://127.0.0.1:9", 1, ["127.0.0.1:9"]),
]


def name(words: str | list[str]) -> str:
    return (words if isinstance(words, str) else " ".join(words))[:70] or "nothing"


@pytest.mark.parametrize(("words", "told", "not_told"), RIGHT, ids=[name(row[0]) for row in RIGHT])
def test_what_is_right_is_done(home: Path, words: str | list[str], told: list[str], not_told: list[str]) -> None:
    result = typed(words)
    said = result.output.replace("\\", "/") if os.name == "nt" else result.output
    assert result.exit_code == 0, said
    for word in told:
        assert word in said
    for word in (*not_told, "Error", "Traceback", ".mlk-export-"):
        assert word not in said
    assert "Notes/out" not in {path.relative_to(home).as_posix() for path in home.rglob("out")}


@pytest.mark.parametrize(("words", "code", "told"), WRONG, ids=[name(row[0]) for row in WRONG])
def test_what_is_wrong_is_told_and_nothing_is_written(
    home: Path, words: str | list[str], code: int, told: list[str]
) -> None:
    before = tree(home)
    result = typed(words)
    said = " ".join(result.output.replace("│", " ").split())
    assert result.exit_code == code, said
    for word in told:
        assert word in said
    for word in ("Traceback", ".mlk-export-", "hush", "Errno", "part of a vault"):
        assert word not in said
    if words:
        assert sum(line.startswith("Error: ") for line in result.stderr.splitlines()) == 1
    assert result.stdout == ""
    assert tree(home) == before


# -- where one stands -----------------------------------------------------------------------------------------


def at(folder: Path, monkeypatch: pytest.MonkeyPatch, words: str) -> str:
    """What is made by these words in this folder."""
    monkeypatch.chdir(folder)
    result = typed(words)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_a_vault_that_obsidian_has_opened_comes_before_a_folder_of_it_that_is_called_vault(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(home, {"Notes/vault/Bank.md": "Money.\n"})
    assert at(home / "Notes", monkeypatch, "-f json") == f"../Notes-export/{JSON}"
    assert '"Tree"' in (home / "Notes-export" / JSON).read_text()


def test_a_project_has_its_output_beside_its_vault_as_ever(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(home / "project", {f"vault/{path}": text for path, text in NOTES.items()})
    assert at(home / "project", monkeypatch, "-f json") == f"out/{JSON}"
    assert at(home / "project", monkeypatch, "vault -f opml") == "out/opml/knowledge-map.opml"


def test_what_an_earlier_run_has_left_in_the_vault_is_kept_up_to_date(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at(home / "Notes", monkeypatch, "-f opml --out out") == "out/opml/knowledge-map.opml"
    assert at(home / "Notes", monkeypatch, "-f json") == f"out/{JSON}"
    assert at(home / "Notes/Sub", monkeypatch, "-f json ..") == f"../../Notes-export/{JSON}"
    assert at(home / "Notes", monkeypatch, "check --json").count("output of mlk-export") == 2


def test_a_folder_of_that_name_that_is_not_ours_is_left_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(home, {"Notes/out/mine.md": "Mine.\n"})
    assert at(home / "Notes", monkeypatch, "-f json") == f"../Notes-export/{JSON}"


def test_our_own_output_is_no_vault(home: Path) -> None:
    typed("Notes -f csv,json")
    for words in ("Notes-export -f json", "check Notes-export/neo4j-bulk"):
        result = typed(words)
        assert result.exit_code == 2
        assert "no notes here" in result.output or "holds what mlk-export has made, not notes" in result.output


# -- changed and held files -----------------------------------------------------------------------------------


def test_a_changed_output_stops_nothing_else_and_can_be_overwritten(home: Path) -> None:
    typed("Notes -f json,opml,canvas")
    lay(home, {"Notes/Tree.md": "Falls.\n", "Notes-export/opml/knowledge-map.opml": "mine"})
    result = typed("Notes -f json,opml,canvas")
    assert result.exit_code == 1
    assert result.stdout.split() == [f"Notes-export/{JSON}", "Notes-export/canvas/knowledge-map.canvas"]
    assert result.stderr.splitlines()[-1] == (
        "Error: Notes-export/opml/knowledge-map.opml: was changed by somebody else; move it away or delete it, then export "
        "again; --overwrite replaces it"
    )
    assert "5 notes (" in result.stderr
    assert typed("Notes -f json,opml,canvas --overwrite").exit_code == 0
    assert "mine" not in (home / "Notes-export/opml/knowledge-map.opml").read_text()


def test_several_that_are_held_are_told_each(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from exporter.saving import folder

    typed("Notes -f json,opml,canvas")
    lay(home, {"Notes/Tree.md": "Falls.\n"})
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.suffix in (".opml", ".canvas") and target.parent.parent.name == "Notes-export":
            raise PermissionError(13, "The process cannot access the file", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(folder, "WAITS", ())
    result = typed("Notes -f json,opml,canvas")
    assert (result.exit_code, result.stdout.split()) == (1, [f"Notes-export/{JSON}"])
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 2
    for line, path in zip(errors, ("opml/knowledge-map.opml", "canvas/knowledge-map.canvas"), strict=True):
        assert line.startswith(f"Error: Notes-export/{path}: cannot be written: ")
        assert "is it open in another program? close it there" in line


# -- opening, stopping ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formats", "opened"),
    [("json", f"Notes-export/{JSON}"), ("skos", "Notes-export/skos"), ("json,opml", "Notes-export")],
)
def test_what_was_made_is_opened(home: Path, formats: str, opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(click, "launch", lambda path: seen.append(Path(path).as_posix()) or 0)
    assert typed(f"Notes -f {formats} --open").exit_code == 0
    assert seen == [opened]


def test_where_nothing_can_open_it_the_run_is_done_all_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click, "launch", lambda path: 1)
    result = typed("Notes -f json --open")
    assert result.exit_code == 0
    assert f"Notes-export/{JSON}: no program was found to open it; open it yourself" in result.stderr


def test_nothing_is_opened_where_nothing_was_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click, "launch", lambda path: pytest.fail("opened"))
    lay(home, {f"Notes-export/{JSON}": "mine"})
    assert typed("Notes -f json --open").exit_code == 1


@pytest.mark.parametrize("words", ["Notes -f json", "check Notes", "explain Tree Notes", "wanted Notes"])
def test_ctrl_c_ends_in_a_word_and_leaves_nothing(home: Path, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from exporter.reader import understanding

    def stop(*_: object) -> Iterator[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(understanding, "read_notes", stop)
    before = tree(home)
    result = typed(words)
    assert (result.exit_code, result.stdout, result.stderr.split()) == (130, "", ["Stopped."])
    assert tree(home) == before


@pytest.mark.book
def test_without_a_format_it_is_the_book(home: Path) -> None:
    result = typed("Notes")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["Notes-export/handbook/handbook.pdf"]
    assert cli.DEFAULT == ("handbook",)


# -- a part of the vault ----------------------------------------------------------------------------------------


@pytest.fixture
def complete(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Complete the last word of a line as bash asks for it."""

    def run(line: str) -> list[str]:
        words = line.split(" ")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        monkeypatch.setenv("_MLK_EXPORT_COMPLETE", "bash_complete")
        return CliRunner().invoke(main, [], prog_name="mlk-export").output.splitlines()

    return run


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("mlk-export --format pd", ["plain,pdf"]),
        ("mlk-export --format json,sk", ["plain,json,skos"]),
        ("mlk-export Notes -f ca", ["plain,canvas"]),
        ("mlk-export --vault No", ["dir,No"]),
        ("mlk-export No", ["dir,No"]),
        ("mlk-export chec", ["plain,check"]),
        ("mlk-export --set sk", ["plain,skos."]),
        ("mlk-export --set skos.ba", ["plain,skos.base="]),
        ("mlk-export --set neo4j.parq", ["plain,neo4j.parquet="]),
        ("mlk-export --set handbook.pap", ["plain,handbook.paper="]),
        ("mlk-export --set nothing.x", [""]),
        ("mlk-export --set vault.publish.ma", ["plain,vault.publish.marks="]),
        ("mlk-export check --set vault.langu", ["plain,vault.language="]),
        ("mlk-export explain --vault Notes tr", ["plain,Tree"]),
        ("mlk-export --vault Notes explain Ol", ["plain,Old\\ Oak"]),
        ("mlk-export path --vault Nowhere tr", [""]),
        ("mlk-export explain tr", [""]),
    ],
)
def test_a_shell_completes(complete: Callable[[str], list[str]], line: str, expected: list[str]) -> None:
    assert complete(line) == expected


def test_where_the_folder_beside_the_vault_is_somebody_elses_it_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "here").mkdir()
    monkeypatch.chdir(home / "here")
    monkeypatch.setattr(places.os, "access", lambda folder, mode: folder != home)
    result = typed("../Notes -f json")
    assert (result.exit_code, result.stdout.split()) == (0, [f"out/{JSON}"])
    assert f"output: out{os.sep} here, as {home} cannot be written; --out names another folder" in result.stderr
