"""A score as scikit-learn takes it."""

from collections.abc import Callable

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin


class ScoreEstimator(RegressorMixin, BaseEstimator):
    """Fitted from the beginning: what it predicts is the score."""

    def __init__(self, score: Callable[[np.ndarray], np.ndarray]) -> None:
        self.score_of = score

    def fit(self, _rows: np.ndarray, _labels: np.ndarray | None = None) -> "ScoreEstimator":
        return self

    def predict(self, rows: np.ndarray) -> np.ndarray:
        return self.score_of(rows)

    def __sklearn_is_fitted__(self) -> bool:
        return True
