"""The knowledge map on a plane, for a canvas or a picture: boxes, groups and arrows in px, from the top left.

board.py: which groups and cards there are; arrows.py: which links are drawn; layout.py: where groups and cards lie;
sides.py: at which sides of its boxes an arrow ends.
"""
