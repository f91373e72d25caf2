"""The columns of all notes -> the tables of the hub, and findings. Pure.

interpret.py: all of it, and the map note; maps.py: which notes are maps; map_note.py: a map's lists and their roles;
topics.py: ids, titles and tags; areas.py: what is filed under what; links.py: links and references; suggestions.py:
names near a missing one.
"""
