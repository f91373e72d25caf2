"""The pictures of the bundled vault, drawn from their numbers into vault/figures: a module for each note that has some.

drawing.py: the pen; each other module: the pictures of the note of that name, a function each.
"""
