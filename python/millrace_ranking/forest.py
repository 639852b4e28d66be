"""What a forest that learned the scores of a search hangs on."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from millrace_ranking.dimension import Dimension
from millrace_ranking.effects import shapley_effects

TREES = 64
POINTS = 65_536
"""That the forest is asked for, over all walks."""


def rank(
    space: dict[str, dict[str, Any]], trials: list[dict[str, Any]], seed: int
) -> tuple[dict[str, float | None], float | None]:
    """Share of the variance that each parameter accounts for over the whole space, as a forest of
    regression trees knows it from the trials.

    A parameter that does not count in a trial has a random value there: the score does not hang on
    it, and so the forest learns that it does not.

    :param trials: `params` and `score`
    :returns: name → share, which are 1 together (null: one value throughout), and R² out of the bag,
        null where there is nothing to learn: equal scores, or no parameter with two values
    """
    shares: dict[str, float | None] = dict.fromkeys(space)
    names = [name for name in space if len({repr(one["params"].get(name)) for one in trials if name in one["params"]}) > 1]
    scores = _scaled([one["score"] for one in trials])
    if not names or scores is None:
        return shares, None
    random = np.random.default_rng(seed)
    dimensions = [Dimension(space[name]) for name in names]
    places = random.random((len(trials), len(names)))
    for row, trial in enumerate(trials):
        for column, (name, dimension) in enumerate(zip(names, dimensions)):
            if name in trial["params"]:
                places[row, column] = dimension.place(trial["params"][name])

    def columns(points: np.ndarray) -> np.ndarray:
        return np.hstack([one.columns(points[:, at]) for at, one in enumerate(dimensions)])

    forest = RandomForestRegressor(TREES, oob_score=True, random_state=seed % 2**32)
    forest.fit(columns(places), scores)
    effects = shapley_effects(
        lambda points: forest.predict(columns(points)),
        len(names),
        max(512, POINTS // (len(names) + 1)),
        random,
    ).clip(0)
    whole = effects.sum()
    if whole > 0:
        shares.update(zip(names, (effects / whole).tolist()))
    return shares, float(forest.oob_score_)


def _scaled(scores: list[float]) -> np.ndarray | None:
    """Scores from 0 to 1: the shares are the same, and no square leaves the range of numbers. None
    where all are equal."""
    most = max(map(abs, scores), default=0.0)
    if most == 0:
        return None
    values = np.asarray(scores, dtype=float) / most
    low, high = values.min(), values.max()
    return None if low == high else (values - low) / (high - low)
