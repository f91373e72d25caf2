"""The columns of all notes -> the tables of the hub, and findings. Pure.

interpret.py: all of it, and the map note; map_note.py: the map's lists and their roles; topics.py: ids, titles and
tags; areas.py: what is filed under what; links.py: links and references; suggestions.py: names near a missing one.
"""
