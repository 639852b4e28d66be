"""Writes an ONNX graph node by node."""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

TENSORS = ("numeric", "categorical")
"""Inputs and outputs: float32 [N, k] and string [N, m], each only where it has columns."""

OPSETS = {"": 18, "ai.onnx.ml": 3}
"""Those of the model itself: both become one graph."""
_OWN = "com.microsoft"


class Graph:
    """Nodes and constants so far; values are known by the names that are given back."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._domains: set[str] = set(OPSETS)

    def add(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        output = f"{operator}_{len(self._nodes)}"
        self._domains.add(domain)
        self._nodes.append(
            helper.make_node(operator, list(inputs), [output], domain=domain, **attributes)
        )
        return output

    def constant(self, values: Any, dtype: Any) -> str:
        name = f"constant_{len(self._constants)}"
        array = np.asarray(values, dtype=dtype)
        if array.dtype == object:
            texts = [text.encode() for text in array.ravel()]
            tensor = helper.make_tensor(name, TensorProto.STRING, array.shape, texts)
        else:
            tensor = numpy_helper.from_array(array, name)
        self._constants.append(tensor)
        return name

    def numbers(self, value: str) -> str:
        """A float32 matrix as doubles: what is fitted in doubles is applied in doubles."""
        return self.add("Cast", value, to=TensorProto.DOUBLE)

    def rounded(self, value: str) -> str:
        return self.add("Cast", value, to=TensorProto.FLOAT)

    def model(self, inputs: dict[str, int], outputs: dict[str, tuple[str, int]]) -> onnx.ModelProto:
        """
        The whole, checked.

        :param inputs: tensor → its columns
        :param outputs: tensor → the value that it is, and its columns
        """
        nodes = [
            *self._nodes,
            # An input may go straight through, and a graph's output has a name of its own.
            *(
                helper.make_node("Identity", [value], [f"prepared_{name}"])
                for name, (value, _) in outputs.items()
            ),
        ]
        graph = helper.make_graph(
            nodes,
            "millrace",
            [_tensor(name, width) for name, width in inputs.items()],
            [_tensor(name, width, "prepared_") for name, (_, width) in outputs.items()],
            self._constants,
        )
        versions = {**OPSETS, _OWN: 1}
        opsets = [helper.make_opsetid(name, versions[name]) for name in sorted(self._domains)]
        model = helper.make_model(graph, opset_imports=opsets)
        model.ir_version = 8
        onnx.checker.check_model(model)
        return model

    def own(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """An operator that the runtime has besides the standard's."""
        return self.add(operator, *inputs, domain=_OWN, **attributes)

    def learned(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """An operator of the standard's part for machine learning."""
        return self.add(operator, *inputs, domain="ai.onnx.ml", **attributes)


def _tensor(name: str, width: int, prefix: str = "") -> onnx.ValueInfoProto:
    kind = TensorProto.FLOAT if name == "numeric" else TensorProto.STRING
    return helper.make_tensor_value_info(prefix + name, kind, [None, width])
