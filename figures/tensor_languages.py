"""Pictures of the note Tensor Languages."""

import itertools

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure


def iteration_space_cuts() -> Figure:
    """The result of a product under a schedule, a block language and a layout."""
    figure = Figure(580, 230)
    side, top = 160, 34
    for x, title in ((20, "a schedule: order"), (210, "blocks: one program each"), (400, "a layout: thread by thread")):
        figure.text(x + side / 2, 20, title, "middle", bold=True)
        figure.box(x, top, side, side)
    half = side / 2
    centres = [(20 + half * (column + 0.5), top + half * (row + 0.5)) for row in (0, 1) for column in (0, 1)]
    for x, y in centres:
        figure.box(x - half / 2, y - half / 2, half, half, line=GREY)
    for (x, y), (u, v) in itertools.pairwise(centres):
        if y == v:
            figure.arrow([(x + 10, y), (u - 10, v)], BLUE, 2)
        else:
            figure.arrow([(x - 8, y + 8), (u + 8, v - 8)], BLUE, 2)
    for number, (x, y) in enumerate(centres):
        figure.text(x, y, str(number + 1), "middle", BLUE, centre=True, bold=True, on_lines=True)
    figure.text(20 + half, top + side + 20, "two loops outside, two inside", "middle")
    figure.grid(210, top, 4, 4, side / 4, [(1, 2)])
    figure.text(210 + half, top + side + 20, "no order between blocks", "middle")
    small = side / 8
    # thread of element (row, column) of an 8 × 8 tile: 4 rows of 4 threads, 2 neighbours and 2 rows each
    for row in range(8):
        for column in range(8):
            thread = row % 4 * 4 + column // 2
            fill = BLUE if thread == 0 else LIGHT if thread == 1 else WHITE
            figure.box(400 + column * small, top + row * small, small, small, fill=fill, line=GREY, thick=0.6)
    figure.text(400 + half, top + side + 20, "blue: thread 0, grey: thread 1", "middle")
    return figure
