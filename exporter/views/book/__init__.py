"""A book of the knowledge map, whatever its format: parts, chapters, and what stands around them.

edition.py: title and options; plan.py: what stands where; chart.py: a part's small map; cover.py: the
picture of the map; back_matter.py: glossary and index; bibliography.py: the works that are cited; front.py: the title page's words;
bodies.py: the notes' texts on their way; underground.py: the plan; drawing.py: Typst's drawings for books that it does not set, by chart.typ,
cover.typ and jacket.typ; book.py: the whole as one tree, for EPUB and DOCX, with blocks.py and finish.py; archive.py: their files;
result.py: a book that has been made before, of the same.
"""

from importlib import util

PROGRAMS = {"typst": "typst", "pypandoc": "pypandoc_binary"}  # a module, and the package that has it

for _module, _package in PROGRAMS.items():
    if util.find_spec(_module) is None:  # there are machines for which there is none; they have all other formats
        raise ModuleNotFoundError(
            f"books need {_package} (pip install {_package}), which there is not for every machine"
        )
