"""Permutation importance, by scikit-learn: how much worse a model gets when a feature is shuffled."""

from collections.abc import Callable

import numpy as np
from sklearn.inspection import permutation_importance
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error, r2_score

from .options import Options
from .score import Model
from .score_estimator import ScoreEstimator


def importances(
    options: Options,
    model: Model,
    rows: np.ndarray,
    labels: np.ndarray,
    progress: Callable[[float], None],
) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean and standard deviation over the shuffles, in units of the metric; and the metric itself."""
    calls = 0

    def goodness(estimator: ScoreEstimator, matrix: np.ndarray, truth: np.ndarray) -> float:
        nonlocal calls
        calls += 1
        progress(min(1.0, calls / (1 + len(options.inputs) * options.repeats)))
        return _goodness(options, estimator.predict(matrix), truth)

    found = permutation_importance(
        ScoreEstimator(model.answer),
        rows,
        labels,
        scoring=goodness,
        n_repeats=options.repeats,
        random_state=options.seed,
    )
    measured = abs(_goodness(options, model.answer(rows), labels))
    return found["importances_mean"], found["importances_std"], measured


def _goodness(options: Options, answers: np.ndarray, labels: np.ndarray) -> float:
    """Greater is better, as scikit-learn wants it."""
    if options.metric == "accuracy":
        return float(accuracy_score(labels, answers.argmax(axis=1)))
    if options.metric == "logLoss":
        return -float(log_loss(labels, answers, labels=range(answers.shape[1])))
    if options.metric == "r2":
        return float(r2_score(labels, answers))
    if options.metric == "rmse":
        return -float(np.sqrt(np.mean(np.square(answers - labels))))
    return -float(mean_absolute_error(labels, answers))
