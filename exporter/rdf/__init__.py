"""RDF (https://www.w3.org/TR/rdf11-concepts/) without a vocabulary of ours: terms, records, five syntaxes.

terms.py: IRIs and literals; records of them become Turtle (turtle.py), TriG (trig.py), N-Triples (ntriples.py), JSON-LD
(jsonld.py), RDF/XML (rdfxml.py) or a graph of rdflib (graph.py); excerpt.py: some of them by
themselves. names.py: what IRIs are called in a syntax.
rdflib_plugin.py: our Turtle for graphs of others, whose blank nodes blank_nodes.py names.
"""
