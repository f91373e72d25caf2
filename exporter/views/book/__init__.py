"""A book of the knowledge map, whatever its format: parts, chapters, and what stands around them.

edition.py: title and options; date.py: when it was made; plan.py: what stands where; chart.py: a part's small map;
back_matter.py: glossary and index; bibliography.py: the works that are cited; bodies.py: the notes' texts on their way;
book.py: the whole as one tree, for EPUB and DOCX; result.py: a book that has been made before, of the same.
"""
