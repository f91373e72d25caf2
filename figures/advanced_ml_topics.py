"""Picture of the note Advanced ML Topics."""

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure


def four_scales() -> Figure:
    """One matrix cut into lanes, tiles, parts for devices and layers on machines."""
    figure = Figure(590, 160)
    side, top = 112, 30
    for number, title in enumerate(("lanes", "tiles for cores", "parts for devices", "layers on machines")):
        figure.text(6 + number * 150, 18, title, bold=True)
    for lane in range(32):
        fill = BLUE if lane == 0 else WHITE
        figure.box(6 + lane * side / 32, top, side / 32, side, fill=fill, line=GREY, thick=0.5)
    figure.grid(156, top, 4, 4, side / 4, [(0, 0)])
    for part in range(8):
        figure.box(306 + part * side / 8, top, side / 8, side, fill=BLUE if part == 0 else WHITE, line=GREY)
    for layer in (2, 1, 0):
        x, y = 456 + layer * 10, top + layer * 10
        figure.box(x, y, side - 20, side - 20, fill=(BLUE, LIGHT, WHITE)[layer], line=GREY)
    figure.text(6, 156, "blue: the part of one unit")
    return figure
