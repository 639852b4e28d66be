"""Two Parquet files compared by Evidently's preset for data drift."""

import json
import resource
import sys

import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset


def main():
    reference, current = (pd.read_parquet(path) for path in sys.argv[1:3])
    Report([DataDriftPreset()]).run(current_data=current, reference_data=reference).dict()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"rssMiB": usage.ru_maxrss / 1024}))


main()
