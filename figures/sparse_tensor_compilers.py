"""Pictures of the note Sparse Tensor Compilers."""

from figures.drawing import BLUE, GREY, LIGHT, Figure

ROWS, COLUMNS = 4, 6
VALUES = {(0, 0): 5, (0, 3): 2, (2, 1): 3, (2, 5): 1, (3, 2): 4}
SIDE = 30


def sparse_tree() -> Figure:
    """A matrix, and the tree of its rows and columns as compressed rows store it."""
    figure = Figure(580, 200)
    for row in range(ROWS):
        for column in range(COLUMNS):
            value = VALUES.get((row, column))
            x, y = 10 + column * SIDE, 40 + row * SIDE
            figure.box(x, y, SIDE, SIDE, str(value or ""), LIGHT if value else "#fff", GREY)
    figure.text(250, 62, "rows: dense", "start")
    figure.text(250, 122, "columns: compressed", "start", BLUE)
    figure.text(250, 172, "values", "start")
    stored = list(VALUES)
    for row in range(ROWS):
        figure.box(390 + row * 46, 44, 28, 28, str(row))
    for number, (row, column) in enumerate(stored):
        x = 380 + number * 40
        figure.line([(404 + row * 46, 72), (x + 14, 104)], GREY)
        figure.box(x, 104, 28, 28, str(column), line=BLUE)
        figure.line([(x + 14, 132), (x + 14, 154)], GREY)
        figure.box(x, 154, 28, 28, str(VALUES[row, column]), LIGHT)
    return figure
