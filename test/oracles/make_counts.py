"""Writes counts.json: what scipy and numpy say of two samples of counts. Run: python make_counts.py"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy import stats
from scipy.spatial.distance import jensenshannon

rng = np.random.default_rng(12345)


def case(k, m, n, concentration):
    shares = rng.dirichlet(np.full(k, concentration))
    moved = rng.dirichlet(shares * 200 + 0.01)
    a, b = rng.multinomial(m, shares), rng.multinomial(n, moved)
    p, q = a / m, b / n
    used = np.vstack([a, b])[:, a + b > 0]
    chi = stats.chi2_contingency(used)
    g = stats.chi2_contingency(used, lambda_="log-likelihood")
    share = (a[-1] + b[-1]) / (m + n)
    error = np.sqrt(share * (1 - share) * (1 / m + 1 / n))
    z = 0.0 if error == 0 else (p[-1] - q[-1]) / error
    floor = 1e-4
    r, c = np.maximum(p, floor), np.maximum(q, floor)
    return {
        "reference": a.tolist(),
        "current": b.tolist(),
        "chiSquared": [float(chi.statistic), float(chi.pvalue)],
        "gTest": [float(g.statistic), float(g.pvalue)],
        # The two-sample z-test of proportions is that of the last category against the others.
        "zTest": [float(z), float(2 * stats.norm.sf(abs(z)))],
        "jensenShannon": float(jensenshannon(p, q)),
        "kullbackLeibler": float(stats.entropy(p, q)) if (q >= floor).all() else None,
        "populationStabilityIndex": float(np.sum((c - r) * np.log(c / r))),
        "hellinger": float(np.sqrt(max(0.0, 1 - np.sum(np.sqrt(p * q))))),
        "totalVariation": float(np.abs(p - q).sum() / 2),
        "lInfinity": float(np.abs(p - q).max()),
    }


cases = [
    case(k, m, n, concentration)
    for k in (2, 3, 7, 20)
    for m, n in [(5, 4), (30, 30), (300, 40), (1000, 1000), (20, 5000), (1_000_000, 50_000)]
    for concentration in (0.5, 3, 30, 3)
]
p = rng.uniform(0, 1, 12) ** 3
fixture = {
    "scipy": scipy.__version__,
    "cases": cases,
    "benjaminiHochberg": {
        "pValues": p.tolist(),
        "adjusted": stats.false_discovery_control(p).tolist(),
    },
}
Path(__file__).with_name("counts.json").write_text(json.dumps(fixture) + "\n")
