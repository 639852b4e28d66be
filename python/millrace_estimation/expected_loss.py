"""Gradient-boosted trees that say what loss to expect of a row."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import KFold

from .features import Matrices

FOLDS = 5


@dataclass(frozen=True)
class LearnedLoss:
    level: float
    """Mean loss of the reference; the trees are in units of it."""
    trees: HistGradientBoostingRegressor | None
    """None where there is nothing to learn: every row is expected to have the mean."""
    out_of_fold: np.ndarray
    """Of the rows of the reference, by models that did not see them; >= 0."""

    def expect(self, rows: np.ndarray) -> np.ndarray:
        if self.trees is None:
            return np.full(len(rows), self.level)
        return self.trees.predict(rows) * self.level


def learn_loss(
    reference: np.ndarray,
    categorical: list[bool],
    losses: np.ndarray,
    seed: int,
    on_progress: Callable[[float], None],
) -> LearnedLoss:
    """A model of all rows with a loss, and what models of four fifths say of the others.

    A row of the reference without a loss gets that of the model of all. Where no loss differs from
    another there is nothing to learn.
    """
    losses = np.asarray(losses, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(losses))
    level = float(losses[known].mean())
    if len(known) < 2 * FOLDS or level == 0 or np.ptp(losses[known]) == 0:
        return LearnedLoss(level, None, np.full(len(losses), level))
    # Losses in units of their mean: trees grow the same whatever the unit of the label.
    scaled = losses / level
    of_all = _model(categorical, seed).fit(reference[known], scaled[known])
    on_progress(1 / (FOLDS + 1))
    found = of_all.predict(reference)
    for fold, (taught, held) in enumerate(KFold(FOLDS, shuffle=True, random_state=seed).split(known), 2):
        model = _model(categorical, seed).fit(reference[known[taught]], scaled[known[taught]])
        found[known[held]] = model.predict(reference[known[held]])
        on_progress(fold / (FOLDS + 1))
    return LearnedLoss(level, of_all, found * level)


def expected_losses(
    matrices: Matrices,
    losses: np.ndarray,
    seed: int,
    on_progress: Callable[[float], None],
) -> tuple[np.ndarray, np.ndarray]:
    """Of the rows of the reference, out of fold, and of the analysis; >= 0."""
    learned = learn_loss(matrices.reference, matrices.categorical, losses, seed, on_progress)
    return learned.out_of_fold, learned.expect(matrices.analysis)


def _model(categorical: list[bool], seed: int) -> HistGradientBoostingRegressor:
    """Poisson deviance: the mean of something that is never negative, and larger where it varies more."""
    return HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=0.1,
        max_iter=60,
        max_leaf_nodes=15,
        min_samples_leaf=40,
        l2_regularization=1.0,
        categorical_features=categorical,
        early_stopping=False,
        random_state=seed,
    )
