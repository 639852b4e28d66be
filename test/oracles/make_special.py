"""Writes special.json: special functions by scipy, and by mpmath at 40 digits where scipy has fewer.

Run: python make_special.py
"""

import json
from pathlib import Path

import mpmath as mp
import numpy as np
import scipy
from scipy import stats

mp.mp.dps = 40


def kolmogorov():
    for n in [1, 2, 5, 10, 40, 140, 141, 500, 5238, 20_000, 300_000]:
        for z in [0.3, 0.45, 0.6, 0.9, 1.2, 1.47, 1.6, 2.5, 5.0]:
            d = z / np.sqrt(n)
            if d < 1:
                yield {"n": n, "d": float(d), "survival": float(stats.kstwo.sf(d, n))}


def gamma():
    for a in [0.5, 1, 2.5, 10, 100, 5000, 100_000]:
        for factor in [0.5, 0.9, 1.0, 1.1, 1.5]:
            yield {"a": a, "x": a * factor, "upper": float(scipy.special.gammaincc(a, a * factor))}


def normal():
    for z in [-8, -3, -1, -0.1, 0, 1e-8, 0.1, 0.5, 1, 1.96, 3, 5, 8, 12, 20, 37]:
        yield {"z": z, "survival": float(mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2)}


def normal_quantile():
    for p in [1e-300, 1e-50, 1e-16, 1e-8, 1e-3, 0.02425, 0.1, 0.3, 0.5, 0.6, 0.9, 0.975, 0.999, 1 - 2**-40]:
        yield {"p": p, "quantile": float(scipy.special.ndtri(p))}


def student():
    for df in [1, 1.5, 2.9411764705882346, 10, 99.5, 1000, 54_321.5, 2e6]:
        for t in [1e-6, 0.1, 0.7, 1, 1.96, 2.228138851964939, 4, 9, 15]:
            half, square = mp.mpf(df) / 2, mp.mpf(t) ** 2
            share = mp.betainc(half, 0.5, 0, df / (df + square), regularized=True)
            yield {"t": t, "degreesOfFreedom": df, "twoSided": float(share)}


def beta():
    for a in [0.5, 1, 3.5, 20, 400]:
        for b in [0.5, 1, 3.5, 20, 400]:
            for x in [1e-6, 0.01, 0.3, 0.5, 0.9, 0.999]:
                share = float(mp.betainc(a, b, 0, x, regularized=True))
                if share > 1e-250:
                    yield {"a": a, "b": b, "x": x, "share": share}


def cramer_von_mises(x):
    """1 − the series of Anderson and Darling (1952) in Bessel functions K of order ¼."""
    x = mp.mpf(x)

    def term(j):
        y = 4 * j + 1
        q = mp.mpf(y) ** 2 / (16 * x)
        return (-1) ** j * mp.binomial(-mp.mpf(1) / 2, j) * mp.sqrt(y) * mp.exp(-q) * mp.besselk(0.25, q)

    return 1 - mp.nsum(lambda j: term(int(j)), [0, 400], method="d") / (mp.pi * mp.sqrt(x))


def anderson_darling(x):
    """1 − the series of Anderson and Darling (1952)."""
    x = mp.mpf(x)
    total = mp.mpf(0)
    for j in range(40):
        t = (4 * j + 1) ** 2 * mp.pi**2 / (8 * x)
        if t > 110:
            break

        def integrand(w, t=t):
            return mp.exp(x / (8 * (w * w + 1)) - t * w * w)

        integral = mp.quad(integrand, [0, 0.25, 0.5, 1, 2, 4, 16, 64, mp.inf])
        total += (-1) ** j * abs(mp.binomial(-mp.mpf(1) / 2, j)) * (4 * j + 1) * mp.exp(-t) * integral
    return 1 - mp.sqrt(2 * mp.pi) / x * total


def limits(function, points):
    return [{"x": x, "survival": float(function(x))} for x in points]


def fisher_exact():
    rng = np.random.default_rng(12345)
    for rows in [6, 20, 60, 400, 5000, 200_000]:
        for _ in range(12):
            m, n = rows, rows // 2
            share = rng.uniform(0.02, 0.98)
            moved = np.clip(share + rng.normal(0, rows**-0.4), 0.01, 0.99)
            a, c = int(rng.binomial(m, share)), int(rng.binomial(n, moved))
            result = stats.fisher_exact([[a, m - a], [c, n - c]])
            odds = float(result.statistic) if np.isfinite(result.statistic) else None
            yield {
                "reference": [a, m - a],
                "current": [c, n - c],
                "oddsRatio": odds,
                "pValue": float(result.pvalue),
            }


fixture = {
    "scipy": scipy.__version__,
    "kolmogorov": list(kolmogorov()),
    "gamma": list(gamma()),
    "normal": list(normal()),
    "normalQuantile": list(normal_quantile()),
    "student": list(student()),
    "beta": list(beta()),
    "cramerVonMises": limits(cramer_von_mises, [0.01, 0.02, 0.05, 0.1, 0.2, 0.46136, 0.74346, 1.2, 2.5, 5.0]),
    "andersonDarling": limits(anderson_darling, [0.1, 0.2, 0.5, 1.0, 1.933, 2.492, 3.878, 8.0, 15.0]),
    "fisherExact": list(fisher_exact()),
}
Path(__file__).with_name("special.json").write_text(json.dumps(fixture) + "\n")
