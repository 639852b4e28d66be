"""Trains one model: the program behind the built-in step `train`.

Takes the artifact `data` (Parquet), for a warm start also `champion` (ONNX), for a table that was
prepared also the `raw` one, and the values of millrace_training/options.py. Gives the artifacts `onnx` (the graph) and `trained` (JSON: what a model manifest is made of). Exit codes:
0 done, 65 bad input (one line on stderr says what), 70 the exported graph does not answer as the
trained model, anything else a defect.
"""

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from millrace_step import Step, step
from millrace_training.dataset import Dataset, read_dataset
from millrace_training.errors import EX_PARITY, PARITY_MARKER, BadInput, ParityFailed
from millrace_training.estimators import build_estimator
from millrace_training.labels import choose_task, class_values, corrupt, read_labels
from millrace_training.options import Options, read_options
from millrace_training.weights import row_weights

if TYPE_CHECKING:
    from millrace_training.prepared import Prepared
    from millrace_training.warm_start import Base

_LIBRARIES = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime", "numpy", "pyarrow")


def train(step: Step) -> None:
    """Raises BadInput or ParityFailed before anything is written."""
    options = read_options(step.values)
    dataset = read_dataset(Path(step.artifact_path("data")), options, "raw" in step.artifacts)
    task = choose_task(dataset, options.target, options.task)
    labels = read_labels(dataset, options.target, task)
    if len(labels) < 2:
        raise BadInput("the data has a single row; a model needs two at the least")
    estimator = build_estimator(options, task, labels)
    weights = row_weights(options.weights, dataset, estimator, options.algorithm)
    labels = corrupt(labels, task, options.corrupt_labels, options.seed)
    step.progress(0.05)

    # Imported once the input is known to be good: these cost a second.
    import onnx
    from millrace_training.export import export_onnx
    from millrace_training.importance import native_importance
    from millrace_training.metrics import training_metrics
    from millrace_training.parity import check_parity, sample_rows
    from millrace_training.pipeline import build_pipeline, feature_matrix, fit
    from millrace_training.prepared import prepared_of

    widths = dataset.numeric.shape[1], dataset.categorical.shape[1]
    prepared = prepared_of(step, options, dataset)
    pipeline = build_pipeline(estimator, *widths)
    base = None if prepared is not None else _base_of(step, options, task, widths)
    step.progress(0.2)
    residual = labels if base is None else labels - base.predict(dataset.numeric, dataset.categorical)
    fit(pipeline, dataset, residual, weights, lambda share: step.progress(0.2 + 0.6 * share))
    step.progress(0.8)
    graph = export_onnx(pipeline, task, *widths)
    if base is not None:
        from millrace_training.warm_start import Continued, add_graphs

        graph = add_graphs(base.graph, onnx.load_model_from_string(graph))
        pipeline = Continued(base, pipeline, widths[0])
    if prepared is None:
        rows = sample_rows(dataset, options.seed)
        parity = check_parity(pipeline, graph, task, rows, rows)
    else:
        graph = prepared.before(graph)
        rows = sample_rows(prepared.raw, options.seed)
        parity = check_parity(pipeline, graph, task, rows, prepared.prepare(*rows))
    step.progress(0.95)

    hyperparameters = dict(estimator.hyperparameters)
    if options.corrupt_labels > 0:
        hyperparameters["corruptLabels"] = options.corrupt_labels
    if base is not None:
        hyperparameters["warmStart"] = True
    if options.weights is not None:
        before = np.datetime_as_string(options.weights.before, unit="s") + "Z"
        hyperparameters["weights"] = {"before": before, "weight": options.weights.weight}
    trained = {
        "task": task,
        "algorithm": options.algorithm,
        "hyperparameters": hyperparameters,
        "target": options.target,
        "seed": options.seed,
        "signature": _signature(dataset, prepared, options, task, pipeline),
        "timeColumn": dataset.time_column,
        "rows": len(labels),
        "parity": {"rows": parity.rows, "maxAbsoluteDifference": parity.max_absolute_difference},
        "environment": {
            "python": platform.python_version(),
            **{library: version(library) for library in _LIBRARIES},
        },
    }
    importance = None if base is not None else native_importance(pipeline, dataset)
    if prepared is not None and importance is not None:
        importance = prepared.importance(importance)
    if importance is not None:
        trained["importance"] = importance
    step.output_path("model.onnx", artifact="onnx").write_bytes(graph)
    if prepared is not None:
        path = step.output_path("preparation.json", media_type="application/json")
        path.write_text(prepared.preparation.as_text(), "utf-8")
    step.output_path("trained.json").write_text(json.dumps(trained, allow_nan=False), "utf-8")
    matrix = feature_matrix(dataset.numeric, dataset.categorical)
    metrics = training_metrics(task, pipeline, matrix, labels)
    for name, value in metrics.items():
        step.set_metric(name, value)
    step.set_value("rows", len(labels))
    step.set_value("droppedRows", dataset.dropped_rows)
    step.finish()
    step.progress(1.0, **metrics)


def _base_of(step: Step, options: Options, task: str, widths: tuple[int, int]) -> "Base | None":
    """The champion to go on from; None where there is none, or training cannot go on from it."""
    if not options.warm_start or "champion" not in step.artifacts:
        return None
    import onnx
    from millrace_training.warm_start import Base, obstacle

    champion = onnx.load_model(step.artifact_path("champion"))
    reason = obstacle(champion, task, options.algorithm, widths)
    if reason is None:
        return Base(champion)
    print(f"warmStart: trained anew, since {reason}", file=sys.stderr)
    return None


def _signature(
    dataset: Dataset, prepared: "Prepared | None", options: Options, task: str, pipeline: object
) -> dict:
    """As contracts/signature.ts has it: of a prepared table, in terms of the raw one."""
    used = {"numeric": 0, "categorical": 0}
    inputs = []
    for feature in dataset.features if prepared is None else prepared.features:
        inputs.append(
            {
                "name": feature.name,
                "kind": feature.kind,
                "nullable": feature.nullable,
                "tensor": feature.tensor,
                "index": used[feature.tensor],
            }
        )
        used[feature.tensor] += 1
    output = {"name": options.target, "kind": "number"}
    if task == "classification":
        # A number here has no fraction: labels.py has seen to it.
        kind = dataset.target_kind
        output["kind"] = "integer" if kind == "number" else kind
        output["classes"] = class_values(pipeline.classes_, kind)
    context = list(dataset.context)
    if prepared is not None:
        taken = {column["name"] for column in context}
        context += [
            {"name": name, "role": "unused", "kind": kind}
            for name, kind in prepared.unused.items()
            if name not in taken
        ]
    return {"task": task, "inputs": inputs, "context": context, "output": output}


def main() -> int:
    try:
        train(step)
    except BadInput as error:
        step.bad_input(str(error))
    except ParityFailed as error:
        print(PARITY_MARKER, error, file=sys.stderr)
        return EX_PARITY
    return 0


if __name__ == "__main__":
    sys.exit(main())
