"""Asks a gateway by tritonclient, over HTTP and gRPC, and prints what it was told as JSON.

usage: triton_client.py http|grpc ADDRESS
"""

import json
import sys

import numpy as np

protocol, address = sys.argv[1:]
if protocol == "http":
    import tritonclient.http as triton
else:
    import tritonclient.grpc as triton

client = triton.InferenceServerClient(address)


def tensor(name, values, **options):
    """A column or a table."""
    datatype = "BYTES" if values.dtype == np.object_ else triton_type(values.dtype)
    given = triton.InferInput(name, list(values.shape), datatype)
    given.set_data_from_numpy(values, **options)
    return given


def triton_type(dtype):
    from tritonclient.utils import np_to_triton_dtype

    return np_to_triton_dtype(dtype)


def plain(result, name):
    values = result.as_numpy(name)
    if values.dtype == np.object_:
        return [value.decode() if isinstance(value, bytes) else value for value in values.tolist()]
    return values.tolist()


def refused(call):
    from tritonclient.utils import InferenceServerException

    try:
        call()
    except InferenceServerException as error:
        return [error.status(), error.message()]
    raise SystemExit("the call was answered")


as_json = {"as_json": True} if protocol == "grpc" else {}
answers = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "modelReady": client.is_model_ready("bike-demand"),
    "versionReady": client.is_model_ready("bike-demand", "1"),
    "server": client.get_server_metadata(**as_json),
    "model": client.get_model_metadata("bike-demand", **as_json),
    "index": client.get_model_repository_index(**as_json),
}

a = np.array([3, 1.5], dtype=np.float64)
b = np.array([[4], [-1]], dtype=np.int64)
hour = np.array(["2011-07-01T05:00:00Z", "2011-07-01T06:00:00Z"], dtype=np.object_)
columns = [tensor("a", a), tensor("b", b), tensor("hour", hour)]
result = client.infer("bike-demand", columns, request_id="mine")
response = result.get_response(**as_json)
answers["columns"] = plain(result, "rentals")
answers["id"] = response["id"]
answers["version"] = response.get("model_version")
answers["parameters"] = response["parameters"]

table = np.array([[3, 4], [1.5, -1]], dtype=np.float32)
answers["table"] = plain(client.infer("bike-demand", [tensor("input-0", table)]), "rentals")
numbers = np.array([-20, 20], dtype=np.float32)
wanted = [triton.InferRequestedOutput("demand"), triton.InferRequestedOutput("probabilities")]
result = client.infer("demand-class", [tensor("a", numbers)], outputs=wanted)
answers["labels"] = plain(result, "demand")
answers["probabilities"] = np.round(result.as_numpy("probabilities")).tolist()
for algorithm in ("gzip", "deflate"):
    if protocol == "http":
        options = {
            "request_compression_algorithm": algorithm,
            "response_compression_algorithm": algorithm,
        }
    else:
        options = {"compression_algorithm": algorithm}
    result = client.infer("bike-demand", columns, **options)
    answers[algorithm] = plain(result, "rentals")
if protocol == "http":
    inputs = [tensor("a", a, binary_data=False), tensor("b", b, binary_data=False)]
    outputs = [triton.InferRequestedOutput("rentals", binary_data=False)]
    answers["json"] = plain(client.infer("bike-demand", inputs, outputs=outputs), "rentals")

answers["unknownModel"] = refused(lambda: client.infer("no-such-model", columns))
answers["unknownInput"] = refused(
    lambda: client.infer("bike-demand", [tensor("a", a), tensor("c", a)])
)
answers["unknownVersion"] = refused(
    lambda: client.infer("bike-demand", columns, model_version="9")
)
print(json.dumps(answers))
