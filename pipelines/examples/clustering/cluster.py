"""Finds groups of rows by k-means and hands the model on as ONNX."""

from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
import pyarrow as pa
from onnx import helper
from pyarrow import parquet
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.cluster import KMeans
from sklearn.impute import SimpleImputer
from sklearn.metrics import silhouette_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from millrace_step import step

SEED = 42
LIBRARIES = ("scikit-learn", "skl2onnx", "onnx", "numpy")


def with_nearness(graph: onnx.ModelProto) -> onnx.ModelProto:
    """
    k-means gives a group and the distance to each; a served model gives a label and probabilities.
    Nearness is the softmax of the distances, negative: the nearest group has the greatest.
    """
    label, distances = (output.name for output in graph.graph.output)
    if label != "label":
        graph.graph.node.append(helper.make_node("Identity", [label], ["label"]))
    graph.graph.node.append(helper.make_node("Neg", [distances], ["near"]))
    graph.graph.node.append(helper.make_node("Softmax", ["near"], ["probabilities"], axis=1))
    for output, name in zip(graph.graph.output, ("label", "probabilities"), strict=True):
        output.name = name
    onnx.checker.check_model(graph)
    return graph


with step:
    table = parquet.read_table(step.artifact_path("data"))
    groups = step.values["groups"]
    if table.num_rows < groups:
        step.bad_input(f"{table.num_rows} rows cannot make {groups} groups")
    names = table.column_names
    columns = [table.column(name).cast(pa.float64(), safe=False).to_numpy() for name in names]
    rows = np.column_stack(columns).astype(np.float32)
    model = make_pipeline(
        SimpleImputer(strategy="median"),
        StandardScaler(),
        KMeans(n_clusters=groups, n_init=10, random_state=SEED),
    ).fit(rows)
    found = model.predict(rows)
    step.progress(0.7)

    graph = to_onnx(
        model,
        initial_types=[("numeric", FloatTensorType([None, len(names)]))],
        target_opset={"": 18, "ai.onnx.ml": 3},
    )
    path = step.output_path("model.onnx", artifact="onnx")
    path.write_bytes(with_nearness(graph).SerializeToString())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    answers = session.run(["label"], {"numeric": rows})[0]
    if not np.array_equal(answers, found):
        raise RuntimeError(f"ONNX puts {int((answers != found).sum())} rows into other groups")
    step.set_model(
        path,
        task="classification",
        algorithm="k-means",
        target="group",
        target_kind="integer",
        classes=list(range(groups)),
        inputs=[(name, "number", True) for name in names],
        rows=len(rows),
        parity=(len(rows), 0.0),
        seed=SEED,
        hyperparameters={"groups": groups},
        environment={library: version(library) for library in LIBRARIES},
    )
    scaled = model[:-1].transform(rows)
    step.set_metric("silhouette", float(silhouette_score(scaled, found)))
    step.set_metric("inertia", float(model[-1].inertia_))
    step.set_value("sizes", [int((found == group).sum()) for group in range(groups)])
