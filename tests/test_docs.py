"""What README and docs show is so: recipes and the writer are run, commands can be typed, links lead somewhere."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from conftest import ROOT, TESTS

from exporter import KnowledgeMap
from exporter.cli import main
from exporter.testing import run_writer
from exporter.writers import find

PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"## (\d\. [^\n]+)\n.*?```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


def test_there_are_five() -> None:
    assert [title[:2] for title, *_ in RECIPES] == ["1.", "2.", "3.", "4.", "5."]
    assert PAGE.count("```python") == len(RECIPES)


@pytest.mark.parametrize(("title", "code", "output"), RECIPES, ids=[title for title, *_ in RECIPES])
def test_the_recipes_print_what_the_page_says(
    title: str, code: str, output: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    shutil.copytree(ROOT / "vault", tmp_path / "vault")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert (done.returncode, done.stderr) == (0, "")
    if request.config.getoption("--update"):
        page = ROOT / "docs" / "library.md"
        old, new = f"{code}```\n\n```text\n{output}```", f"{code}```\n\n```text\n{done.stdout}```"
        page.write_text(page.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    else:
        assert done.stdout == output


def test_the_writer_of_the_page_is_the_one_that_is_tested() -> None:
    page = (ROOT / "docs" / "writers.md").read_text(encoding="utf-8")
    assert (TESTS / "plugin" / "mlk_export_titles.py").read_text(encoding="utf-8") in page


@pytest.mark.slow
def test_no_link_of_the_site_is_dead(tmp_path: Path) -> None:
    """Sphinx fails where a link or a heading that it names is not there; `make docs` builds the same."""
    command = ("sphinx", "--quiet", "--fail-on-warning", "--keep-going", "--doctree-dir", tmp_path / "trees")
    done = subprocess.run([sys.executable, "-m", *command, ROOT / "docs", tmp_path], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert {page.stem for page in (ROOT / "docs").glob("*.md")} <= {page.stem for page in tmp_path.glob("*.html")}


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = [
    (page.name, line)
    for page in PAGES
    for line in re.findall(r"^(?:\$ )?mlk-export +(\S.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
]


def no_operation(**options: object) -> None:
    """What a command does here."""


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=[f"{page}: {line[:50]}" for page, line in COMMANDS])
def test_what_is_shown_can_be_typed(page: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(COMMANDS) > 15
    commands: list[click.Command] = [main]
    for command in commands:
        commands += command.commands.values() if isinstance(command, click.Group) else ()
        monkeypatch.setattr(command, "callback", no_operation)
    words = shlex.split(re.split(r" (?:[|>;]|&&) ", line)[0], comments=True)
    typed = CliRunner().invoke(main, [word for word in words if word != "..."])
    assert typed.exit_code == 0, typed.output


def test_the_readme_shows_what_is_made(bundled: KnowledgeMap) -> None:
    """The lines of its Turtle are lines of the file, in that order."""
    (shown,) = re.findall(r"```turtle\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    made = run_writer(find("skos"), bundled).files["knowledge-map.ttl"].decode()
    lines = iter(made[made.index(shown.splitlines()[0]) :].splitlines())
    assert all(line in lines for line in shown.splitlines())
