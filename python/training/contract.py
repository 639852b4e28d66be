"""The step contract from the side of a Python process.

A step runs in a directory of its own with ``inputs.json`` (``{"values": {...}, "artifacts":
{"data": {"path": ...}}}``) and an empty ``outputs/``. It writes files there and ``outputs.json``
(``{"values", "artifacts", "metrics"}``), and may tell its progress as JSON lines on fd 3.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import BadInput

_PROGRESS_FD = 3


@dataclass(frozen=True)
class StepInputs:
    values: dict[str, Any]
    artifacts: dict[str, Path]

    def artifact(self, name: str) -> Path:
        if name not in self.artifacts:
            raise BadInput(f"the step was given no artifact named {name}")
        return self.artifacts[name]


def read_inputs(directory: Path) -> StepInputs:
    document = json.loads((directory / "inputs.json").read_text(encoding="utf-8"))
    return StepInputs(
        values=document.get("values", {}),
        artifacts={
            name: directory / entry["path"] for name, entry in document.get("artifacts", {}).items()
        },
    )


def write_outputs(
    directory: Path, values: dict[str, Any], artifacts: dict[str, Any], metrics: dict[str, float]
) -> None:
    """Writes ``outputs.json`` whole or not at all: a kill in between leaves no half file."""
    document = {"values": values, "artifacts": artifacts, "metrics": metrics}
    temporary = directory / "outputs.json.tmp"
    temporary.write_text(json.dumps(document, allow_nan=False, indent=2), encoding="utf-8")
    temporary.replace(directory / "outputs.json")


class Progress:
    """Live progress; silent where nobody listens (the program was started by hand)."""

    def __init__(self) -> None:
        try:
            os.fstat(_PROGRESS_FD)
            self._open = True
        except OSError:
            self._open = False

    def tell(self, share: float, metrics: dict[str, float] | None = None) -> None:
        """``share`` of the work done, in [0, 1]."""
        if not self._open:
            return
        line = json.dumps({"progress": round(share, 3), "metrics": metrics or {}}) + "\n"
        try:
            os.write(_PROGRESS_FD, line.encode())
        except OSError:
            self._open = False
