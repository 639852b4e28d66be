"""Prepares columns for a model: the program behind the built-in steps `impute`, `encode` and `select`.

Takes the artifacts `data` and perhaps `holdout` (Parquet), and the values of the step with `kind`
and `raw` (a reference to `data`). All that is learned is learned from `data`. Gives the artifacts
`data`, `holdout` and `fitted` (JSON), of `select` also `report`. Exit codes: 0 done, 65 bad input.
"""

import json
import sys
from pathlib import Path

import pyarrow as pa

from millrace_preparing.table import (
    Preparation,
    apply_stages,
    preparation_of,
    read_parquet,
    write_table,
)
from millrace_step import Step, step
from millrace_training.errors import BadInput


def prepare(step: Step) -> None:
    """Raises BadInput before anything is written."""
    values = step.values
    table = read_parquet(Path(step.artifact_path("data")), "data")
    before = preparation_of(table) or Preparation(values["raw"], ())
    holdout = _holdout(step, before)
    step.progress(0.1)
    fitted, report = table, None
    if values["kind"] == "impute":
        from millrace_preparing.imputing import fit_impute

        stages, fitted, filled = fit_impute(table, values)
        step.set_value("filled", filled)
    elif values["kind"] == "encode":
        from millrace_preparing.encoding import fit_encode

        stages = fit_encode(table, values)
    else:
        from millrace_preparing.selecting import fit_select

        stages, report = fit_select(table, values)
        step.set_value("selected", report["selected"][:_MOST_NAMES])
    step.progress(0.6)
    after = Preparation(before.raw, (*before.stages, *stages))
    prepared = apply_stages(fitted, stages)
    write_table(prepared, after, step.output_path("data.parquet", media_type=_PARQUET))
    if holdout is not None:
        path = step.output_path("holdout.parquet", media_type=_PARQUET)
        write_table(apply_stages(holdout, stages), after, path)
    path = step.output_path("fitted.json", media_type="application/json")
    path.write_text(after.as_text(), "utf-8")
    if report is not None:
        step.set_value("dropped", table.num_columns - prepared.num_columns)
        path = step.output_path("report.json", media_type="application/json")
        path.write_text(json.dumps(report, allow_nan=False, indent=1), "utf-8")
    step.set_value("rows", prepared.num_rows)
    if values["kind"] == "encode":
        step.set_value("columns", prepared.num_columns)
    step.finish()
    step.progress(1.0)


_PARQUET = "application/vnd.apache.parquet"
_MOST_NAMES = 500
"""Of `selected`; all are in the report."""


def _holdout(step: Step, before: Preparation) -> pa.Table | None:
    if "holdout" not in step.artifacts:
        return None
    table = read_parquet(Path(step.artifact_path("holdout")), "holdout")
    given = preparation_of(table)
    if (() if given is None else given.stages) != before.stages:
        raise BadInput(
            "holdout: it was not prepared as the data was; give it the holdout of the step that"
            " data comes from"
        )
    return table


def main() -> int:
    try:
        prepare(step)
    except BadInput as error:
        step.bad_input(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
