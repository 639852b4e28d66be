"""Writes two-sample.json: what scipy says of two samples of numbers. Run: python make_two_sample.py"""

import json
import warnings
from itertools import combinations
from pathlib import Path

import numpy as np
import scipy
from samples import sample
from scipy import stats

# Rows of both samples: tiny, small (exact p-values), middling, unbalanced, huge.
ROWS = [
    (1, 1), (1, 4), (2, 2), (2, 7), (3, 3), (5, 4), (8, 8), (8, 40), (13, 20), (20, 20), (19, 17),
    (21, 9), (30, 30), (64, 80), (150, 90), (400, 25), (7, 900), (1000, 1000), (2500, 1200),
    (3, 6000), (9000, 700), (15000, 12000),
]  # fmt: skip
SHAPES = [
    ("uniform", "uniform", 0.0),
    ("uniform", "uniform", 0.1),
    ("ties", "ties", 0.0),
    ("ties", "ties", 1.0),
    ("rare", "rare", 0.0),
    ("pareto", "pareto", 0.0),
    ("pareto", "pareto", 0.5),
    ("two-tailed", "two-tailed", 0.0),
    ("two-tailed", "cube", 0.0),
    ("cube", "cube", 0.2),
    ("offset", "offset", 0.0),
    ("uniform", "constant", -2.5),
]
SCALES = [1.0, 1e-200, 1.0, 1e180, 1.0]


def numbers(*values):
    return [None if not np.isfinite(value) else float(value) for value in values]


def kolmogorov_smirnov(a, b):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            result = stats.ks_2samp(a, b)
        except RuntimeWarning:  # scipy gave up its exact method
            return None
    return numbers(result.statistic, result.pvalue)


def cramer_von_mises(a, b):
    if min(len(a), len(b)) < 2:
        return None
    result = stats.cramervonmises_2samp(a, b)
    return numbers(result.statistic, result.pvalue)


def anderson_darling(a, b):
    if len(set(a) | set(b)) < 2 or len(a) + len(b) < 4:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = stats.anderson_ksamp([a, b])
    return numbers(result.statistic, result.pvalue)


def mann_whitney(a, b):
    result = stats.mannwhitneyu(a, b)
    return numbers(result.statistic, result.pvalue)


def welch(a, b):
    if min(len(a), len(b)) < 2 or len(set(a)) + len(set(b)) < 3:
        return None
    result = stats.ttest_ind(a, b, equal_var=False)
    return numbers(result.statistic, result.pvalue)


def case(index, rows, shapes):
    m, n = rows
    first, second, shift = shapes
    scale = SCALES[index % len(SCALES)]
    seed = 1000 + index
    # Squares of the scaled values leave a double, so that scipy is asked about the unscaled ones.
    a = sample(first, m, seed)
    b = sample(second, n, seed + 500_000, shift)
    return {
        "shapes": [first, second],
        "rows": [m, n],
        "seed": seed,
        "shift": shift,
        "scale": scale,
        "kolmogorovSmirnov": kolmogorov_smirnov(a, b),
        "cramerVonMises": cramer_von_mises(a, b),
        "andersonDarling": anderson_darling(a, b),
        "mannWhitney": mann_whitney(a, b),
        "welch": welch(a, b),
        "wasserstein": stats.wasserstein_distance(a, b),
        "energy": stats.energy_distance(a, b),
        "deviation": float(np.std(a)),
    }


def anderson_darling_permutations():
    """Exact: the share of all arrangements whose statistic is at least as large."""
    for m, n, seed, shift in [(4, 4, 1, 0.3), (5, 6, 2, 0.4), (8, 8, 3, 0.2), (8, 8, 4, 0.35), (3, 12, 5, 0.3)]:
        a, b = sample("uniform", m, seed), sample("uniform", n, seed + 900, shift)
        pooled = np.array(a + b)
        observed = anderson_darling(a, b)[0]
        at_least = total = 0
        for chosen in combinations(range(m + n), m):
            mask = np.zeros(m + n, bool)
            mask[list(chosen)] = True
            at_least += anderson_darling(pooled[mask].tolist(), pooled[~mask].tolist())[0] >= observed - 1e-9
            total += 1
        yield {"reference": a, "current": b, "pValue": at_least / total}


cases = [
    case(index, rows, shapes)
    for index, (rows, shapes) in enumerate((r, s) for r in ROWS for s in SHAPES)
]
fixture = {
    "scipy": scipy.__version__,
    "cases": cases,
    "andersonDarlingPermutations": list(anderson_darling_permutations()),
}
Path(__file__).with_name("two-sample.json").write_text(json.dumps(fixture) + "\n")
