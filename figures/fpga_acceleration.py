"""Pictures of the note FPGA Acceleration."""

from math import ceil

from figures.drawing import BLUE, GREY, LIGHT, Figure

LATENCY, ITERATIONS = 4, 5
WORK, MULTIPLIERS = (60_000, 90_000, 60_000), (86, 128, 86)


def pipelined_loop() -> Figure:
    """Iterations of a loop, one begun every cycle, and one every second cycle."""
    figure = Figure(560, 190)
    side = 20
    for x, interval in ((60, 1), (290, 2)):
        figure.text(x, 18, f"interval {interval}: {LATENCY + interval * (ITERATIONS - 1)} cycles", bold=True)
        for number in range(ITERATIONS):
            y = 30 + 24 * number
            for step in range(LATENCY):
                fill = BLUE if step == 0 else LIGHT
                figure.box(x + side * (interval * number + step), y, side, 18, fill=fill)
            if x == 60:
                figure.text(50, y + 9, str(number), "end", centre=True)
        figure.arrow([(x, 162), (x + side * (LATENCY + interval * (ITERATIONS - 1)), 162)], GREY)
        figure.text(x, 178, "cycles", colour=GREY)
    return figure


def balanced_stages() -> Figure:
    """Three stages with queues between them, as wide as they have multipliers."""
    figure = Figure(560, 150)
    x = 20.0
    for number, (work, multipliers) in enumerate(zip(WORK, MULTIPLIERS, strict=True)):
        width = multipliers * 1.1
        figure.arrow([(x - 18, 60), (x, 60)])
        figure.box(x, 34, width, 52, f"{multipliers}\nmultipliers", BLUE)
        figure.text(x + width / 2, 22, f"stage {number + 1}", "middle", bold=True)
        figure.text(x + width / 2, 104, f"{ceil(work / multipliers)} cycles", "middle")
        x += width
        if number < len(WORK) - 1:
            figure.arrow([(x, 60), (x + 18, 60)])
            for cell in range(4):
                figure.box(x + 18 + 11 * cell, 50, 11, 20, fill=LIGHT, line=GREY)
            figure.text(x + 40, 90, "queue", "middle", GREY)
            x += 80
    figure.arrow([(x, 60), (x + 18, 60)])
    every = max(ceil(work / n) for work, n in zip(WORK, MULTIPLIERS, strict=True))
    figure.text(20, 136, f"an image every {every} cycles", bold=True)
    return figure
