"""Writes nannyml.json: what NannyML's CBPE estimates on seeded scores, to compare with.

    pip install nannyml==0.13.1 "pandas<3"    # in an environment of its own
    python test/oracles/make_nannyml.py

Scores are kept as whole thousandths and labels as text of 0 and 1, so that the file stays small.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
import nannyml as nml  # noqa: E402

METRICS = {
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "f1",
    "roc_auc": "rocAuc",
    "average_precision": "averagePrecision",
}
CHUNK = 500


def rows(rng: np.random.Generator, count: int, shift: float) -> pd.DataFrame:
    seen = rng.normal(shift, 1, count)
    score = np.round(1 / (1 + np.exp(-2.2 * (1.5 * seen - 0.3))), 3)
    truth = 1 / (1 + np.exp(-(1.5 * seen + 0.5 * rng.normal(0, 1, count) - 0.5)))
    return pd.DataFrame(
        {"score": score, "said": (score >= 0.5).astype(int), "label": (rng.random(count) < truth).astype(int)}
    )


def main() -> None:
    rng = np.random.default_rng(20240602)
    reference, analysis = rows(rng, 5000, 0.0), rows(rng, 2500, -0.7)
    estimator = nml.CBPE(
        y_pred_proba="score",
        y_pred="said",
        y_true="label",
        problem_type="classification_binary",
        metrics=list(METRICS),
        chunk_size=CHUNK,
    )
    estimator.fit(reference)
    frame = estimator.estimate(analysis.drop(columns="label")).filter(period="analysis").to_df(multilevel=True)
    fixture = {
        "nannyml": nml.__version__,
        "chunk": CHUNK,
        "reference": packed(reference),
        "analysis": packed(analysis),
        "estimates": {
            ours: {
                "value": frame[(theirs, "value")].astype(float).tolist(),
                "samplingError": frame[(theirs, "sampling_error")].astype(float).tolist(),
                "lower": float(frame[(theirs, "lower_threshold")].iloc[0]),
                "upper": float(frame[(theirs, "upper_threshold")].iloc[0]),
            }
            for theirs, ours in METRICS.items()
        },
    }
    Path(__file__).with_name("nannyml.json").write_text(json.dumps(fixture) + "\n", "utf-8")


def packed(frame: pd.DataFrame) -> dict:
    return {
        "thousandths": np.rint(frame.score * 1000).astype(int).tolist(),
        "labels": "".join(map(str, frame.label)),
    }


if __name__ == "__main__":
    main()
