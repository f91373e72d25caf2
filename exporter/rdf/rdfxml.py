"""Records as RDF/XML, for programs that read nothing else: an element for each subject, a line for each object.

https://www.w3.org/TR/rdf-syntax-grammar/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exporter.errors import ExportError
from exporter.rdf.names import Names
from exporter.rdf.terms import RDF, Items, Record, Term, split

TYPE = RDF + "type"


def rdfxml(records: Iterable[Record], prefixes: dict[str, str]) -> Iterator[str]:
    """Yield the head with the prefixes, then one text for each record.

    Raises:
        ExportError: a property whose IRI ends in no name.
    """
    # a prefix is the user's word, and these words are taken: https://www.w3.org/TR/xml-names/#xmlReserved
    spaces = {name: short for name, short in prefixes.items() if short != "rdf" and short[:3].lower() != "xml"}
    spaces[RDF] = "rdf"
    names = Names(lambda iri: _element(iri, spaces))
    ordered = sorted(spaces.items(), key=lambda item: item[1])
    declared = "".join(f'\n    xmlns:{prefix}="{_attribute(namespace)}"' for namespace, prefix in ordered)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n'
    for subject, statements in records:
        kind, rest = _class(statements)
        name = names[kind] if kind else "rdf:Description"
        lines = [_line(names[predicate], term) for predicate, objects in rest for term in objects]
        yield f'\n<{name} rdf:about="{_attribute(subject)}">\n{"".join(lines)}</{name.partition(" ")[0]}>\n'
    yield "\n</rdf:RDF>\n"


def _class(statements: Sequence[tuple[str, Sequence[Term]]]) -> tuple[str, Sequence[tuple[str, Sequence[Term]]]]:
    """The class that names the element, "" if none can, and the statements that are left to be made."""
    predicate, objects = statements[0]
    first = objects[0]
    if predicate != TYPE or not isinstance(first, str) or not split(first):
        return "", statements
    return first, [(TYPE, objects[1:]), *statements[1:]]


def _line(name: str, term: Term) -> str:
    if isinstance(term, str):
        return f'  <{name} rdf:resource="{_attribute(term)}"/>\n'
    end = name.partition(" ")[0]
    if isinstance(term, Items):
        items = "".join([f'    <rdf:Description rdf:about="{_attribute(iri)}"/>\n' for iri in term.iris])
        return f'  <{name} rdf:parseType="Collection">\n{items}  </{end}>\n'
    text, language, datatype = term
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if language:
        return f'  <{name} xml:lang="{language}">{text}</{end}>\n'
    if datatype:
        return f'  <{name} rdf:datatype="{_attribute(datatype)}">{text}</{end}>\n'
    return f"  <{name}>{text}</{end}>\n"


def _element(iri: str, spaces: dict[str, str]) -> str:
    """The name of an element, and its namespace where that has no prefix."""
    parts = split(iri)
    if not parts:
        raise ExportError(f"RDF/XML cannot write the property {iri!r}: it must end in a name such as 'isPartOf'")
    namespace, name = parts
    prefix = spaces.get(namespace)
    return f"{prefix}:{name}" if prefix else f'own:{name} xmlns:own="{_attribute(namespace)}"'


def _attribute(iri: str) -> str:
    """An IRI within quotes; it has no others of the characters that matter to XML."""
    return iri.replace("&", "&amp;")
