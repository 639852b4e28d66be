"""What stands for a missing value, learned from the training data."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from millrace_training.dataset import number_column, text_column
from millrace_training.errors import BadInput

from .choices import choices_of, split_choice
from .stages import Stage
from .table import kinds_of, require_column

_TIME_KEY = b"millrace.time"


def fit_impute(
    table: pa.Table, values: dict[str, Any]
) -> tuple[list[Stage], pa.Table, dict[str, int]]:
    """
    The stages; the table with what was filled forward; and how many values are filled, by column.

    A row that is served has no row before it: it is given the last value that training knew.
    """
    kinds = kinds_of(table)
    stages: list[Stage] = []
    filled: dict[str, int] = {}
    numbers: dict[str, float] = {}
    for name, choice in choices_of(table, values).items():
        strategy, options = split_choice(choice)
        text = kinds[name] == "string"
        column = text_column(table, name) if text else number_column(table, name)
        missing = column == "" if text else np.isnan(column)
        filled[name] = int(missing.sum())
        if strategy != "constant" and missing.all():
            raise BadInput(f"columns: every value of {name} is missing; give it a constant")
        if strategy == "forwardFill":
            by = (options or {}).get("by")
            stage, column = _forward(table, name, column, missing, by, text)
            stages.append(stage)
            table = _replaced(table, name, column)
        elif text:
            value = _text_value(name, strategy, options, column[~missing])
            stages.append({"kind": "fillText", "column": name, "value": value})
        else:
            numbers[name] = _number_value(name, strategy, options, column[~missing])
    if numbers:
        stages.append(
            {"kind": "fillNumbers", "columns": list(numbers), "values": list(numbers.values())}
        )
    return stages, table, filled


def _number_value(name: str, strategy: str, constant: Any, known: np.ndarray) -> float:
    if strategy == "constant":
        if isinstance(constant, str):
            raise BadInput(f"columns: {name} holds numbers, and {constant!r} is none")
        return float(constant)
    if strategy == "mean":
        return float(known.astype(np.float64).mean())
    if strategy == "median":
        return float(np.median(known.astype(np.float64)))
    values, counts = np.unique(known, return_counts=True)
    return float(values[np.argmax(counts)])


def _text_value(name: str, strategy: str, constant: Any, known: np.ndarray) -> str:
    if strategy == "constant":
        return str(constant)
    if strategy != "mode":
        raise BadInput(f"columns: {name} holds text, which has no {strategy}; use mode or constant")
    values, counts = np.unique(known.astype(str), return_counts=True)
    return str(values[np.argmax(counts)])


def _forward(
    table: pa.Table, name: str, column: np.ndarray, missing: np.ndarray, by: str | None, text: bool
) -> tuple[Stage, np.ndarray]:
    """The stage, and the column filled: with the row before, of the same group where there are groups."""
    order = _time_order(table)
    groups = np.zeros(len(column), dtype=object) if by is None else _groups(table, by)
    first = (
        _text_value(name, "mode", None, column[~missing])
        if text
        else _number_value(name, "median", None, column[~missing])
    )
    filled, last = column.copy(), {}
    for row in order:
        if missing[row]:
            # Before a group's first value nothing of it was known.
            filled[row] = last.get(groups[row], first)
        else:
            last[groups[row]] = column[row]
    known = order[~missing[order]]
    value = column[known[-1]]
    plain = str if text else float
    if by is None:
        stage = {"kind": "fillText", "column": name, "value": str(value)} if text else {
            "kind": "fillNumbers",
            "columns": [name],
            "values": [float(value)],
        }
        return {**stage, "forward": True}, filled
    by_text = kinds_of(table)[by] == "string"
    keys = sorted(last)
    return {
        "kind": "fillBy",
        "column": name,
        "by": by,
        "byText": by_text,
        "text": text,
        "keys": [str(key) if by_text else float(key) for key in keys],
        "values": [plain(last[key]) for key in keys],
        "value": plain(value),
        "forward": True,
    }, filled


def _groups(table: pa.Table, by: str) -> np.ndarray:
    kind = require_column(table, by, "by")
    if kind == "number":
        raise BadInput(f"by: {by} holds numbers with fractions; groups are text or integers")
    return text_column(table, by) if kind == "string" else number_column(table, by)


def _time_order(table: pa.Table) -> np.ndarray:
    """Rows by event time where the table has one, those of equal time as they stand."""
    name = (table.schema.metadata or {}).get(_TIME_KEY, b"").decode()
    if name not in table.column_names:
        return np.arange(table.num_rows)
    times = table.column(name).cast(pa.timestamp("us"), safe=False).to_numpy()
    return np.argsort(times, kind="stable")


def _replaced(table: pa.Table, name: str, values: np.ndarray) -> pa.Table:
    index = table.column_names.index(name)
    array = pa.array(values, pa.string()) if values.dtype == object else pa.array(
        values.astype(np.float64)
    )
    kind = table.schema.field(name).type
    if values.dtype != object and pa.types.is_integer(kind):
        array = pc.cast(array, kind)
    return table.set_column(index, pa.field(name, array.type), array)
