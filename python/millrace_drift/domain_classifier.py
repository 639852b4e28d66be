"""Can a classifier tell the current rows from the reference's?

Rows are put into blocks at random. A random forest learned on the blocks before scores each later
block, so that every score is out of fold. Under no drift the labels inside a block are exchangeable
whatever was learned before it, so relabelling within blocks gives a p-value that holds its level:
folds that learn from one another in a circle would not.

D. Lopez-Paz, M. Oquab, Revisiting Classifier Two-Sample Tests, 2017; the blocks as in martingale
tests (forward chaining).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from .data import Samples
from .options import Options
from .result import all_equal, found, too_few
from .sampling import draw_sides, permutation_p_value, rank_sums

LEARNED_FIRST = 1 / 3
"""Share of the rows in the first block, which is learned from and not scored."""
SCORED_BLOCKS = 4
TREES = 100


def compare(samples: Samples, options: Options, progress: Callable[[float], None]) -> dict[str, Any]:
    rng, reference, current = draw_sides(samples, options)
    few = too_few(reference, current)
    if few is not None:
        return few
    if all_equal(reference, current):
        return found(0.5, 1.0, "all rows of both sides are equal", auc=0.5)
    rows = np.concatenate([reference, current])
    is_current = np.arange(len(rows)) >= len(reference)
    blocks = _blocks(len(reference), len(current), rng)
    observed, permuted, weights = [], [], []
    importance = np.zeros(rows.shape[1])
    for index in range(1, len(blocks)):
        learned, scored = np.concatenate(blocks[:index]), blocks[index]
        forest = RandomForestClassifier(
            n_estimators=TREES,
            min_samples_leaf=5,
            max_features="sqrt",
            class_weight="balanced",
            random_state=int(rng.integers(2**31)),
            n_jobs=1,
        )
        forest.fit(rows[learned], is_current[learned])
        scores = forest.predict_proba(rows[scored])[:, 1]
        auc, others = rank_sums(scores, is_current[scored], options.permutations, rng)
        observed.append(auc)
        permuted.append(others)
        weights.append(len(scored))
        importance += forest.feature_importances_ * len(scored)
        progress(index / (len(blocks) - 1))
    share = np.array(weights) / sum(weights)
    auc = float(share @ np.array(observed))
    result = found(
        auc,
        permutation_p_value(auc, share @ np.array(permuted)),
        auc=auc,
        referenceRows=len(reference),
        currentRows=len(current),
        permutations=options.permutations,
    )
    return {**result, "contributions": (importance / sum(weights)).tolist()}


def _blocks(reference: int, current: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Each block has its share of both sides."""
    edges = LEARNED_FIRST + (1 - LEARNED_FIRST) * np.arange(SCORED_BLOCKS) / SCORED_BLOCKS
    parts = [
        np.split(rng.permutation(size) + start, (edges * size).astype(int))
        for size, start in ((reference, 0), (current, reference))
    ]
    return [np.concatenate(pair) for pair in zip(*parts)]
