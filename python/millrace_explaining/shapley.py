"""Shapley values by the library `shap`, of any model, with a sample of the training data as background.

The tree explainer of the library is not used: it reads a fitted tree model, and what is served is a
graph. Exact enumeration gives the same values as its interventional mode, for any model.
"""

from collections.abc import Callable, Iterator

import numpy as np
import shap

from .options import Options

EXACT_INPUTS = 10
"""Up to so many inputs all coalitions are asked for: 2^10 a row, each once a background row."""

_GROUP = 4


def algorithm(options: Options) -> str:
    if options.method == "kernelShap":
        return "kernel"
    return "exact" if len(options.inputs) <= EXACT_INPUTS else "permutation"


def attribute(
    options: Options,
    score: Callable[[np.ndarray], np.ndarray],
    background: np.ndarray,
    rows: np.ndarray,
    progress: Callable[[float], None],
) -> tuple[np.ndarray, float]:
    """Values [rows, inputs] and the base value: the mean score of the background."""
    parts, base = [], 0.0
    explain = _explainer(options, score, background)
    for group in _groups(len(rows)):
        values, base = explain(rows[group])
        parts.append(values)
        progress(group.stop / len(rows))
    return np.concatenate(parts), base


def _groups(rows: int) -> Iterator[slice]:
    return (slice(start, min(start + _GROUP, rows)) for start in range(0, rows, _GROUP))


def _explainer(
    options: Options, score: Callable[[np.ndarray], np.ndarray], background: np.ndarray
) -> Callable[[np.ndarray], tuple[np.ndarray, float]]:
    chosen = algorithm(options)
    # The library draws from numpy's own generator.
    np.random.seed(options.seed)
    if chosen == "kernel":
        kernel = shap.KernelExplainer(score, background)
        samples = "auto" if options.samples is None else options.samples

        def by_kernel(rows: np.ndarray) -> tuple[np.ndarray, float]:
            # No feature is left out for a sparser answer: all attributions add up to the score.
            values = kernel.shap_values(rows, nsamples=samples, l1_reg=False, silent=True)
            return values, float(kernel.expected_value)

        return by_kernel
    masker = shap.maskers.Independent(background, max_samples=len(background))
    explainer = (
        shap.explainers.Exact(score, masker)
        if chosen == "exact"
        else shap.explainers.Permutation(score, masker, seed=options.seed)
    )

    def by_masking(rows: np.ndarray) -> tuple[np.ndarray, float]:
        found = explainer(rows, silent=True)
        return found.values, float(np.mean(found.base_values))

    return by_masking
