"""Training on a table that was prepared: what prepared it becomes the front of the model's graph."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pyarrow as pa
from onnx import compose, helper

from millrace_preparing.chain import Chain, Matrices, chain_of
from millrace_preparing.stages import KINDS, Stage
from millrace_preparing.table import (
    Preparation,
    kinds_of,
    matrices_of,
    model_columns,
    preparation_of,
    read_parquet,
)
from millrace_step import Step

from .dataset import Dataset, Feature, with_target
from .errors import BadInput, nearest
from .options import Options

_TOLERANCE = 1e-5


class Prepared:
    """The way from the raw table's columns to those that the model learns from."""

    def __init__(
        self,
        preparation: Preparation,
        chain: Chain,
        raw: Matrices,
        features: tuple[Feature, ...],
        unused: dict[str, str],
    ) -> None:
        self.preparation = preparation
        self._chain = chain
        self.raw = raw
        """Every row with a target."""
        self.features = features
        """What requests hold: columns of the raw table."""
        self.unused = unused
        """Raw columns, with their kinds, that requests may hold: what was made of them was left out."""

    def prepare(self, numeric: np.ndarray, categorical: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows = self._chain.run(Matrices(numeric, categorical))
        return rows.numeric, rows.categorical

    def before(self, graph: bytes) -> bytes:
        """The model's graph with this one in front of it: it takes raw rows."""
        front, model = self._chain.graph(), onnx.load_model_from_string(graph)
        front = compose.add_prefix(front, "front_", rename_inputs=False)
        model = compose.add_prefix(model, "model_", rename_outputs=False)
        for node in model.graph.node:
            for index, name in enumerate(node.input):
                if name in ("model_numeric", "model_categorical"):
                    node.input[index] = f"front_prepared_{name.removeprefix('model_')}"
        whole = helper.make_graph(
            [*front.graph.node, *model.graph.node],
            "millrace",
            list(front.graph.input),
            list(model.graph.output),
            [*front.graph.initializer, *model.graph.initializer],
        )
        # Each says the lowest set that its own operators are in; both were written for the same one.
        versions: dict[str, int] = {}
        for opset in (*front.opset_import, *model.opset_import):
            versions[opset.domain] = max(opset.version, versions.get(opset.domain, 0))
        opsets = [helper.make_opsetid(*item) for item in sorted(versions.items())]
        made = helper.make_model(whole, opset_imports=opsets)
        made.ir_version = model.ir_version
        onnx.checker.check_model(made)
        return made.SerializeToString()

    def importance(self, importance: dict[str, Any]) -> dict[str, Any] | None:
        """In terms of the raw columns; None where a column was made of several."""
        origins: dict[str, tuple[str, str]] = {}
        for stage in self._chain.stages:
            if stage["kind"] == "components":
                return None
            if stage["kind"] in ("oneHot", "words"):
                column = stage["column"]
                for name in stage["outputs"]:
                    origins[name] = (column, name[len(column) + 1 :])
        columns = []
        for entry in importance["columns"]:
            column, category = origins.get(entry["feature"], (entry["feature"], None))
            more = {} if category is None else {"category": category}
            columns.append({**entry, "feature": column, **more})
        return {**importance, "columns": columns}


def prepared_of(step: Step, options: Options, dataset: Dataset) -> Prepared | None:
    """None where the table is raw itself."""
    preparation = preparation_of(read_parquet(Path(step.artifact_path("data")), "data"))
    if preparation is None:
        return None
    changed = {name for stage in preparation.stages for name in KINDS[stage["kind"]].makes(stage)}
    if options.target in changed:
        raise BadInput(
            f"target: {options.target} was changed by a step before; name it there as target, so that"
            " it is left alone"
        )
    whole = read_parquet(Path(step.artifact_path("raw")), "the raw table")
    table = with_target(whole, options.target)
    names = [feature.name for tensor in ("numeric", "categorical") for feature in dataset.features
             if feature.tensor == tensor]
    chain = chain_of(preparation.stages, model_columns(table), names)
    raw = matrices_of(table, chain.inputs)
    _check_same(chain, raw, preparation.stages, dataset)
    kinds = kinds_of(table)
    apart = {options.target, *options.exclude, *(column.name for column in chain.inputs)}
    unused = _unused(preparation.stages, table, apart)
    features = _features(chain, raw, kinds, options)
    return Prepared(preparation, chain, raw, features, {name: kinds[name] for name in unused})


def _unused(stages: tuple[Stage, ...], table: pa.Table, apart: set[str]) -> list[str]:
    """Another selection may need them: who sends all columns may go on with it."""
    columns = model_columns(table)
    dropped: set[str] = set()
    for index, stage in enumerate(stages):
        if stage["kind"] == "drop":
            before = chain_of(stages[:index], columns, stage["columns"])
            dropped.update(column.name for column in before.inputs)
    return [column.name for column in columns if column.name in dropped - apart]


def _check_same(chain: Chain, raw: Matrices, stages: tuple[Stage, ...], dataset: Dataset) -> None:
    """A table that its own stages do not lead to would teach what serving never does."""
    changed = BadInput(
        "the prepared data is not what its stages make of the raw table; let nothing but impute,"
        " encode and select come between them"
    )
    if len(raw) != len(dataset.numeric):
        raise changed
    made = chain.run(raw)
    # A row that was filled with the one before it is filled otherwise when it stands alone.
    alone = np.full(len(raw), True)
    for stage in chain.stages:
        if stage.get("forward"):
            for name in KINDS[stage["kind"]].makes(stage):
                alone &= ~_missing(chain, raw, name)
    same = np.isclose(
        made.numeric, dataset.numeric, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True
    ).all(axis=1) & (made.categorical == dataset.categorical).all(axis=1)
    if not same[alone].all():
        raise changed


def _missing(chain: Chain, raw: Matrices, name: str) -> np.ndarray:
    for tensor, matrix in (("numeric", raw.numeric), ("categorical", raw.categorical)):
        names = [column.name for column in chain.inputs if column.tensor == tensor]
        if name in names:
            column = matrix[:, names.index(name)]
            return np.isnan(column) if tensor == "numeric" else column == ""
    return np.full(len(raw), False)


def _features(
    chain: Chain, raw: Matrices, kinds: dict[str, str], options: Options
) -> tuple[Feature, ...]:
    names = [column.name for column in chain.inputs]
    for name in options.optional:
        if name not in names:
            raise BadInput(f"optional: {name} is not learned from; {nearest(name, names)}")
    filled = {
        name
        for stage in chain.stages
        if stage["kind"].startswith("fill")
        for name in KINDS[stage["kind"]].makes(stage)
    }
    return tuple(
        Feature(
            name,
            kinds[name],
            bool(_missing(chain, raw, name).any()) or name in filled or name in options.optional,
        )
        for name in names
    )
