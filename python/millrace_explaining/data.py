"""Rows as one matrix of numbers, which is what the libraries take: text stands as its category's code."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .errors import BadInput
from .options import Options

MINIMUM_BACKGROUND = 10
MINIMUM_LABELLED = 20
_MISSING_TEXT = ""


@dataclass(frozen=True)
class Encoding:
    categories: tuple[tuple[str, ...] | None, ...]
    """One an input: sorted texts, '' for a missing one; None for an input of numbers."""

    @property
    def categorical(self) -> list[int]:
        return [place for place, known in enumerate(self.categories) if known is not None]


@dataclass(frozen=True)
class Samples:
    background: np.ndarray
    """float64, [rows, inputs]; NaN is a missing number."""
    rows: np.ndarray
    labels: np.ndarray | None
    """One a row: float64, or the place of the class; rows without a label are left out."""
    encoding: Encoding


def read_samples(background: Path, rows: Path, options: Options) -> Samples:
    before, asked = pq.read_table(background), pq.read_table(rows)
    if before.num_rows < MINIMUM_BACKGROUND and options.method != "native":
        raise BadInput(
            f"the background has {before.num_rows} rows; {MINIMUM_BACKGROUND} are needed to stand for "
            "a feature that is taken away"
        )
    if asked.num_rows == 0:
        raise BadInput("there is no row to explain")
    labels = None
    if options.method == "permutation":
        asked, labels = _labelled(asked, options)
    elif options.method == "partialDependence" and asked.num_rows < MINIMUM_BACKGROUND:
        raise BadInput(
            f"partialDependence averages over rows: {asked.num_rows} given, {MINIMUM_BACKGROUND} needed"
        )
    encoding = Encoding(
        tuple(
            _categories(before, asked, f"x{place}") if given.tensor == "categorical" else None
            for place, given in enumerate(options.inputs)
        )
    )
    return Samples(_matrix(before, encoding), _matrix(asked, encoding), labels, encoding)


def _labelled(table: pa.Table, options: Options) -> tuple[pa.Table, np.ndarray]:
    if "label" not in table.column_names:
        raise BadInput("permutation measures the loss, and the data has no labels")
    table = table.filter(table.column("label").is_valid())
    if table.num_rows < MINIMUM_LABELLED:
        raise BadInput(
            f"permutation measures the loss on labelled rows: {table.num_rows} given, "
            f"{MINIMUM_LABELLED} needed"
        )
    column = table.column("label").to_pylist()
    if options.task == "regression":
        return table, np.array(column, dtype=float)
    places = {_written(value): place for place, value in enumerate(options.classes)}
    unknown = sorted({str(value) for value in column if _written(value) not in places})
    if unknown:
        raise BadInput(f"the labels have classes that the model does not know: {', '.join(unknown[:5])}")
    return table, np.array([places[_written(value)] for value in column], dtype=float)


def _written(value: object) -> str:
    """Classes are compared as they read: 1 and 1.0 and true are what JSON and Parquet make of one."""
    if isinstance(value, bool):
        return str(int(value))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _categories(before: pa.Table, asked: pa.Table, name: str) -> tuple[str, ...]:
    both = [*before.column(name).to_pylist(), *asked.column(name).to_pylist()]
    return tuple(sorted({text or _MISSING_TEXT for text in both}))


def _matrix(table: pa.Table, encoding: Encoding) -> np.ndarray:
    matrix = np.empty((table.num_rows, len(encoding.categories)))
    for place, known in enumerate(encoding.categories):
        column = table.column(f"x{place}")
        if known is None:
            # As the graph sees it.
            matrix[:, place] = column.cast(pa.float64()).to_numpy().astype(np.float32)
        else:
            codes = {text: code for code, text in enumerate(known)}
            matrix[:, place] = [codes[text or _MISSING_TEXT] for text in column.to_pylist()]
    return matrix
