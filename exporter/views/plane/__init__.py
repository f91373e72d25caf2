"""The knowledge map on a plane, for a canvas or a picture: boxes, groups and arrows in px, from the top left.

sections.py: how a map is divided into sheets; arrows.py: which links are drawn; atlas.py: what is on which sheet;
board.py: the groups and cards of a sheet; layout.py: where they lie; search.py: which card of a group lies where in it;
sides.py: at which sides of its boxes an arrow ends; drawing.py: a sheet, whole.
"""
