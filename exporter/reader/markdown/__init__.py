"""The bytes of ONE note -> its headings, list items, links, tags, fields and properties, with their offsets. Pure.

html.py, patterns.py: what HTML and the marks of Obsidian look like; front_matter.py: properties (yaml_keys.py: where their keys stand); blocks.py: lines into
blocks; inline.py: a block's text into links, tags and fields; note.py: both together; record.py: what is kept of a note, with lines
instead of offsets; relations.py: what words before and above links make of them; plain_text.py: inline Markdown as plain text;
lead.py: the sentence with which a note begins.
"""
