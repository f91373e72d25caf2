"""Pictures of the note Polyhedral Compilation."""

from figures.drawing import BLACK, BLUE, GREY, Figure

STEPS, PLACES, SIDE = 4, 7, 30


def polyhedral_skew() -> Figure:
    """The iteration space of a stencil before and after the skew, with two tiles in each."""
    figure = Figure(580, 230)
    for left, skew, title in ((30, 0, "x = place"), (300, 1, "x = place + time")):

        def place(t: int, i: int, left: int = left, skew: int = skew) -> tuple[float, float]:
            return left + (i + skew * t) * SIDE, 180 - t * SIDE * 1.3

        figure.arrow([(left - 16, 200), (left - 16, 40)], GREY)
        figure.arrow([(left - 16, 200), (left + 240, 200)], GREY)
        figure.text(left - 16, 30, "time", "middle", GREY)
        figure.text(left + 110, 218, title, "middle", GREY)
        columns = range(PLACES)
        for tile in (0, 1):
            x = left + (2 + 2 * tile) * SIDE - SIDE / 2
            _, top = place(2, 0)
            figure.box(x, top - 16, 2 * SIDE, 1.3 * SIDE + 32, "", "none", BLUE, "", 2)
        for t in range(STEPS):
            for i in columns:
                figure.dot(*place(t, i), 3, GREY, GREY)
        for reader in ((2, 3), (2, 4)) if not skew else ((2, 1), (2, 2)):
            x, y = place(*reader)
            figure.dot(x, y, 4)
            for step in (-1, 0, 1):
                source_x, source_y = place(reader[0] - 1, reader[1] + step)
                figure.arrow(
                    [(source_x, source_y - 4), (x + (source_x - x) * 0.12, y + 5)], BLUE if step * (1 - skew) else BLACK
                )
    return figure
