"""A topic or a link -> the words that stand in its note, read when somebody asks for them.

content.py: all of them, by topic or link; text.py: a note's text as plain Markdown; passages.py: the parts that a text is made of;
sentences.py: the sentence in which a link stands, by paragraph.py; places.py: the line of what somebody has to tell of a text.
"""
