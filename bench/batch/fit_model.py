"""Fits a gradient boosting of 100 trees on ten numbers, for both sides of the bench: as a pickle for
scikit-learn, as ONNX for millrace."""

import pickle
import sys

import numpy as np
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor

FEATURES = 10

pickle_path, onnx_path = sys.argv[1:3]
random = np.random.default_rng(1)
x = random.normal(size=(20_000, FEATURES)).astype(np.float32)
y = 2 * x[:, 0] + x[:, 1] ** 2 + random.normal(size=len(x))
model = GradientBoostingRegressor(n_estimators=100, max_depth=3, random_state=0).fit(x, y)
with open(pickle_path, "wb") as file:
    pickle.dump(model, file)
graph = convert_sklearn(
    model, initial_types=[("numeric", FloatTensorType([None, FEATURES]))], target_opset=17
)
output = graph.graph.output[0]
for node in graph.graph.node:
    node.output[:] = ["prediction" if name == output.name else name for name in node.output]
output.name = "prediction"
with open(onnx_path, "wb") as file:
    file.write(graph.SerializeToString())
