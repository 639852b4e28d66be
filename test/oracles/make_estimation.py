"""Writes estimation.json: isotonic fits of scikit-learn and expected metrics computed by numpy.

    python test/oracles/make_estimation.py

Expected metrics are computed from their definition over pairs and thresholds, without sums that are
carried along, so that they share no shortcut with the code under test.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score


def isotonic_case(rng: np.random.Generator, rows: int, kind: str) -> dict:
    x = rng.random(rows)
    if kind == "ties":
        x = np.round(x, 1)
    y = (rng.random(rows) < x**2).astype(float) if kind != "real" else x + rng.normal(0, 0.5, rows)
    if kind == "falling":
        y = -np.sort(rng.random(rows))[np.argsort(np.argsort(x))]
    places = np.concatenate([[-1.0, 2.0], rng.random(20)])
    fit = IsotonicRegression(out_of_bounds="clip").fit(x, y)
    return {"x": x.tolist(), "y": y.tolist(), "places": places.tolist(), "fitted": fit.predict(places).tolist()}


def expected_case(rng: np.random.Generator, rows: int, ties: bool) -> dict:
    p = rng.beta(0.8, 1.4, rows)
    scores = np.clip(p + rng.normal(0, 0.15, rows), 0, 1)
    scores = np.round(scores, 1) if ties else scores
    said = (scores >= 0.5).astype(int)
    tp, fp = float(p[said == 1].sum()), float((1 - p[said == 1]).sum())
    fn, tn = float(p[said == 0].sum()), float((1 - p[said == 0]).sum())
    right = pairs = 0.0
    for i in range(rows):
        for j in range(rows):
            if i == j:
                continue
            weight = p[i] * (1 - p[j])
            pairs += weight
            right += weight * (1.0 if scores[i] > scores[j] else 0.5 if scores[i] == scores[j] else 0.0)
    precise = 0.0
    for i in range(rows):
        above = scores >= scores[i]
        others = p[above].sum() - p[i]
        precise += p[i] * (1 + others) / above.sum()
    return {
        "probabilities": p.tolist(),
        "scores": scores.tolist(),
        "predictions": said.tolist(),
        "confusion": [tp, fp, fn, tn],
        "accuracy": (tp + tn) / rows,
        "precision": tp / (tp + fp),
        "recall": tp / (tp + fn),
        "f1": 2 * tp / (2 * tp + fp + fn),
        "rocAuc": right / pairs,
        "averagePrecision": precise / p.sum(),
    }


def drawn_case(rng: np.random.Generator, rows: int) -> dict:
    """What the metrics are and how they scatter when rows and labels are drawn again and again."""
    drawn = {"f1": [], "rocAuc": [], "averagePrecision": []}
    p = rng.beta(0.8, 1.4, rows)
    for _ in range(4000):
        again = rng.choice(p, rows)
        y = rng.random(rows) < again
        drawn["f1"].append(f1_score(y, again >= 0.5))
        drawn["rocAuc"].append(roc_auc_score(y, again))
        drawn["averagePrecision"].append(average_precision_score(y, again))
    return {
        "probabilities": p.tolist(),
        "metrics": {
            name: {"mean": float(np.mean(values)), "deviation": float(np.std(values))}
            for name, values in drawn.items()
        },
    }


def main() -> None:
    rng = np.random.default_rng(20240601)
    kinds = ["labels", "ties", "real", "falling"]
    fixture = {
        "isotonic": [isotonic_case(rng, rows, kind) for rows in (1, 2, 7, 60) for kind in kinds],
        "expected": [expected_case(rng, rows, ties) for rows in (3, 20, 120) for ties in (False, True)],
        "drawn": drawn_case(rng, 300),
    }
    path = Path(__file__).with_name("estimation.json")
    path.write_text(json.dumps(fixture) + "\n", "utf-8")


if __name__ == "__main__":
    main()
