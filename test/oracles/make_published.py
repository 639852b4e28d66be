"""Writes published.json: the samples that other libraries' tests draw, and the values they assert.

Samples of normals are kept as counts on a grid of 0.01 (10,000 against 1,000 rows and more: what the
rounding moves is far below the published digits). Run: python make_published.py
"""

import json
from pathlib import Path

import numpy as np
from scipy import stats


def on_grid(values):
    """Value × 100 of the first cell, and the rows in it and in each one after it."""
    cells = np.round(np.asarray(values) * 100).astype(int)
    return {"first": int(cells.min()), "counts": np.bincount(cells - cells.min()).tolist()}


def nannyml_wasserstein():
    for reference, mean, deviation, rows, value, digits in [
        (10_000, 1, 1, 1_000, 1.01, 2),
        (100_000, -4, 1, 1_000, 3.99, 2),
        (15_000, 0, 10, 1_000_000, 7.180, 3),
    ]:
        np.random.seed(1)
        a = np.random.normal(0, 1, reference)
        b = np.random.normal(mean, deviation, rows)
        yield {"reference": on_grid(a), "current": on_grid(b), "value": value, "digits": digits}


def doane_counts(reference, current):
    """Counts in Doane's bins of the reference, with the current rows outside them last."""
    edges = np.histogram_bin_edges(reference, bins="doane")
    inside = np.histogram(current, bins=edges)[0]
    outside = len(current) - int(inside.sum())
    return {
        "reference": [*np.histogram(reference, bins=edges)[0].tolist(), 0],
        "current": [*inside.tolist(), outside],
    }


def nannyml_hellinger():
    np.random.seed(1)
    a, b = np.random.normal(0, 1, 10_000), np.random.normal(-2, 1, 10_000)
    yield {**doane_counts(a, b), "value": 0.63, "digits": 2}
    np.random.seed(1)
    a = np.random.choice(np.linspace(0, 2, 6), 10_000)
    b = np.random.choice(np.linspace(0, 2, 3), 1000)
    yield {**doane_counts(a, b), "value": 0.72, "digits": 2}
    yield {**nannyml_categories(), "value": 0.5, "digits": 2}


def nannyml_categories():
    np.random.seed(1)
    a = np.random.choice(["a", "b", "c", "d"], 10_000)
    b = np.random.choice(["a", "b", "c", "e"], 1000)
    return {
        "reference": [int((a == letter).sum()) for letter in "abcde"],
        "current": [int((b == letter).sum()) for letter in "abcde"],
    }


def frouros():
    np.random.seed(31)
    reference = np.random.normal(1, 1, 100)
    np.random.seed(31)
    current = np.random.normal(5, 2, 100)
    return reference, current


def frouros_jensen_shannon():
    """Binned as its detector bins them."""

    def shares(sample, edges):
        return np.diff(stats.rv_histogram(np.histogram(sample, bins="auto")).cdf(edges))

    reference, current = frouros()
    both = np.concatenate([reference, current])
    edges = np.linspace(both.min(), both.max(), 10)
    return {
        "reference": shares(reference, edges).tolist(),
        "current": shares(current, edges).tolist(),
        "value": 0.67010107,
    }


reference, current = frouros()
fixture = {
    "nannymlWasserstein": list(nannyml_wasserstein()),
    "nannymlHellinger": list(nannyml_hellinger()),
    "nannymlJensenShannon": {**nannyml_categories(), "value": 0.5, "digits": 2},
    "frouros": {
        "reference": reference.tolist(),
        "current": current.tolist(),
        "earthMovers": 3.85346006,
        "energy": 2.11059982,
    },
    "frourosJensenShannon": frouros_jensen_shannon(),
    "evidentlyCramerVonMises": {
        "reference": stats.norm.rvs(size=100, random_state=0).tolist(),
        "current": stats.norm.rvs(size=100, random_state=1).tolist(),
        "pValue": 0.8076839,
    },
}
Path(__file__).with_name("published.json").write_text(json.dumps(fixture) + "\n")
