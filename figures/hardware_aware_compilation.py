"""Pictures of the note Hardware-Aware Compilation."""

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure

LOAD, COMPUTE, STEPS = 1.0, 1.4, 8  # the worked example of the note


def _times(buffers: int) -> list[tuple[float, float, float, float]]:
    """Of each step: begin and end of its load, begin and end of its arithmetic."""
    times: list[tuple[float, float, float, float]] = []
    for step in range(STEPS):
        free = times[step - buffers][3] if step >= buffers else 0.0
        begin = max(free, times[-1][1] if times else 0.0)
        loaded = begin + LOAD
        start = max(loaded, times[-1][3] if times else 0.0)
        times.append((begin, loaded, start, start + COMPUTE))
    return times


def tile_levels() -> Figure:
    """A tile of the product at three levels of memory."""
    figure = Figure(580, 250)
    figure.text(90, 18, "main memory", "middle", bold=True)
    figure.text(310, 18, "shared memory", "middle", bold=True)
    figure.text(490, 18, "registers", "middle", bold=True)
    # the matrices: a left below, b right above, c right below
    figure.box(10, 124, 76, 96, fill=WHITE, line=GREY)
    figure.box(94, 40, 76, 76, fill=WHITE, line=GREY)
    figure.box(94, 124, 76, 96, fill=WHITE, line=GREY)
    figure.box(10, 156, 76, 32, fill=LIGHT, line=GREY)
    figure.box(118, 40, 32, 76, fill=LIGHT, line=GREY)
    figure.box(42, 156, 14, 32, fill=BLUE)
    figure.box(118, 72, 32, 14, fill=BLUE)
    figure.box(118, 156, 32, 32, line=BLUE, thick=2)
    figure.text(48, 238, "a", "middle")
    figure.text(132, 238, "c", "middle")
    figure.text(178, 82, "b")
    figure.box(256, 132, 36, 80, "128\n×\n32", BLUE)
    figure.box(300, 88, 80, 36, "32 × 128", BLUE)
    figure.box(450, 132, 80, 80, "128 × 128\nsums", line=BLUE, thick=2)
    figure.arrow([(182, 160), (248, 160)])
    figure.arrow([(388, 160), (442, 160)])
    figure.text(318, 238, "2 × 8 KiB a step", "middle")
    figure.text(490, 238, "64 KiB, kept", "middle")
    return figure


def double_buffering() -> Figure:
    """When each step is loaded and computed, with one buffer and with two."""
    figure = Figure(580, 190)
    left, unit = 70, 25
    for top, buffers in ((14, 1), (104, 2)):
        times = _times(buffers)
        figure.text(left - 8, top + 12, "load", "end", centre=True)
        figure.text(left - 8, top + 42, "compute", "end", centre=True)
        for begin, loaded, start, end in times:
            figure.box(left + begin * unit, top, (loaded - begin) * unit, 24, fill=LIGHT)
            figure.box(left + start * unit, top + 30, (end - start) * unit, 24, fill=BLUE)
        end = times[-1][3]
        words = f"{buffers} buffer{'s' * (buffers > 1)}: {end:.1f}"
        if buffers == 1:
            figure.text(left + end * unit, top + 70, words, "end", bold=True)
        else:
            figure.text(left + end * unit + 10, top + 42, words, bold=True, centre=True)
    return figure
