"""Pictures of the note ML Performance Benchmarking."""

from bisect import bisect_right
from heapq import nsmallest
from random import Random

from figures.drawing import BLACK, BLUE, GREY, LIGHT, Figure

SERVICE, LIMIT, QUERIES = 0.010, 50, 20_000


def latency_over_load() -> Figure:
    """The 99th percentile of a queue's latency over the rate of its queries."""
    figure = Figure(520, 280)
    left, right, top, bottom = 60, 500, 20, 230

    def place(rate: float, latency: float) -> tuple[float, float]:
        return left + (right - left) * rate / 100, bottom - (bottom - top) * min(latency, 200) / 200

    for latency in (0, 50, 100, 150, 200):
        figure.line([place(0, latency), place(100, latency)], LIGHT)
        x, y = place(0, latency)
        figure.text(x - 8, y, str(latency), "end", centre=True)
    for rate in (0, 20, 40, 60, 80, 100):
        x, y = place(rate, 0)
        figure.text(x, y + 18, str(rate), "middle")
    figure.text((left + right) / 2, bottom + 40, "queries a second", "middle")
    figure.text(18, (top + bottom) / 2, "99th percentile, ms", "middle", turn=-90)
    figure.line([(left, top), (left, bottom), (right, bottom)])
    figure.line([place(0, LIMIT), place(100, LIMIT)], BLACK, 1, "5 3")
    figure.text(left + 10, place(0, LIMIT)[1] - 6, "the limit", on_lines=True)
    curve = [(rate, _percentile(rate)) for rate in range(5, 96, 5)]
    figure.line([place(rate, latency) for rate, latency in curve if latency <= 200], BLUE, 2)
    best = bisect_right(range(100), LIMIT, lo=1, key=_percentile) - 1
    x, y = place(best, LIMIT)
    figure.line([(x, y), (x, bottom)], GREY, 1, "3 3")
    figure.dot(x, y)
    figure.text(x + 8, y + 20, str(best), on_lines=True)
    return figure


def _percentile(rate: float) -> float:
    """The 99th percentile of the latency in ms where queries come at random, as the note's program has it."""
    random = Random(1)
    at = free = 0.0
    latencies = []
    for _ in range(QUERIES):
        at += random.expovariate(rate)
        free = max(free, at) + SERVICE
        latencies.append(at - free)
    return -1000 * nsmallest(QUERIES // 100, latencies)[-1]
