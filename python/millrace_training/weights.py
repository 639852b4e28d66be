"""How much each row counts: old rows may teach less than those after a change."""

import numpy as np

from .dataset import Dataset
from .errors import BadInput
from .estimators import Estimator
from .options import Weights


def row_weights(
    weights: Weights | None, dataset: Dataset, estimator: Estimator, algorithm: str
) -> np.ndarray | None:
    """One weight a row; None where all count the same."""
    if weights is None:
        return None
    if not estimator.weighs:
        raise BadInput(
            f"weights: {algorithm} learns every row alike; choose gradient-boosting, random-forest,"
            " decision-tree, linear or logistic, or leave old rows out"
        )
    if dataset.times is None:
        raise BadInput("weights: the data has no column of event time; ingest it with `time`")
    old = dataset.times < weights.before
    if weights.weight == 0 and old.all():
        raise BadInput("weights: every row is older than `before` and counts nothing")
    return np.where(old, weights.weight, 1.0)
