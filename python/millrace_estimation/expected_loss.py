"""Gradient-boosted trees that say what loss to expect of a row."""

from collections.abc import Callable

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import KFold

from .features import Matrices

FOLDS = 5


def expected_losses(
    matrices: Matrices,
    losses: np.ndarray,
    seed: int,
    on_progress: Callable[[float], None],
) -> tuple[np.ndarray, np.ndarray]:
    """Of the rows of the reference, out of fold, and of the analysis; ≥ 0.

    A row of the reference without a loss gets that of the model of all. Where no loss differs from
    another there is nothing to learn: every row is expected to have it.
    """
    losses = np.asarray(losses, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(losses))
    level = float(losses[known].mean())
    if len(known) < 2 * FOLDS or level == 0 or np.ptp(losses[known]) == 0:
        return np.full(len(losses), level), np.full(len(matrices.analysis), level)
    # Losses in units of their mean: trees grow the same whatever the unit of the label.
    scaled = losses / level
    of_all = _model(matrices, seed).fit(matrices.reference[known], scaled[known])
    on_progress(1 / (FOLDS + 1))
    reference = of_all.predict(matrices.reference)
    for fold, (taught, held) in enumerate(KFold(FOLDS, shuffle=True, random_state=seed).split(known), 2):
        model = _model(matrices, seed).fit(matrices.reference[known[taught]], scaled[known[taught]])
        reference[known[held]] = model.predict(matrices.reference[known[held]])
        on_progress(fold / (FOLDS + 1))
    return reference * level, of_all.predict(matrices.analysis) * level


def _model(matrices: Matrices, seed: int) -> HistGradientBoostingRegressor:
    """Poisson deviance: the mean of something that is never negative, and larger where it varies more."""
    return HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=0.1,
        max_iter=60,
        max_leaf_nodes=15,
        min_samples_leaf=40,
        l2_regularization=1.0,
        categorical_features=matrices.categorical,
        early_stopping=False,
        random_state=seed,
    )
