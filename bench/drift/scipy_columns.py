"""Two Parquet files compared column by column with scipy, as a script does it: read a column of both
sides, Kolmogorov-Smirnov for numbers, chi-squared of the contingency table for categories."""

import json
import resource
import sys
import time

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from scipy import stats


def compare(before, now):
    if before.type in ("double", "int64"):
        return float(stats.ks_2samp(before.to_numpy(), now.to_numpy()).pvalue)
    counts = [
        {row["values"]: row["counts"] for row in pc.value_counts(side).to_pylist()}
        for side in (before, now)
    ]
    names = sorted(set(counts[0]) | set(counts[1]))
    table = np.array([[side.get(name, 0) for name in names] for side in counts])
    return float(stats.chi2_contingency(table)[1])


def main():
    started = time.perf_counter()
    reference, current = (pq.ParquetFile(path) for path in sys.argv[1:3])
    p = {}
    for name in reference.schema_arrow.names:
        before, now = (side.read(columns=[name]).column(0) for side in (reference, current))
        p[name] = compare(before, now)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "computingSeconds": time.perf_counter() - started,
                "rssMiB": usage.ru_maxrss / 1024,
                "p": p,
            }
        )
    )


main()
