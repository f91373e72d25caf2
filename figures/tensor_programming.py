"""Pictures of the note Tensor Programming."""

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure

# Of twelve numbers in a row: the words for a view, its shape and its strides
VIEWS = (
    ("a, 3 × 4", (3, 4), (4, 1)),
    ("a.T", (4, 3), (1, 4)),
    ("a[:, ::2]", (3, 2), (4, 2)),
    ("a[0], three times", (3, 4), (0, 1)),
)


def views_of_memory() -> Figure:
    """The cells that row 1 of each view reads."""
    figure = Figure(560, 190)
    side, left = 28, 130
    for column in (0, 11):
        figure.text(left + (column + 0.5) * side, 16, str(column), "middle", GREY)
    for number, (name, (rows, columns), (down, right)) in enumerate(VIEWS):
        y = 26 + number * 40
        cells = {(i, i * down + j * right) for i in range(rows) for j in range(columns)}
        blue = {cell for row, cell in cells if row == 1}
        grey = {cell for _, cell in cells}
        for cell in range(12):
            fill = BLUE if cell in blue else LIGHT if cell in grey else WHITE
            figure.box(left + cell * side, y, side, side, fill=fill, line=GREY)
        figure.text(left - 10, y + side / 2, name, "end", centre=True)
        figure.text(left + 12 * side + 12, y + side / 2, f"strides {down}, {right}", centre=True)
    return figure
