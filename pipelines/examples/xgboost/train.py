"""Learns a regression with XGBoost and hands it on as ONNX."""

from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
import pyarrow as pa
import xgboost
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from pyarrow import parquet

from millrace_step import step

TOLERANCE = 1e-5
LIBRARIES = ("xgboost-cpu", "onnxmltools", "onnx", "numpy")


def kind_of(column: pa.ChunkedArray) -> str | None:
    """What XGBoost can take as it is; texts and times stay out."""
    if pa.types.is_boolean(column.type):
        return "boolean"
    if pa.types.is_integer(column.type):
        return "integer"
    return "number" if pa.types.is_floating(column.type) else None


def matrix_of(table: pa.Table, names: list[str]) -> np.ndarray:
    """Numbers as serving has them: float32, NaN is missing."""
    columns = [table.column(name).cast(pa.float64(), safe=False) for name in names]
    return np.column_stack([column.to_numpy() for column in columns]).astype(np.float32)


def to_onnx(model: xgboost.XGBRegressor, width: int) -> onnx.ModelProto:
    graph = convert_xgboost(
        model, initial_types=[("numeric", FloatTensorType([None, width]))], target_opset=15
    )
    graph.graph.node[-1].output[0] = "prediction"
    graph.graph.output[0].name = "prediction"
    return graph


with step:
    table = parquet.read_table(step.artifact_path("data"))
    target, trees, depth = (step.values[name] for name in ("target", "trees", "depth"))
    if target not in table.column_names:
        step.bad_input(f"the data has no column {target}")
    kinds = {name: kind_of(table.column(name)) for name in table.column_names if name != target}
    names = [name for name, kind in kinds.items() if kind is not None]
    rows, labels = matrix_of(table, names), matrix_of(table, [target]).ravel()
    model = xgboost.XGBRegressor(n_estimators=trees, max_depth=depth, random_state=42, n_jobs=2)
    model.fit(rows, labels)
    step.progress(0.8)

    path = step.output_path("model.onnx", artifact="onnx")
    path.write_bytes(to_onnx(model, len(names)).SerializeToString())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    asked = rows[:1_000]
    answers = session.run(["prediction"], {"numeric": asked})[0].ravel()
    expected = model.predict(asked)
    difference = float(np.abs(answers - expected).max())
    if difference > TOLERANCE * (np.abs(expected).max() + expected.std()):
        raise RuntimeError(f"ONNX differs from XGBoost by {difference}")
    step.set_model(
        path,
        task="regression",
        algorithm="xgboost",
        target=target,
        # XGBoost has a way for what is missing: any of them may be.
        inputs=[(name, kinds[name], True) for name in names],
        rows=len(rows),
        parity=(len(asked), difference),
        seed=42,
        hyperparameters={"trees": trees, "depth": depth},
        environment={library: version(library) for library in LIBRARIES},
    )
    step.set_metric("trainingMae", float(np.abs(model.predict(rows) - labels).mean()))
