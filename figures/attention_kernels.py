"""Pictures of the note Attention Kernels."""

from collections.abc import Callable

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure

LENGTH, TILE, WINDOW = 64, 8, 16  # rows and columns of the scores; how far back a window sees


def attention_masks() -> Figure:
    """The tiles of the scores under three masks: full, partly masked, skipped."""
    figure = Figure(570, 220)
    masks: tuple[tuple[str, Callable[[int, int], bool]], ...] = (
        ("all keys", lambda i, j: True),
        ("causal", lambda i, j: j <= i),
        ("causal, window", lambda i, j: i - WINDOW < j <= i),
    )
    count, side = LENGTH // TILE, 18
    for number, (name, mask) in enumerate(masks):
        x, done = 10 + 195 * number, 0
        figure.text(x, 18, name, bold=True)
        for row in range(count):
            for column in range(count):
                inside = [
                    mask(i, j)
                    for i in range(row * TILE, (row + 1) * TILE)
                    for j in range(column * TILE, (column + 1) * TILE)
                ]
                done += any(inside)
                fill = BLUE if all(inside) else LIGHT if any(inside) else WHITE
                figure.box(x + column * side, 28 + row * side, side, side, fill=fill, line=GREY)
        figure.text(x, 28 + count * side + 20, f"{done} of {count**2} tiles")
    figure.text(10, 212, "blue: no mask needed; gray: masked inside; white: not computed", colour=GREY)
    return figure


def split_decode() -> Figure:
    """One query against a long row of keys: by one core, and split over many."""
    figure = Figure(560, 190)
    for top, parts in ((30, 1), (110, 8)):
        figure.box(10, top, 54, 30, "query")
        width = 320 / parts
        for part in range(parts):
            figure.box(90 + part * width, top, width, 30, fill=BLUE if part == 0 or parts > 1 else LIGHT)
        figure.arrow([(64, top + 15), (88, top + 15)])
    figure.text(90, 20, "keys and values, one core", bold=True)
    figure.text(90, 102, "the same, eight cores", bold=True)
    figure.arrow([(410, 45), (486, 45)])
    figure.box(488, 30, 60, 30, "output")
    for part in range(8):
        x = 110 + 40 * part
        figure.line([(x, 140), (x, 160)], GREY)
    figure.line([(110, 160), (440, 160)], GREY)
    figure.arrow([(440, 160), (440, 142)], GREY)
    figure.text(250, 180, "of each part: maximum, sum, weighted values", "middle", GREY)
    figure.box(418, 110, 54, 30, "merge")
    figure.arrow([(472, 125), (486, 125)])
    figure.box(488, 110, 60, 30, "output")
    return figure
