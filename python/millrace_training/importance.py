"""How much the fitted model itself makes of its inputs, where its kind says so."""

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from .dataset import Dataset
from .labels import class_values


def native_importance(pipeline: Pipeline, dataset: Dataset) -> dict[str, Any] | None:
    """As contracts/model-manifest.ts has it; None for neighbours and networks."""
    model = pipeline.named_steps["model"]
    columns = _columns(pipeline, dataset)
    if hasattr(model, "feature_importances_"):
        values = model.feature_importances_
        return {"kind": "impurityDecrease", "columns": _valued(columns, values)}
    if not hasattr(model, "coef_"):
        return None
    rows = np.atleast_2d(model.coef_)
    if len(rows) == 1:
        return {"kind": "coefficient", "columns": _valued(columns, rows[0])}
    classes = class_values(model.classes_, dataset.target_kind)
    valued = [
        {**column, "class": name}
        for name, row in zip(classes, rows, strict=True)
        for column in _valued(columns, row)
    ]
    return {"kind": "coefficient", "columns": valued}


def _columns(pipeline: Pipeline, dataset: Dataset) -> list[dict[str, Any]]:
    """What the estimator learned from, in its order: numbers, then a column a category."""
    numeric = [feature.name for feature in dataset.features if feature.tensor == "numeric"]
    texts = [feature.name for feature in dataset.features if feature.tensor == "categorical"]
    columns = [{"feature": name} for name in numeric]
    if texts:
        encoder = pipeline.named_steps["columns"].named_transformers_["categorical"]
        for name, categories in zip(texts, encoder.categories_, strict=True):
            columns += [{"feature": name, "category": str(category)} for category in categories]
    return columns


def _valued(columns: list[dict[str, Any]], values: np.ndarray) -> list[dict[str, Any]]:
    return [
        {**column, "value": float(value)} for column, value in zip(columns, values, strict=True)
    ]
