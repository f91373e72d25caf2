"""Whether what has to be known before a step comes before it."""

from pathlib import Path

from exporter.errors import Finding
from exporter.model import LearningPath, Source, Step
from exporter.reader import ReadOptions, read
from exporter.reader.meaning.paths import check_paths

CODES = ("path-order", "path-gap", "path-repeat", "requires-circle")


def told(folder: Path, steps: str, requires: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    """Code, place and message of each finding about paths, for a map with these steps and notes A to E."""
    (folder / "Map.md").write_text(f"#index\n\n## Learning Path\n{steps}", encoding="utf-8")
    for name in "ABCDE":
        needs = "".join(f"requires:: [[{each}]]\n" for each in requires.get(name, ()))
        (folder / f"{name}.md").write_text(needs or "words", encoding="utf-8")
    return [
        (finding.code, str(finding.source), finding.message)
        for finding in read(folder, ReadOptions()).findings
        if finding.code in CODES
    ]


def test_a_path_that_teaches_first_what_is_required(tmp_path: Path) -> None:
    assert not told(tmp_path, "1. [[A]]\n2. [[B]] and [[C]]\n", {"B": ["A", "C"], "C": ["A", "B"][:1]})


def test_a_step_before_what_it_requires(tmp_path: Path) -> None:
    assert told(tmp_path, "1. [[B]]\n2. [[A]]\n", {"B": ["A"]}) == [
        (
            "path-order",
            "Map.md:4",
            "the step 'B' requires 'A' (B.md:1), a later step (Map.md:5); change their order",
        )
    ]


def test_a_step_twice(tmp_path: Path) -> None:
    assert told(tmp_path, "1. [[A]]\n2. [[B]], [[B]]\n3. [[A]] again\n", {}) == [
        ("path-repeat", "Map.md:6", "the step 'A' is a step already (Map.md:4); take one out")
    ]


def test_what_no_step_names_is_told_once_and_alone(tmp_path: Path) -> None:
    findings = told(tmp_path, "1. [[C]]\n2. [[D]]\n", {"C": ["B"], "D": ["B"], "B": ["A"]})
    assert findings == [
        (
            "path-gap",
            "Map.md:4",
            "the step 'C' requires 'B' (C.md:1), which is no step; name it in this step or in one before",
        )
    ]


def test_what_another_path_names_is_no_gap(tmp_path: Path) -> None:
    assert not told(tmp_path, "1. [[A]]\n\n## Learning Paths\n1. [[B]]\n", {"B": ["A"]})


def test_who_names_an_area_names_what_lies_in_it(tmp_path: Path) -> None:
    steps = "1. [[A]]\n2. [[E]]\n\n## Areas\n- [[A]]\n  - [[B]]\n\n## Topics by Area\n### [[B]]\n- [[C]]\n"
    findings = told(tmp_path, steps, {"E": ["C", "B", "D"]})
    assert [message.split(" (")[0] for _, _, message in findings] == ["the step 'E' requires 'D'"]


def test_each_knot_is_told_once_with_all_places(tmp_path: Path) -> None:
    requires = {"A": ["B"], "B": ["C"], "C": ["A", "B"], "D": ["E"], "E": ["D"]}
    findings = told(tmp_path, "1. [[A]]\n2. [[B]]\n3. [[C]]\n4. [[D]]\n5. [[E]]\n", requires)
    circles = [finding for finding in findings if finding[0] == "requires-circle"]
    assert circles == [
        (
            "requires-circle",
            "A.md:1",
            "topics require one another: 'A' -> 'B' -> 'C' -> 'A' (B.md:1, C.md:1); take one `requires` out",
        ),
        (
            "requires-circle",
            "D.md:1",
            "topics require one another: 'D' -> 'E' -> 'D' (E.md:1); take one `requires` out",
        ),
    ]


def test_chains_of_any_length_are_walked() -> None:
    size = 30_000
    ends = [(f"t{n}", f"t{n + 1}", Source("Notes.md", n)) for n in range(size)]
    steps = tuple(Step("", (f"t{n}",), Source("Map.md", n)) for n in range(size, -1, -1))
    path = LearningPath("p", "P", steps, Source("Map.md", 1))

    def same(place: Source) -> Source:
        return place

    assert not list(check_paths([path], ends, same, str, set))
    circle = [*ends, (f"t{size}", "t0", Source("Notes.md", size))]
    findings: list[Finding] = list(check_paths([path], circle, same, str, set))
    assert [finding.code for finding in findings] == ["requires-circle"]
    assert len(findings[0].message) < 300


def test_a_path_of_all_that_is_required(tmp_path: Path) -> None:
    told(tmp_path, "", {"A": ["C 10", "C 2"], "B": ["A"], "C": ["D"], "D": ["C"]})
    for name in ("C 2", "C 10"):
        (tmp_path / f"{name}.md").write_text("words", encoding="utf-8")
    assert not read(tmp_path, ReadOptions()).knowledge_map.paths
    (path,) = read(tmp_path, ReadOptions(path_from="requires")).knowledge_map.paths
    assert [step.text for step in path.steps] == ["C 2", "C 10", "A", "B", "D", "C"]
    assert [step.topics for step in path.steps[:2]] == [("c-2",), ("c-10",)]
    assert path.steps[0].source == Source("C 2.md", 1)


def test_the_map_has_the_first_word(tmp_path: Path) -> None:
    told(tmp_path, "1. [[E]]\n", {"B": ["A"]})
    (path,) = read(tmp_path, ReadOptions(path_from="requires")).knowledge_map.paths
    assert [step.topics for step in path.steps] == [("e",)]
    (tmp_path / "Map.md").write_text("#index\n\n## Topics\n- [[E]]\n- [[D]]\n- [[C]]\n", encoding="utf-8")
    (tmp_path / "E.md").write_text("requires:: [[C]]\nrequires:: [[D]]\n", encoding="utf-8")
    (path,) = read(tmp_path, ReadOptions(path_from="requires")).knowledge_map.paths
    assert [step.text for step in path.steps] == ["D", "C", "E", "A", "B"]


def test_nothing_is_required(tmp_path: Path) -> None:
    told(tmp_path, "", {})
    assert not read(tmp_path, ReadOptions(path_from="requires")).knowledge_map.paths
