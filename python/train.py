"""Trains one model: the program behind the built-in step `train`.

It speaks the step contract (see training/contract.py): takes the artifact `data` (Parquet) and the
values of training/options.py; gives the artifact `onnx` and, as values, what a model manifest is
made of. Exit codes: 0 done, 65 bad input (one line on stderr says what), 70 the exported model
does not answer as the trained one, anything else a defect.
"""

import platform
import sys
from importlib.metadata import version
from pathlib import Path

from training.contract import Progress, read_inputs, write_outputs
from training.dataset import Dataset, read_dataset
from training.errors import EX_DATAERR, EX_PARITY, PARITY_MARKER, BadInput, ParityFailed
from training.estimators import build_estimator
from training.labels import choose_task, class_values, corrupt, read_labels
from training.metrics import training_metrics
from training.options import read_options

_LIBRARIES = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime", "numpy", "pyarrow")


def train(directory: Path) -> None:
    progress = Progress()
    inputs = read_inputs(directory)
    options = read_options(inputs.values)
    dataset = read_dataset(inputs.artifact("data"), options)
    task = choose_task(dataset, options.target, options.task)
    labels = read_labels(dataset, options.target, task)
    rows = len(labels)
    if rows < 2:
        raise BadInput("the data has a single row; a model needs two at the least")
    estimator = build_estimator(options, task, rows)
    labels = corrupt(labels, task, options.corrupt_labels, options.seed)
    progress.tell(0.05)

    # Imported once the input is known to be good: these cost a second.
    from training.export import export_onnx
    from training.parity import check_parity, sample_rows
    from training.pipeline import build_pipeline, feature_matrix, fit

    numeric, categorical = dataset.numeric.shape[1], dataset.categorical.shape[1]
    pipeline = build_pipeline(estimator, numeric, categorical)
    progress.tell(0.2)
    fit(pipeline, dataset, labels, lambda share: progress.tell(0.2 + 0.6 * share))
    progress.tell(0.8)
    graph = export_onnx(pipeline, task, numeric, categorical)
    parity = check_parity(pipeline, graph, task, *sample_rows(dataset, options.seed))
    progress.tell(0.95)

    outputs = directory / "outputs"
    outputs.mkdir(exist_ok=True)
    (outputs / "model.onnx").write_bytes(graph)
    predictions = pipeline.predict(feature_matrix(dataset.numeric, dataset.categorical))
    metrics = training_metrics(task, labels, predictions)
    hyperparameters = dict(estimator.hyperparameters)
    if options.corrupt_labels > 0:
        hyperparameters["corruptLabels"] = options.corrupt_labels
    classes = class_values(pipeline.classes_, dataset.target_kind) if task != "regression" else None
    write_outputs(
        directory,
        values={
            "task": task,
            "algorithm": options.algorithm,
            "hyperparameters": hyperparameters,
            "target": options.target,
            "seed": options.seed,
            "signature": _signature(dataset, options.target, task, classes),
            "timeColumn": dataset.time_column,
            "rows": rows,
            "droppedRows": dataset.dropped_rows,
            "parity": {
                "rows": parity.rows,
                "maxAbsoluteDifference": parity.max_absolute_difference,
            },
            "environment": {
                "python": platform.python_version(),
                **{library: version(library) for library in _LIBRARIES},
            },
        },
        artifacts={"onnx": {"path": "outputs/model.onnx", "mediaType": "application/onnx"}},
        metrics=metrics,
    )
    progress.tell(1.0, metrics)


def _signature(dataset: Dataset, target: str, task: str, classes: list | None) -> dict:
    counts = {"numeric": 0, "categorical": 0}
    inputs = []
    for feature in dataset.features:
        inputs.append(
            {
                "name": feature.name,
                "kind": feature.kind,
                "nullable": feature.nullable,
                "tensor": feature.tensor,
                "index": counts[feature.tensor],
            }
        )
        counts[feature.tensor] += 1
    output = {"name": target, "kind": _output_kind(dataset.target_kind, task)}
    if classes is not None:
        output["classes"] = classes
    return {"task": task, "inputs": inputs, "context": list(dataset.context), "output": output}


def _output_kind(target_kind: str, task: str) -> str:
    if task == "regression":
        return "number"
    return "integer" if target_kind == "number" else target_kind


def main() -> int:
    try:
        train(Path.cwd())
    except BadInput as error:
        print(error, file=sys.stderr)
        return EX_DATAERR
    except ParityFailed as error:
        print(PARITY_MARKER, error, file=sys.stderr)
        return EX_PARITY
    return 0


if __name__ == "__main__":
    sys.exit(main())
