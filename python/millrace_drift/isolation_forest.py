"""Outliers by how few random cuts set a row apart.

Two forests, each learned on one half of the reference, score the other half; the threshold is the
quantile of these scores that lets `rate` of unseen rows pass. Current rows get the mean of both.

F. T. Liu, K. M. Ting, Z.-H. Zhou, Isolation Forest, 2008.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.ensemble import IsolationForest

from .data import Samples
from .options import Options
from .result import MINIMUM_ROWS, insufficient
from .sampling import cap

TREES = 100


def judge(samples: Samples, options: Options, progress: Callable[[float], None]) -> dict[str, Any]:
    reference, current = samples.reference, samples.current
    if len(reference) < MINIMUM_ROWS:
        return insufficient(f"{len(reference)} reference rows; {MINIMUM_ROWS} are needed")
    rng = np.random.default_rng(options.seed)
    order = rng.permutation(len(reference))
    parts = np.array_split(order, 2)
    forests = []
    for learned in parts:
        forest = IsolationForest(n_estimators=TREES, random_state=int(rng.integers(2**31)), n_jobs=1)
        forests.append(forest.fit(cap(reference[learned], 256 * TREES, rng)))
        progress(0.25 * len(forests))
    # The score of the paper: 2^(-depth / expected depth), larger is farther out.
    scores = np.empty(len(reference))
    scores[parts[1]] = -forests[0].score_samples(reference[parts[1]])
    scores[parts[0]] = -forests[1].score_samples(reference[parts[0]])
    progress(0.75)
    now = np.empty(0)
    if len(current) > 0:
        now = -(forests[0].score_samples(current) + forests[1].score_samples(current)) / 2
    return {
        "statistic": None,
        "pValue": None,
        "note": None,
        "details": {},
        "threshold": _threshold(scores, options.rate),
        "referenceScores": scores.tolist(),
        "currentScores": now.tolist(),
    }


def _threshold(scores: np.ndarray, rate: float) -> float:
    """An unseen row lies above it with probability `rate` at most; the largest where rows are few."""
    rank = int(np.ceil((len(scores) + 1) * (1 - rate)))
    return float(np.sort(scores)[min(rank, len(scores)) - 1])
