"""The map as an underground plan: areas are lines, topics stations, the learning path a line with numbered stops.

text.py: how wide words are, and where they break; network.py: which lines and stations there are; layout.py: where they
stand, in columns and rows; grid.py: what lies where, and ways through it that run over nothing; plan.py: all of it,
placed; sheet.py: the page with title, plan and legend;
drawing.py: the SVG, with pen.py in the colours of colours.py. Lengths are units of the grid, of which `plan.UNIT` says how many millimetres one is.

The design follows the schematic maps since H. Beck's of 1931: strokes run level, upright or at 45 degrees, stations stand at equal
distances, and labels come first, since strokes can go around them and not the other way round.
"""
