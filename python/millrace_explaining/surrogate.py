"""LIME: a linear model around each row, by the library `lime`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from lime.lime_tabular import LimeTabularExplainer

from .data import Encoding
from .options import Options

DEFAULT_SAMPLES = 5_000


@dataclass(frozen=True)
class Surrogates:
    values: np.ndarray
    """[rows, inputs]: weights of the linear model, on whether the condition holds."""
    conditions: list[list[str]]
    """One an input of each row: `9.1 < temperature <= 12.4`, `weather=clear`."""
    fit: list[float]
    """R² of the linear model on the perturbed rows, weighed by their nearness."""


def attribute(
    options: Options,
    encoding: Encoding,
    score: Callable[[np.ndarray], np.ndarray],
    background: np.ndarray,
    rows: np.ndarray,
    progress: Callable[[float], None],
) -> Surrogates:
    medians = _medians(background)
    explainer = LimeTabularExplainer(
        _filled(background, medians),
        mode="regression",
        feature_names=[given.name for given in options.inputs],
        categorical_features=encoding.categorical,
        categorical_names={
            place: list(encoding.categories[place] or ()) for place in encoding.categorical
        },
        feature_selection="none",
        random_state=options.seed,
    )
    size = len(options.inputs)
    values, conditions, fit = np.zeros((len(rows), size)), [], []
    for place, row in enumerate(_filled(rows, medians)):
        found = explainer.explain_instance(
            row, score, num_features=size, num_samples=options.samples or DEFAULT_SAMPLES
        )
        for feature, weight in found.local_exp[1]:
            values[place, feature] = weight
        conditions.append([str(text) for text in found.domain_mapper.discretized_feature_names])
        fit.append(float(found.score))
        progress((place + 1) / len(rows))
    return Surrogates(values, conditions, fit)


def _medians(background: np.ndarray) -> np.ndarray:
    present = ~np.isnan(background).all(axis=0)
    medians = np.zeros(background.shape[1])
    medians[present] = np.nanmedian(background[:, present], axis=0)
    return medians


def _filled(matrix: np.ndarray, medians: np.ndarray) -> np.ndarray:
    """The library cannot perturb what is missing: the background's median stands for it."""
    return np.where(np.isnan(matrix), medians, matrix)
