"""Learns how large a model's loss is where, for a monitor that estimates performance without labels.

Takes the artifact `reference` (Parquet, with the columns named in the value `features` and in the
value `loss`: the loss of each row, null where it has none) and the value `seed`. Gives the artifacts
`model` (JSON, see `millrace_estimation/export.py`) and `expected` (Parquet, the one column `expected`:
of each row of the reference, by models that did not see it).
"""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from millrace_estimation.expected_loss import learn_loss
from millrace_estimation.export import loss_document
from millrace_estimation.features import feature_matrices
from millrace_step import step


def main() -> int:
    reference = pq.read_table(Path(step.artifact_path("reference")))
    names = step.values["features"]
    matrices = feature_matrices(reference, reference.slice(0, 0), names)
    step.progress(0.1)
    losses = reference.column(step.values["loss"]).to_numpy(zero_copy_only=False)
    learned = learn_loss(
        matrices.reference,
        matrices.categorical,
        losses,
        step.values["seed"],
        lambda share: step.progress(0.1 + 0.9 * share),
    )
    document = loss_document(learned, reference, names)
    Path(step.output_path("model.json", artifact="model")).write_text(json.dumps(document, allow_nan=False))
    path = step.output_path("expected.parquet", artifact="expected")
    pq.write_table(pa.table({"expected": pa.array(learned.out_of_fold)}), path)
    step.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
