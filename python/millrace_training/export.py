"""A fitted pipeline as an ONNX graph with millrace's interface.

Inputs: ``numeric`` float32 [N, k] and ``categorical`` string [N, m], each only where k or m > 0.
Outputs: ``prediction`` float32 [N, 1], or ``label`` [N] and ``probabilities`` float32 [N, classes].
"""

import onnx
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.pipeline import Pipeline

# What every runtime of the last years reads; newer sets bring nothing for these operators.
_OPSETS = {"": 18, "ai.onnx.ml": 3}


def export_onnx(pipeline: Pipeline, task: str, numeric: int, categorical: int) -> bytes:
    """The same pipeline gives the same bytes."""
    inputs = []
    if numeric > 0:
        inputs.append(("numeric", FloatTensorType([None, numeric])))
    if categorical > 0:
        inputs.append(("categorical", StringTensorType([None, categorical])))
    options = {"zipmap": False} if task == "classification" else {}
    graph = to_onnx(
        pipeline,
        name="millrace",
        initial_types=inputs,
        target_opset=_OPSETS,
        options={id(pipeline): options} if options else None,
    )
    wanted = ["prediction"] if task == "regression" else ["label", "probabilities"]
    _rename_outputs(graph, wanted)
    _sort_opsets(graph)
    onnx.checker.check_model(graph)
    return graph.SerializeToString()


def _rename_outputs(model: onnx.ModelProto, wanted: list[str]) -> None:
    names = {
        output.name: name for output, name in zip(model.graph.output, wanted, strict=True)
    }
    for output in model.graph.output:
        output.name = names[output.name]
    for node in model.graph.node:
        for values in (node.input, node.output):
            for index, value in enumerate(values):
                values[index] = names.get(value, value)


def _sort_opsets(model: onnx.ModelProto) -> None:
    """skl2onnx walks a set here, so the order differs from process to process."""
    opsets = sorted((opset.domain, opset.version) for opset in model.opset_import)
    del model.opset_import[:]
    model.opset_import.extend(onnx.helper.make_opsetid(*opset) for opset in opsets)
