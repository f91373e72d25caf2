"""Pictures of the note Research Papers."""

from figures.drawing import BLUE, GREY, LIGHT, Figure

ROWS = ("languages", "infrastructure", "search", "fusion", "hardware")
# Of each paper its year, its row, and on which side of the dot its name stands
PAPERS = {
    "systolic": (1978, 4, "start"),
    "roofline": (2009, 4, "end"),
    "Halide": (2012, 0, "end"),
    "TPU": (2017, 4, "start"),
    "TVM": (2018, 1, "start"),
    "Triton": (2019, 0, "start"),
    "Ansor": (2020, 2, "below"),
    "MLIR": (2021, 1, "start"),
    "FlashAttention": (2022, 3, "end"),
    "MetaSchedule": (2022, 2, "start"),
    "Mirage": (2025, 3, "start"),
}
DESCENT = (
    ("systolic", "TPU"),
    ("Halide", "TVM"),
    ("Halide", "Triton"),
    ("TVM", "Ansor"),
    ("Ansor", "MetaSchedule"),
    ("FlashAttention", "Mirage"),
)


def papers_timeline() -> Figure:
    """Papers by year and theme, and which built on which."""
    figure = Figure(600, 270)

    def place(name: str) -> tuple[float, float]:
        year, row, _ = PAPERS[name]
        x = 150 + (year - 1978) * 3 if year < 2008 else 260 + (year - 2008) * 16
        return x, 30 + row * 44

    for row, name in enumerate(ROWS):
        figure.text(8, 30 + row * 44, name, colour=GREY, centre=True)
        figure.line([(110, 30 + row * 44), (560, 30 + row * 44)], LIGHT)
    for earlier, later in DESCENT:
        (x, y), (to_x, to_y) = place(earlier), place(later)
        if y != to_y:
            path = [(x, y), (to_x - 2, to_y - 5 if to_y > y else to_y + 5)]
        elif (earlier, later) == ("systolic", "TPU"):  # under the roofline, which is of another line
            path = [(x, y), (x + 16, y + 16), (to_x - 20, y + 16), (to_x - 4, y + 4)]
        else:
            path = [(x, y), (to_x - 5, y)]
        figure.arrow(path, BLUE)
    for name, (_, _, side) in PAPERS.items():
        x, y = place(name)
        figure.dot(x, y)
        if side == "below":
            figure.text(x, y + 18, name, "middle", on_lines=True)
        else:
            figure.text(x + (7 if side == "start" else -7), y - 7, name, side, on_lines=True)
    for year in (1978, 2008, 2012, 2016, 2020, 2024):
        x = 150 + (year - 1978) * 3 if year < 2008 else 260 + (year - 2008) * 16
        figure.text(x, 254, str(year), "middle")
    return figure
