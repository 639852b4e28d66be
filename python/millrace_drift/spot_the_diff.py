"""A classifier that can be read: how far a row is from one learned point.

p(current | x) = sigmoid(a + b k(x, w)) with an RBF kernel k and w = mean + δ. An L1 penalty keeps δ
at 0 for the features that do not help, so that δ (in standard deviations) says in which features,
and in which direction, the current rows differ. It is learned on one half of the rows; the AUC of
the other half is tested by relabelling.

W. Jitkrittum et al., Interpretable Distribution Features with Maximum Testing Power, 2016 (learned
test locations on a held-out half).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .adam import Adam
from .data import Samples
from .options import Options
from .result import all_equal, found, too_few
from .sampling import draw_sides, halves, permutation_p_value, rank_sums, standardiser

STEPS = 300
PENALTY = 0.002
"""Of the L1 norm of δ, per feature in standard deviations, beside the mean log-loss."""


def compare(samples: Samples, options: Options, progress: Callable[[float], None]) -> dict[str, Any]:
    rng, reference, current = draw_sides(samples, options)
    few = too_few(reference, current)
    if few is not None:
        return few
    if all_equal(reference, current):
        return found(0.5, 1.0, "all rows of both sides are equal", auc=0.5)
    (x_learn, x_test), (y_learn, y_test) = halves(reference, rng), halves(current, rng)
    learned = np.concatenate([x_learn, y_learn])
    standardised = standardiser(learned)
    labels = np.arange(len(learned)) >= len(x_learn)
    parameters = learn(standardised(learned), labels, rng, progress)
    tested = np.concatenate([x_test, y_test])
    scores = logits(parameters, standardised(tested))
    is_current = np.arange(len(tested)) >= len(x_test)
    auc, permuted = rank_sums(scores, is_current, options.permutations, rng)
    result = found(
        auc,
        permutation_p_value(auc, permuted),
        auc=auc,
        slope=parameters["slope"],
        referenceRows=len(reference),
        currentRows=len(current),
        permutations=options.permutations,
    )
    return {**result, "contributions": slopes_at_mean(parameters).tolist()}


def slopes_at_mean(parameters) -> np.ndarray:
    """By how much a standard deviation more of a feature raises the log-odds of being current."""
    difference = parameters["difference"]
    variance = np.exp(2 * parameters["logBandwidth"])
    kernel = np.exp(-(difference @ difference) / (2 * variance))
    return parameters["slope"] * kernel * difference / variance


def learn(rows: np.ndarray, labels: np.ndarray, rng: np.random.Generator, progress: Callable[[float], None]):
    width = rows.shape[1]
    weights = np.where(labels, 0.5 / labels.sum(), 0.5 / (~labels).sum())
    # Where the means differ is a good first guess; a little noise breaks the tie where they do not.
    start = rows[labels].mean(axis=0) - rows[~labels].mean(axis=0)
    parameters = {
        "intercept": np.array(0.0),
        "slope": np.array(1.0),
        "difference": start + 0.01 * rng.normal(size=width),
        "logBandwidth": np.array(0.5 * np.log(width)),
    }
    adam = Adam(parameters, 0.05)
    for step in range(STEPS):
        adam.step(gradients(parameters, rows, labels, weights))
        # The proximal step of the L1 penalty: small differences become exactly 0.
        difference = parameters["difference"]
        difference[:] = np.sign(difference) * np.maximum(np.abs(difference) - 0.05 * PENALTY, 0)
        if step % 50 == 49:
            progress((step + 1) / STEPS)
    return {name: float(value) if value.ndim == 0 else value for name, value in parameters.items()}


def logits(parameters, rows: np.ndarray) -> np.ndarray:
    distances = ((rows - parameters["difference"]) ** 2).sum(axis=1)
    kernel = np.exp(-distances / (2 * np.exp(2 * parameters["logBandwidth"])))
    return parameters["intercept"] + parameters["slope"] * kernel


def loss(parameters, rows: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    signed = np.where(labels, -1.0, 1.0) * logits(parameters, rows)
    return float(weights @ np.logaddexp(0, signed))


def gradients(parameters, rows: np.ndarray, labels: np.ndarray, weights: np.ndarray):
    """Of `loss`, by hand."""
    away = rows - parameters["difference"]
    variance = np.exp(2 * parameters["logBandwidth"])
    distances = (away**2).sum(axis=1)
    kernel = np.exp(-distances / (2 * variance))
    value = parameters["intercept"] + parameters["slope"] * kernel
    error = weights * (1 / (1 + np.exp(-np.clip(value, -500, 500))) - labels)
    through = error * parameters["slope"] * kernel
    return {
        "intercept": error.sum(),
        "slope": error @ kernel,
        "difference": (through @ away) / variance,
        "logBandwidth": through @ (distances / variance),
    }
