"""Partial dependence and individual conditional expectation, by scikit-learn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.inspection import partial_dependence

from .data import Encoding
from .options import Options
from .score_estimator import ScoreEstimator

GRID = 50
_ICE_ROWS = 50


@dataclass(frozen=True)
class Dependences:
    importance: np.ndarray
    """[inputs]; 0 where none was computed. How far a curve is from flat: Greenwell et al., 2018."""
    curves: list[dict[str, Any]]


def dependences(
    options: Options,
    encoding: Encoding,
    score: Callable[[np.ndarray], np.ndarray],
    rows: np.ndarray,
    progress: Callable[[float], None],
) -> Dependences:
    importance = np.zeros(len(options.inputs))
    estimator, curves = ScoreEstimator(score), []
    for done, place in enumerate(options.features):
        known = encoding.categories[place]
        grid = np.unique(rows[:, place]) if known is not None else grid_of(rows[:, place])
        if len(grid) == 0:
            progress((done + 1) / len(options.features))
            continue
        found = partial_dependence(
            estimator,
            rows,
            [place],
            categorical_features=encoding.categorical or None,
            kind="both",
            custom_values={place: grid},
        )
        average = found["average"][0]
        importance[place] = (
            float(np.std(average, ddof=1)) if known is None and len(average) > 1
            else float(np.ptp(average)) / 4
        )
        curve: dict[str, Any] = {
            "feature": place,
            "values": [known[int(code)] for code in grid] if known else grid.tolist(),
            "average": average.tolist(),
        }
        if options.ice:
            curve["individual"] = found["individual"][0][:_ICE_ROWS].tolist()
        curves.append(curve)
        progress((done + 1) / len(options.features))
    return Dependences(importance, curves)


def grid_of(column: np.ndarray) -> np.ndarray:
    """
    As scikit-learn chooses it: the values themselves where they are few, else even steps between the
    5th and the 95th percentile; of all values where those two are one.
    """
    present = column[~np.isnan(column)]
    values = np.unique(present)
    if len(values) < GRID:
        return values
    from scipy.stats.mstats import mquantiles

    low, high = mquantiles(present, prob=(0.05, 0.95), axis=0)
    if np.allclose(low, high):
        low, high = values[0], values[-1]
    return np.linspace(low, high, GRID)
