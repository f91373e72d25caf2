"""Pictures of the note Industry Tools."""

from figures.drawing import BLUE, GREY, LIGHT, Figure

STAGES = ("exported graph", "partition", "fusion", "kernels", "memory plan", "engine", "runtime")

# Of each buffer its size in KiB, its first and last step, and its offset, as the note's program finds it
BUFFERS = {"a": (64, 0, 2, 0), "b": (32, 1, 3, 128), "c": (64, 2, 4, 64), "d": (16, 3, 5, 160), "e": (64, 4, 5, 0)}


def runtime_shape() -> Figure:
    """The stages that all tools share, and the way around them."""
    figure = Figure(420, 300)
    for number, name in enumerate(STAGES):
        y = 8 + number * 41
        figure.box(20, y, 150, 28, name, "#fff" if number else LIGHT)
        if number:
            figure.arrow([(95, y - 13), (95, y)])
    figure.box(250, 49, 150, 28, "left to the fall-back", line=BLUE)
    figure.arrow([(170, 63), (250, 63)], BLUE, 2)
    figure.arrow([(325, 77), (325, 268), (170, 268)], BLUE, 2)
    figure.text(316, 180, "a border\nat run time", "end", BLUE)
    return figure


def memory_plan() -> Figure:
    """The buffers over time and offset."""
    figure = Figure(460, 270)
    left, bottom, step, scale = 60, 230, 64, 1.1
    for offset in (0, 64, 128, 176):
        y = bottom - offset * scale
        figure.line([(left, y), (left + 6 * step, y)], LIGHT)
        figure.text(left - 8, y, str(offset), "end", centre=True)
    for name, (size, first, last, offset) in BUFFERS.items():
        y = bottom - (offset + size) * scale
        figure.box(
            left + first * step, y, (last - first + 1) * step, size * scale, name, BLUE if name == "e" else LIGHT
        )
    for time in range(6):
        figure.text(left + (time + 0.5) * step, bottom + 18, str(time), "middle")
    figure.text(left + 3 * step, bottom + 36, "step", "middle", GREY)
    figure.text(18, 130, "offset, KiB", "middle", GREY, turn=-90)
    return figure
