"""Shapley effects: the variance of a function shared out among what it is a function of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def shapley_effects(
    function: Callable[[np.ndarray], np.ndarray], inputs: int, walks: int, random: np.random.Generator
) -> np.ndarray:
    """Part of the variance of `function` that each of its inputs accounts for, by itself and by an
    equal part of what it does together with others. Together they are the variance.

    A walk goes from one random point to another, one coordinate after the other in random order. A
    step that moves coordinate i from f(u) to f(v) adds (f(x) - (f(u) + f(v)) / 2) * (f(u) - f(v)) to
    the effect of i, with x where the walk began: its mean over walks is the Shapley effect, and what
    the function does not hang on gets exactly 0.

    :param function: of points, shape (n, inputs), each coordinate evenly in [0, 1)
    :param inputs: how many, independent of each other
    :param walks: more make it more exact; the function is asked for `walks * (inputs + 1)` points
    :returns: one an input; below 0 at most by what the walks leave open

    T. Goda, A simple algorithm for global sensitivity analysis with Shapley effects, Reliability
    Engineering & System Safety 213, 2021; A. B. Owen, Sobol' indices and Shapley value, 2014.
    """
    points, ends = random.random((walks, inputs)), random.random((walks, inputs))
    order = random.permuted(np.tile(np.arange(inputs), (walks, 1)), axis=1)
    rows = np.arange(walks)
    start = before = function(points)
    effects = np.zeros(inputs)
    for moved in order.T:
        points[rows, moved] = ends[rows, moved]
        now = function(points)
        gained = (start - (before + now) / 2) * (before - now)
        effects += np.bincount(moved, weights=gained, minlength=inputs)
        before = now
    return effects / walks
