"""Pictures of the note Auto-Tuning Systems."""

from itertools import product
from random import Random

from figures.drawing import BLACK, BLUE, GREY, LIGHT, Figure

Config = tuple[int, int, int, int, int]

SIDES = (8, 16, 32, 64, 128)
SPACE: list[Config] = [*product(SIDES, SIDES, (4, 8, 16, 32), (1, 2, 4), (2, 4, 8))]
TRIALS, RUNS = 80, 100


def _measure(config: Config, rough: bool = False) -> float:
    """The toy machine of the note."""
    m, n, depth, stages, warps = config
    sums = m * n / (32 * warps)
    if 4 * stages * (m + n) * depth > 48 * 1024 or sums > 200:
        return 1e9
    compute, memory = 8 * max(1, 24 / sums), 128 * (1 / m + 1 / n)
    time = max(compute, memory) + min(compute, memory) / stages
    wait = 400 / (depth * stages * warps)
    luck = 0.8 + 0.4 * Random(repr(config)).random()
    return time if rough else (time + wait) * luck


def _search(times: dict[Config, float], evolve: bool, seed: int) -> list[float]:
    """The best so far after each trial."""
    rng, tried = Random(seed), dict[Config, float]()
    while len(tried) < TRIALS:
        config = rng.choice(SPACE)
        if evolve and len(tried) >= 10:
            good = rng.choice(sorted(tried, key=tried.__getitem__)[:10])
            i = rng.randrange(5)
            config = good[:i] + config[i : i + 1] + good[i + 1 :]  # type: ignore[assignment]
        tried[config] = times[config]
    return _best_so_far([*tried.values()])


def _best_so_far(times: list[float]) -> list[float]:
    best = [times[0]]
    for time in times[1:]:
        best.append(min(best[-1], time))
    return best


def tuning_curves() -> Figure:
    """The best so far over the number of trials, in three ways."""
    figure = Figure(540, 280)
    left, bottom, right, top, highest = 60, 230, 420, 20, 2.4
    times = {config: _measure(config) for config in SPACE}
    best = min(times.values())
    curves = []
    for evolve in (False, True):
        runs = [_search(times, evolve, seed) for seed in range(RUNS)]
        curves.append([sum(run[n] for run in runs) / RUNS / best for n in range(TRIALS)])
    ranked = sorted(SPACE, key=lambda config: _measure(config, rough=True))
    curves.append([time / best for time in _best_so_far([times[config] for config in ranked[:TRIALS]])])

    def place(trial: int, ratio: float) -> tuple[float, float]:
        return left + (right - left) * trial / TRIALS, bottom - (bottom - top) * (ratio - 1) / (highest - 1)

    for ratio in (1.0, 1.5, 2.0):
        _, y = place(0, ratio)
        figure.line([(left, y), (right, y)], LIGHT)
        figure.text(left - 8, y, f"{ratio:.1f}", "end", centre=True)
    for trial in (20, 40, 60, 80):
        x, _ = place(trial, 1)
        figure.line([(x, bottom), (x, bottom + 4)])
        figure.text(x, bottom + 18, str(trial), "middle")
    figure.line([(left, top), (left, bottom), (right, bottom)])
    figure.text((left + right) / 2, bottom + 40, "trials", "middle")
    figure.text(18, (top + bottom) / 2, "time against the best", "middle", turn=-90)
    names = (("random", GREY, ""), ("evolution", BLACK, "6 3"), ("by a cost model", BLUE, ""))
    for (_, colour, dashes), curve in zip(names, curves, strict=True):
        first = next(n for n, ratio in enumerate(curve) if ratio <= highest)
        figure.line([place(n + 1, curve[n]) for n in range(first, TRIALS)], colour, 2, dashes)
    for (name, colour, _), curve in zip(names[:2], curves[:2], strict=True):
        _, y = place(TRIALS, curve[-1])
        figure.text(right + 8, y - 3, name, colour=colour, centre=True)
    x, y = place(23, 1)
    figure.text(x, y - 10, names[2][0], colour=BLUE, on_lines=True)
    return figure
