"""Pictures of the note ML Compiler Frameworks."""

from figures.drawing import BLUE, GREY, WHITE, Figure

ROWS = ("capture", "graph", "kernels", "runtime")
# Per stack the rows where fusion is decided and where sizes become numbers
STACKS = (
    ("OpenXLA", {"graph"}, {"capture"}),
    ("PyTorch", {"kernels"}, {"capture", "runtime"}),
    ("TVM", {"graph"}, {"runtime"}),
    ("IREE", {"graph"}, {"runtime"}),
)


def stack_decisions() -> Figure:
    """Where four stacks decide on fusion, and where on sizes."""
    figure = Figure(520, 236)
    left, top, width, height = 80, 30, 100, 36
    for row, name in enumerate(ROWS):
        figure.text(left - 12, top + (row + 0.5) * height, name, "end", centre=True)
    for column, (name, fused, fixed) in enumerate(STACKS):
        x = left + column * width
        figure.text(x + width / 2, 20, name, "middle", bold=True)
        for row, part in enumerate(ROWS):
            fill = BLUE if part in fused else GREY if part in fixed else WHITE
            figure.box(x + 3, top + row * height + 3, width - 6, height - 6, fill=fill, line=GREY)
    figure.box(left + 3, 192, 20, 14, fill=BLUE, line=GREY)
    figure.text(left + 30, 204, "fusion is decided")
    figure.box(left + 203, 192, 20, 14, fill=GREY, line=GREY)
    figure.text(left + 230, 204, "sizes become numbers")
    return figure
