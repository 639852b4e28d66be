"""Answers rows with a package of millrace in Python: pip install onnxruntime numpy

    python edge/predict.py [rows.json]     rows: [{column: value, …}]; without them the example's
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

PACKAGE = Path(__file__).resolve().parent.parent


def read(path):
    return json.loads(Path(path).read_text("utf-8"))


def feeds(preprocessing, rows):
    """The tensors of preprocessing.json: numbers in float32, what is missing as NaN or ''."""
    tensors = {}
    for tensor in preprocessing["tensors"]:
        is_text = tensor["type"] == "string"
        matrix = np.empty((len(rows), len(tensor["columns"])), dtype=object if is_text else np.float32)
        for place, row in enumerate(rows):
            for index, column in enumerate(tensor["columns"]):
                value = row.get(column)
                if value is None:
                    value = "" if is_text else np.nan
                matrix[place, index] = str(value) if is_text else value
        tensors[tensor["name"]] = matrix
    return tensors


def answer(signature, outputs):
    """Predictions and, of a classification, the probability of each class."""
    classes = signature["output"].get("classes")
    if classes is None:
        return {"predictions": [float(value) for value in outputs["prediction"].ravel()]}
    in_graph = [str(int(value)) if isinstance(value, bool) else str(value) for value in classes]
    return {
        "predictions": [classes[in_graph.index(str(label))] for label in outputs["label"]],
        "probabilities": [[float(value) for value in row] for row in outputs["probabilities"]],
    }


def main():
    rows_file = sys.argv[1] if len(sys.argv) > 1 else None
    rows = read(rows_file) if rows_file else read(PACKAGE / "example.json")["request"]["dataframe_records"]
    session = onnxruntime.InferenceSession(PACKAGE / "model.onnx")
    names = [output.name for output in session.get_outputs()]
    outputs = session.run(names, feeds(read(PACKAGE / "preprocessing.json"), rows))
    print(json.dumps(answer(read(PACKAGE / "signature.json"), dict(zip(names, outputs)))))


if __name__ == "__main__":
    main()
