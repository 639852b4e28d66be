"""Columns of two tables as matrices of numbers that trees can split."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MAX_CATEGORIES = 250
"""What the trees of scikit-learn can hold (255), with room for the rest as one."""


@dataclass(frozen=True)
class Matrices:
    reference: np.ndarray
    """float64, [rows, k], NaN is missing."""
    analysis: np.ndarray
    categorical: list[bool]
    """Which of the k columns hold codes of categories."""


def feature_matrices(reference: pa.Table, analysis: pa.Table, names: list[str]) -> Matrices:
    columns, categorical = [], []
    for name in names:
        sides = reference.column(name), analysis.column(name)
        text = any(is_text(side) for side in sides)
        columns.append(_codes(*sides) if text else tuple(_numbers(side) for side in sides))
        categorical.append(text)
    return Matrices(
        np.column_stack([left for left, _ in columns]),
        np.column_stack([right for _, right in columns]),
        categorical,
    )


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    values = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(values), values, np.nan)


def _codes(reference: pa.ChunkedArray, analysis: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """The frequent categories of the reference by rank, every other one as one more, null as NaN."""
    left, right = (pc.cast(side, pa.string()) for side in (reference, analysis))
    known = pa.array(frequent_categories(left), pa.string())
    return _ranks(left, known), _ranks(right, known)


def is_text(column: pa.ChunkedArray) -> bool:
    return pa.types.is_string(column.type) or pa.types.is_large_string(column.type)


def frequent_categories(column: pa.ChunkedArray) -> list[str]:
    """Most frequent first, at most MAX_CATEGORIES; a category's place is its code."""
    counted = pc.value_counts(pc.cast(column, pa.string()).drop_null()).to_pylist()
    ordered = sorted(counted, key=lambda entry: (-entry["counts"], entry["values"]))
    return [entry["values"] for entry in ordered[:MAX_CATEGORIES]]


def _ranks(column: pa.ChunkedArray, known: pa.Array) -> np.ndarray:
    ranks = pc.fill_null(pc.index_in(column, known), len(known))
    values = pc.cast(ranks, pa.float64()).to_numpy(zero_copy_only=False).copy()
    values[pc.is_null(column).to_numpy(zero_copy_only=False)] = np.nan
    return values
