"""Explains a model: what each feature has to do with its answers.

Takes the artifacts `onnx` (the graph; absent where `answers` says where to ask), `background` and `rows` (Parquet: a column x0, x1, … per input
of the signature; `rows` also `label` where labels are needed), and the values of
millrace_explaining/options.py. Gives the artifact `result` (JSON, as methods.py says). Exit codes:
0 done, 65 bad input (one line on stderr says what), anything else a defect.
"""

import json
import sys
from pathlib import Path

from millrace_explaining.data import read_samples
from millrace_explaining.errors import BadInput
from millrace_explaining.options import read_options
from millrace_step import Step, step


def explain(step: Step) -> None:
    """Raises BadInput before anything is written."""
    options = read_options(step.values)
    samples = read_samples(
        Path(step.artifact_path("background")), Path(step.artifact_path("rows")), options
    )

    # Imported once the input is known to be good: these cost seconds.
    from millrace_explaining.methods import run
    from millrace_explaining.score import OnnxModel, Score, ServerModel

    if options.answers is None:
        model = OnnxModel(step.artifact_path("onnx"), options, samples.encoding)
    else:
        model = ServerModel(options.answers, samples.encoding)
    result = run(options, samples, Score.of(model, samples, options), step.progress)
    step.output_path("result.json").write_text(json.dumps(result, allow_nan=False), "utf-8")
    step.finish()


def main() -> int:
    try:
        explain(step)
    except BadInput as error:
        step.bad_input(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
