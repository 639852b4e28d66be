"""Stages one after another, as one graph."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime

from .columns import Columns
from .graph import Graph
from .stages import KINDS, Stage

_CHUNK_ROWS = 10_000


@dataclass(frozen=True)
class Column:
    name: str
    text: bool

    @property
    def tensor(self) -> str:
        return "categorical" if self.text else "numeric"


@dataclass(frozen=True)
class Matrices:
    """Columns of numbers (float32, NaN is missing) and of text ('' is missing)."""

    numeric: np.ndarray
    categorical: np.ndarray

    def __len__(self) -> int:
        return len(self.numeric)

    def feeds(self) -> dict[str, np.ndarray]:
        tensors = {"numeric": self.numeric, "categorical": self.categorical}
        return {name: tensor for name, tensor in tensors.items() if tensor.shape[1] > 0}


@dataclass(frozen=True)
class Chain:
    """
    From columns of a table to columns that were prepared from them.

    Only what the wanted columns need is in it: stages, parts of stages, and inputs.
    """

    stages: tuple[Stage, ...]
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]

    def graph(self) -> onnx.ModelProto:
        graph = Graph()
        columns = Columns(graph)
        inputs = _by_tensor(self.inputs)
        for tensor, names in inputs.items():
            columns.put(names, tensor)
        for stage in self.stages:
            KINDS[stage["kind"]].emit(columns, stage)
        outputs = {
            tensor: (columns.matrix(names), len(names))
            for tensor, names in _by_tensor(self.outputs).items()
        }
        return graph.model({tensor: len(names) for tensor, names in inputs.items()}, outputs)

    def run(self, rows: Matrices) -> Matrices:
        session = onnxruntime.InferenceSession(
            self.graph().SerializeToString(), providers=["CPUExecutionProvider"]
        )
        names = [output.name for output in session.get_outputs()]
        parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
        for start in range(0, len(rows), _CHUNK_ROWS):
            feeds = {
                name: tensor[start : start + _CHUNK_ROWS] for name, tensor in rows.feeds().items()
            }
            for name, part in zip(names, session.run(names, feeds), strict=True):
                parts[name].append(part)
        empty = {"numeric": np.empty((len(rows), 0), np.float32)}
        empty["categorical"] = np.empty((len(rows), 0), object)
        made = {
            tensor: np.vstack(parts[f"prepared_{tensor}"]) if parts.get(f"prepared_{tensor}") else none
            for tensor, none in empty.items()
        }
        return Matrices(made["numeric"], made["categorical"].astype(object))


def chain_of(stages: Sequence[Stage], raw: Iterable[Column], wanted: Sequence[str]) -> Chain:
    """
    The chain that makes these columns.

    :param raw: columns of the table that it begins with
    """
    needed = set(wanted)
    kept: list[Stage] = []
    for stage in reversed(stages):
        kind = KINDS[stage["kind"]]
        made = needed.intersection(kind.makes(stage))
        if not made:
            continue
        part = kind.within(stage, made)
        needed = (needed - set(kind.makes(part))) | set(kind.reads(part))
        kept.append(part)
    kept.reverse()
    inputs = tuple(column for column in raw if column.name in needed)
    texts = {column.name: column.text for column in inputs}
    for stage in kept:
        for name in KINDS[stage["kind"]].makes(stage):
            texts[name] = KINDS[stage["kind"]].text(stage)
    return Chain(tuple(kept), inputs, tuple(Column(name, texts[name]) for name in wanted))


def _by_tensor(columns: Iterable[Column]) -> dict[str, list[str]]:
    tensors: dict[str, list[str]] = {}
    for column in columns:
        tensors.setdefault(column.tensor, []).append(column.name)
    return {name: tensors[name] for name in ("numeric", "categorical") if name in tensors}
