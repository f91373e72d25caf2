"""The columns of all notes -> the tables of the hub, and findings. Pure.

interpret.py: all of it, and the map note; maps.py: which notes are maps; map_note.py: a map's lists and their roles;
topics.py: ids, titles and tags; folders.py: which note stands for a folder, and which folder is an area; areas.py: what
is filed under what; links.py: links and references; missing.py: what they lead to and is not there; rows.py: which links are odd; words.py: plain words where a link is meant; order.py: what stands
where, if the map does not say; paths.py: whether a path teaches first what is required, and one where none is;
proposals.py: properties that could be the order; vocabulary.py: which words make links of which
kind; implied.py: which links follow from others; suggestions.py: names near a missing one.
"""
