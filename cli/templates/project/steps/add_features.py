"""Adds what a model can learn from the time of a sale: the hour of the day and the weekday.

An ordinary Python program. `millrace_step` gives it its inputs and takes its outputs; pandas comes
with millrace's Python. It can be changed and run again at once: a changed file is run anew, an
unchanged one is taken from the cache.
"""

import pandas
from millrace_step import step

with step:
    sales = pandas.read_parquet(step.artifact_path("data"))
    if "hour" not in sales.columns:
        # Ends the step with "bad input": trying again would not help, so it is not tried again.
        step.bad_input(f"the data has no column hour; it has {', '.join(sales.columns)}")

    time = pandas.to_datetime(sales["hour"])
    sales["hour_of_day"] = time.dt.hour
    sales["weekday"] = time.dt.dayofweek
    sales["is_weekend"] = time.dt.dayofweek >= 5

    sales.to_parquet(step.output_path("data.parquet"), index=False)
    step.set_value("rows", len(sales))
    step.set_metric("cups_per_hour", sales["cups"].mean())
    print(f"added three columns to {len(sales)} rows")
