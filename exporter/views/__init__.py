"""What several formats share: the hub seen as something else. Pure, but for programs that are called.

body/: a note's text as a tree; book/: parts and chapters; plane/: boxes and arrows; plan/: an underground plan; skos/: a
vocabulary; graph/: a property graph, and cypher.py: its statements; structure.py: what stands out in the map, and which notes
are wanted; about.py: what the map note says of the whole; date.py: when notes were written; alphabet.py: the
order of words in an index; web.py: what pages of the web share; decided.py: what is decided once for the shards of a vault; languages.py: how they are named and read; translations.py: what we say in them.
"""
