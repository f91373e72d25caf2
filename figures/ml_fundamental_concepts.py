"""Pictures of the note ML Fundamental Concepts."""

from figures.drawing import BLUE, GREY, WHITE, Figure

# Exponent bits, fraction bits, whether the highest exponent stands for infinity, numbers lost at the top otherwise
FORMATS = (
    ("float32", 8, 23, True, 0),
    ("half", 5, 10, True, 0),
    ("bfloat16", 8, 7, True, 0),
    ("E5M2", 5, 2, True, 0),
    ("E4M3", 4, 3, False, 1),  # the highest bit pattern is no number
    ("E2M1", 2, 1, False, 0),
)


def fundamental_format_bits() -> Figure:
    """The bits of six formats to scale, with the largest number of each."""
    figure = Figure(590, 190)
    side, left = 13, 70
    for number, (name, exponent, fraction, infinity, lost) in enumerate(FORMATS):
        y = 12 + number * 29
        for bit in range(1 + exponent + fraction):
            fill = GREY if bit == 0 else BLUE if bit <= exponent else WHITE
            figure.box(left + bit * side, y, side, 18, fill=fill, line=GREY, thick=0.6)
        bias = 2 ** (exponent - 1) - 1
        power = 2**exponent - 1 - infinity - bias
        largest = (2 - (1 + lost) / 2**fraction) * 2.0**power
        figure.text(left - 10, y + 9, name, "end", centre=True)
        text = f"{largest:,.0f}" if largest < 1e6 else f"{largest:.1e}".replace("e+", "e")
        figure.text(left + 33 * side, y + 9, text, centre=True)
    return figure
