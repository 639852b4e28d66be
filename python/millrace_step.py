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
        where it counts. Never fails a step."""
        finite = {name: float(value) for name, value in metrics.items() if math.isfinite(value)}
        line = json.dumps({"progress": fraction, "step": step, "metrics": finite}) + "\n"
        try:
            os.write(_PROGRESS_DESCRIPTOR, line.encode())
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


def _name_of(stem: str) -> str:
    name = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in stem)
    return name if name[:1].isalpha() or name[:1] == "_" else f"_{name}"


def _plain(value: Any) -> Any:
    """numpy's scalars and arrays as Python's own; everything else as it is."""
    convert = getattr(value, "tolist", None)
    return convert() if callable(convert) else value


step = Step()
