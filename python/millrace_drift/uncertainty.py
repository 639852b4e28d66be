"""Is a model less sure of the current rows than of the reference's?

A random forest learns the target on one half of the reference. Its uncertainty about a row is the
entropy of its class probabilities (in nats), or the standard deviation of its trees' predictions;
that of the other half and of the current rows are compared by Kolmogorov and Smirnov's test. The
current rows need no target.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import ks_2samp
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from .data import Samples
from .errors import BadInput
from .options import Options
from .result import found, too_few
from .sampling import cap

TREES = 100


def compare(samples: Samples, options: Options, progress: Callable[[float], None]) -> dict[str, Any]:
    target = samples.target
    if target is None or len(target) != len(samples.reference):
        raise BadInput("the target has not one value for each row of the reference")
    few = too_few(samples.reference, samples.current)
    if few is not None:
        return few
    rng = np.random.default_rng(options.seed)
    chosen = rng.permutation(len(target))[: options.max_rows]
    learned, held = chosen[: len(chosen) // 2], chosen[len(chosen) // 2 :]
    current = cap(samples.current, options.max_rows, rng)
    uncertainty = _learned(samples.reference[learned], target[learned], options, rng)
    progress(0.6)
    before, after = uncertainty(samples.reference[held]), uncertainty(current)
    test = ks_2samp(before, after)
    return found(
        test.statistic,
        test.pvalue,
        referenceUncertainty=before.mean(),
        currentUncertainty=after.mean(),
        referenceRows=len(held),
        currentRows=len(current),
    )


def _learned(rows: np.ndarray, target: np.ndarray, options: Options, rng: np.random.Generator):
    settings = {
        "n_estimators": TREES,
        "min_samples_leaf": 5,
        "random_state": int(rng.integers(2**31)),
        "n_jobs": 1,
    }
    if options.method == "regressor-uncertainty":
        forest = RandomForestRegressor(max_features=1 / 3, **settings).fit(rows, target)
        return lambda matrix: _spread(forest, matrix)
    classes = np.unique(target)
    if len(classes) < 2:
        raise BadInput("the target has a single class; there is nothing to be unsure of")
    if len(classes) > len(target) / 2:
        raise BadInput(
            f"the target has {len(classes)} classes in {len(target)} rows; for numbers there is regressor-uncertainty"
        )
    forest = RandomForestClassifier(**settings).fit(rows, target)
    return lambda matrix: _entropy(forest.predict_proba(matrix))


def _spread(forest: RandomForestRegressor, matrix: np.ndarray) -> np.ndarray:
    single = matrix.astype(np.float32)
    return np.std([tree.predict(single) for tree in forest.estimators_], axis=0)


def _entropy(probabilities: np.ndarray) -> np.ndarray:
    safe = np.where(probabilities > 0, probabilities, 1.0)
    return -(probabilities * np.log(safe)).sum(axis=1)
