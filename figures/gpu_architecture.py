"""Pictures of the note GPU Architecture."""

from math import sqrt

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure

CORES = 132
KB = 256  # of registers; of shared memory and L1; of Blackwell's tensor memory
L2_KB = 50 * 1024 / CORES
MAIN_KB = 80e9 / 1024 / CORES
SIDE = 104  # px of a square of 256 KB


def gpu_core_memories() -> Figure:
    """A core's memories and its share of the common ones, areas to scale."""
    figure = Figure(580, 200)
    figure.box(8, 30, 3 * SIDE + 32, SIDE + 16, fill=LIGHT, line=GREY)
    figure.text(8, 20, "one core", bold=True)
    for number, name in enumerate(("registers", "shared\nand L1", "tensor memory\n(Blackwell)")):
        dashes = "4 3" if number == 2 else ""
        figure.box(16 + number * (SIDE + 8), 38, SIDE, SIDE, f"{name}\n{KB} KB", dashes=dashes)
    side = SIDE * sqrt(L2_KB / KB)
    figure.text(378, 20, "its share of", bold=True)
    figure.box(368, 38, side, side, f"L2\n{L2_KB:.0f} KB")
    wide = sqrt(MAIN_KB / KB)
    figure.line([(580, 38), (508, 38), (508, 200)], BLUE, 2)
    figure.text(516, 58, "HBM\n606 MB", colour=BLUE)
    figure.text(500, 190, f"{wide:.0f} times as wide as a square of the core", "end", BLUE)
    assert round(MAIN_KB * 1024 / 1e6) == 606
    return figure


def gpu_coalescing() -> Figure:
    """A warp that reads numbers of 4 bytes, with two strides, over sectors of 32 bytes."""
    figure = Figure(590, 200)
    cell, left = 4.4, 12  # px of a number; the strip shows 128 of them
    for row, stride in enumerate((1, 8)):
        y = 52 + row * 104
        figure.text(left, y - 34, f"stride {stride}", bold=True)
        touched = {thread * stride // 8 for thread in range(32)}
        figure.text(left + 380, y - 28, "threads of a warp" if stride == 1 else "half of them")
        for sector in range(16):
            fill = LIGHT if sector in touched else WHITE
            figure.box(left + sector * 8 * cell, y, 8 * cell, 22, fill=fill, line=GREY)
        for thread in range(32):
            x = left + (thread * stride + 0.5) * cell
            if x < left + 128 * cell:
                figure.box(x - cell / 2, y, cell, 22, fill=BLUE, line=WHITE, thick=0.4)
                figure.dot(left + 120 + thread * 8, y - 32, 2)
                figure.line([(left + 120 + thread * 8, y - 29), (x, y)], BLUE, 0.6)
        sectors = f"{len(touched)} sectors for 32 numbers"
        figure.text(left, y + 38, sectors + ("" if stride == 1 else "; here the first 16"))
    return figure
