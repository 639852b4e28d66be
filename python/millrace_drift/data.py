"""The two samples as matrices."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .errors import BadInput
from .options import NEEDS_TARGET, Options

TARGET = "target"


@dataclass(frozen=True)
class Samples:
    reference: np.ndarray
    """float64, [rows, features], finite."""
    current: np.ndarray
    target: np.ndarray | None
    """One a row of the reference: float64, or object (str) of classes."""


def read_samples(reference: Path, current: Path, options: Options) -> Samples:
    before, after = _read(reference, "reference"), _read(current, "current")
    names = [name for name in before.column_names if name != TARGET]
    others = [name for name in after.column_names if name != TARGET]
    if names != others:
        raise BadInput(f"the reference has the features {names}, the current data {others}")
    if not names:
        raise BadInput("there is no feature to compare")
    target = None
    if options.method in NEEDS_TARGET:
        if TARGET not in before.column_names:
            raise BadInput(f"{options.method} learns a target, and the reference has none")
        target = _target(before.column(TARGET), options.method)
    return Samples(_matrix(before, names, "reference"), _matrix(after, names, "current"), target)


def _read(path: Path, side: str) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(f"the {side} data cannot be read as Parquet: {error}") from error


def _matrix(table: pa.Table, names: list[str], side: str) -> np.ndarray:
    matrix = np.empty((table.num_rows, len(names)))
    for index, name in enumerate(names):
        column = table.column(name)
        if column.null_count > 0 or not pa.types.is_floating(column.type):
            raise BadInput(f"{side}: {name} is no column of numbers without missing ones")
        matrix[:, index] = column.to_numpy()
    if not np.isfinite(matrix).all():
        raise BadInput(f"the {side} data has a number that is not finite")
    return matrix


def _target(column: pa.ChunkedArray, method: str) -> np.ndarray:
    if column.null_count > 0:
        raise BadInput("the target lacks values; leave those rows out of the reference")
    if method == "classifier-uncertainty":
        return np.array([str(value) for value in column.to_pylist()], dtype=object)
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        raise BadInput("regressor-uncertainty needs a target of numbers; for classes there is classifier-uncertainty")
    target = column.to_numpy().astype(float)
    if not np.isfinite(target).all():
        raise BadInput("the target has a number that is not finite")
    return target
