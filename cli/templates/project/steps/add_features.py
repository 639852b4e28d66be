"""Adds what a model can learn from the time of a sale: the hour of the day and the weekday.

An ordinary Python program. `millrace_step` gives it its inputs and takes its outputs; pyarrow comes
with millrace's Python. It can be changed and run again at once: a changed file is run anew, an
unchanged one is taken from the cache.
"""

from pyarrow import compute, parquet
from millrace_step import step

with step:
    sales = parquet.read_table(step.artifact_path("data"))
    if "hour" not in sales.column_names:
        # Ends the step with "bad input": trying again would not help, so it is not tried again.
        step.bad_input(f"the data has no column hour; it has {', '.join(sales.column_names)}")

    time = sales["hour"]
    weekday = compute.day_of_week(time)  # 0 is Monday
    sales = sales.append_column("hour_of_day", compute.hour(time))
    sales = sales.append_column("weekday", weekday)
    sales = sales.append_column("is_weekend", compute.greater_equal(weekday, 5))

    parquet.write_table(sales, step.output_path("data.parquet"))
    step.set_value("rows", sales.num_rows)
    step.set_metric("cups_per_hour", compute.mean(sales["cups"]).as_py())
    print(f"added three columns to {sales.num_rows} rows")
