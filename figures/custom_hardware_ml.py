"""Pictures of the note Custom Hardware ML."""

import itertools

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure

CHAIN = ("conv", "relu", "sort", "scale", "topk", "matmul", "softmax")
GREEDY = (1, 1, 0, 1, 0, 1, 1)  # 1: on the accelerator
BEST = (1, 1, 0, 0, 0, 1, 1)


def accelerator_families() -> Figure:
    """Where data stay: in a cache, a scratchpad, each core, or the next stage."""
    figure = Figure(590, 180)
    for number, title in enumerate(("threads, cache", "array, scratchpad", "mesh of cores", "dataflow in space")):
        figure.text(6 + number * 148, 18, title, bold=True)
    for row in range(2):
        for column in range(4):
            figure.box(6 + column * 32, 34 + row * 84, 26, 26, fill=BLUE)
    figure.box(6, 70, 122, 38, "cache", LIGHT, GREY)
    x = 154
    figure.box(x, 34, 44, 110, "scratch-\npad", LIGHT, GREY, size=11)
    figure.grid(x + 54, 34, 5, 3, 22, [(i, j) for i in range(5) for j in range(3)], line=WHITE)
    x = 302
    for row in range(3):
        for column in range(3):
            left, top = x + column * 42, 34 + row * 40
            figure.box(left, top, 15, 30, fill=BLUE)
            figure.box(left + 15, top, 13, 30, fill=LIGHT, line=GREY)
            if column < 2:
                figure.line([(left + 28, top + 15), (left + 42, top + 15)], GREY)
            if row < 2:
                figure.line([(left + 14, top + 30), (left + 14, top + 40)], GREY)
    x = 450
    stages = ((0, 0, 52, 40), (78, 0, 52, 60), (78, 84, 52, 30), (0, 64, 52, 50))
    for left, top, width, height in stages:
        figure.box(x + left, 34 + top, width, height, fill=BLUE)
    figure.arrow([(x + 52, 54), (x + 78, 54)], GREY, 2)
    figure.arrow([(x + 104, 94), (x + 104, 118)], GREY, 2)
    figure.arrow([(x + 78, 132), (x + 52, 132)], GREY, 2)
    figure.box(6, 162, 12, 12, fill=BLUE)
    figure.text(24, 173, "arithmetic")
    figure.box(100, 162, 12, 12, fill=LIGHT, line=GREY)
    figure.text(118, 173, "memory")
    return figure


def graph_partition() -> Figure:
    """A chain on an accelerator and a host, divided greedily and best."""
    figure = Figure(590, 230)
    step, width, left = 70, 58, 92
    for number, (title, places) in enumerate((("greedy", GREEDY), ("best", BEST))):
        top = 8 + number * 114
        figure.text(4, top + 50, title, bold=True)
        figure.text(left - 8, top + 28, "acc.", "end", GREY)
        figure.text(left - 8, top + 78, "host", "end", GREY)
        centres = [(left + i * step + width / 2, top + (24 if place else 74)) for i, place in enumerate(places)]
        for i, (before, after) in enumerate(itertools.pairwise(places)):
            if before != after:
                figure.line([centres[i], centres[i + 1]], BLUE, 3)
            else:
                figure.line([centres[i], centres[i + 1]], GREY)
        for name, (x, y) in zip(CHAIN, centres, strict=True):
            fill = LIGHT if name in ("sort", "topk") else WHITE
            figure.box(x - width / 2, y - 13, width, 26, name, fill)
    return figure
