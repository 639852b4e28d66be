"""Seeded draws and p-values from relabelling."""

import numpy as np


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
