"""Each note of the bundled vault has what a chapter has, and the path leads through them in an order that can be learned."""

import re
from pathlib import Path

import pytest
from notes.blocks import VAULT, notes

import exporter
from exporter.model import REQUIRES, KnowledgeMap

MAP = "ML Compilers Knowledge Map"
RESOURCES = VAULT / "Resources"
TERMS = {
    "roofline": "ML Compiler Optimization",
    "arithmetic intensity": "ML Compiler Optimization",
    "ridge point": "ML Compiler Optimization",
    "tile": "Hardware-Aware Compilation",
    "double buffering": "Hardware-Aware Compilation",
    "bank conflict": "Hardware-Aware Compilation",
    "occupancy": "GPU Architecture",
    "coalescing": "GPU Architecture",
    "warp": "GPU Architecture",
    "warp specialization": "GPU Architecture",
    "swizzle": "Layout Transformations",
    "epilogue": "Operator Fusion Techniques",
    "producer": "Operator Fusion Techniques",
    "consumer": "Operator Fusion Techniques",
    "intermediate tensor": "Operator Fusion Techniques",
    "megakernel": "Operator Fusion Techniques",
    "guard": "Graph Capture and Dynamic Shapes",
    "graph break": "Graph Capture and Dynamic Shapes",
    "tracing": "Graph Capture and Dynamic Shapes",
    "lowering": "MLIR Framework",
    "dialect": "MLIR Framework",
    "region": "MLIR Framework",
    "bufferization": "MLIR Framework",
    "canonicalization": "MLIR Framework",
    "schedule": "Tensor Languages",
    "cost model": "Auto-Tuning Systems",
    "collective": "Parallel Computing ML",
    "all-reduce": "Parallel Computing ML",
    "bubble": "Parallel Computing ML",
    "sharding": "Sharding Compilers",
    "scale": "Quantization Techniques",
    "zero point": "Quantization Techniques",
    "outlier": "Quantization Techniques",
    "block scaling": "Quantization Techniques",
    "KV cache": "LLM Serving Compilers",
    "prefill": "LLM Serving Compilers",
    "decode": "LLM Serving Compilers",
    "TTFT": "LLM Serving Compilers",
    "TPOT": "LLM Serving Compilers",
    "e-graph": "Equality Saturation",
}

CHAPTERS = [path for path in notes() if path.stem != MAP]
by_name = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def knowledge_map() -> KnowledgeMap:
    return exporter.read(VAULT).knowledge_map


def section(path: Path, heading: str) -> str:
    """What stands below a heading."""
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


@by_name
def test_a_chapter_is_whole(path: Path) -> None:
    assert 2 <= len(re.findall(r"^- ", section(path, "Learning objectives"), re.MULTILINE)) <= 4
    assert len(section(path, "Takeaway").strip().splitlines()) == 1
    sources = re.findall(r"^- .*\]\(https?://", section(path, "Sources"), re.MULTILINE)
    assert len(sources) >= 3
    pitfalls = re.findall(
        r"^> \[!warning\] .+\n> \*\*Cause\.\*\* .+ \*\*Remedy\.\*\* ", section(path, "Pitfalls"), re.MULTILINE
    )
    assert len(pitfalls) == 3 or path.is_relative_to(RESOURCES)


@by_name
def test_a_chapter_ends_with_five_questions_and_their_answers(path: Path) -> None:
    questions = re.findall(r"^> \[!question\]- (.+)\n> (.+)", section(path, "Questions"), re.MULTILINE)
    assert len(questions) == 5
    assert all(question.strip() and len(answer) >= 40 for question, answer in questions)


@by_name
def test_a_chapter_has_a_german_title(path: Path) -> None:
    assert re.search(r"^title@de: \S", path.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("term", "note"), TERMS.items())
def test_a_term_is_defined_once_where_it_belongs(term: str, note: str) -> None:
    mark = rf"(?:\*\*|(?:called|known as) (?:an? |the )?\*){re.escape(term)}s?\*"
    defining = [path.stem for path in CHAPTERS if re.search(mark, path.read_text("utf-8"), re.IGNORECASE)]
    assert defining == [note]


def test_no_step_of_the_path_needs_what_no_step_before_it_taught(knowledge_map: KnowledgeMap) -> None:
    (path,) = knowledge_map.paths
    taught: set[str] = set()
    for step in path.steps:
        taught.update(step.topics)
        needed = {link.end for link in knowledge_map.links if link.kind == REQUIRES and link.start in step.topics}
        assert needed <= taught, step.text


def test_the_check_finds_nothing(knowledge_map: KnowledgeMap) -> None:
    assert exporter.read(VAULT).findings == []
