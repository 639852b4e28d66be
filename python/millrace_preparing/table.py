"""A table that is being prepared: its columns, and how they came from the raw ones.

How they came is kept in the Parquet file itself, under `millrace.preparation`, so that whoever is
given the table knows it: no step can forget to hand it on.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from millrace_training.columns import value_kind
from millrace_training.dataset import number_column, text_column
from millrace_training.errors import BadInput, nearest

from .chain import Column, Matrices, chain_of
from .stages import KINDS, Stage

PREPARATION_KEY = b"millrace.preparation"
"""As storage/tabular/preparation.ts has it."""


@dataclass(frozen=True)
class Preparation:
    raw: dict[str, Any]
    """Reference to the table that the first stage was fitted on."""
    stages: tuple[Stage, ...]

    def as_json(self) -> dict[str, Any]:
        return {"format": "millrace-preparation/1", "raw": self.raw, "stages": list(self.stages)}

    def as_text(self) -> str:
        return json.dumps(self.as_json(), allow_nan=False, indent=1)


def preparation_of(table: pa.Table) -> Preparation | None:
    text = (table.schema.metadata or {}).get(PREPARATION_KEY)
    if text is None:
        return None
    value = json.loads(text)
    return Preparation(value["raw"], tuple(value["stages"]))


def read_parquet(path: Path, what: str) -> pa.Table:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(f"{what} cannot be read as Parquet: {error}") from error
    if table.num_rows == 0:
        raise BadInput(f"{what} has no rows; look at what the steps before let through")
    return table


def kinds_of(table: pa.Table) -> dict[str, str]:
    """Column → number, integer, boolean or string; others cannot be learned from."""
    kinds = {field.name: value_kind(field.type) for field in table.schema}
    return {name: kind for name, kind in kinds.items() if kind not in (None, "timestamp")}


def require_column(table: pa.Table, name: str, option: str) -> str:
    """Its kind."""
    if name not in table.column_names:
        raise BadInput(f"{option}: the data has no column {name}; {nearest(name, table.column_names)}")
    kind = kinds_of(table).get(name)
    if kind is None:
        raise BadInput(
            f"{option}: {name} is of type {table.schema.field(name).type}, which a model cannot learn"
            " from; derive numbers or text from it"
        )
    return kind


def model_columns(table: pa.Table) -> list[Column]:
    return [Column(name, kind == "string") for name, kind in kinds_of(table).items()]


def matrices_of(table: pa.Table, columns: tuple[Column, ...]) -> Matrices:
    numbers = [number_column(table, column.name) for column in columns if not column.text]
    texts = [text_column(table, column.name) for column in columns if column.text]
    numeric = np.empty((table.num_rows, len(numbers)), np.float32)
    categorical = np.empty((table.num_rows, len(texts)), object)
    for matrix, values in ((numeric, numbers), (categorical, texts)):
        for index, column in enumerate(values):
            matrix[:, index] = column
    return Matrices(numeric, categorical)


def apply_stages(table: pa.Table, stages: list[Stage]) -> pa.Table:
    """The table with these stages done; columns that none of them names stay as they are."""
    names = list(table.column_names)
    changed: set[str] = set()
    for stage in stages:
        kind = KINDS[stage["kind"]]
        made = kind.makes(stage)
        gone = stage["columns"] if stage["kind"] == "drop" else kind.reads(stage)
        if stage["kind"] in ("drop", "oneHot", "words", "components"):
            taken = [name for name in made if name in names and name not in gone]
            if taken:
                raise BadInput(f"the data has a column {taken[0]} already; rename one of them")
            place = min((names.index(name) for name in gone), default=0)
            names = [name for name in names if name not in gone]
            names[place:place] = made
        changed.update(made)
    wanted = [name for name in names if name in changed]
    fields, values = [], []
    made_columns = _made(table, stages, wanted) if wanted else {}
    for name in names:
        if name in made_columns:
            values.append(made_columns[name])
            fields.append(pa.field(name, made_columns[name].type))
        else:
            values.append(table.column(name))
            fields.append(table.schema.field(name))
    return pa.Table.from_arrays(values, schema=pa.schema(fields, metadata=table.schema.metadata))


def _made(table: pa.Table, stages: list[Stage], wanted: list[str]) -> dict[str, pa.Array]:
    chain = chain_of(stages, model_columns(table), wanted)
    rows = chain.run(matrices_of(table, chain.inputs))
    made: dict[str, pa.Array] = {}
    numbers, texts = iter(rows.numeric.T), iter(rows.categorical.T)
    for column in chain.outputs:
        if column.text:
            values = next(texts)
            made[column.name] = pa.array([value or None for value in values], pa.string())
        else:
            # NaN is how serving says that a number is missing; in a table it is null.
            values = next(numbers).astype(np.float64)
            made[column.name] = pa.array(values, pa.float64(), mask=np.isnan(values))
    return made


def write_table(table: pa.Table, preparation: Preparation, path: Path) -> None:
    metadata = {
        key: value
        for key, value in (table.schema.metadata or {}).items()
        if key.startswith(b"millrace.")
    }
    metadata[PREPARATION_KEY] = json.dumps(preparation.as_json(), allow_nan=False).encode()
    pq.write_table(table.replace_schema_metadata(metadata), path, compression="zstd")
