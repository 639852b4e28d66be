"""Learns how large a model's loss is where, and says what loss to expect: for `millrace estimate`.

Takes the artifacts `reference` and `analysis` (Parquet, with the columns named in the value `features`
and in the reference also `loss`: the loss of each row, null where it has none) and the values
`features` (names), `loss` (a name) and `seed`. Gives the artifacts `reference` and `analysis`, each
with the one column `expected`: of the reference out of fold, by models that did not see the row.
"""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from millrace_estimation.expected_loss import expected_losses
from millrace_estimation.features import feature_matrices
from millrace_step import step


def main() -> int:
    reference = pq.read_table(Path(step.artifact_path("reference")))
    analysis = pq.read_table(Path(step.artifact_path("analysis")))
    matrices = feature_matrices(reference, analysis, step.values["features"])
    step.progress(0.1)
    losses = reference.column(step.values["loss"]).to_numpy(zero_copy_only=False)
    found = expected_losses(matrices, losses, step.values["seed"], lambda share: step.progress(0.1 + 0.9 * share))
    for name, values in zip(("reference", "analysis"), found):
        path = step.output_path(f"{name}.parquet", artifact=name)
        pq.write_table(pa.table({"expected": pa.array(values)}), path)
    step.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
