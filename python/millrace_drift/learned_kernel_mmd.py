"""Maximum mean discrepancy with a kernel that is learned for power.

k(x, y) = ((1 − ε) κ(φ(x), φ(y)) + ε) q(x, y): κ and q are RBF kernels, φ(x) = x A + tanh(x B + c) D
is a small network, ε keeps the kernel characteristic. All of them are learned on one half of the
rows by going uphill on J = MMD² / σ, σ² the variance of MMD² under drift; the other half is tested
by relabelling with that kernel, so that the p-value holds its level.

F. Liu et al., Learning Deep Kernels for Non-Parametric Two-Sample Tests, 2020, equations 1, 3 and 5.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .adam import Adam
from .data import Samples
from .options import Options
from .result import all_equal, found, too_few
from .sampling import draw_sides, halves, permutation_p_value, standardiser

STEPS = 150
BATCH = 200
"""Rows a side in one step: a step costs its square."""
HIDDEN = 10
REGULARISER = 1e-4
"""Added to σ², which a lucky batch may bring near 0."""


def compare(samples: Samples, options: Options, progress: Callable[[float], None]) -> dict[str, Any]:
    rng, reference, current = draw_sides(samples, options)
    few = too_few(reference, current)
    if few is not None:
        return few
    if all_equal(reference, current):
        return found(0.0, 1.0, "all rows of both sides are equal")
    (x_learn, x_test), (y_learn, y_test) = halves(reference, rng), halves(current, rng)
    learned = np.concatenate([x_learn, y_learn])
    standardised = standardiser(learned)
    parameters = learn(standardised(x_learn), standardised(y_learn), rng, progress)
    pooled = standardised(np.concatenate([x_test, y_test]))
    matrix, _ = kernel(parameters, pooled)
    observed = squared_mmd(matrix, np.arange(len(x_test)))
    permuted = np.array(
        [
            squared_mmd(matrix, rng.permutation(len(pooled))[: len(x_test)])
            for _ in range(options.permutations)
        ]
    )
    return found(
        observed,
        permutation_p_value(observed, permuted),
        referenceRows=len(reference),
        currentRows=len(current),
        permutations=options.permutations,
    )


def squared_mmd(matrix: np.ndarray, group: np.ndarray) -> float:
    """Unbiased, of the rows in `group` against all others."""
    inside = np.zeros(len(matrix))
    inside[group] = 1.0
    outside = 1.0 - inside
    rows = matrix @ inside
    m, n = inside.sum(), outside.sum()
    diagonal = np.diag(matrix)
    within = (inside @ rows - diagonal @ inside) / (m * (m - 1))
    across = outside @ rows / (m * n)
    rest = (outside @ (matrix.sum(axis=1) - rows) - diagonal @ outside) / (n * (n - 1))
    return float(within + rest - 2 * across)


def initial(rows: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """φ starts as the identity, both bandwidths at the median distance."""
    width = rows.shape[1]
    few = rows[rng.permutation(len(rows))[:BATCH]]
    distances = _squared_distances(few)[np.triu_indices(len(few), 1)]
    median = float(np.median(distances))
    spread = np.log(median / 2 if median > 0 else max(distances.mean() / 2, 1e-12)) / 2
    return {
        "scale": np.ones(width),
        "weights": rng.normal(size=(width, HIDDEN)) / np.sqrt(width),
        "bias": np.zeros(HIDDEN),
        "mixing": 0.1 * rng.normal(size=(HIDDEN, width)) / np.sqrt(HIDDEN),
        "logInner": np.array(spread),
        "logOuter": np.array(spread + np.log(2.0)),
        "logitEpsilon": np.array(-2.0),
    }


def learn(x: np.ndarray, y: np.ndarray, rng: np.random.Generator, progress: Callable[[float], None]):
    parameters = initial(np.concatenate([x, y]), rng)
    adam = Adam(parameters, 0.02)
    size = min(BATCH, len(x), len(y))
    for step in range(STEPS):
        batch_x = x[rng.permutation(len(x))[:size]]
        batch_y = y[rng.permutation(len(y))[:size]]
        _, gradient = power(parameters, batch_x, batch_y)
        adam.step({name: -value for name, value in gradient.items()})
        if step % 25 == 24:
            progress((step + 1) / STEPS)
    return parameters


def _squared_distances(rows: np.ndarray) -> np.ndarray:
    squares = (rows**2).sum(axis=1)
    return np.maximum(squares[:, None] + squares[None, :] - 2 * rows @ rows.T, 0)


def kernel(parameters: dict[str, np.ndarray], rows: np.ndarray):
    """The kernel matrix and what its gradient needs."""
    hidden = np.tanh(rows @ parameters["weights"] + parameters["bias"])
    features = rows * parameters["scale"] + hidden @ parameters["mixing"]
    inner_distances, outer_distances = _squared_distances(features), _squared_distances(rows)
    inner = np.exp(-inner_distances / (2 * np.exp(2 * parameters["logInner"])))
    outer = np.exp(-outer_distances / (2 * np.exp(2 * parameters["logOuter"])))
    epsilon = 1 / (1 + np.exp(-parameters["logitEpsilon"]))
    matrix = ((1 - epsilon) * inner + epsilon) * outer
    return matrix, (hidden, features, inner_distances, outer_distances, inner, outer, epsilon)


def power(parameters: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray):
    """J and its gradient by every parameter; x and y have equally many rows."""
    n = len(x)
    rows = np.concatenate([x, y])
    matrix, state = kernel(parameters, rows)
    h = matrix[:n, :n] + matrix[n:, n:] - matrix[:n, n:] - matrix[n:, :n]
    off = h - np.diag(np.diag(h))
    discrepancy = off.sum() / (n * (n - 1))
    sums = h.sum(axis=1)
    variance = 4 * (sums @ sums) / n**3 - 4 * sums.sum() ** 2 / n**4 + REGULARISER
    deviation = np.sqrt(variance)
    # dJ/dH = (dMMD²/dH) / σ − MMD² / (2 σ³) dσ²/dH
    by_variance = 8 * sums[:, None] / n**3 - 8 * sums.sum() / n**4
    by_h = (1 - np.eye(n)) / (n * (n - 1) * deviation) - discrepancy / (2 * deviation**3) * by_variance
    by_matrix = np.block([[by_h, -by_h], [-by_h, by_h]])
    return discrepancy / deviation, _backward(parameters, rows, by_matrix, state)


def _backward(parameters, rows: np.ndarray, by_matrix: np.ndarray, state) -> dict[str, np.ndarray]:
    hidden, features, inner_distances, outer_distances, inner, outer, epsilon = state
    by_inner = by_matrix * (1 - epsilon) * outer * inner
    by_outer = by_matrix * ((1 - epsilon) * inner + epsilon) * outer
    variance = np.exp(2 * parameters["logInner"])
    by_epsilon = (by_matrix * (1 - inner) * outer).sum()
    # ∂‖φᵢ − φⱼ‖² / ∂φᵢ = 2 (φᵢ − φⱼ), from both orders of a pair.
    both = -(by_inner + by_inner.T) / (2 * variance)
    by_features = 2 * (both.sum(axis=1)[:, None] * features - both @ features)
    by_hidden = by_features @ parameters["mixing"].T * (1 - hidden**2)
    return {
        "scale": (by_features * rows).sum(axis=0),
        "weights": rows.T @ by_hidden,
        "bias": by_hidden.sum(axis=0),
        "mixing": hidden.T @ by_features,
        "logInner": (by_inner * inner_distances).sum() / variance,
        "logOuter": (by_outer * outer_distances).sum() / np.exp(2 * parameters["logOuter"]),
        "logitEpsilon": by_epsilon * epsilon * (1 - epsilon),
    }
