"""Seeded draws and p-values from relabelling."""

from collections.abc import Callable

import numpy as np

from .data import Samples
from .options import Options


def draw_sides(
    samples: Samples, options: Options
) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    """The method's generator, and at most `max_rows` rows of the reference and of the current side."""
    rng = np.random.default_rng(options.seed)
    reference = cap(samples.reference, options.max_rows, rng)
    return rng, reference, cap(samples.current, options.max_rows, rng)


def standardiser(learned: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Brings rows to mean 0 and deviation 1 of the learned ones, and far outliers to ±1000."""
    mean, deviation = learned.mean(axis=0), learned.std(axis=0)
    deviation[deviation == 0] = 1.0
    return lambda rows: np.clip((rows - mean) / deviation, -1e3, 1e3)


def cap(matrix: np.ndarray, rows: int, rng: np.random.Generator) -> np.ndarray:
    """At most `rows` rows, drawn without replacement."""
    if len(matrix) <= rows:
        return matrix
    return matrix[np.sort(rng.choice(len(matrix), rows, replace=False))]


def halves(matrix: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    order = rng.permutation(len(matrix))
    middle = len(matrix) // 2
    return matrix[order[:middle]], matrix[order[middle:]]


def permutation_p_value(observed: float, permuted: np.ndarray) -> float:
    """(1 + as large or larger) / (1 + all): never 0 (Phipson and Smyth, 2010)."""
    reached = np.count_nonzero(permuted >= observed - 1e-12 * max(1.0, abs(observed)))
    return (1 + reached) / (1 + len(permuted))


def rank_sums(scores: np.ndarray, is_current: np.ndarray, permutations: int, rng: np.random.Generator):
    """The AUC of scores and those of relabellings: (observed, permuted)."""
    ranks = _midranks(scores)
    positives = int(is_current.sum())
    pairs = positives * (len(scores) - positives)
    offset = positives * (positives + 1) / 2
    observed = (ranks[is_current].sum() - offset) / pairs
    permuted = np.array(
        [(rng.permutation(ranks)[:positives].sum() - offset) / pairs for _ in range(permutations)]
    )
    return observed, permuted


def _midranks(values: np.ndarray) -> np.ndarray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]
