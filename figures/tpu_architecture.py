"""Pictures of the note TPU Architecture."""

from math import ceil

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure


def tpu_core() -> Figure:
    """The units of one core, with data and control."""
    figure = Figure(540, 230)
    figure.box(10, 30, 90, 120, "main memory\n16 GiB", LIGHT)
    figure.box(196, 30, 110, 120, "vector memory\n128 MiB", LIGHT)
    figure.box(400, 14, 120, 86, "matrix unit\n128 × 128")
    figure.box(400, 118, 120, 36, "vector unit 8 × 128")
    figure.box(196, 188, 324, 30, "scalar unit")
    figure.arrow([(100, 80), (196, 80)], BLUE, 3)
    figure.arrow([(196, 108), (100, 108)], BLUE, 3)
    figure.text(148, 70, "820 GB/s", "middle", BLUE)
    for y in (46, 124):
        figure.arrow([(306, y), (400, y)], BLUE, 3)
        figure.arrow([(400, y + 20), (306, y + 20)], BLUE, 3)
    figure.text(353, 100, "some 22 times\nas much", "middle", BLUE)
    for x, y in ((251, 150), (460, 154)):
        figure.arrow([(x, 188), (x, y)], GREY, dashes="4 3")
    figure.arrow([(196, 203), (148, 203), (148, 112)], GREY, dashes="4 3")
    figure.text(52, 207, "control", "middle", GREY)
    return figure


def tpu_tiled_layout() -> Figure:
    """A 3 by 5 array in tiles of 2 by 2, and the same in memory."""
    figure = Figure(560, 250)
    rows, columns, tile, side = 3, 5, 2, 34
    across = ceil(columns / tile)
    left, top = 170, 10
    for row in range(ceil(rows / tile) * tile):
        for column in range(across * tile):
            inside = row < rows and column < columns
            fill = BLUE if (row, column) == (2, 3) else WHITE if inside else LIGHT
            words = f"{row},{column}" if inside else ""
            figure.box(left + column * side, top + row * side, side, side, words, fill, GREY, thick=0.6)
    for number in range(6):
        x, y = left + number % across * tile * side, top + number // across * tile * side
        figure.box(x, y, tile * side, tile * side, fill="none", thick=1.6)
    width, y = 22.5, 196
    for place in range(24):
        number, within = divmod(place, tile * tile)
        row = number // across * tile + within // tile
        column = number % across * tile + within % tile
        inside = row < rows and column < columns
        fill = BLUE if (row, column) == (2, 3) else WHITE if inside else LIGHT
        words = f"{row},{column}" if inside else ""
        figure.box(10 + place * width, y, width, 26, words, fill, GREY, thick=0.6, size=11)
    for number in range(6):
        figure.box(10 + number * 4 * width, y, 4 * width, 26, fill="none", thick=1.6)
    figure.text(10, y - 8, "in memory")
    figure.text(10 + 17.5 * width, y + 42, "place 17", "middle", BLUE)
    return figure


def tpu_torus() -> Figure:
    """Sixteen chips in a two-dimensional torus."""
    figure = Figure(330, 300)
    step, side, left, top = 64, 28, 52, 46
    for row in range(4):
        for column in range(4):
            x, y = left + column * step, top + row * step
            colour, thick = (BLUE, 2) if row == 1 else (GREY, 1)
            if column < 3:
                figure.line([(x + side, y + 14), (x + step, y + 14)], colour, thick)
            if row < 3:
                figure.line([(x + 14, y + side), (x + 14, y + step)], GREY)
            figure.box(x, y, side, side, fill=LIGHT)
        y = top + row * step
        colour, thick = (BLUE, 2) if row == 1 else (GREY, 1)
        end = left + 3 * step + side
        figure.line(
            [
                (end, y + 14),
                (end + 16, y + 14),
                (end + 16, y - 10),
                (left - 16, y - 10),
                (left - 16, y + 14),
                (left, y + 14),
            ],
            colour,
            thick,
            "4 3",
        )
    for column in range(4):
        x, bottom = left + column * step, top + 3 * step + side
        figure.line(
            [
                (x + 14, bottom),
                (x + 14, bottom + 14),
                (x - 10, bottom + 14),
                (x - 10, top - 18),
                (x + 14, top - 18),
                (x + 14, top),
            ],
            GREY,
            1,
            "4 3",
        )
    return figure
