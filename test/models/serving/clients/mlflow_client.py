"""Asks a gateway by MLflow's own clients and prints what it was told as JSON.

usage: mlflow_client.py http://HOST:PORT
"""

import json
import sys
from urllib.parse import urlparse

import pandas as pd
from mlflow.deployments import get_deploy_client
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

uri = sys.argv[1]
client = get_deploy_client(uri)
table = pd.DataFrame({"a": [3.0, 1.5], "b": [4, -1]})
split = json.loads(table.to_json(orient="split"))
records = json.loads(table.to_json(orient="records"))


def ask(**inputs):
    return client.predict(endpoint="bike-demand", inputs=inputs)["predictions"]


answers = {
    "endpoints": [endpoint.name for endpoint in client.list_endpoints()],
    "endpoint": client.get_endpoint("bike-demand").endpoint_url,
    "dataframe_split": ask(dataframe_split=split),
    "dataframe_records": ask(dataframe_records=records),
    "instances": ask(instances=records),
    "inputs": ask(inputs={"a": [3.0, 1.5], "b": [4, -1]}),
    "params": client.predict(
        endpoint="bike-demand", inputs={"dataframe_split": split, "params": {"temperature": 0.5}}
    )["ignored_params"],
}

place = urlparse(uri)
scoring = ScoringServerClient(place.hostname, place.port)
scoring.ping()
scoring.wait_server_ready()
answers["version"] = scoring.get_version()
answers["scoring"] = scoring.invoke(table).get_predictions().iloc[:, 0].tolist()
print(json.dumps(answers))
