"""Many notes -> columns, lists with an entry for each note or link, and the file that each link means.

columns.py: what notes say; entries.py: what is asked of a whole column; read.py: who finds it out, with properties.py and traits.py; full.py: one note with all its places, and inline Markdown as text;
core.py: the compiled core, which says the same, if it is there; resolve.py: which file a link means; files.py: the files of caches; cache.py: what the last run has read; made.py: what was made of it;
late.py: what only all notes together tell; notes.py: all notes of a vault, by threads of the core or in Python.
"""
