"""What a Python step of a millrace pipeline needs, without any dependency.

    from millrace_step import step

    with step:
        frame = pandas.read_parquet(step.artifact_path("data"))
        if frame.empty:
            step.bad_input("no rows to clean")
        frame.to_parquet(step.output_path("clean.parquet"))
        step.set_value("rows", len(frame))
        step.progress(0.9, rows=len(frame))

`step` reads `inputs.json` when it is first asked for something; at the end of the block, or by
`step.finish()`, `outputs.json` is written whole or not at all. A block that ends by an exception
writes nothing. Plain files do as well: this module only reads and writes what the contract says.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

EXIT_BAD_INPUT = 65
"""`EX_DATAERR`: the input is wrong and trying again would not help."""

_PROGRESS_DESCRIPTOR = 3


class BadInput(SystemExit):
    """Ends the program with exit code 65; raised by `Step.bad_input`."""


class Step:
    """One attempt of a step. Use the instance `step` of this module."""

    def __init__(self, environment: "os._Environ[str] | dict[str, str]" = os.environ) -> None:
        self._environment = environment
        self._inputs: dict[str, Any] | None = None
        self._values: dict[str, Any] = {}
        self._artifacts: dict[str, Any] = {}
        self._metrics: dict[str, float] = {}

    @property
    def values(self) -> dict[str, Any]:
        """The values of the step's inputs, by name."""
        return self._read_inputs()["values"]

    @property
    def base_directory(self) -> Path:
        """Where the pipeline file is; the working directory is the step's own."""
        return Path(self._variable("MILLRACE_BASE_DIRECTORY"))

    @property
    def artifacts(self) -> tuple[str, ...]:
        """Names of the step's input artifacts, sorted."""
        return tuple(sorted(self._read_inputs()["artifacts"]))

    def artifact_path(self, name: str) -> Path:
        """Local path of an input artifact, to be read only. KeyError names those that exist."""
        artifacts = self._read_inputs()["artifacts"]
        if name not in artifacts:
            known = ", ".join(sorted(artifacts)) or "none"
            raise KeyError(f'the step has no input artifact "{name}"; it has: {known}')
        return Path(artifacts[name]["path"])

    def output_path(self, file_name: str, artifact: str | None = None, media_type: str | None = None) -> Path:
        """Path to write an output to. It becomes the artifact `artifact`, by default the file's name
        without its extension, with characters that names may not hold replaced by "_"."""
        outputs = Path(self._variable("MILLRACE_OUTPUTS"))
        path = (outputs / file_name).resolve()
        if outputs.resolve() not in path.parents:
            raise ValueError(f"{file_name} would lie outside the step's outputs")
        path.parent.mkdir(parents=True, exist_ok=True)
        name = artifact if artifact is not None else _name_of(path.stem)
        entry: dict[str, str] = {"path": str(path)}
        if media_type is not None:
            entry["mediaType"] = media_type
        self._artifacts[name] = entry
        return path

    def set_model(
        self,
        graph: Path,
        *,
        task: str,
        algorithm: str,
        target: str,
        inputs: "list[tuple[str, str, bool]]",
        rows: int,
        parity: "tuple[int, float]",
        data: str = "data",
        classes: "list[Any] | None" = None,
        target_kind: str = "number",
        time_column: str | None = None,
        seed: int = 0,
        hyperparameters: "dict[str, Any] | None" = None,
        environment: "dict[str, str] | None" = None,
    ) -> None:
        """
        Hands a model on as the artifact `model`, as the step `train` does: for `evaluate` and
        `register`.

        :param graph: an ONNX file from `output_path`. Its inputs are `numeric` (float32, NaN is
            missing) and `categorical` (text, '' is missing), each only where it has columns; a
            regression gives `prediction` (float32 [rows, 1]), a classification `label` (text or
            int64 [rows]) and `probabilities` (float32 [rows, classes])
        :param task: regression or classification
        :param inputs: name, kind (number, integer, boolean or string) and whether it may be missing;
            in the order of the graph's columns
        :param rows: that it learned from
        :param parity: how many rows the graph was compared on with the library that trained it, and
            the greatest difference
        :param data: input artifact that it learned from
        :param classes: of a classification, in the order of its probabilities
        """
        used = {"numeric": 0, "categorical": 0}
        columns = []
        for name, kind, nullable in inputs:
            tensor = "categorical" if kind == "string" else "numeric"
            columns.append(
                {"name": name, "kind": kind, "nullable": nullable, "tensor": tensor, "index": used[tensor]}
            )
            used[tensor] += 1
        output: dict[str, Any] = {"name": target, "kind": target_kind}
        if classes is not None:
            output["classes"] = _plain(classes)
        context = [] if time_column is None else [
            {"name": time_column, "role": "time", "kind": "timestamp"}
        ]
        given = self._read_inputs()["artifacts"][data]
        manifest = {
            "format": "millrace-model/1",
            "task": task,
            "algorithm": algorithm,
            "hyperparameters": hyperparameters or {},
            "target": target,
            "seed": seed,
            "onnx": _reference(_digest(graph), graph.stat().st_size, "application/onnx"),
            "signature": {"task": task, "inputs": columns, "context": context, "output": output},
            "trainingData": _reference(given["sha256"], given["bytes"], given["mediaType"]),
            "trainingRows": rows,
            "timeColumn": time_column,
            "parity": {"rows": parity[0], "maxAbsoluteDifference": float(parity[1])},
            "environment": environment or {},
            "evaluation": None,
        }
        media_type = "application/vnd.millrace.model+json"
        path = self.output_path("millrace-model.json", artifact="model", media_type=media_type)
        path.write_text(json.dumps(manifest, allow_nan=False), encoding="utf-8")

    def set_value(self, name: str, value: Any) -> None:
        """Gives a small JSON value to the steps that follow. Larger ones are artifacts."""
        self._values[name] = json.loads(json.dumps(_plain(value), allow_nan=False))

    def set_metric(self, name: str, value: float) -> None:
        """Records a metric. ValueError when it is not finite: leave out what is not defined."""
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(f'metric "{name}" is {number}; leave out a metric that is not defined')
        self._metrics[name] = number

    def progress(
        self, fraction: float | None = None, *, step: int | None = None, **metrics: float
    ) -> None:
        """Tells how far the step is, in [0, 1], and live metrics: of `step`, an epoch or a tree,
        where it counts. Numbers of any library will do; what is no finite number is left out. Never
        fails a step."""
        share, count = _finite(fraction), _finite(step)
        told = {name: _finite(value) for name, value in metrics.items()}
        line = json.dumps(
            {
                "progress": None if share is None else min(1.0, max(0.0, share)),
                "step": None if count is None else int(count),
                "metrics": {name: value for name, value in told.items() if value is not None},
            }
        ) + "\n"
        try:
            # In a container, where no descriptor comes from outside.
            file = self._environment.get("MILLRACE_PROGRESS")
            if file is None:
                os.write(_PROGRESS_DESCRIPTOR, line.encode())
            else:
                with open(file, "ab", buffering=0) as progress:
                    progress.write(line.encode())
        except OSError:
            pass  # Run by hand, without anyone to tell.

    def bad_input(self, message: str) -> NoReturn:
        """Ends the step: its input is wrong, do not retry. `message` is what the user will read."""
        print(message, file=sys.stderr, flush=True)
        raise BadInput(EXIT_BAD_INPUT)

    def finish(self) -> None:
        """Writes `outputs.json`. Calling it again writes it again with what was added."""
        path = Path(self._variable("MILLRACE_OUTPUTS_JSON"))
        outputs = {
            "values": self._values,
            "artifacts": self._artifacts,
            "metrics": self._metrics,
        }
        temporary = path.with_name(path.name + ".new")
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(outputs, file, allow_nan=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)

    def __enter__(self) -> "Step":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.finish()

    def _read_inputs(self) -> dict[str, Any]:
        if self._inputs is None:
            with open(self._variable("MILLRACE_INPUTS"), encoding="utf-8") as file:
                self._inputs = json.load(file)
        return self._inputs

    def _variable(self, name: str) -> str:
        value = self._environment.get(name)
        if value is None:
            raise RuntimeError(
                f"{name} is not set: this program is a step and is started by `millrace run`"
            )
        return value


def _reference(sha256: str, size: int, media_type: str) -> dict[str, Any]:
    return {
        "uri": f"artifact:sha256/{sha256}",
        "sha256": sha256,
        "bytes": size,
        "mediaType": media_type,
    }


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _name_of(stem: str) -> str:
    name = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in stem)
    return name if name[:1].isalpha() or name[:1] == "_" else f"_{name}"


def _finite(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _plain(value: Any) -> Any:
    """numpy's scalars and arrays as Python's own; everything else as it is."""
    convert = getattr(value, "tolist", None)
    return convert() if callable(convert) else value


step = Step()
