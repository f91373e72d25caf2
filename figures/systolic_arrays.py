"""Pictures of the note Systolic Arrays."""

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure

SIDE = 3  # elements of a side, and terms of each sum
TERMS = (BLUE, GREY, LIGHT)  # the colour of each term


def systolic_stagger() -> Figure:
    """Operands waiting at the edges of an array, each row and column a cycle later."""
    figure = Figure(440, 330)
    cell, left, top = 44, 220, 190
    for i in range(SIDE):
        for j in range(SIDE):
            figure.box(left + j * cell, top + i * cell, cell, cell, f"c{i}{j}")
    for i in range(SIDE):
        y = top + i * cell + cell / 2
        for k in range(SIDE):
            x = left - 34 - (i + k) * 34
            figure.text(x, y, f"a{i}{k}", "middle", centre=True)
        figure.arrow([(left - 20, y), (left - 3, y)], GREY)
    for j in range(SIDE):
        x = left + j * cell + cell / 2
        for k in range(SIDE):
            y = top - 32 - (j + k) * 30
            figure.text(x, y, f"b{k}{j}", "middle", centre=True)
        figure.arrow([(x, top - 20), (x, top - 3)], GREY)
    return figure


def systolic_waves() -> Figure:
    """Which element adds which term, in the first six cycles."""
    figure = Figure(580, 118)
    cell = 26
    for cycle in range(6):
        left = 4 + cycle * 97
        figure.text(left, 18, f"cycle {cycle}", bold=True)
        for i in range(SIDE):
            for j in range(SIDE):
                term = cycle - i - j
                works = 0 <= term < SIDE
                fill, words = (TERMS[term], str(term)) if works else (WHITE, "")
                figure.box(left + j * cell, 30 + i * cell, cell, cell, words, fill, GREY)
    return figure
