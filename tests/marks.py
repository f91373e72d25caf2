"""What a test needs that the quick run does without: its mark says so, and nothing of it is had without the mark.

`make quick` leaves out all that is marked. Most marks follow from where a test stands and which fixtures it takes, so
that none is forgotten; the rest stand at the tests. Whoever starts a server, Java or pandoc asks `need` first.
"""

from pathlib import Path

import pypandoc
import pytest
from hypothesis import settings

FOLDERS = {f"writers/{name}": "book" for name in ("docx", "epub", "handbook", "html")}
FIXTURES = {
    "servers": "server",  # neo4j and database take it
    "fragile": "server",
    "store": "server",
    "fuseki": "server",
    "oxigraph": "server",
    "riot": "java",
    "judge": "java",
}
PANDOC = "PYPANDOC_PANDOC"  # where the program is to be found, for a process that a test starts too

_marks: set[str] = set()  # of the test that is running
_environment = pytest.MonkeyPatch()


def mark(item: pytest.Item) -> None:
    """Give a test the marks that its folder and its fixtures mean."""
    folder = item.path.parent.relative_to(Path(__file__).parent).as_posix()
    fixtures = getattr(item, "fixturenames", ())
    for name in {FOLDERS.get(folder), *(FIXTURES.get(fixture) for fixture in fixtures)} - {None}:
        item.add_marker(str(name))


def begin(item: pytest.Item) -> None:
    """Let a test have what its marks say, and nothing else."""
    _marks.update(each.name for each in item.iter_markers())
    if "book" not in _marks:
        _environment.setenv(PANDOC, "/needs-the-mark-book")
        pypandoc.clean_pandocpath_cache()  # it remembers where an earlier test had it from


def end() -> None:
    """Let the next test begin anew."""
    _marks.clear()
    _environment.undo()


def examples(count: int) -> int:
    """How many examples a test of a property is tried on that asks for so many: half of it, a tenth in the quick run's profile."""
    return max(1, count * settings.default.max_examples // 100)  # 100 is hypothesis' own default


def need(*marks: str) -> None:
    """Fail where the test that is running has none of these marks."""
    if not _marks.intersection(marks):
        pytest.fail(f"this test needs @pytest.mark.{marks[0]} (tests/README.md)", pytrace=False)
