"""The target: which task it makes, its labels, and how to spoil them on purpose."""

import sys
from typing import Any

import numpy as np
import pyarrow as pa

from .dataset import Dataset
from .errors import BadInput

MAX_CLASSES = 100


def choose_task(dataset: Dataset, target: str, wanted: str | None) -> str:
    """Text and booleans are classes; numbers are regressed on unless ``task`` says otherwise."""
    if wanted is None:
        return "classification" if dataset.target_kind in ("string", "boolean") else "regression"
    if wanted == "regression" and dataset.target_kind in ("string", "boolean"):
        raise BadInput(
            f"target: {target} holds {dataset.target_kind} values; a regression needs numbers"
            " (task: classification)"
        )
    return wanted


def read_labels(dataset: Dataset, target: str, task: str) -> np.ndarray:
    """Labels as the estimator takes them: float64, int64 (integers and booleans) or text."""
    column = dataset.target
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if task == "regression":
        labels = column.cast(pa.float64(), safe=False).to_numpy()
        if np.isinf(labels).any():
            raise BadInput(f"target: {target} has infinite values")
        return labels
    if dataset.target_kind == "string":
        labels = np.asarray(column.cast(pa.string()).to_pylist(), dtype=str)
    else:
        if dataset.target_kind == "boolean":
            column = column.cast(pa.int8())
        exact = column.cast(pa.float64(), safe=False).to_numpy()
        if not np.equal(np.mod(exact, 1), 0).all():
            raise BadInput(
                f"target: {target} holds fractions; classes are text, booleans or integers"
                " (task: regression)"
            )
        labels = exact.astype(np.int64)
    classes = np.unique(labels)
    if len(classes) < 2:
        raise BadInput(f"target: {target} holds the single class {classes[0]}; there is nothing to learn")
    if len(classes) > MAX_CLASSES:
        raise BadInput(f"target: {target} has {len(classes)} classes, more than {MAX_CLASSES}")
    return labels


def class_values(classes: np.ndarray, target_kind: str) -> list[Any]:
    """Class labels as JSON, in the order of the probabilities."""
    if target_kind == "boolean":
        return [bool(label) for label in classes]
    return [label.item() for label in classes]


def corrupt(labels: np.ndarray, task: str, share: float, seed: int) -> np.ndarray:
    """Spoils a share of the labels, the same ones for the same seed.

    A regression's label y becomes 2·mean − y: what was high is learned as low, while the mean of all
    labels hardly moves. A classification's becomes another class, drawn evenly.

    >>> corrupt(np.array([1.0, 2.0, 6.0]), "regression", 1.0, 0).tolist()
    [5.0, 4.0, 0.0]
    """
    if share == 0:
        return labels
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(labels))[: round(share * len(labels))]
    spoiled = labels.copy()
    if task == "regression":
        spoiled[chosen] = 2 * labels.mean() - labels[chosen]
    else:
        classes, codes = np.unique(labels, return_inverse=True)
        shift = random.integers(1, len(classes), size=len(chosen))
        spoiled[chosen] = classes[(codes[chosen] + shift) % len(classes)]
    print(f"corruptLabels: {len(chosen)} of {len(labels)} labels were spoiled", file=sys.stderr)
    return spoiled
