"""Vaults that ask for what the SKOS Reference calls inconsistent: it is told, and what is written is consistent.

The numbers are those of the examples at https://www.w3.org/TR/skos-reference/; as graphs they stand in
test_skos_reference.py. No vault can say 28 (a transitive relation) and 45 to 47 (relations of a collection).
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from command import lay
from rdflib import Graph

from exporter import read
from exporter.errors import Finding
from exporter.model import File
from exporter.writers.skos import Options, write

pytestmark = pytest.mark.slow  # large vaults

BASE = Options.base
X = "https://other.example/"
MAP = "# Garden\n\n## Areas\n- [[Plant]] - what grows\n\n## Topics by Area\n### Plant\n- [[Shrub]] - has wood\n- [[Rose]] - has thorns\n- [[Bee]] - is no plant\n\n## Learning Path\n1. [[Rose]]\n\n#index\n"
VAULTS = {
    "9 a concept that is a scheme": ({"Rose": f"iri: {BASE}"}, "skos-iri"),
    "9 a concept that is the scheme of the tags": ({"Rose": f"iri: {BASE}tag/"}, "skos-iri"),
    "37 a concept that is a collection": ({"Rose": f"iri: {BASE}path/learning-path"}, "skos-iri"),
    "12 two labels": ({"Rose": 'title@de: Rose\ntitle@DE: Röschen'}, "skos-title"),
    "12 two labels, one without a language": ({"Rose": "title: Rose\ntitle@en: Briar"}, "skos-title"),
    "13 preferred and alternative": ({"Rose": "aliases: [Rose]"}, "skos-alias"),
    "15 preferred and hidden": ({"Rose": "misspellings: [Rose]"}, "skos-alias"),
    "14 alternative and hidden": ({"Rose": "aliases: [Briar]\nmisspellings: [Briar]"}, "skos-alias"),
    "14 in German": ({"Rose": "aliases@de: [Briar]\nmisspelling@DE: [Briar]"}, "skos-alias"),
    "26 related to what is above": ({"Rose": 'related: "[[Plant]]"'}, "skos-related"),
    "29 from above": ({"Plant": 'related: "[[Rose]]"'}, "skos-related"),
    "27 related to what is two levels above": ({"Rose": 'up: "[[Shrub]]"\nrelated: "[[Plant]]"'}, "skos-redundant skos-related"),
    "52 exact and broad": ({"Rose": f"exactMatch: {X}r\nbroadMatch: {X}r"}, "skos-match"),
    "53 exact and related": ({"Rose": f"exactMatch: {X}r\nrelatedMatch: {X}r"}, "skos-match"),
    "53 spelled otherwise": ({"Rose": "exactMatch: wd:Q42\nrelatedMatch: https://www.wikidata.org/wiki/Q42"}, "skos-match"),
    "53 by way of another one": ({"Rose": f"exactMatch: {X}r\nbroadMatch: {X}y", "Bee": f"exactMatch: [{X}r, {X}y]"}, "skos-match"),
    "59 broad and related": ({"Rose": f"broadMatch: {X}r\nrelatedMatch: {X}r"}, "skos-match"),
    "60 narrow and related": ({"Rose": f"narrowMatch: {X}r\nrelatedMatch: {X}r"}, "skos-match"),
    "61 related to what is above elsewhere": ({"Plant": f"broadMatch: {X}p", "Rose": f"relatedMatch: {X}p"}, "skos-match"),
    "61 by way of elsewhere": ({"Rose": f'narrowMatch: {X}p\nrelated: "[[Bee]]"', "Bee": f"broadMatch: {X}p"}, "skos-related"),
    "a match with a note that has its own IRI": ({"Rose": f"iri: {X}rose", "Bee": f'broadMatch: {X}rose\nrelated: "[[Rose]]"'}, "skos-match"),
}  # fmt: skip


@pytest.mark.parametrize("example", VAULTS)
def test_it_is_told_and_mended(
    example: str, tmp_path: Path, complaints: Callable[[Graph], set[tuple[str, str]]]
) -> None:
    notes, code = VAULTS[example]
    lay(tmp_path, {"Garden.md": MAP})
    lay(
        tmp_path,
        {
            f"{name}.md": f"---\n{notes.get(name, 'x: y')}\n---\n{name} is here.\n"
            for name in ("Plant", "Shrub", "Rose", "Bee")
        },
    )
    knowledge_map = read(tmp_path).knowledge_map
    options = Options(
        creator="A <a@example.org>",
        publisher="B <https://b.example/>",
        license=X,
        created="2025-01-01",
        modified="2025-01-01",
    )
    made = list(write(knowledge_map, options))
    for file in (thing for thing in made if isinstance(thing, File)):
        assert complaints(Graph().parse(data="".join(file.content), format="turtle")) == set()  # type: ignore[arg-type]
    findings = [thing for thing in made if isinstance(thing, Finding) and thing.code != "skos-base"]
    assert [finding.code for finding in findings] == code.split()
    assert all(finding.source.file in {f"{name}.md" for name in notes} for finding in findings)
