"""Writes multivariate.json: what numpy says by the formulas themselves. Run: python make_multivariate.py

The first case of `mmd` is the one that Frouros tests its MMD with (0.10163633): both samples drawn
with the seed 31, σ = 1.
"""

import json
from pathlib import Path

import numpy as np
from scipy.spatial.distance import cdist, pdist
from scipy.stats import chi2


def rows(matrix):
    return {"rows": len(matrix), "columns": matrix.shape[1], "values": matrix.ravel().tolist()}


def squared_mmd(x, y, sigma):
    def kernel(a, b):
        return np.exp(-cdist(a, b, "sqeuclidean") / (2 * sigma**2))

    m, n = len(x), len(y)
    within_x = (kernel(x, x).sum() - m) / (m * (m - 1))
    within_y = (kernel(y, y).sum() - n) / (n * (n - 1))
    return within_x + within_y - 2 * kernel(x, y).mean()


def density_difference(x, y, centres, sigma, ridge):
    overlaps = np.exp(-cdist(centres, centres, "sqeuclidean") / (4 * sigma**2))
    h = np.exp(-cdist(x, centres, "sqeuclidean") / (2 * sigma**2)).mean(axis=0)
    h = h - np.exp(-cdist(y, centres, "sqeuclidean") / (2 * sigma**2)).mean(axis=0)
    theta = np.linalg.solve(overlaps + ridge * np.eye(len(centres)), h)
    return 2 * h @ theta - theta @ overlaps @ theta


def frouros():
    np.random.seed(31)
    x = np.random.multivariate_normal(np.ones(2), 2 * np.eye(2), size=100)
    np.random.seed(31)
    y = np.random.multivariate_normal(np.zeros(2), 3 * np.eye(2) - 1, size=100)
    return x, y


def samples(rng):
    for m, n, d, shift in [(5, 4, 1, 0.0), (30, 20, 3, 0.5), (12, 40, 30, 0.1), (25, 25, 2, 3.0)]:
        x, y = rng.normal(0, 1, (m, d)), rng.normal(shift, 1.2, (n, d))
        yield x, y
    x = rng.integers(0, 3, (30, 2)).astype(float)
    yield x, rng.integers(0, 4, (30, 2)).astype(float)
    yield rng.standard_cauchy((20, 3)), 1e4 * rng.standard_cauchy((20, 3))


def comparisons(rng):
    x, y = frouros()
    yield {"reference": rows(x), "current": rows(y), "sigma": 1.0, "mmd": squared_mmd(x, y, 1.0)}
    for x, y in samples(rng):
        sigma = float(np.sqrt(np.median(pdist(x, "sqeuclidean")) / 2))
        centres = np.concatenate([x, y])[::3]
        yield {
            "reference": rows(x),
            "current": rows(y),
            "sigma": sigma,
            "medianBandwidth": sigma,
            "mmd": squared_mmd(x, y, sigma),
            "centres": rows(centres),
            "lsdd": density_difference(x, y, centres, sigma, 0.1),
        }


def reconstructions(rng):
    for n, d, rank in [(200, 6, 2), (15, 20, 3), (60, 10, 10)]:
        mixing = rng.normal(0, 1, (rank, d))
        x = rng.normal(0, 1, (n, rank)) @ mixing + 0.1 * rng.normal(0, 1, (n, d)) + rng.normal(0, 5, d)
        y = rng.normal(0, 1, (7, d))
        mean, deviation = x.mean(axis=0), x.std(axis=0, ddof=1)
        values, vectors = np.linalg.eigh(np.corrcoef(x, rowvar=False))
        order = np.argsort(values)[::-1]
        share = np.cumsum(values[order]) / values.sum()
        components = int(np.argmax(share >= 0.65)) + 1
        kept = vectors[:, order[:components]]
        z = (y - mean) / deviation
        errors = np.linalg.norm(z - z @ kept @ kept.T, axis=1)
        yield {
            "reference": rows(x),
            "current": rows(y),
            "eigenvalues": values[order].tolist(),
            "components": components,
            "errors": errors.tolist(),
        }


def mahalanobis(rng):
    for n, d in [(100, 3), (8, 12), (50, 5)]:
        x, y = rng.normal(0, 2, (n, d)), rng.normal(0, 4, (6, d))
        if d == 5:
            x[:, 4] = x[:, 0] + x[:, 1]
        centred = y - x.mean(axis=0)
        inverse = np.linalg.pinv(np.cov(x, rowvar=False), rcond=1e-9, hermitian=True)
        rank = int(np.linalg.matrix_rank(np.cov(x, rowvar=False), tol=1e-9))
        squared = np.einsum("ij,jk,ik->i", centred, inverse, centred)
        yield {
            "reference": rows(x),
            "current": rows(y),
            "rank": rank,
            "squaredDistances": squared.tolist(),
            "cutoff": float(chi2.isf(0.01, rank)),
        }


def main():
    rng = np.random.default_rng(20_260)
    document = {
        "comparisons": list(comparisons(rng)),
        "reconstructions": list(reconstructions(rng)),
        "mahalanobis": list(mahalanobis(rng)),
    }
    path = Path(__file__).with_name("multivariate.json")
    path.write_text(json.dumps(document, allow_nan=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
