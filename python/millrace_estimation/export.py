"""A learned loss as plain numbers, so that what to expect of new rows is said without Python."""

from typing import Any

import numpy as np
import pyarrow as pa
from sklearn.ensemble import HistGradientBoostingRegressor

from .expected_loss import LearnedLoss
from .features import frequent_categories, is_text

FORMAT = "millrace-loss/1"


def loss_document(learned: LearnedLoss, reference: pa.Table, names: list[str]) -> dict[str, Any]:
    """What `expected-loss-model.ts` reads: e^(base + sum of the trees' values) times the level.

    A row goes left in a node where its number is at most `threshold`, or where its category's code
    is in `left`. A missing number, and a category that the trees never saw, go where `missing` says.
    """
    columns = [reference.column(name) for name in names]
    features = [
        {"categories": frequent_categories(column)} if is_text(column) else {} for column in columns
    ]
    if learned.trees is None:
        return {"format": FORMAT, "level": learned.level, "base": 0.0, "features": features, "trees": []}
    order = _order(learned.trees, len(names))
    codes = _codes(learned.trees)
    for place, feature in enumerate(order):
        if place in codes:
            features[feature]["known"] = codes[place]
    return {
        "format": FORMAT,
        "level": learned.level,
        "base": float(learned.trees._baseline_prediction.ravel()[0]),
        "features": features,
        "trees": [_tree(stage[0], order, codes) for stage in learned.trees._predictors],
    }


def _order(trees: HistGradientBoostingRegressor, count: int) -> list[int]:
    """Which feature each column of the fitted trees is: categories were put before the numbers."""
    categorical = trees.is_categorical_
    if categorical is None or not categorical.any():
        return list(range(count))
    return [*np.flatnonzero(categorical).tolist(), *np.flatnonzero(~categorical).tolist()]


def _codes(trees: HistGradientBoostingRegressor) -> dict[int, list[int]]:
    """Of each categorical column of the fitted trees, the code that each of their ordinals is."""
    if trees._preprocessor is None:
        return {}
    encoder = trees._preprocessor.named_transformers_["encoder"]
    if not hasattr(encoder, "categories_"):
        return {}
    return {
        place: [int(code) for code in known if not np.isnan(code)]
        for place, known in enumerate(encoder.categories_)
    }


def _tree(predictor: Any, order: list[int], codes: dict[int, list[int]]) -> dict[str, list[Any]]:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    chosen = nodes["is_categorical"].astype(bool) & ~leaf
    return {
        "feature": [-1 if end else order[place] for end, place in zip(leaf, nodes["feature_idx"], strict=True)],
        "threshold": [
            0.0 if end or cut else _finite(value)
            for end, cut, value in zip(leaf, chosen, nodes["num_threshold"], strict=True)
        ],
        "left": [
            _members(predictor.raw_left_cat_bitsets[node["bitset_idx"]], codes[int(node["feature_idx"])])
            if cut
            else None
            for node, cut in zip(nodes, chosen, strict=True)
        ],
        "missing": [bool(value) for value in nodes["missing_go_to_left"]],
        "children": [[int(node["left"]), int(node["right"])] for node in nodes],
        "value": [float(value) for value in nodes["value"]],
    }


def _members(bits: np.ndarray, codes: list[int]) -> list[int]:
    return [code for place, code in enumerate(codes) if (int(bits[place // 32]) >> (place % 32)) & 1]


def _finite(threshold: float) -> float:
    """A split off of missing values alone has an infinite threshold, which JSON does not know."""
    return float(np.clip(threshold, -np.finfo(np.float64).max, np.finfo(np.float64).max))
