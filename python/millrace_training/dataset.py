"""A Parquet table as the two matrices that the model sees: numeric float32 and categorical text.

Training sees exactly what serving will: numbers are rounded to float32 before anything is learned,
so that no threshold of a tree falls between a number and its float32.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .columns import context_columns, feature_names, time_column_of, value_kind
from .errors import BadInput, nearest
from .options import Options

MAX_CATEGORIES = 1_000


@dataclass(frozen=True)
class Feature:
    name: str
    kind: str
    """number, integer, boolean or string."""
    nullable: bool
    """Whether the training data lacks it somewhere."""

    @property
    def tensor(self) -> str:
        return "categorical" if self.kind == "string" else "numeric"


@dataclass(frozen=True)
class Dataset:
    features: tuple[Feature, ...]
    context: tuple[dict[str, str], ...]
    time_column: str | None
    numeric: np.ndarray
    """float32, [rows, k], NaN is missing."""
    categorical: np.ndarray
    """object (str), [rows, m], '' is missing."""
    target: pa.ChunkedArray
    """Without nulls."""
    target_kind: str
    times: np.ndarray | None
    """Event time a row, datetime64 in microseconds; None without a time column."""
    dropped_rows: int
    """Rows left out because their target is null."""


def read_dataset(path: Path, options: Options, prepared: bool = False) -> Dataset:
    """
    :param prepared: the table was made from a raw one, of whose columns ``optional`` speaks
    """
    if prepared:
        options = replace(options, optional=())
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(f"data cannot be read as Parquet: {error}") from error
    if options.target not in table.column_names:
        hint = nearest(options.target, table.column_names)
        raise BadInput(f"target: the data has no column {options.target}; {hint}")
    if table.num_rows == 0:
        raise BadInput("the data has no rows; look at what the steps before let through")
    time_column = time_column_of(table, options)
    names = feature_names(table, options, time_column)
    rows_before = table.num_rows
    table = with_target(table, options.target)
    features, numeric, categorical = [], [], []
    for name in names:
        kind = value_kind(table.schema.field(name).type) or ""
        column = category_column(table, name) if kind == "string" else number_column(table, name)
        nullable = bool((column == "").any() if kind == "string" else np.isnan(column).any())
        (categorical if kind == "string" else numeric).append(column)
        features.append(Feature(name, kind, nullable or name in options.optional))
    return Dataset(
        features=tuple(features),
        context=context_columns(table, options, time_column),
        time_column=time_column,
        numeric=_matrix(numeric, table.num_rows, np.float32),
        categorical=_matrix(categorical, table.num_rows, object),
        target=table.column(options.target),
        target_kind=value_kind(table.schema.field(options.target).type) or "",
        times=_times(table, time_column),
        dropped_rows=rows_before - table.num_rows,
    )


def _times(table: pa.Table, name: str | None) -> np.ndarray | None:
    if name is None:
        return None
    column = table.column(name)
    if not (pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)):
        return None
    return column.cast(pa.timestamp("us"), safe=False).to_numpy()


def _matrix(columns: list[np.ndarray], rows: int, dtype: Any) -> np.ndarray:
    matrix = np.empty((rows, len(columns)), dtype=dtype)
    for index, column in enumerate(columns):
        matrix[:, index] = column
    return matrix


def with_target(table: pa.Table, target: str) -> pa.Table:
    """The rows whose target is known."""
    column = table.column(target)
    kind = value_kind(column.type)
    if kind is None or kind == "timestamp":
        raise BadInput(f"target: {target} is of type {column.type}; it must be a number, text or boolean")
    known = pc.is_valid(column)
    if kind == "number":
        known = pc.and_(known, pc.invert(pc.fill_null(pc.is_nan(column.cast(pa.float64())), True)))
    kept = table.filter(known)
    if kept.num_rows == 0:
        raise BadInput(f"target: every value of {target} is null")
    if kept.num_rows < table.num_rows:
        print(f"{table.num_rows - kept.num_rows} rows without {target} are left out", file=sys.stderr)
    return kept


def number_column(table: pa.Table, name: str) -> np.ndarray:
    """As serving has it: float32, NaN is missing."""
    column = table.column(name)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    # A float32 overflow becomes an infinity, and infinities are refused right below.
    with np.errstate(over="ignore"):
        values = column.cast(pa.float64(), safe=False).to_numpy().astype(np.float32)
    infinite = int(np.isinf(values).sum())
    if infinite > 0:
        raise BadInput(f"column {name} has {infinite} values that are infinite or beyond float32")
    return values


def text_column(table: pa.Table, name: str) -> np.ndarray:
    """As serving has it: '' is missing."""
    column = table.column(name)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return pc.fill_null(column.cast(pa.string()), "").to_numpy().astype(object)


def category_column(table: pa.Table, name: str) -> np.ndarray:
    values = text_column(table, name)
    distinct = len(set(values))
    if distinct > MAX_CATEGORIES:
        raise BadInput(
            f"column {name} has {distinct} different texts, more than the {MAX_CATEGORIES} that are"
            " learned as categories; exclude it or list it as context"
        )
    return values
