"""Pictures of the note Parallel Computing ML."""

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure

DEVICES = 4
FILLS = (WHITE, LIGHT, GREY, BLUE)  # of a part with so many summands, less one


def ring_all_reduce() -> Figure:
    """The parts of four devices after each of six steps."""
    figure = Figure(590, 196)
    side = 20
    summands = [[1] * DEVICES for _ in range(DEVICES)]
    for step in range(2 * (DEVICES - 1)):
        gather = step >= DEVICES - 1
        moving = [(device, (device - step) % DEVICES) for device in range(DEVICES)]
        numbers = [summands[device][part] for device, part in moving]
        for (device, part), number in zip(moving, numbers, strict=True):
            right = summands[(device + 1) % DEVICES]
            right[part] = number if gather else right[part] + number
        left = 6 + step * 98
        figure.text(left, 18, f"step {step + 1}", bold=True)
        for device in range(DEVICES):
            for part in range(DEVICES):
                fill = FILLS[summands[device][part] - 1]
                figure.box(left + device * side, 46 + part * side, side - 3, side, fill=fill, line=GREY)
        figure.arrow([(left, 36), (left + DEVICES * side - 3, 36)], GREY)
    figure.text(6, 146, "columns: devices; cells: parts of the tensor")
    for number, fill in enumerate(FILLS):
        figure.box(6 + number * 60, 164, 17, 17, fill=fill, line=GREY)
        figure.text(28 + number * 60, 177, str(number + 1))
    figure.text(248, 177, "summands in a part")
    assert all(number == DEVICES for parts in summands for number in parts)
    return figure


def sharded_products() -> Figure:
    """A product cut by rows, by columns, and along the inner dimension."""
    figure = Figure(590, 150)
    fills = (BLUE, GREY, LIGHT, WHITE)
    side = 52

    def matrix(x: float, name: str, cut: str, y: float = 44) -> None:
        for number, fill in enumerate(fills if cut else (WHITE,)):
            share = side / 4 if cut else side
            if cut == "rows":
                figure.box(x, y + number * share, side, share, fill=fill, line=GREY)
            elif cut == "columns":
                figure.box(x + number * share, y, share, side, fill=fill, line=GREY)
            else:
                figure.box(x, y, side, side, line=GREY)
        figure.text(x + side / 2, y + side + 18, name, "middle")

    for number, (title, first, second, result) in enumerate(
        (
            ("rows of X", "rows", "", "rows"),
            ("columns of W", "", "columns", "columns"),
            ("inner dimension", "columns", "rows", ""),
        )
    ):
        left = 6 + number * 196
        figure.text(left, 22, title, bold=True)
        matrix(left, "X", first)
        matrix(left + 60, "W", second)
        figure.text(left + 121, 74, "=", "middle")
        if result:
            matrix(left + 130, "Y", result)
        else:
            for place, fill in reversed([*enumerate(fills)]):
                figure.box(left + 130 + place * 8, 44 + place * 8, 28, 28, fill=fill, line=GREY)
            figure.text(left + 156, 114, "Y, added", "middle")
    figure.text(6, 142, "one shade: one device", colour=GREY)
    return figure


def pipeline_bubble() -> Figure:
    """Four stages and four micro-batches, forward and backward."""
    figure = Figure(590, 150)
    stages, batches, width, height = 4, 4, 36, 24
    steps = stages + batches - 1
    left, top = 62, 12
    for stage in range(stages):
        y = top + stage * height
        figure.text(left - 8, y + height / 2, f"stage {stage}", "end", centre=True)
        figure.box(left, y, 2 * steps * width, height, fill="none", line=LIGHT)
        for batch in range(batches):
            figure.box(left + (stage + batch) * width, y, width, height, fill=BLUE)
            figure.box(left + (steps + stages - 1 - stage + batch) * width, y, width, height, fill=GREY)
    figure.arrow([(left, top + stages * height + 14), (left + 2 * steps * width, top + stages * height + 14)], GREY)
    figure.text(left, 144, "forward", colour=BLUE)
    figure.text(left + steps * width, 144, "backward", colour=GREY)
    return figure
