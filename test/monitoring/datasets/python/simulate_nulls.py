"""Prints, as one JSON object, the share of false alarms of each method that learns, and its power.

One process for all runs: starting Python and importing is what costs. Forests are small here; how
many trees there are has nothing to do with how often a test alarms without drift.
"""

import json
import sys

import numpy as np

from millrace_drift import domain_classifier, learned_kernel_mmd, uncertainty
from millrace_drift.data import Samples
from millrace_drift.methods import run
from millrace_drift.options import Options

SEED = 71_000


def samples(rng, shift, scale, method):
    reference, current = rng.normal(size=(60, 4)), scale * rng.normal(shift, 1, size=(80, 4))
    reference[:, 3], current[:, 3] = reference[:, 3] > 0, current[:, 3] > 0
    # Harder to predict far from the middle, so that rows there are less certain.
    target = reference[:, 0] + (1 + np.abs(reference[:, 0])) * rng.normal(size=60)
    if method == "classifier-uncertainty":
        target = np.array([str(value > 0) for value in target], dtype=object)
    return Samples(reference, current, target)


def alarms(method, runs, shift=0.0, scale=1.0):
    rng = np.random.default_rng(SEED)
    count = 0
    for index in range(runs):
        found = run(Options(method=method, seed=index), samples(rng, shift, scale, method), ignore)
        count += found["pValue"] <= 0.05
    return count / runs


def ignore(_):
    pass


def gradient_error():
    """Largest difference between the gradient by hand and central differences, relative."""
    rng = np.random.default_rng(SEED)
    x, y = rng.normal(size=(9, 3)), rng.normal(0.4, 1, size=(9, 3))
    parameters = learned_kernel_mmd.initial(np.concatenate([x, y]), rng)
    _, gradient = learned_kernel_mmd.power(parameters, x, y)
    largest = 0.0
    for name, values in parameters.items():
        flat, by_hand = values.reshape(-1), np.asarray(gradient[name]).reshape(-1)
        for index in range(flat.size):
            kept, step = flat[index], 1e-6
            flat[index] = kept + step
            above = learned_kernel_mmd.power(parameters, x, y)[0]
            flat[index] = kept - step
            below = learned_kernel_mmd.power(parameters, x, y)[0]
            flat[index] = kept
            difference = abs((above - below) / (2 * step) - by_hand[index])
            largest = max(largest, difference / max(1e-3, abs(by_hand[index])))
    return largest


def main():
    domain_classifier.TREES = uncertainty.TREES = 5
    learned_kernel_mmd.STEPS = 20
    runs = int(sys.argv[1])
    methods = {
        "spot-the-diff": {"shift": 1.0},
        "domain-classifier": {"shift": 1.0},
        "learned-kernel-mmd": {"shift": 1.0},
        "classifier-uncertainty": {"shift": 3.0},
        "regressor-uncertainty": {"shift": 2.5},
    }
    print(
        json.dumps(
            {
                "seed": SEED,
                "gradientError": gradient_error(),
                "alarms": {method: alarms(method, runs) for method in methods},
                "power": {method: alarms(method, 20, **drift) for method, drift in methods.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
