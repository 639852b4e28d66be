"""FastAPI in front of onnxruntime: uvloop, httptools, no access log; WEB_CONCURRENCY processes.

The endpoint is a coroutine, because one row takes less time than a hop to a thread, and the
answer is written by orjson. Usage: server.py MODEL.onnx SIGNATURE.json PORT
"""

import json
import sys
from pathlib import Path

import numpy
import onnxruntime
import uvicorn
from fastapi import FastAPI, Response
from orjson import OPT_SERIALIZE_NUMPY, dumps
from pydantic import BaseModel, create_model

KINDS = {"number": float, "integer": int, "boolean": bool, "string": str}

model_file, signature_file, port = sys.argv[1:]
with open(signature_file, encoding="utf-8") as file:
    signature = json.load(file)
inputs = signature["inputs"]
numeric = [i["name"] for i in inputs if i["tensor"] == "numeric"]
categorical = [i["name"] for i in inputs if i["tensor"] == "categorical"]

fields = {i["name"]: (KINDS[i["kind"]] | None, None) for i in inputs}
fields.update({column["name"]: (str | None, None) for column in signature["context"]})
Row = create_model("Row", **fields)


class Invocation(BaseModel):
    dataframe_records: list[Row]


options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(
    model_file, options, providers=["CPUExecutionProvider"]
)
output = session.get_outputs()[0].name
app = FastAPI()


@app.post("/invocations")
async def invocations(body: Invocation) -> Response:
    rows = body.dataframe_records
    feeds = {}
    if numeric:
        numbers = [[getattr(row, name) for name in numeric] for row in rows]
        feeds["numeric"] = numpy.array(numbers, dtype=numpy.float32)
    if categorical:
        texts = [[getattr(row, name) or "" for name in categorical] for row in rows]
        feeds["categorical"] = numpy.array(texts, dtype=object)
    answers = session.run([output], feeds)[0].reshape(-1)
    answer = dumps({"predictions": answers}, option=OPT_SERIALIZE_NUMPY)
    return Response(answer, media_type="application/json")


if __name__ == "__main__":
    # By its name, since each process imports it.
    uvicorn.run(
        "server:app",
        app_dir=str(Path(__file__).parent),
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
