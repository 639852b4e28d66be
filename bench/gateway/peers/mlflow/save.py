"""Saves the ONNX model in MLflow's format. Usage: save.py MODEL.onnx SIGNATURE.json DIRECTORY"""

import json
import sys

import mlflow.onnx
import numpy
import onnx
from mlflow.models import ModelSignature
from mlflow.types import Schema, TensorSpec

model_file, signature_file, directory = sys.argv[1:]
with open(signature_file, encoding="utf-8") as file:
    inputs = json.load(file)["inputs"]
width = {
    tensor: sum(i["tensor"] == tensor for i in inputs)
    for tensor in ("numeric", "categorical")
}
types = {"numeric": numpy.dtype("float32"), "categorical": numpy.dtype("str")}
tensors = [
    TensorSpec(types[name], (-1, columns), name)
    for name, columns in width.items()
    if columns > 0
]
mlflow.onnx.save_model(
    onnx.load(model_file),
    directory,
    signature=ModelSignature(inputs=Schema(tensors)),
    onnx_execution_providers=["CPUExecutionProvider"],
    onnx_session_options={"intra_op_num_threads": 1, "inter_op_num_threads": 1},
)
