"""Pictures of the note Quantization Techniques."""

from figures.drawing import BLUE, GREY, LIGHT, Figure


def quantization_scales() -> Figure:
    """One matrix with one scale, with a scale for each row, and with one for each block."""
    figure = Figure(560, 150)
    rows, columns, side, outlier = 5, 8, 14, 2
    for x, title, blocks in ((10, "one scale", 0), (190, "one for each row", 1), (390, "one for each block", 2)):
        spoiled = {
            (row, column)
            for row in range(rows)
            for column in range(columns)
            if blocks == 0 or (row == outlier and (blocks == 1 or column < columns // 2))
        }
        figure.grid(x, 30, rows, columns, side, spoiled, LIGHT)
        figure.box(x + 2 * side, 30 + outlier * side, side, side, fill=BLUE)
        figure.text(x, 20, title, bold=True)
        for row in range(rows if blocks else 1):
            for number in range(max(blocks, 1)):
                figure.dot(x + columns * side + 12 + 14 * number, 30 + side * (row + 0.5), 3.5)
        for row in range(rows * (blocks == 2)):
            middle = x + columns // 2 * side
            figure.line([(middle, 30 + row * side), (middle, 30 + (row + 1) * side)], thick=2)
        words = {0: "40 values share its scale", 1: "8 values share its scale", 2: "4 values share its scale"}[blocks]
        assert int(words.split()[0]) == len(spoiled)
        figure.text(x, 30 + rows * side + 20, words)
    return figure


def quantized_graph() -> Figure:
    """A product between dequantize and quantize, before and after the compiler has merged them."""
    figure = Figure(560, 150)
    for top, name in ((20, "x"), (80, "w")):
        figure.box(10, top, 54, 40, f"{name}\nint8", LIGHT)
        figure.arrow([(64, top + 20), (84, top + 20)])
        figure.box(84, top, 66, 40, "dequan-\ntize")
        figure.arrow([(150, top + 20), (174, 70 + (top - 50) * 0.3)])
    figure.box(174, 46, 58, 48, "matrix\nproduct")
    figure.arrow([(232, 70), (252, 70)])
    figure.box(252, 50, 66, 40, "quan-\ntize")
    figure.text(345, 74, "becomes", "middle", GREY, italic=True)
    for top, name in ((20, "x"), (80, "w")):
        figure.box(378, top, 54, 40, f"{name}\nint8", LIGHT)
        figure.arrow([(432, top + 20), (456, 70 + (top - 50) * 0.3)])
    figure.box(456, 36, 94, 68, "int8 product\nint32 sums\nscale, round", BLUE)
    return figure
