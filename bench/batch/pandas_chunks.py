"""Predictions for a Parquet file with scikit-learn, in chunks of pandas: row by row (`rows`), or the
whole chunk at once (`chunks`). Reads and writes Parquet; at most so many rows."""

import json
import pickle
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq

CHUNK_ROWS = 65_536
FEATURES = [f"x{index}" for index in range(10)]

form, model_path, source, target, most = sys.argv[1:6]
with open(model_path, "rb") as file:
    model = pickle.load(file)
started = time.perf_counter()
rows = 0
writer = None
for batch in pq.ParquetFile(source).iter_batches(min(CHUNK_ROWS, int(most))):
    frame = batch.to_pandas()
    if form == "rows":
        values = frame[FEATURES]
        frame["prediction"] = [
            model.predict(values.iloc[[row]].to_numpy(dtype="float32"))[0]
            for row in range(len(frame))
        ]
    else:
        frame["prediction"] = model.predict(frame[FEATURES].to_numpy(dtype="float32"))
    table = pa.Table.from_pandas(frame, preserve_index=False)
    if writer is None:
        writer = pq.ParquetWriter(target, table.schema, compression="zstd")
    writer.write_table(table)
    rows += len(frame)
    if rows >= int(most):
        break
writer.close()
print(json.dumps({"rows": rows, "seconds": time.perf_counter() - started}))
