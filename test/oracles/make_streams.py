"""Writes streams with the alarms that River's detectors raise on them.

    python -m venv /tmp/oracles && /tmp/oracles/bin/pip install -r test/oracles/requirements.txt
    /tmp/oracles/bin/python test/oracles/make_streams.py

detector-streams.json: the streams of River's own tests, seeded as there.
detector-cases.json: several hundred short streams, each with detectors at their defaults and at
random options.

A run is [detector, options, drifts, warnings, widths]: indices of drifts; warnings as runs of indices
(first, last, first, last, …), without those beside a drift; what ADWIN kept at each drift. Streams are
text: `digits`, `bits` as hexadecimal behind a leading 1, or `doubles` as base64, little-endian.
"""

import base64
import json
import pathlib
import random

import numpy as np
import river
from river import drift

HERE = pathlib.Path(__file__).parent

RIVER = {
    "adwin": (
        drift.ADWIN,
        {
            "delta": "delta",
            "clock": "clock",
            "maxBuckets": "max_buckets",
            "minWindowLength": "min_window_length",
            "gracePeriod": "grace_period",
        },
    ),
    "ddm": (
        drift.binary.DDM,
        {
            "warmStart": "warm_start",
            "warningThreshold": "warning_threshold",
            "driftThreshold": "drift_threshold",
        },
    ),
    "eddm": (drift.binary.EDDM, {"warmStart": "warm_start", "alpha": "alpha", "beta": "beta"}),
    "hddm-a": (
        drift.binary.HDDMA,
        {
            "driftConfidence": "drift_confidence",
            "warningConfidence": "warning_confidence",
            "twoSided": "two_sided_test",
        },
    ),
    "hddm-w": (
        drift.binary.HDDMW,
        {
            "driftConfidence": "drift_confidence",
            "warningConfidence": "warning_confidence",
            "lambda": "lambda_val",
            "twoSided": "two_sided_test",
        },
    ),
    "page-hinkley": (
        drift.PageHinkley,
        {
            "minInstances": "min_instances",
            "delta": "delta",
            "threshold": "threshold",
            "alpha": "alpha",
            "mode": "mode",
        },
    ),
    # Only with windowSize = 2 * statSize, where River's draw from the older half is all of it.
    "kswin": (
        drift.KSWIN,
        {"alpha": "alpha", "windowSize": "window_size", "statSize": "stat_size"},
    ),
}


def alarms(name, options, stream):
    detector_class, names = RIVER[name]
    detector = detector_class(**{names[key]: value for key, value in options.items()})
    drifts, warnings, widths = [], [], []
    for i, x in enumerate(stream):
        detector.update(x)
        if detector.drift_detected:
            drifts.append(i)
            if name == "adwin":
                widths.append(int(detector.width))
        elif getattr(detector, "warning_detected", False):
            if warnings and warnings[-1] == i - 1:
                warnings[-1] = i
            else:
                warnings += [i, i]
    return [name, options, drifts, warnings, widths]


def digits(values):
    return "".join(str(int(value)) for value in values)


def bits(values):
    return f"{int('1' + digits(values), 2):x}"


def doubles(values):
    return base64.b64encode(np.asarray(values, dtype="<f8").tobytes()).decode()


def own_streams():
    np.random.seed(12345)
    s1 = np.concatenate((np.random.randint(2, size=1000), np.random.randint(8, size=1000)))
    np.random.seed(12345)
    s2 = np.concatenate(
        [[np.random.binomial(1, rate) for _ in range(1000)] for rate in (0.2, 0.8)]
    )
    np.random.seed(12345)
    s3 = np.concatenate([np.random.normal(mean, 0.1, 500) > 0 for mean in (0, 0.25, 0, 0.25)])
    rng = random.Random(42)
    regression = [
        value
        for choices in ([0, 1], range(4, 8)) * 2
        for value in rng.choices(choices, k=1000)
    ]
    return {"s1": s1, "s2": s2, "s3": s3, "regression": regression}


def own_cases(streams):
    s2_runs = [("ddm", {}), ("eddm", {}), ("eddm", {"alpha": 0.9, "beta": 0.8}), ("hddm-a", {})]
    runs = {
        "s1": [
            ("adwin", {}),
            ("kswin", {"alpha": 0.0001, "windowSize": 200, "statSize": 100}),
        ],
        "s2": [*s2_runs, ("hddm-w", {})],
        "s3": [
            ("hddm-a", {"twoSided": True}),
            ("hddm-w", {"twoSided": True}),
            *(("page-hinkley", {"mode": mode}) for mode in ("up", "down", "both")),
        ],
        "regression": [("adwin", {})],
    }
    return [
        {
            "name": name,
            "digits": digits(streams[name]),
            "runs": [alarms(*run, [int(x) for x in streams[name]]) for run in chosen],
        }
        for name, chosen in runs.items()
    ]


def any_options(rng, name, spread):
    """Options within their ranges, such that alarms are neither rare nor everywhere."""
    if name == "adwin":
        return {
            "delta": rng.choice([0.002, 0.01, 0.1, 0.3]),
            "clock": rng.choice([1, 5, 32]),
            "maxBuckets": rng.choice([2, 5, 9]),
            "minWindowLength": rng.choice([1, 5, 20]),
            "gracePeriod": rng.choice([1, 10, 60]),
        }
    if name == "ddm":
        warning = rng.choice([1.5, 2.0, 2.5])
        return {
            "warmStart": rng.choice([10, 30, 60]),
            "warningThreshold": warning,
            "driftThreshold": warning + rng.choice([0.5, 1.0]),
        }
    if name == "eddm":
        alpha = rng.choice([0.98, 0.95, 0.9])
        return {
            "warmStart": rng.choice([10, 30, 50]),
            "alpha": alpha,
            "beta": alpha - rng.choice([0.02, 0.05, 0.1]),
        }
    if name in ("hddm-a", "hddm-w"):
        drift_confidence = rng.choice([0.001, 0.01, 0.05])
        options = {
            "driftConfidence": drift_confidence,
            "warningConfidence": drift_confidence * rng.choice([2, 5]),
            "twoSided": rng.random() < 0.6,
        }
        if name == "hddm-w":
            options["lambda"] = rng.choice([0.02, 0.05, 0.2])
        return options
    if name == "page-hinkley":
        return {
            "minInstances": rng.choice([5, 30, 100]),
            "delta": rng.choice([0.0, 0.005, 0.1]) * spread,
            "threshold": rng.choice([3.0, 8.0, 15.0]) * spread,
            "alpha": rng.choice([1.0, 0.9999, 0.99]),
            "mode": rng.choice(["up", "down", "both"]),
        }
    half = rng.choice([10, 20, 30])
    return {"alpha": rng.choice([0.0001, 0.005, 0.05]), "windowSize": 2 * half, "statSize": half}


def segments(rng, low, high):
    return [rng.randint(low, high) for _ in range(rng.randint(1, 4))]


def random_cases(count=252):
    rng = random.Random(20260101)
    cases = []
    for number in range(count):
        kind = ("bits", "bits", "bits", "digits", "doubles", "doubles")[number % 6]
        if number % 12 in (4, 5):
            kind = "bits"
        lengths = segments(rng, 60, 250)
        if kind == "bits":
            values = [int(rng.random() < p) for n in lengths for p in [rng.random()] for _ in range(n)]
            spread, names = 1.0, ["adwin", "ddm", "eddm", "hddm-a", "hddm-w", "page-hinkley"]
        elif kind == "digits":
            values = [rng.randint(0, top) for n in lengths for top in [rng.randint(1, 9)] for _ in range(n)]
            spread, names = 4.0, ["adwin", "page-hinkley", "kswin"]
        elif number % 12 == 10:
            lengths = [min(n, 60) for n in lengths]
            values = [rng.betavariate(a, 2) for n in lengths for a in [rng.choice([0.5, 2, 8])] for _ in range(n)]
            spread, names = 1.0, ["adwin", "hddm-a", "hddm-w", "page-hinkley", "kswin"]
        else:
            lengths = [min(n, 60) for n in lengths]
            scale = rng.choice([1e-6, 1.0, 1e9])
            values = [
                rng.gauss(mean, sd) * scale
                for n in lengths
                for mean, sd in [(rng.choice([-1, 0, 3]), rng.choice([0.3, 1, 4]))]
                for _ in range(n)
            ]
            spread, names = scale, ["adwin", "page-hinkley", "kswin"]
        text = {kind: {"bits": bits, "digits": digits}.get(kind, doubles)(values)}
        runs = [alarms(name, {}, values) for name in names if name != "kswin"]
        runs += [alarms(name, any_options(rng, name, spread), values) for name in names]
        cases.append({**text, "runs": runs})
    return cases


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f'{{"river":"{river.__version__}","cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    write("detector-streams.json", own_cases(own_streams()))
    write("detector-cases.json", random_cases())
