"""What can be done to columns: each kind of stage as nodes of a graph.

A stage is plain JSON, ``{"kind": …, …}``, so that what was learned can be read. Of each kind this
knows which columns it reads and makes, and how it is written into a graph.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import TensorProto

from .columns import Columns
from .words import emit_words

Stage = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    reads: Callable[[Stage], list[str]]
    makes: Callable[[Stage], list[str]]
    emit: Callable[[Columns, Stage], None]
    text: Callable[[Stage], bool] = lambda stage: False
    """Whether what it makes is text."""
    within: Callable[[Stage, set[str]], Stage] = lambda stage, wanted: stage
    """The part of it that makes these columns."""


def _fill_numbers(columns: Columns, stage: Stage) -> None:
    graph, names = columns.graph, stage["columns"]
    values = columns.matrix(names)
    filling = graph.constant([stage["values"]], np.float32)
    missing = graph.add("IsNaN", values)
    columns.put(names, graph.add("Where", missing, filling, values))


def _fill_text(columns: Columns, stage: Stage) -> None:
    name = stage["column"]
    values = columns.matrix([name])
    filling = columns.graph.constant([[stage["value"]]], object)
    columns.put([name], _where_missing_text(columns, values, filling))


def _fill_by(columns: Columns, stage: Stage) -> None:
    """The last value of the row's group; of a group that training never saw, the last of all."""
    graph, name = columns.graph, stage["column"]
    keys = {"keys_strings" if stage["byText"] else "keys_floats": stage["keys"]}
    kind = "string" if stage["text"] else "float"
    filling = graph.learned(
        "LabelEncoder",
        columns.matrix([stage["by"]]),
        **keys,
        **{f"values_{kind}s": stage["values"], f"default_{kind}": stage["value"]},
    )
    values = columns.matrix([name])
    if stage["text"]:
        columns.put([name], _where_missing_text(columns, values, filling))
    else:
        columns.put([name], graph.add("Where", graph.add("IsNaN", values), filling, values))


def _where_missing_text(columns: Columns, values: str, filling: str) -> str:
    graph = columns.graph
    mark = graph.learned(
        "LabelEncoder", values, keys_strings=[""], values_floats=[1.0], default_float=0.0
    )
    return graph.add("Where", graph.add("Cast", mark, to=TensorProto.BOOL), filling, values)


def _scale(columns: Columns, stage: Stage) -> None:
    graph, names = columns.graph, stage["columns"]
    centred = graph.add(
        "Sub",
        graph.numbers(columns.matrix(names)),
        graph.constant([stage["subtract"]], np.float64),
    )
    scaled = graph.add("Div", centred, graph.constant([stage["divide"]], np.float64))
    columns.put(names, graph.rounded(scaled))


def _log(columns: Columns, stage: Stage) -> None:
    """ln(1 + x); below 0, where training had nothing, as at 0."""
    graph, names = columns.graph, stage["columns"]
    values = graph.numbers(columns.matrix(names))
    none = graph.constant(0.0, np.float64)
    floored = graph.add("Where", graph.add("Less", values, none), none, values)
    raised = graph.add("Add", floored, graph.constant(1.0, np.float64))
    columns.put(names, graph.rounded(graph.add("Log", raised)))


def _one_hot(columns: Columns, stage: Stage) -> None:
    graph, categories = columns.graph, stage["categories"]
    values = columns.matrix([stage["column"]])
    if stage["text"]:
        marked = graph.learned("OneHotEncoder", values, cats_strings=categories, zeros=1)
        shape = graph.constant([-1, len(categories)], np.int64)
        matrix = graph.add("Reshape", marked, shape)
    else:
        equal = graph.add("Equal", values, graph.constant([categories], np.float32))
        matrix = graph.rounded(equal)
    columns.put(stage["outputs"], matrix)


def _ordinal(columns: Columns, stage: Stage) -> None:
    names = {"keys_strings" if stage["text"] else "keys_floats": stage["order"]}
    matrix = columns.graph.learned(
        "LabelEncoder",
        columns.matrix([stage["column"]]),
        **names,
        values_floats=[float(rank) for rank in range(len(stage["order"]))],
        default_float=-1.0,
    )
    columns.put([stage["column"]], matrix)


def _components(columns: Columns, stage: Stage) -> None:
    graph = columns.graph
    centred = graph.add(
        "Sub",
        graph.numbers(columns.matrix(stage["columns"])),
        graph.constant([stage["mean"]], np.float64),
    )
    turned = np.asarray(stage["components"], dtype=np.float64).T
    made = graph.add("MatMul", centred, graph.constant(turned, np.float64))
    columns.put(stage["outputs"], graph.rounded(made))


def _some(stage: Stage, wanted: set[str], *lists: str) -> Stage:
    kept = [index for index, name in enumerate(stage["columns"]) if name in wanted]
    return {**stage, **{key: [stage[key][index] for index in kept] for key in ("columns", *lists)}}


def _columns(stage: Stage) -> list[str]:
    return stage["columns"]


def _column(stage: Stage) -> list[str]:
    return [stage["column"]]


def _outputs(stage: Stage) -> list[str]:
    return stage["outputs"]


KINDS: dict[str, Kind] = {
    "fillNumbers": Kind(
        _columns, _columns, _fill_numbers, within=lambda s, w: _some(s, w, "values")
    ),
    "fillText": Kind(_column, _column, _fill_text, text=lambda stage: True),
    "fillBy": Kind(
        lambda stage: [stage["column"], stage["by"]],
        _column,
        _fill_by,
        text=lambda stage: stage["text"],
    ),
    "scale": Kind(
        _columns, _columns, _scale, within=lambda s, w: _some(s, w, "subtract", "divide")
    ),
    "log": Kind(_columns, _columns, _log, within=lambda s, w: _some(s, w)),
    "oneHot": Kind(_column, _outputs, _one_hot),
    "ordinal": Kind(_column, _column, _ordinal),
    "words": Kind(_column, _outputs, emit_words),
    "components": Kind(_columns, _outputs, _components),
    "drop": Kind(lambda stage: [], lambda stage: [], lambda columns, stage: None),
}
