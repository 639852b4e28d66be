"""Going on from the champion: a new part learns what the champion still gets wrong.

Nothing but the champion's ONNX graph is read: no pickle is ever loaded. So a regression by
gradient boosting can go on, as boosting itself does: prediction = champion + correction, both in
one graph. What cannot go on is trained anew, and says so.
"""

from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import compose, helper
from sklearn.pipeline import Pipeline

MOST_PARTS = 20
"""Corrections on top of each other; then a model is trained anew, so that graphs do not grow for ever."""

_PARTS_KEY = "millrace.warmStarts"
_INPUTS = ("numeric", "categorical")


def parts_of(graph: onnx.ModelProto) -> int:
    """How many corrections the graph has."""
    return next((int(item.value) for item in graph.metadata_props if item.key == _PARTS_KEY), 0)


def obstacle(
    graph: onnx.ModelProto, task: str, algorithm: str, widths: tuple[int, int]
) -> str | None:
    """Why training cannot go on from this graph; None where it can."""
    if task != "regression" or algorithm != "gradient-boosting":
        return f"a {task} by {algorithm} cannot go on from a graph"
    given = {item.name: item.type.tensor_type.shape.dim[1].dim_value for item in graph.graph.input}
    wanted = {name: width for name, width in zip(_INPUTS, widths, strict=True) if width > 0}
    if given != wanted:
        return f"the champion takes {given}, the data has {wanted}"
    if parts_of(graph) >= MOST_PARTS:
        return f"the champion has {MOST_PARTS} corrections already"
    return None


class Base:
    """The champion's answers."""

    def __init__(self, graph: onnx.ModelProto) -> None:
        self.graph = graph
        self._session = onnxruntime.InferenceSession(
            graph.SerializeToString(), providers=["CPUExecutionProvider"]
        )

    def predict(self, numeric: np.ndarray, categorical: np.ndarray) -> np.ndarray:
        tensors = dict(zip(_INPUTS, (numeric, categorical), strict=True))
        feeds = {name: tensor for name, tensor in tensors.items() if tensor.shape[1] > 0}
        return self._session.run(["prediction"], feeds)[0].astype(float).ravel()


class Continued:
    """Champion and correction as one model, asked as a pipeline is."""

    def __init__(self, base: Base, correction: Pipeline, numeric: int) -> None:
        self._base = base
        self._correction = correction
        self._numeric = numeric

    @property
    def named_steps(self) -> Any:
        return self._correction.named_steps

    def predict(self, matrix: np.ndarray) -> np.ndarray:
        numeric = matrix[:, : self._numeric].astype(np.float32)
        categorical = matrix[:, self._numeric :].astype(object)
        return self._base.predict(numeric, categorical) + self._correction.predict(matrix)


def add_graphs(base: onnx.ModelProto, correction: onnx.ModelProto) -> bytes:
    """One graph whose prediction is the sum of both."""
    parts = [compose.add_prefix(base, "base_"), compose.add_prefix(correction, "correction_")]
    nodes, initializers = [], []
    for part, prefix in zip(parts, ("base_", "correction_"), strict=True):
        for node in part.graph.node:
            for index, name in enumerate(node.input):
                if name.removeprefix(prefix) in _INPUTS:
                    node.input[index] = name.removeprefix(prefix)
        nodes.extend(part.graph.node)
        initializers.extend(part.graph.initializer)
    nodes.append(
        helper.make_node("Add", ["base_prediction", "correction_prediction"], ["prediction"])
    )
    graph = helper.make_graph(
        nodes, "millrace", list(base.graph.input), list(base.graph.output), initializers
    )
    model = helper.make_model(graph, opset_imports=list(base.opset_import))
    model.ir_version = base.ir_version
    helper.set_model_props(model, {_PARTS_KEY: str(parts_of(base) + 1)})
    onnx.checker.check_model(model)
    return model.SerializeToString()
