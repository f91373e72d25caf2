"""A folder -> its notes, attachments and canvases, by path, and what is wrong with them: the reader's only way to the disk.

scan.py: which files there are; files.py: reading them; filters.py: which of them Obsidian's settings and `exclude` hide;
conventions.py: which are templates, daily notes, drawings; settings.py: what a file of Obsidian's settings says;
plugins.py: what the settings of plugins say of the words for links; doubt.py: which folders are hardly vaults; canvas.py: the links of a canvas.
"""
