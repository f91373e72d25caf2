"""Writers from elsewhere, by entry point: tests/plugin/ is a real package, installed as anybody would install it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from command import MAP, lay, mlk_export, tree
from conftest import ROOT, TESTS

from exporter import writers

pytestmark = pytest.mark.slow  # each starts the command

TITLES = "Hill\nTree\n"


@pytest.fixture(scope="session")
def titles(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder in which tests/plugin is installed; for PYTHONPATH."""
    folder = tmp_path_factory.mktemp("plugin")
    shutil.copytree(TESTS / "plugin", folder / "source")  # building leaves traces in the source
    command = "-m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --target"
    subprocess.run([sys.executable, *command.split(), folder / "installed", folder / "source"], check=True)
    return str(folder / "installed")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a vault, where the command is run."""
    lay(tmp_path / "vault")
    return tmp_path


def installed(folder: Path, name: str, code: str, module: str = "") -> str:
    """A package as pip leaves it, with one writer; gives its folder."""
    module = module or f"mlk_{name}"
    metadata = f"Metadata-Version: 2.1\nName: {module}\nVersion: 1\n"
    entry = f"[mlk_export.writers]\n{name} = {module}\n"
    lay(
        folder,
        {
            f"{module}.py": code,
            f"{module}-1.dist-info/METADATA": metadata,
            f"{module}-1.dist-info/entry_points.txt": entry,
        },
    )
    return str(folder)


def test_an_installed_writer_is_run_like_our_own(here: Path, titles: str) -> None:
    run = mlk_export("--format", "titles", cwd=here, PYTHONPATH=titles)
    assert (run.code, run.paths) == (0, ["out/titles/titles.txt"])
    assert (here / run.paths[0]).read_text() == TITLES
    assert run.findings == []
    run = mlk_export("--format", "titles", "--all", "--set", "titles.longest=2", cwd=here, PYTHONPATH=titles)
    assert (here / run.paths[0]).read_text() == "Hi\nTr\n"  # the lock knows who wrote the others
    assert [(told.place, told.line, told.code) for told in run.findings] == [
        ("vault/Hill.md", 1, "title-cut"),
        ("vault/Tree.md", 1, "title-cut"),
    ]


def test_it_is_given_what_it_made_before(here: Path, titles: str) -> None:
    lay(here, {"mappings/titles.toml": ""})
    file = here / "out/titles/titles.txt"
    mlk_export("--format", "titles", cwd=here, PYTHONPATH=titles)
    assert (here / "mappings/titles.lock").read_text() == "Hill\nTree"
    file.write_text("of a person\n" + file.read_text())
    lay(here / "vault", {"Map.md": MAP.replace("[[Tree]]", "[[Bog]]"), "Bog.md": "Wet.\n"})
    (here / "vault" / "Tree.md").unlink()
    assert mlk_export("--format", "titles", cwd=here, PYTHONPATH=titles).code == 0
    assert file.read_text() == "Hill\nBog\nof a person\n"
    assert (here / "mappings/titles.lock").read_text() == "Hill\nBog"


def test_a_value_that_it_refuses_is_told_with_its_place(here: Path, titles: str) -> None:
    lay(here, {"mappings/titles.toml": "\nlongest = 0\n"})
    run = mlk_export("--format", "titles", cwd=here, PYTHONPATH=titles)
    assert run.error == "mappings/titles.toml:2: 'longest' must be at least 1, not 0"


def test_it_keeps_the_rules_as_the_page_about_tests_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(TESTS / "plugin")
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(import mlk_export_titles\n.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    names["test_the_rules_of_all_writers"]()
    names["test_a_title_is_a_line"]()


def test_it_has_a_mapping_of_its_own(here: Path, titles: str) -> None:
    lay(here, {"mappings/titles.toml": 'bullet = "* "\n'})
    mlk_export("--format", "titles", cwd=here, PYTHONPATH=titles)
    assert (here / "out/titles/titles.txt").read_text() == "* Hill\n* Tree\n"
    mlk_export("--format", "titles", "--set", 'titles.bullet="+ "', cwd=here, PYTHONPATH=titles)
    assert (here / "out/titles/titles.txt").read_text() == "+ Hill\n+ Tree\n"
    run = mlk_export("--format", "titles", "--set", 'titles.bulet="+ "', cwd=here, PYTHONPATH=titles)
    assert run.error == """--set titles.bulet="+ ": unknown key 'bulet'; did you mean 'bullet'?"""


def test_it_is_listed_with_the_first_line_of_its_docstring(here: Path, titles: str) -> None:
    run = mlk_export("formats", cwd=here, PYTHONPATH=titles)
    assert [line.split()[0] for line in run.paths] == sorted([*writers.built_in(), "titles"])
    assert "titles     Titles of all topics as plain text, one a line." in run.paths


def test_it_is_completed_by_the_shell(here: Path, titles: str) -> None:
    words = {"_MLK_EXPORT_COMPLETE": "bash_complete", "COMP_WORDS": "mlk-export --format ti", "COMP_CWORD": "2"}
    assert mlk_export(cwd=here, PYTHONPATH=titles, **words).paths == ["plain,titles"]


@pytest.mark.book
def test_all_includes_it(here: Path, titles: str) -> None:
    run = mlk_export("--format", "all", cwd=here, PYTHONPATH=titles)
    assert run.code == 0
    assert {Path(path).parts[1] for path in run.paths} == {*writers.built_in(), "titles"}


def test_without_it_the_format_is_unknown(here: Path) -> None:
    assert mlk_export("--format", "titles", cwd=here).error.startswith("no format 'titles'; ")


@pytest.mark.parametrize("name", ["json", "titles"])
def test_two_writers_with_one_name_are_an_error(here: Path, tmp_path: Path, titles: str, name: str) -> None:
    other = installed(tmp_path / "other", name, '"""Other."""\n', module="mlk_other")
    run = mlk_export("--format", "json", cwd=here, PYTHONPATH=os.pathsep.join([titles, other]))
    assert run.code == 1
    assert run.error.startswith(f"two writers are named '{name}': ")
    assert "mlk_other" in run.error
    assert run.error.endswith("; uninstall one of them")
    assert not (here / "out").exists()


def test_one_writer_that_is_found_twice_is_no_error(here: Path, tmp_path: Path, titles: str) -> None:
    shutil.copytree(titles, tmp_path / "again")
    run = mlk_export("--format", "titles", cwd=here, PYTHONPATH=os.pathsep.join([titles, str(tmp_path / "again")]))
    assert run.code == 0


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """A writer whose own dependency is not installed."""
    return installed(tmp_path / "broken", "broken", '"""Broken."""\nimport no_such_package\n')


def test_what_a_run_may_not_live_to_tell_is_told_as_soon_as_it_is_made(here: Path, tmp_path: Path) -> None:
    code = """
        '''Doomed.'''
        import os
        from dataclasses import dataclass
        from exporter import Finding, Source

        @dataclass(frozen=True)
        class Options: ...

        def write(knowledge_map, options, previous):
            yield Finding(Source("Tree.md", 1), "scarce-memory", "there is little")
            os._exit(9)  # as a process ends that takes too much
    """
    other = installed(tmp_path / "other", "doomed", dedent(code))
    run = mlk_export("--format", "doomed", cwd=here, PYTHONPATH=other)
    assert run.code == 9
    assert [(finding.place, finding.code) for finding in run.findings] == [("vault/Tree.md", "scarce-memory")]


def test_a_broken_writer_does_not_disturb_the_others(here: Path, broken: str) -> None:
    run = mlk_export("--format", "json", cwd=here, PYTHONPATH=broken)
    assert (run.code, run.paths) == (0, ["out/json/knowledge-map.json"])
    assert len(run.said) == 1


def test_the_list_of_formats_says_why_a_writer_is_broken(here: Path, broken: str) -> None:
    run = mlk_export("formats", cwd=here, PYTHONPATH=broken)
    assert run.code == 0
    (line,) = (line for line in run.paths if line.startswith("broken "))
    assert "cannot be used: No module named 'no_such_package'; install what is missing" in line
    assert len(run.paths) == len(writers.built_in()) + 1


def test_a_broken_writer_that_is_asked_for_is_an_error(here: Path, broken: str) -> None:
    run = mlk_export("--format", "json", "--format", "broken", cwd=here, PYTHONPATH=broken)
    assert run.code == 1
    assert run.error.startswith("format 'broken' cannot be used: No module named 'no_such_package'; ")
    assert not (here / "out").exists()


@pytest.mark.book
def test_all_leaves_a_broken_writer_out_and_says_so(here: Path, broken: str) -> None:
    run = mlk_export("--format", "all", cwd=here, PYTHONPATH=broken)
    assert run.code == 0
    assert {Path(path).parts[1] for path in run.paths} == set(writers.built_in())
    (line,) = (line for line in run.said if line.startswith("left out: "))
    assert "format 'broken' cannot be used: No module named 'no_such_package'" in line


@pytest.mark.parametrize(
    ("code", "lacking"),
    [
        ('"""No options."""\ndef write(knowledge_map, options, previous): ...\n', "Options"),
        ('"""No write."""\nclass Options: ...\n', "write"),
        ("class Options: ...\ndef write(knowledge_map, options, previous): ...\n", "__doc__"),
    ],
)
def test_a_module_that_is_no_writer_is_refused(here: Path, tmp_path: Path, code: str, lacking: str) -> None:
    run = mlk_export("--format", "half", cwd=here, PYTHONPATH=installed(tmp_path / "half", "half", code))
    assert run.code == 1
    assert run.error == f"format 'half': the module mlk_half has no {lacking}, so it is no writer"


def test_a_writer_of_the_old_form_is_told_what_to_change(here: Path, tmp_path: Path) -> None:
    code = '"""Old."""\nclass Options: ...\ndef write(knowledge_map, options): ...\n'
    run = mlk_export("--format", "old", cwd=here, PYTHONPATH=installed(tmp_path / "old", "old", code))
    assert run.code == 1
    assert run.error.startswith("format 'old': mlk_old.write must take (knowledge_map, options, previous); ")
    assert not (here / "out").exists()


def test_a_writer_cannot_leave_the_output_folder(here: Path, tmp_path: Path) -> None:
    code = (
        '"""Escapes."""\nfrom dataclasses import dataclass\nfrom exporter import File\n'
        "@dataclass(frozen=True)\nclass Options: ...\n"
        'def write(knowledge_map, options, previous):\n    yield File("../../vault/Hill.md", "gone")\n'
    )
    vault = tree(here / "vault")
    run = mlk_export("--format", "evil", cwd=here, PYTHONPATH=installed(tmp_path / "evil", "evil", code))
    assert run.code == 1
    assert "evil: '../../vault/Hill.md' is no path below out/evil" in run.error
    assert tree(here / "vault") == vault
