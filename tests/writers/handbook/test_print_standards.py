"""The handbook is for archives (PDF/A-2a) and screen readers (PDF/UA-1): veraPDF judges it, and its tags are counted."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from maven import fetched, java
from writers.handbook.test_handbook import make, of, png

from exporter import KnowledgeMap
from exporter.model import Topic

POM = Path(__file__).with_name("pom.xml")
VERAPDF = "org.verapdf.apps.GreenfieldCliWrapper"
ARCHIVE, ACCESSIBLE, NO_CLAIM = (f"PDF/{kind} validation profile" for kind in ("A-2A", "UA-1", "A-1B"))
NO_TOPICS = [
    "Contents",
    "How to use this book",
    "The map",
    "Learning Path",
    "Further topics",
    "Answers",
    "Glossary",
    "References",
    "Index",
]


@pytest.mark.java
def test_verapdf_finds_nothing_and_refuses_what_is_wrong(
    handbook: Path, tmp_path: Path, require: Callable[[bool, str], None]
) -> None:
    """https://docs.verapdf.org/cli/ - a file is held to the profiles that it claims, and to PDF/A-1B if to none."""
    program = java(11)
    require(program is not None, "Java 11 or newer, for veraPDF")
    jars = fetched(POM, "verapdf", "veraPDF", require)
    picture, spoilt, plain = files = [tmp_path / name for name in ("picture.pdf", "spoilt.pdf", "plain.pdf")]
    picture.write_bytes(make(of({"a": "![A square](<file:square.png>)"}, {"square.png": png()}))[0])
    with pikepdf.open(picture) as pdf:
        (figure,) = (tag for tag in tags(pdf.Root.StructTreeRoot) if tag.S == "/Figure")
        assert str(figure.Alt) == "A square"
        del figure.Alt
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.beep()")
        pdf.save(spoilt)
    plain.write_bytes(make(of({"a": "No font has 𒀀: the standards are given up."}))[0])

    command = [str(program), "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*", VERAPDF, "--format", "json"]
    done = subprocess.run([*command, handbook, *files], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr[-2000:]  # not all are as they should be
    jobs = json.loads(done.stdout)["report"]["jobs"]
    verdicts = {Path(job["itemDetails"]["name"]): verdict(job) for job in jobs}
    assert "6.7.11-1" in verdicts[plain].pop(NO_CLAIM)
    assert verdicts == {
        handbook: {ARCHIVE: set(), ACCESSIBLE: set()},
        picture: {ARCHIVE: set(), ACCESSIBLE: set()},
        spoilt: {ARCHIVE: {"6.5.1-1"}, ACCESSIBLE: {"7.3-1"}},  # a script; a figure without words
        plain: {},
    }


def verdict(job: dict[str, Any]) -> dict[str, set[str]]:
    """The rules that a file breaks, by profile."""
    found = {}
    for result in job["validationResult"]:
        details = result["details"]
        broken = {f"{rule['clause']}-{rule['testNumber']}" for rule in details["ruleSummaries"]}
        assert details["passedRules"] > 100
        assert (details["failedRules"], result["compliant"]) == (len(broken), not broken)
        found[result["profileName"]] = broken
    return found


def tags(element: Any) -> Iterator[Any]:
    """The tags of a PDF in reading order, as a screen reader meets them."""
    if isinstance(element, pikepdf.Array):
        for below in element:
            yield from tags(below)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            yield element
        yield from tags(element.get("/K"))


def test_the_structure_is_that_of_the_notes(handbook: Path, bundled: KnowledgeMap, written: list[Topic]) -> None:
    text = "\n".join(bundled.text(topic.id) for topic in written)
    with pikepdf.open(handbook) as pdf:
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        annotations = [each for page in pdf.pages for each in page.get("/Annots", [])]
        assert len(annotations) > len(bundled.links)
        assert all(str(each.Contents).strip() and "/StructParent" in each for each in annotations)
        found = list(tags(pdf.Root.StructTreeRoot))
        formulas = [" ".join(tex.split()) for tex in re.findall(r"\$\$?([^$`]+)\$\$?", text)]
        assert len(formulas) > 50
        assert sorted(str(tag.Alt) for tag in found if tag.S == "/Formula") == sorted(formulas)
        headings = [(int(str(tag.S)[2:]), str(tag.T)) for tag in found if re.fullmatch(r"/H\d", str(tag.S))]
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    texts = [heading for heading in re.findall(r"^#+ (.+)", text, re.MULTILINE) if heading != "Questions"]
    titles = [topic.title for topic in written] + texts  # questions stand at a chapter's end, under the book's heading
    assert sorted(title for _, title in headings) == sorted([*titles, *NO_TOPICS])
    assert all(below <= above + 1 for above, below in pairwise([0, *(level for level, _ in headings)]))
