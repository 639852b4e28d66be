"""Do the features that are named matter to the model? They are taken away, and the score is looked at.

With S the features of largest absolute attribution and B the background, the change of a row x is
|f(x) − mean over b in B of f(x with S from b)|: what DeYoung et al. (ERASER, 2020) call
comprehensiveness, with features drawn from the background in place of erased words. The same is done
with random sets of the same size.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

_MOST_REMOVED = 3
_ROWS = 50
_BACKGROUND = 50
_RANDOM_SETS = 20


def faithfulness(
    score: Callable[[np.ndarray], np.ndarray],
    background: np.ndarray,
    rows: np.ndarray,
    attributions: np.ndarray,
    seed: int,
) -> dict[str, Any] | None:
    """`attributions`: [rows, inputs]. None where there is no second feature to compare with."""
    size = rows.shape[1]
    removed = min(_MOST_REMOVED, size // 2)
    if removed == 0 or len(background) == 0:
        return None
    random = np.random.default_rng(seed)
    stand_ins = background[random.permutation(len(background))[:_BACKGROUND]]
    rows, attributions = rows[:_ROWS], attributions[: len(rows)][:_ROWS]
    scores = score(rows)
    named, drawn, beaten = [], [], []
    for row, before, values in zip(rows, scores, attributions, strict=True):
        top = np.argsort(-np.abs(values), kind="stable")[:removed]
        sets = [top, *(random.permutation(size)[:removed] for _ in range(_RANDOM_SETS))]
        changes = np.abs(before - _without(score, stand_ins, row, sets))
        named.append(changes[0])
        drawn.append(changes[1:].mean())
        beaten.append(np.mean(changes[1:] < changes[0]) + np.mean(changes[1:] == changes[0]) / 2)
    change, by_chance = float(np.mean(named)), float(np.mean(drawn))
    return {
        "removed": removed,
        "rows": len(rows),
        "change": change,
        "randomChange": by_chance,
        "ratio": change / by_chance if by_chance > 0 else None,
        "betterThanRandom": float(np.mean(beaten)),
    }


def _without(
    score: Callable[[np.ndarray], np.ndarray],
    stand_ins: np.ndarray,
    row: np.ndarray,
    sets: list[np.ndarray],
) -> np.ndarray:
    """The mean score without each of the sets."""
    matrix = np.tile(row, (len(sets), len(stand_ins), 1))
    for place, features in enumerate(sets):
        matrix[place][:, features] = stand_ins[:, features]
    return score(matrix.reshape(-1, len(row))).reshape(len(sets), len(stand_ins)).mean(axis=1)
