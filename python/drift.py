"""Compares two data sets with methods that learn something, or finds outliers by a forest.

Takes the artifacts `reference` and `current` (Parquet: a column of numbers per feature, without
missing ones, and where a model is learned a column `target` in the reference) and the values of
millrace_drift/options.py. Gives the artifact `result` (JSON: statistic, p-value, note, figures by
name; the scores of rows for outliers). Exit codes: 0 done, 65 bad input (one line on stderr says
what), anything else a defect.
"""

import json
import sys
from pathlib import Path

from millrace_drift.data import read_samples
from millrace_drift.errors import BadInput
from millrace_drift.methods import run
from millrace_drift.options import read_options
from millrace_step import Step, step


def compare(step: Step) -> None:
    """Raises BadInput before anything is written."""
    options = read_options(step.values)
    samples = read_samples(
        Path(step.artifact_path("reference")), Path(step.artifact_path("current")), options
    )
    result = run(options, samples, step.progress)
    document = json.dumps(result, allow_nan=False)
    step.output_path("result.json").write_text(document, "utf-8")
    step.finish()


def main() -> int:
    try:
        compare(step)
    except BadInput as error:
        step.bad_input(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
