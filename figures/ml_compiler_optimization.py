"""Pictures of the note ML Compiler Optimization."""

from math import log10

from figures.drawing import BLACK, BLUE, GREY, LIGHT, Figure

# Peak in TFLOP/s and bandwidth in TB/s: the tables of the note
MACHINES = (("H100", 989, 3.35, BLUE), ("TPU v5e", 197, 0.82, BLACK))
KERNELS = (("a·x + y", 0.17), ("matrix × vector", 1.0), ("matrix × 16 vectors", 15.9), ("the product, 4096³", 1365))


def roofline() -> Figure:
    """Both machines' roofs over the intensity of four kernels, on logarithmic axes."""
    figure = Figure(560, 340)
    left, bottom, right, top = 60, 290, 470, 20

    def place(intensity: float, rate: float) -> tuple[float, float]:
        x = left + (right - left) * (log10(intensity) + 1) / 4.5  # 0.1 to 3,162 operations per byte
        y = bottom - (bottom - top) * (log10(rate) + 1.3) / 4.5  # 0.05 to 1,585 TFLOP/s
        return x, y

    for power in range(-1, 4):
        x, _ = place(10**power, 1)
        figure.line([(x, top), (x, bottom)], LIGHT)
        figure.text(x, bottom + 18, f"{10**power:,g}", "middle")
        if power < 4:
            _, y = place(1, 10**power)
            figure.line([(left, y), (right, y)], LIGHT)
            figure.text(left - 8, y, f"{10**power:,g}", "end", centre=True)
    figure.line([(left, top), (left, bottom), (right, bottom)])
    figure.text((left + right) / 2, bottom + 40, "operations per byte", "middle")
    figure.text(16, (top + bottom) / 2, "TFLOP/s", "middle", turn=-90)
    _, peak, bandwidth, _ = MACHINES[0]
    places = [(name, intensity, *place(intensity, min(peak, intensity * bandwidth))) for name, intensity in KERNELS]
    for _, _, x, y in places:
        figure.line([(x, y), (x, bottom)], GREY, dashes="3 3")
    for name, peak, bandwidth, colour in MACHINES:
        ridge = peak / bandwidth
        figure.line([place(0.1, 0.1 * bandwidth), place(ridge, peak), place(3000, peak)], colour, 2)
        x, y = place(3000, peak)
        figure.text(x + 8, y, f"{name}: {peak},\nridge {ridge:.0f}", colour=colour, centre=True)
    for name, intensity, x, y in places:
        figure.dot(x, y)
        if intensity > 300:
            figure.text(x - 6, bottom - 10, name, "end", on_lines=True)
        elif intensity < 0.5:
            figure.text(x - 18, y - 20, name, on_lines=True)
        else:
            figure.text(x - 8, y - 8, name, "end", on_lines=True)
    return figure
