"""A folder -> its notes, attachments and canvases, by path, and what is wrong with them: the reader's only way to the disk.

scan.py: which files there are; files.py: reading them; filters.py: which of them Obsidian's settings and `exclude` hide;
canvas.py: the links of a canvas.
"""
