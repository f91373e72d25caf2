"""Pictures of the note Performance optimization principles."""

from figures.drawing import BLACK, BLUE, GREY, LIGHT, Figure

# Of the reference machine: operations and bytes per second; what the note assumes of a launch, in seconds
PEAK, BANDWIDTH, LAUNCH = 989e12, 3.35e12, 5e-6
WORK = 16.06e9  # operations of a token, and bytes of its weights in 16 bits
# Of each state: bytes, kernels, seconds on the host
STATES = (
    ("as it is", WORK, 320, 0.6e-3),
    ("weights of 4 bits", WORK / 4, 320, 0.6e-3),
    ("one launch for all", WORK / 4, 1, 0.6e-3),
    ("nothing on the host", WORK / 4, 1, 0.0),
)


def step_limits() -> Figure:
    """The three limits of a step side by side, and what follows the longest."""
    figure = Figure(590, 300)
    left, wide = 130, 74  # px; px of a millisecond
    for number, (name, moved, kernels, rest) in enumerate(STATES):
        y = 14 + number * 58
        bars = (WORK / PEAK, moved / BANDWIDTH, kernels * LAUNCH)
        longest = max(bars)
        for row, (seconds, fill) in enumerate(zip(bars, (LIGHT, BLUE, BLACK), strict=True)):
            figure.box(left, y + row * 13, max(seconds * 1e3 * wide, 1), 11, fill=fill, line=fill)
        end = left + longest * 1e3 * wide
        if rest:
            figure.box(end, y, rest * 1e3 * wide, 37, fill=GREY, line=GREY)
        end += rest * 1e3 * wide
        figure.text(left - 10, y + 18, name, "end", centre=True)
        figure.text(end + 8, y + 18, f"{(longest + rest) * 1e3:.1f} ms", centre=True)
    for number, (word, fill) in enumerate(
        (("arithmetic", LIGHT), ("memory", BLUE), ("launches", BLACK), ("rest", GREY))
    ):
        x = left + number * 108
        figure.box(x, 266, 18, 12, fill=fill, line=fill)
        figure.text(x + 25, 277, word)
    return figure
