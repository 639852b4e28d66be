"""Loads models with MLflow, as a graph and as a Python function, and prints what each answers to its rows.

    python mlflow_models.py PACKAGE…     each has the model in mlflow/ and rows in rows.json
"""

import importlib.util
import json
import sys
from pathlib import Path

import mlflow.onnx
import mlflow.pyfunc
import numpy as np
import onnxruntime
import pandas as pd


def edge_program(package):
    """The package's own example: how rows become tensors, and outputs an answer."""
    spec = importlib.util.spec_from_file_location("edge", package / "edge" / "predict.py")
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program


def read(path):
    return json.loads(path.read_text("utf-8"))


def given(tensors, inputs):
    """What MLflow's signature asks for: texts that are no objects, or a data frame of numbers."""
    if inputs.is_tensor_spec():
        return {name: rows.astype(str) if rows.dtype == object else rows for name, rows in tensors.items()}
    return pd.DataFrame(tensors["numeric"].astype(np.float64), columns=inputs.input_names())


def arrays(outputs):
    """A data frame has a list a row where an output has several columns."""
    return {name: np.array(list(outputs[name])) for name in outputs}


def answers(package):
    program = edge_program(package)
    signature = read(package / "signature.json")
    tensors = program.feeds(read(package / "preprocessing.json"), read(package / "rows.json"))
    directory = str(package / "mlflow")
    graph = mlflow.onnx.load_model(directory)
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    names = [output.name for output in session.get_outputs()]
    function = mlflow.pyfunc.load_model(directory)
    predicted = function.predict(given(tensors, function.metadata.get_input_schema()))
    return {
        "onnx": program.answer(signature, dict(zip(names, session.run(names, tensors)))),
        "pyfunc": program.answer(signature, arrays(predicted)),
    }


if __name__ == "__main__":
    print(json.dumps([answers(Path(package)) for package in sys.argv[1:]]))
