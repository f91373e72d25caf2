"""Pictures of the note Layout Transformations."""

from collections.abc import Callable

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure

SIDE = 4
FILLS = (WHITE, LIGHT, GREY, BLUE)  # of the rows
LAYOUTS: tuple[tuple[str, Callable[[int, int], int]], ...] = (
    ("row after row", lambda i, j: SIDE * i + j),
    ("column after column", lambda i, j: i + SIDE * j),
    ("tiles of 2 × 2", lambda i, j: 8 * (i // 2) + 4 * (j // 2) + 2 * (i % 2) + j % 2),
    ("rows, swizzled", lambda i, j: SIDE * i + (j ^ i)),
)


def layout_strips() -> Figure:
    """A matrix of four rows, and the order of its entries in memory in four layouts."""
    figure = Figure(580, 190)
    for row in range(SIDE):
        for column in range(SIDE):
            figure.box(10 + 26 * column, 44 + 26 * row, 26, 26, fill=FILLS[row], line=GREY)
    figure.text(62, 30, "the matrix", "middle", bold=True)
    figure.text(420, 14, "memory", "middle", bold=True)
    for number, (name, address) in enumerate(LAYOUTS):
        y = 26 + 40 * number
        figure.text(252, y + 12, name, "end", centre=True)
        for row in range(SIDE):
            for column in range(SIDE):
                x = 262 + 19 * address(row, column)
                figure.box(x, y, 19, 24, fill=FILLS[row], line=GREY)
                if column == 0:
                    figure.dot(x + 9.5, y + 12, 3)
    for row in range(SIDE):
        figure.dot(23, 57 + 26 * row, 3)
    return figure
