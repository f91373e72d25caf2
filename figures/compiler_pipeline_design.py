"""Pictures of the note Compiler Pipeline Design."""

from figures.drawing import BLUE, GREY, LIGHT, Figure

LEVELS = (
    ("operators on tensors", "simplify, shard,\nlayout, fuse", "whole tensors, no order"),
    ("loops on tensors", "tile, fuse, map to units", "iteration space"),
    ("loops on buffers", "reuse memory, pipeline", "memory, copies"),
    ("instructions", "select, schedule, allocate", "registers"),
)
BETWEEN = ("structure", "bufferization", "code generation")


def pipeline_levels() -> Figure:
    """Four levels from tensors to instructions, what is done at each, and what becomes explicit."""
    figure = Figure(570, 300)
    for x, words in ((90, "level"), (290, "done here"), (480, "explicit from here on")):
        figure.text(x, 18, words, "middle", bold=True)
    for number, (name, work, explicit) in enumerate(LEVELS):
        y = 32 + 68 * number
        figure.box(10, y, 160, 40, name, LIGHT)
        figure.text(290, y + 20, work, "middle", centre=True)
        figure.text(480, y + 20, explicit, "middle", GREY, centre=True)
        if number < len(BETWEEN):
            figure.arrow([(90, y + 40), (90, y + 68)], BLUE, 2)
            figure.text(100, y + 54, BETWEEN[number], colour=BLUE, centre=True)
    return figure
