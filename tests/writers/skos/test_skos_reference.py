"""The SKOS Reference's own examples, retold in a garden: our shapes tell those that are not consistent, and only them.

https://www.w3.org/TR/skos-reference/ numbers its examples and says of 16 that they are not consistent with its data
model. Which number shows which case is taken from there; names, labels and texts are ours.

What a vault can say of these, and the exporter must keep from its output (see the rule in brackets):
  12 (S14)       two titles in a language: `title@de` twice, in two spellings of the tag
  13, 15 (S13)   an alias, or a misspelling, that is the title
  14 (S13)       an alias that is a misspelling as well
  26, 29 (S27)   related to the area, or to what lies in the area
  27 (S27)       related to the area above the area
  52, 53 (S46)   `exactMatch` and `broadMatch` or `relatedMatch` to one IRI
  59, 60 (S27)   `broadMatch` or `narrowMatch`, and `relatedMatch`, to one IRI
  61 (S27)       `relatedMatch` to the `broadMatch` of an area above
It cannot say 28 (broaderTransitive) and 45 to 47 (relations of a collection): a learning path has no note.
"""

from collections.abc import Callable

import pytest
from rdflib import Graph

PREFIXES = """
@prefix : <https://garden.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
# by the number of the example: the rule it breaks, the graph
INCONSISTENT = {
    12: ("S14", ':rose skos:prefLabel "rose"@en, "briar"@en .'),
    13: ("S13", ':rose skos:prefLabel "rose"@en ; skos:altLabel "rose"@en .'),
    14: ("S13", ':rose skos:altLabel "briar"@en ; skos:hiddenLabel "briar"@en .'),
    15: ("S13", ':rose skos:prefLabel "rose"@en ; skos:hiddenLabel "rose"@en .'),
    26: ("S27", ":rose skos:broader :shrub ; skos:related :shrub ."),
    27: ("S27", ":rose skos:broader :shrub ; skos:related :plant . :shrub skos:broader :plant ."),
    28: ("S27", ":rose skos:broaderTransitive :plant ; skos:related :plant ."),
    29: ("S27", ":plant skos:narrower :shrub ; skos:related :rose . :shrub skos:narrower :rose ."),
    45: ("S19, S20", ":plant skos:narrower :bouquet . :bouquet a skos:Collection ."),
    46: ("S19, S20", ":rose skos:broader :bouquet . :bouquet a skos:Collection ."),
    47: ("S19, S20", ":rose skos:related :bouquet . :bouquet a skos:Collection ."),
    52: ("S46", ":rose skos:exactMatch :rosa ; skos:broadMatch :rosa ."),
    53: ("S46", ":rose skos:exactMatch :rosa ; skos:relatedMatch :rosa ."),
    59: ("S27", ":rose skos:broadMatch :rosaceae ; skos:relatedMatch :rosaceae ."),
    60: ("S27", ":rose skos:narrowMatch :dogrose ; skos:relatedMatch :dogrose ."),
    61: ("S27", ":rose skos:broadMatch :shrub ; skos:relatedMatch :plant . :shrub skos:broadMatch :plant ."),
}
CONSISTENT = {
    2: ":rose a skos:Concept .",
    3: ":rose a skos:Concept, owl:Class .",
    4: ":grows a skos:Concept, owl:ObjectProperty .",
    5: ":garden a skos:ConceptScheme ; skos:hasTopConcept :plant . :plant skos:topConceptOf :garden . "
    ":rose skos:inScheme :garden .",
    6: ":garden skos:hasTopConcept :plant . :plant skos:topConceptOf :garden .",
    7: ":garden a skos:ConceptScheme, owl:Ontology . :rose skos:inScheme :garden .",
    8: ":garden skos:hasTopConcept :shrub . :shrub skos:broader :plant . :plant skos:inScheme :garden .",
    10: ':plant skos:prefLabel "plants"@en, "plantes"@fr ; skos:altLabel "flora"@en ; skos:hiddenLabel "plnats"@en .',
    11: ':rose skos:prefLabel "薔薇"@ja-Hani, "ばら"@ja-Hira, "バラ"@ja-Kana, "bara"@ja-Latn ; '
    'skos:altLabel "いばら"@ja-Hira, "ibara"@ja-Latn .',
    16: ':plant a owl:Class ; skos:prefLabel "plants"@en, "plantes"@fr ; skos:altLabel "flora"@en .',
    17: ':rose skos:altLabel "briar"@en, "eglantine"@en .',
    18: ':mold skos:prefLabel "mold"@en, "mold"@en-US, "mould"@en-GB .',
    19: ':rose skos:prefLabel "rose"@en ; skos:altLabel "rose"@en-GB .',
    20: ':rose skos:notation "635.933"^^:shelf .',
    21: ':lime skos:prefLabel "Ca"@en ; skos:notation "Ca"^^:element .',
    23: ":rose skos:note :leaflet .",
    24: ':rose a owl:Class ; skos:definition "A shrub with prickles and scented flowers."@en .',
    25: ":rose skos:broader :shrub ; skos:related :bee .",
    33: ":rose skos:related :rose .",
    36: ":rose skos:broader :rose .",
    37: ":rose skos:broader :shrub . :shrub skos:broader :rose .",
    38: ":rose skos:broader :shrub, :plant . :shrub skos:broader :plant .",
    39: ":rose skos:broader :shrub, :flower . :shrub skos:broader :plant . :flower skos:broader :plant .",
    40: ":bouquet a skos:Collection ; skos:member :rose, :fern, :iris .",
    41: ":walk a skos:OrderedCollection ; skos:memberList (:rose :fern :iris) ; skos:member :rose, :fern, :iris .",
    44: ":bouquet a skos:Collection ; skos:member :fern, :posy . :posy a skos:Collection ; skos:member :rose, :iris .",
    48: ':plant skos:narrower :rose, :fern . :bouquet rdfs:label "A bouquet"@en ; skos:member :rose, :fern .',
    49: ":rose skos:exactMatch :rosa .",
    50: ":rose skos:closeMatch :rosa .",
    51: ":rose skos:broadMatch :rosaceae ; skos:relatedMatch :bee .",
    58: ":rose skos:broadMatch :shrub ; skos:relatedMatch :bee ; skos:inScheme :garden . "
    ":shrub skos:inScheme :garden . :bee skos:inScheme :garden .",
    66: ":rose skos:exactMatch :rose . :fern skos:broadMatch :fern . :iris skos:relatedMatch :iris .",
    67: ":rose skos:broadMatch :shrub . :shrub skos:broadMatch :rose . :a skos:broadMatch :b . :b skos:broadMatch :c . "
    ":c skos:broadMatch :a .",
    68: ":rose skos:broadMatch :shrub, :plant . :shrub skos:broadMatch :plant .",
}
# what follows from the Reference's conditions, though it has no example of it
FURTHER = {
    "S27, stated from the far end": ("S27", ":shrub skos:narrower :rose . :shrub skos:related :rose ."),
    "S27, in a circle": ("S27", ":rose skos:broader :shrub ; skos:related :shrub . :shrub skos:broader :rose ."),
    "S27, a match of a broader one": (
        "S27",
        ":rose skos:broader :shrub ; skos:relatedMatch :x . :shrub skos:broadMatch :x .",
    ),
    "S46, the exact match stated from the far end": (
        "S46",
        ":rosa skos:exactMatch :rose . :rose skos:broadMatch :rosa .",
    ),
    "S46, by way of a third": (
        "S46",
        ":rose skos:exactMatch :rosa . :rosa skos:exactMatch :x . :rose skos:relatedMatch :x .",
    ),
    "S46, two that are the same": (
        "S46",
        ":rose skos:exactMatch :rosa . :briar skos:exactMatch :rosa, :x . :rose skos:broadMatch :x .",
    ),
    "S46, narrower": ("S46", ":rose skos:exactMatch :rosa ; skos:narrowMatch :rosa ."),
}

Ask = Callable[[Graph], set[tuple[str, str]]]


def rules(complaints: Ask, turtle: str) -> set[str]:
    """The rules of the Reference that a graph breaks; what a whole vocabulary needs besides is left out."""
    found = complaints(Graph().parse(data=PREFIXES + turtle, format="turtle"))
    return {rule for rule, _ in found if not rule.startswith("VocPub")}


def test_there_are_sixteen() -> None:
    assert len(INCONSISTENT) == 16
    assert not INCONSISTENT.keys() & CONSISTENT.keys()


@pytest.mark.parametrize("number", INCONSISTENT)
def test_an_inconsistent_example_is_told(complaints: Ask, number: int) -> None:
    rule, turtle = INCONSISTENT[number]
    assert rules(complaints, turtle) == {rule}


@pytest.mark.parametrize("case", FURTHER)
def test_what_follows_is_told(complaints: Ask, case: str) -> None:
    rule, turtle = FURTHER[case]
    assert rules(complaints, turtle) == {rule}


@pytest.mark.parametrize("number", CONSISTENT)
def test_a_consistent_example_passes(complaints: Ask, number: int) -> None:
    assert rules(complaints, CONSISTENT[number]) == set()
