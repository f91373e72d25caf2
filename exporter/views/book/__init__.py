"""A book of the knowledge map, whatever its format: parts, chapters, and what stands around them.

edition.py: title and options; plan.py: what stands where; chart.py: a part's small map; cover.py: the picture of the map; back_matter.py: glossary and index;
bodies.py: the notes' texts on their way; book.py: the whole as one tree, for EPUB and DOCX.
"""
