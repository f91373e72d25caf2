"""Pictures of the note Number Formats."""

from math import log10

from figures.drawing import BLUE, GREY, LIGHT, Figure

# exponent bits, mantissa bits, codes at the top that are no numbers
FORMATS = {
    "float32": (8, 23, 2**23),
    "bfloat16": (8, 7, 2**7),
    "half": (5, 10, 2**10),
    "E5M2": (5, 2, 2**2),
    "E4M3": (4, 3, 1),
    "E3M2": (3, 2, 0),
    "E2M3": (2, 3, 0),
    "E2M1": (2, 1, 0),
}


def _decode(code: int, exponent_bits: int, mantissa_bits: int) -> float:
    bias = 2 ** (exponent_bits - 1) - 1
    exponent, mantissa = divmod(code, 2**mantissa_bits)
    if exponent == 0:
        return float(mantissa * 2.0 ** (1 - bias - mantissa_bits))
    return float((1 + mantissa / 2**mantissa_bits) * 2.0 ** (exponent - bias))


def number_lines() -> Figure:
    """Which numbers between 0 and 8 four formats have."""
    figure = Figure(560, 190)
    left, unit = 110, 54
    lines = [("4-bit integers", [6 / 7 * n for n in range(8)])]
    for name in ("E2M1", "E2M3", "E4M3"):
        e, m, lost = FORMATS[name]
        numbers = [_decode(code, e, m) for code in range(2 ** (e + m) - lost)]
        lines.append((name, [x for x in numbers if x <= 8]))
    for row, (name, numbers) in enumerate(lines):
        y = 26 + 40 * row
        figure.text(left - 12, y, name, "end", centre=True)
        figure.line([(left, y), (left + 8 * unit, y)], GREY)
        for x in numbers:
            figure.line([(left + x * unit, y - 9), (left + x * unit, y + 9)], BLUE, 1.5)
    for x in range(9):
        figure.text(left + x * unit, 178, str(x), "middle")
    return figure


def number_ranges() -> Figure:
    """From the least normal to the largest number of each format, on a logarithmic axis."""
    figure = Figure(560, 250)
    left, unit = 90, 5.6

    def place(x: float) -> float:
        return left + (log10(x) + 39) * unit

    for power in (-36, -24, -12, 0, 12, 24, 36):
        x = place(10.0**power)
        figure.line([(x, 10), (x, 218)], LIGHT)
        figure.text(x, 238, f"1e{power}" if power else "1", "middle")
    for row, (name, (e, m, lost)) in enumerate(FORMATS.items()):
        y = 14 + 25 * row
        figure.text(left - 10, y + 8, name, "end", centre=True)
        least, normal = _decode(1, e, m), _decode(2**m, e, m)
        largest = _decode(2 ** (e + m) - 1 - lost, e, m)
        begin = max(place(least), left)
        figure.box(begin, y, place(normal) - begin, 16, fill=LIGHT, line=GREY)
        figure.box(place(normal), y, place(largest) - place(normal), 16, fill=BLUE, line=BLUE)
    return figure
