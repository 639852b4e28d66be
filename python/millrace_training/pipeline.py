"""The scikit-learn pipeline around an estimator: missing values and categories are handled inside."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from .dataset import Dataset
from .estimators import Estimator

_PROGRESS_INTERVAL_S = 0.2


def feature_matrix(numeric: np.ndarray, categorical: np.ndarray) -> np.ndarray:
    """Both tensors side by side, as the pipeline takes them; plain float32 where there is no text."""
    if categorical.shape[1] == 0:
        return numeric
    return np.hstack([numeric.astype(object), categorical])


def build_pipeline(estimator: Estimator, numeric: int, categorical: int) -> Pipeline:
    """
    Numbers: the training median for what is missing, standardised where the algorithm wants it.
    Text: one column per category; missing ('') is a category where training saw it, and a category
    that training never saw is all zeros.
    """
    transformers = []
    if numeric > 0:
        steps: list[Any] = [("impute", SimpleImputer(strategy="median", keep_empty_features=True))]
        if estimator.scaled:
            steps.append(("scale", StandardScaler()))
        transformers.append(("numeric", Pipeline(steps), list(range(numeric))))
    if categorical > 0:
        encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)
        columns = list(range(numeric, numeric + categorical))
        transformers.append(("categorical", encoder, columns))
    return Pipeline([("columns", ColumnTransformer(transformers)), ("model", estimator.model)])


def fit(
    pipeline: Pipeline,
    dataset: Dataset,
    labels: np.ndarray,
    weights: np.ndarray | None,
    tell: Callable[[float], None],
) -> None:
    """
    Trains in place; ``weights`` says how much a row counts, ``tell`` hears the share that is done
    where the algorithm says it.
    """
    matrix = feature_matrix(dataset.numeric, dataset.categorical)
    kind = type(pipeline.named_steps["model"]).__name__
    weighed = {} if weights is None else {"model__sample_weight": weights}
    if kind.startswith("GradientBoosting"):
        pipeline.fit(matrix, labels, model__monitor=_Monitor(tell), **weighed)
    elif kind == "MLPRegressor":
        _fit_on_standard_labels(pipeline, matrix, labels)
    else:
        pipeline.fit(matrix, labels, **weighed)


class _Monitor:
    """Called by gradient boosting after each tree; a true answer would stop the training."""

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._next = time.monotonic() + _PROGRESS_INTERVAL_S

    def __call__(self, tree: int, model: Any, _locals: dict[str, Any]) -> bool:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _PROGRESS_INTERVAL_S
            self._tell((tree + 1) / model.n_estimators)
        return False


def _fit_on_standard_labels(pipeline: Pipeline, matrix: np.ndarray, labels: np.ndarray) -> None:
    """
    Gradient descent wants labels around 0 with spread 1. The output layer is linear, so scaling its
    weights back afterwards gives the same network in the label's own unit.
    """
    mean, spread = float(labels.mean()), float(labels.std()) or 1.0
    pipeline.fit(matrix, (labels - mean) / spread)
    network = pipeline.named_steps["model"]
    network.coefs_[-1] *= spread
    network.intercepts_[-1] = network.intercepts_[-1] * spread + mean
